from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.db.models.signals import post_delete

from emotionweb.accounts import services
from emotionweb.accounts.models import Consent, User
from emotionweb.journal.models import Observation
from emotionweb.live import services as live
from tests.base import PASSWORD, BaseTestCase, BaseTransactionTestCase
from tests.journal.observations import draft

URL = "/accounts/delete/"
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


class DeleteAccountTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)

    def test_it_deletes_the_person_and_what_is_theirs_and_logs_out(self) -> None:
        services.give_consent(self.alice, Consent.Kind.CAMERA)
        services.give_consent(self.bob, Consent.Kind.CAMERA)
        response = self.client.post(URL, {"password": PASSWORD})
        self.assertRedirects(response, "/", fetch_redirect_response=False)
        self.assertFalse(User.objects.filter(email="alice@example.org").exists())
        self.assertEqual([consent.user for consent in Consent.objects.all()], [self.bob])
        self.assertNotIn("_auth_user_id", self.client.session)

    def test_it_forgets_wrong_tries_to_log_in(self) -> None:
        for name in ("alice", "bob"):
            form = {"username": f"{name}@example.org", "password": "wrong"}
            self.client_class().post("/accounts/login/", form)
        self.client.post(URL, {"password": PASSWORD})
        self.assertEqual([a.username for a in AccessAttempt.objects.all()], ["bob@example.org"])

    def test_it_asks_for_the_password(self) -> None:
        for password in ("", "wrong"):
            response = self.client.post(URL, {"password": password})
            self.assertTrue(response.context["form"].errors["password"])
        self.assertTrue(User.objects.filter(email="alice@example.org").exists())

    def test_opening_the_page_deletes_nothing(self) -> None:
        self.assertContains(self.client.get(URL), 'data-testid="delete-account"')
        self.assertTrue(User.objects.filter(email="alice@example.org").exists())

    def test_another_device_of_the_person_is_logged_out(self) -> None:
        other_device = self.client_class()
        other_device.force_login(self.alice)
        self.client.post(URL, {"password": PASSWORD})
        response = other_device.get("/accounts/profile/")
        self.assertRedirects(response, "/accounts/login/?next=/accounts/profile/")

    def test_no_login_of_the_person_stays_in_the_database(self) -> None:
        for person in (self.alice, self.bob):
            self.client_class().force_login(person)
        self.client.post(URL, {"password": PASSWORD})
        logins = [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()]
        self.assertEqual(logins, [str(self.bob.pk)])

    def test_a_deletion_that_fails_leaves_the_person_logged_in(self) -> None:
        self.client.raise_request_exception = False
        with mock.patch.object(services, "delete_account", side_effect=DatabaseError):
            self.client.post(URL, {"password": PASSWORD})
        self.assertEqual(self.client.session["_auth_user_id"], str(self.alice.pk))

    def test_deleting_twice_is_once(self) -> None:
        again = User.objects.get(pk=self.alice.pk)
        services.delete_account(self.alice)
        services.delete_account(again)
        self.assertEqual(User.objects.count(), 2)


@pytest.mark.services
class DeletedWhileRecordingTestCase(BaseTransactionTestCase):
    def test_what_is_recorded_during_the_deletion_is_deleted_as_well(self) -> None:
        services.give_consent(self.alice, Consent.Kind.CAMERA)
        session = live.open_session(self.alice.pk, None, "tab", "m-1", NOON).session

        def record() -> None:
            with closing(connection):
                live.record(session.pk, "tab", [draft(NOON)], 100, NOON)

        recorder, recorded = ThreadPoolExecutor(1), []

        def record_now(**kwargs: Any) -> None:
            """By now the observations are gone, and the person is not yet."""
            recorded.append(recorder.submit(record))
            wait(recorded, 0.5)

        post_delete.connect(record_now, sender=Consent)
        self.addCleanup(post_delete.disconnect, record_now, sender=Consent)
        services.delete_account(self.alice)
        recorded[0].result(30)
        self.assertFalse(User.objects.filter(email="alice@example.org").exists())
        self.assertFalse(Observation.objects.exists())
