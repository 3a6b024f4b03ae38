from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from emotionweb.accounts import services
from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.signals import access_changed
from tests.base import PASSWORD, BaseTransactionTestCase


@pytest.mark.services
class AccessChangedTestCase(BaseTransactionTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.alice)
        self.heard: list[int] = []
        self.listener = lambda user_id, **kwargs: self.heard.append(user_id)
        access_changed.connect(self.listener)
        self.addCleanup(access_changed.disconnect, self.listener)

    def assert_heard(self, act: Callable[[], Any]) -> None:
        """Once or more: it only says "look again"."""
        act()
        self.assertEqual(set(self.heard), {self.alice.pk})

    def test_logging_out_is_heard(self) -> None:
        self.assert_heard(lambda: self.client.post("/accounts/logout/"))

    def test_withdrawing_consent_is_heard(self) -> None:
        services.give_consent(self.alice, Consent.Kind.CAMERA)
        answer = {"answer": "withdraw"}
        self.assert_heard(lambda: self.client.post("/accounts/consent/", answer))

    def test_deleting_the_account_is_heard(self) -> None:
        form = {"password": PASSWORD}
        self.assert_heard(lambda: self.client.post("/accounts/delete/", form))
        self.assertFalse(User.objects.filter(pk=self.alice.pk).exists())

    def test_changing_the_password_is_heard(self) -> None:
        new = "an even better staple"
        form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        self.assert_heard(lambda: self.client.post("/accounts/password/", form))

    def test_deactivating_is_heard(self) -> None:
        alice = User.objects.get(pk=self.alice.pk)
        alice.is_active = False
        self.assert_heard(alice.save)

    def test_deleting_several_people_in_the_admin_is_heard_for_each(self) -> None:
        people = {self.alice.pk, self.bob.pk}
        User.objects.filter(pk__in=people).delete()
        self.assertEqual(set(self.heard), people)

    def test_changing_the_profile_is_not(self) -> None:
        self.client.post(
            "/accounts/profile/",
            {"name": "A.", "timezone": "UTC", "day_start_hour": "0", "theme": "dark"},
        )
        self.assertEqual(User.objects.get(pk=self.alice.pk).name, "A.")
        self.assertEqual(self.heard, [])

    def test_what_is_rolled_back_is_not_heard(self) -> None:
        with transaction.atomic():
            services.withdraw_consent(self.alice, Consent.Kind.CAMERA)
            self.assertEqual(self.heard, [])
            transaction.set_rollback(True)
        self.assertEqual(self.heard, [])

    def test_a_listener_that_fails_does_not_keep_people_from_logging_out(self) -> None:
        def fail(**kwargs: Any) -> None:
            raise RuntimeError

        access_changed.connect(fail)
        self.addCleanup(access_changed.disconnect, fail)
        self.assert_heard(lambda: self.client.post("/accounts/logout/"))
        self.assertNotIn("_auth_user_id", self.client.session)
