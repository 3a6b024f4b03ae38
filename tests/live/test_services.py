import itertools
from datetime import UTC, datetime, timedelta
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import give_consent, withdraw_consent
from emotionweb.journal import services as journal
from emotionweb.journal.models import DailyEmotionLog, Observation
from emotionweb.live import services
from emotionweb.live.models import LiveSession
from emotionweb.live.services import Access, EndReason, Opened
from emotionweb.live.tasks import sweep
from tests.base import BaseTestCase
from tests.journal.observations import draft

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def begin(
    user: User, holder: str = "tab", seconds: float = 0, requested: UUID | None = None
) -> Opened:
    return services.open_session(user.pk, requested, holder, "m-1", after(seconds))


def seen(user: User) -> float:
    return sum(Observation.objects.filter(user=user).values_list("seconds", flat=True))


@pytest.mark.services
class OpeningTestCase(BaseTestCase):
    def test_a_session_keeps_the_zone_and_the_day_of_its_beginning(self) -> None:
        self.alice.timezone, self.alice.day_start_hour = "Asia/Shanghai", 4
        self.alice.save()
        opened = begin(self.alice)
        self.assertFalse(opened.resumed)
        self.assertEqual(opened.session.timezone, "Asia/Shanghai")
        self.assertEqual(opened.session.day_start_hour, 4)
        self.assertEqual(opened.session.model_version, "m-1")

    def test_a_lost_connection_goes_on_in_the_same_session(self) -> None:
        first = begin(self.alice).session
        services.record(first.pk, "tab", [draft(NOON, 8)], 80, after(8))
        services.close(first.pk, "tab", EndReason.DISCONNECTED, after(8))
        again = begin(self.alice, "tab again", 50, requested=first.pk)
        self.assertTrue(again.resumed)
        self.assertEqual(again.session.pk, first.pk)
        self.assertEqual(again.not_before, after(50))
        first.refresh_from_db()
        self.assertEqual((first.ended_at, first.end_reason, first.frames), (None, "", 80))

    def test_after_a_minute_it_is_another_session(self) -> None:
        first = begin(self.alice).session
        services.close(first.pk, "tab", EndReason.DISCONNECTED, after(8))
        again = begin(self.alice, "tab again", 69, requested=first.pk)
        self.assertFalse(again.resumed)
        self.assertNotEqual(again.session.pk, first.pk)
        first.refresh_from_db()
        self.assertEqual((first.ended_at, first.end_reason), (after(8), EndReason.DISCONNECTED))

    def test_starting_afresh_after_closing_the_tab_is_another_session(self) -> None:
        first = begin(self.alice).session
        services.close(first.pk, "tab", EndReason.DISCONNECTED, after(8))
        again = begin(self.alice, "new tab", 20)
        self.assertNotEqual(again.session.pk, first.pk)
        self.assertEqual(LiveSession.objects.filter(ended_at=None).count(), 1)

    def test_a_second_tab_takes_the_session_over(self) -> None:
        first = begin(self.alice).session
        again = begin(self.alice, "second tab", 20)
        self.assertTrue(again.resumed)
        self.assertEqual(again.session.pk, first.pk)
        self.assertEqual(again.session.holder, "second tab")

    def test_nobody_gets_into_anothers_session(self) -> None:
        alices = begin(self.alice).session
        bobs = begin(self.bob, requested=alices.pk)
        self.assertFalse(bobs.resumed)
        self.assertNotEqual(bobs.session.pk, alices.pk)
        alices.refresh_from_db()
        self.assertEqual((alices.user, alices.holder), (self.alice, "tab"))

    def test_a_session_that_was_stopped_is_not_gone_on_with(self) -> None:
        first = begin(self.alice).session
        services.close(first.pk, "tab", EndReason.STOPPED, after(8))
        self.assertFalse(begin(self.alice, "tab", 9, requested=first.pk).resumed)

    def test_the_database_holds_a_person_to_one_open_session(self) -> None:
        session = begin(self.alice).session
        session.pk = uuid4()
        with self.assertRaises(IntegrityError), transaction.atomic():
            session.save(force_insert=True)

    def test_an_account_that_is_gone_opens_nothing(self) -> None:
        with self.assertRaises(User.DoesNotExist):
            services.open_session(987654, None, "tab", "m-1", NOON)


