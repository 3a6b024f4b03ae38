from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from emotionweb.accounts.models import Consent, User
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

    def test_a_consent_does_not_spell_out_whose_it_is(self) -> None:
        consent = Consent(
            user=self.alice,
            kind=Consent.Kind.CAMERA,
            text_version=date(2026, 3, 1),
            given_at=datetime(2026, 3, 14, 12, tzinfo=UTC),
        )
        self.assertEqual(str(consent), "Live recognition with the camera, 2026-03-14")
