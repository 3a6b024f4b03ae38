from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from emotionweb.accounts.models import User
from tests.base import PASSWORD, BaseTestCase


class UserTestCase(BaseTestCase):
    def test_an_address_is_unique_in_any_case(self) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            User.objects.create_user("ALICE@example.org", PASSWORD)

    def test_an_address_is_found_in_any_case(self) -> None:
        self.assertEqual(User.objects.get(email="Alice@Example.org"), self.alice)

    def test_an_address_is_kept_in_lower_case(self) -> None:
        self.assertEqual(User(email="Dora@Example.org").email, "Dora@Example.org")
        self.assertEqual(User.objects.create_user("Dora@Example.org").email, "dora@example.org")

    def test_a_person_without_a_password_cannot_log_in(self) -> None:
        self.assertFalse(User.objects.create_user("dora@example.org").has_usable_password())

    def test_the_time_zone_has_to_exist(self) -> None:
        self.alice.timezone = "Mars/Olympus_Mons"
        with self.assertRaisesMessage(ValidationError, "There is no time zone of that name."):
            self.alice.full_clean()

    def test_a_person_is_called_by_name_or_by_address(self) -> None:
        self.assertEqual(self.alice.get_short_name(), "Alice")
        self.assertEqual(User(email="dora@example.org").get_short_name(), "dora")