@pytest.mark.services
class RecordingTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.session = begin(self.alice).session

    def test_what_is_recorded_is_in_the_journal(self) -> None:
        drafts = [draft(NOON), draft(after(10))]
        services.record(self.session.pk, "tab", drafts, 200, after(20))
        self.assertEqual(DailyEmotionLog.objects.get(user=self.alice).seconds, 20)
        self.session.refresh_from_db()
        self.assertEqual((self.session.frames, self.session.last_seen_at), (200, after(20)))

    def test_a_socket_that_lost_the_session_records_only_what_came_before(self) -> None:
        """Two tabs never count a second twice."""
        begin(self.alice, "second tab", 14)
        services.record(self.session.pk, "tab", [draft(NOON), draft(after(10))], 200, after(20))
        services.record(self.session.pk, "second tab", [draft(after(14))], 100, after(24))
        self.assertAlmostEqual(seen(self.alice), 24)
        rows = list(Observation.objects.order_by("start"))
        for earlier, later in itertools.pairwise(rows):
            self.assertLessEqual(earlier.end, later.start)

    def test_a_deleted_session_records_nothing(self) -> None:
        services.delete_session(self.alice.pk, self.session.pk)
        services.record(self.session.pk, "tab", [draft(NOON)], 100, after(10))
        self.assertEqual(seen(self.alice), 0)

    def test_nothing_seen_after_the_consent_was_withdrawn_is_kept(self) -> None:
        """The socket may hear of it seconds later."""
        give_consent(self.alice, Consent.Kind.CAMERA)
        Consent.objects.update(withdrawn_at=after(14))
        drafts = [draft(NOON), draft(after(10), 5, 3), draft(after(20), 2)]
        services.record(self.session.pk, "tab", drafts, 200, after(22))
        self.assertAlmostEqual(seen(self.alice), 10 + 2.5)
        self.assertEqual(DailyEmotionLog.objects.get(user=self.alice).last_at, after(14))

        give_consent(self.alice, Consent.Kind.CAMERA)
        services.record(self.session.pk, "tab", [draft(after(30))], 100, after(40))
        self.assertAlmostEqual(seen(self.alice), 10 + 2.5 + 10)

    def test_a_wall_clock_that_was_set_back_does_not_shorten_a_session(self) -> None:
        services.record(self.session.pk, "tab", [draft(NOON)], 100, after(10))
        services.record(self.session.pk, "tab", [draft(after(10))], 100, after(-3600))
        services.close(self.session.pk, "tab", EndReason.STOPPED, after(-3599))
        self.session.refresh_from_db()
        self.assertEqual(self.session.ended_at, after(10))
        self.assertEqual(seen(self.alice), 20)

    def test_after_a_wall_clock_was_set_back_a_new_socket_records_behind_the_old_one(self) -> None:
        services.record(self.session.pk, "tab", [draft(after(50))], 100, after(60))
        again = begin(self.alice, "tab again", -3600, requested=self.session.pk)
        self.assertTrue(again.resumed)
        self.assertEqual(again.not_before, after(60))

    def test_only_the_holder_ends_a_session(self) -> None:
        services.close(self.session.pk, "somebody", EndReason.STOPPED, after(5))
        self.session.refresh_from_db()
        self.assertIsNone(self.session.ended_at)

    def test_the_summary_is_what_the_journal_has(self) -> None:
        drafts = [draft(NOON, 6, 2, happiness=1.0), draft(after(10), 2, sadness=1.0)]
        services.record(self.session.pk, "tab", drafts, 100, after(12))
        summary = services.summary(self.session.pk)
        assert summary is not None
        assert summary.seen is not None
        self.assertEqual((summary.seen.seconds, summary.seen.unsure_seconds), (8, 2))
        self.assertEqual((summary.seen.top, summary.day), ("happiness", "2026-03-14"))

    def test_the_summary_of_an_empty_room_has_a_day_and_nothing_else(self) -> None:
        summary = services.summary(self.session.pk)
        assert summary is not None
        self.assertEqual((summary.seen, summary.day), (None, "2026-03-14"))


@pytest.mark.services
class SweepingTestCase(BaseTestCase):
    def test_a_session_not_heard_of_ends_when_it_was_last_seen(self) -> None:
        gone, lost = begin(self.alice).session, begin(self.bob).session
        alive = begin(self.charlie, seconds=100).session
        services.close(lost.pk, "tab", EndReason.DISCONNECTED, after(30))
        self.assertEqual(services.sweep(after(120)), 2)
        for session in (gone, lost, alive):
            session.refresh_from_db()
        self.assertEqual((gone.ended_at, gone.end_reason), (NOON, EndReason.SWEPT))
        self.assertEqual((lost.ended_at, lost.end_reason), (after(30), EndReason.DISCONNECTED))
        self.assertIsNone(alive.ended_at)

    def test_sweeping_twice_is_sweeping_once(self) -> None:
        session = begin(self.alice).session
        services.sweep(after(120))
        self.assertEqual(services.sweep(after(3600)), 0)
        session.refresh_from_db()
        self.assertEqual(session.ended_at, NOON)

    def test_a_session_that_is_heard_of_while_it_is_swept_goes_on(self) -> None:
        session = begin(self.alice).session
        lock_person = journal.lock_person

        def wait_for_the_socket(user_id: int) -> bool:
            LiveSession.objects.update(last_seen_at=after(110))
            return lock_person(user_id)

        with mock.patch("emotionweb.journal.services.lock_person", wait_for_the_socket):
            self.assertEqual(services.sweep(after(120)), 0)
        session.refresh_from_db()
        self.assertEqual((session.ended_at, session.end_reason), (None, ""))

    def test_the_task_sweeps_by_the_clock(self) -> None:
        session = begin(self.alice).session
        sweep()
        session.refresh_from_db()
        self.assertEqual(session.ended_at, NOON)


@pytest.mark.services
class DeletingTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.session = begin(self.alice).session
        services.record(self.session.pk, "tab", [draft(NOON, happiness=1.0)], 100, after(10))
        services.close(self.session.pk, "tab", EndReason.STOPPED, after(10))
        self.other = begin(self.alice, seconds=100).session
        services.record(self.other.pk, "tab", [draft(after(100), 4, anger=1.0)], 40, after(110))
        self.path = f"/live/sessions/{self.session.pk}/delete/"

    def test_the_day_is_computed_again_without_it(self) -> None:
        self.client.force_login(self.alice)
        self.assertRedirects(self.client.post(self.path), "/journal/")
        log = DailyEmotionLog.objects.get(user=self.alice)
        self.assertEqual(log.seconds, 4)
        self.assertAlmostEqual(log.anger, 1.0)
        self.assertEqual(list(LiveSession.objects.all()), [self.other])

    def test_anothers_session_is_not_there(self) -> None:
        for stranger in (self.bob, self.charlie):
            self.client.force_login(stranger)
            self.assertEqual(self.client.post(self.path).status_code, 404)
        self.assertEqual(seen(self.alice), 14)

    def test_who_is_not_logged_in_is_asked_to(self) -> None:
        self.assertRedirects(
            self.client.post(self.path),
            f"/accounts/login/?next={self.path}",
            fetch_redirect_response=False,
        )
        self.assertEqual(seen(self.alice), 14)

    def test_a_link_deletes_nothing(self) -> None:
        self.client.force_login(self.alice)
        self.assertEqual(self.client.get(self.path).status_code, 405)
        self.assertEqual(seen(self.alice), 14)


@pytest.mark.services
class AccessTestCase(BaseTestCase):
    def setUp(self) -> None:
        give_consent(self.alice, Consent.Kind.CAMERA)
        self.client.force_login(self.alice)
        self.login_key = self.client.session.session_key
        self.session = begin(self.alice).session

    def state(self, holder: str = "tab") -> Access:
        return services.access_state(self.alice.pk, self.login_key, self.session.pk, holder)

    def test_who_is_logged_in_and_agrees_may_go_on(self) -> None:
        self.assertIs(self.state(), Access.GRANTED)

    def test_logging_out_ends_it(self) -> None:
        self.client.logout()
        self.assertIs(self.state(), Access.NOT_LOGGED_IN)

    def test_a_login_that_expired_ends_it(self) -> None:
        Session.objects.update(expire_date=NOON)
        self.assertIs(self.state(), Access.NOT_LOGGED_IN)

    def test_a_new_password_ends_logins_made_with_the_old_one(self) -> None:
        self.alice.set_password("an even better staple")
        self.alice.save()
        self.assertIs(self.state(), Access.NOT_LOGGED_IN)

    def test_a_deactivated_account_ends_it(self) -> None:
        User.objects.filter(pk=self.alice.pk).update(is_active=False)
        self.assertIs(self.state(), Access.NOT_LOGGED_IN)

    def test_a_deleted_account_ends_it(self) -> None:
        user_id = self.alice.pk
        User.objects.get(pk=user_id).delete()
        self.assertIs(self.state(), Access.NOT_LOGGED_IN)

    def test_withdrawn_consent_ends_it(self) -> None:
        withdraw_consent(self.alice, Consent.Kind.CAMERA)
        self.assertIs(self.state(), Access.NO_CONSENT)

    def test_another_tab_ends_it(self) -> None:
        self.assertIs(self.state("another tab"), Access.TAKEN_OVER)

    def test_a_session_that_ended_or_was_deleted_ends_it(self) -> None:
        services.close(self.session.pk, "tab", EndReason.STOPPED, after(1))
        self.assertIs(self.state(), Access.SESSION_GONE)
        services.delete_session(self.alice.pk, self.session.pk)
        self.assertIs(self.state(), Access.SESSION_GONE)

    def test_anothers_login_is_not_enough(self) -> None:
        self.client.force_login(self.bob)
        bobs_key = self.client.session.session_key
        state = services.access_state(self.alice.pk, bobs_key, self.session.pk, "tab")
        self.assertIs(state, Access.NOT_LOGGED_IN)

    def test_no_login_at_all(self) -> None:
        self.assertIs(services.login_state(self.alice.pk, ""), Access.NOT_LOGGED_IN)


class AdminTestCase(BaseTestCase):
    def test_an_administrator_sees_when_and_how_long_and_changes_nothing(self) -> None:
        session = begin(self.alice).session
        self.bob.is_staff = self.bob.is_superuser = True
        self.bob.save()
        self.client.force_login(self.bob)
        self.assertContains(self.client.get("/admin/live/livesession/"), "alice@example.org")
        path = f"/admin/live/livesession/{session.pk}"
        page = self.client.get(f"{path}/change/")
        self.assertContains(page, "m-1")
        self.assertNotContains(page, 'name="_save"')
        self.client.post(f"{path}/delete/", {"post": "yes"})
        self.assertTrue(LiveSession.objects.filter(pk=session.pk).exists())
