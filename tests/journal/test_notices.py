from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from unittest import mock

import numpy as np
import pytest
from django.conf import settings
from django.core import mail
from django.test import override_settings

from emotionweb.accounts.models import User
from emotionweb.journal import tasks
from emotionweb.journal.insights import notices
from emotionweb.journal.models import CheckIn, DailyEmotionLog, Notice, NoticeSettings
from inference.labels import LABELS
from tests.base import BaseTestCase
from tests.journal.observations import means

NOW = datetime(2026, 3, 14, 12, tzinfo=UTC)
TODAY = NOW.date()
MAIL = override_settings(
    EMAIL_URL="smtp://localhost", EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
)


def say(user: User, moods: Sequence[int], until: datetime = NOW - timedelta(days=1)) -> None:
    """A check-in a day, the last one on the day of ``until``."""
    CheckIn.objects.bulk_create(
        CheckIn(
            user=user,
            at=until - timedelta(days=ago),
            timezone="UTC",
            day_start_hour=0,
            local_day=(until - timedelta(days=ago)).date(),
            mood=mood,
            created_at=NOW,
            updated_at=NOW,
        )
        for ago, mood in enumerate(reversed(moods))
    )


def show(user: User, happy: Sequence[float], model: str = "m-1", seconds: float = 900.0) -> None:
    """A day of camera a day, the last one yesterday; the rest of each looks sad."""
    DailyEmotionLog.objects.bulk_create(
        DailyEmotionLog(
            user=user,
            day=TODAY - timedelta(days=ago + 1),
            seconds=seconds,
            model_versions=[model],
            timezone="UTC",
            first_at=NOW - timedelta(days=ago + 1),
            last_at=NOW - timedelta(days=ago + 1),
            **dict(
                zip(
                    LABELS,
                    means(happiness=share, sadness=0.8 - share),
                    strict=True,
                )
            ),
        )
        for ago, share in enumerate(reversed(happy))
    )


def usual(days: int = 180, level: int = 4) -> list[int]:
    """Days that vary a little around a level."""
    return [level + (day % 5 == 0) - (day % 7 == 3) for day in range(days)]


LOW = [2, 2, 1, 2, 3, 2, 2, 2, 1, 2, 2, 3]


@pytest.mark.services
class NoticesTestCase(BaseTestCase):
    def found(self) -> list[Notice]:
        return list(Notice.objects.filter(user=self.alice).order_by("found_at"))

    def test_a_decline_is_noticed_once(self) -> None:
        say(self.alice, usual() + LOW)
        notice = notices.evaluate(self.alice, NOW)
        assert notice is not None
        self.assertEqual((notice.what, notice.state), ("felt", "shown"))
        self.assertEqual(notice.until_day, TODAY - timedelta(days=1))
        self.assertLessEqual(abs((TODAY - notice.from_day).days - len(LOW)), 3)
        self.assertAlmostEqual(notice.level, 2.0, delta=0.4)
        self.assertAlmostEqual(notice.usual, 4.0, delta=0.3)
        for hours in (0, 5, 24, 48):
            self.assertIsNone(notices.evaluate(self.alice, NOW + timedelta(hours=hours)))
        self.assertEqual(len(self.found()), 1)

    def test_usual_days_are_not(self) -> None:
        say(self.alice, usual())
        self.assertIsNone(notices.evaluate(self.alice, NOW))
        self.assertIsNone(notices.evaluate(self.bob, NOW))

    def test_today_is_not_over_and_counts_for_nothing(self) -> None:
        say(self.alice, usual() + LOW[:3])
        before = notices.find(self.alice.pk, TODAY - timedelta(days=1))
        for hour in range(20):
            say(self.alice, [1], until=NOW - timedelta(minutes=hour))
        self.assertEqual(notices.find(self.alice.pk, TODAY - timedelta(days=1)), before)

    def test_the_same_decline_is_not_said_again_after_a_month(self) -> None:
        say(self.alice, usual() + LOW)
        notices.evaluate(self.alice, NOW)
        for day in range(45):
            at = NOW + timedelta(days=day)
            say(self.alice, [LOW[day % len(LOW)]], until=at)
            notices.evaluate(self.alice, at + timedelta(days=1))
        self.assertEqual(len(self.found()), 1)

    def test_another_decline_later_is_said_again(self) -> None:
        say(self.alice, usual() + LOW)
        notices.evaluate(self.alice, NOW)
        for day, mood in enumerate([*usual(60), *LOW]):
            at = NOW + timedelta(days=day)
            say(self.alice, [mood], until=at)
            notices.evaluate(self.alice, at + timedelta(days=1))
        first, second = self.found()
        self.assertEqual((first.state, second.state), ("dismissed", "shown"))
        self.assertGreater(second.from_day, first.until_day)

    def test_one_that_gets_clearly_worse_is_said_again(self) -> None:
        say(self.alice, [*usual(), 3, 3, 2, 3, 3, 2, 3, 3, 3, 2, 3, 3])
        first = notices.evaluate(self.alice, NOW)
        assert first is not None
        for day in range(25):
            say(self.alice, [1], until=NOW + timedelta(days=day))
            notices.evaluate(self.alice, NOW + timedelta(days=day + 1))
        later = self.found()[1:]
        self.assertGreaterEqual(len(later), 1)
        self.assertLessEqual(later[0].level, first.level - notices.WORSE)

    def test_shown_is_noticed_where_enough_was_observed(self) -> None:
        draw = np.random.default_rng(1)
        happy = np.clip(0.55 + 0.05 * draw.normal(size=180), 0, 0.8)
        show(self.alice, [*happy, *([0.25] * 14)])
        notice = notices.evaluate(self.alice, NOW)
        assert notice is not None
        self.assertEqual(notice.what, "shown")
        self.assertLess(notice.level, notice.usual)
        show(self.bob, [*happy, *([0.25] * 14)], seconds=120.0)
        self.assertIsNone(notices.evaluate(self.bob, NOW))

    def test_a_new_model_that_reads_darker_is_no_decline(self) -> None:
        draw = np.random.default_rng(1)
        show(self.alice, list(np.clip(0.55 + 0.05 * draw.normal(size=180), 0, 0.8)))
        DailyEmotionLog.objects.filter(day__gt=TODAY - timedelta(days=15)).update(
            model_versions=["m-2"], happiness=0.2, sadness=0.6
        )
        self.assertIsNone(notices.evaluate(self.alice, NOW))

    def test_who_is_looked_at(self) -> None:
        say(self.alice, [3])
        say(self.bob, [3], until=NOW - timedelta(days=notices.ACTIVE_DAYS + 1))
        show(self.charlie, [0.5])
        self.assertEqual(notices.people(NOW), [self.alice, self.charlie])
        notices.turn_off(self.alice.pk)
        User.objects.filter(pk=self.charlie.pk).update(is_active=False)
        self.assertEqual(notices.people(NOW), [])

    def test_the_task_looks_at_everybody_though_one_fails(self) -> None:
        for person in (self.alice, self.bob):
            say(person, usual() + LOW)
        find = notices.find

        def broken(user_id: int, *rest: object) -> object:
            if user_id == self.alice.pk:
                raise RuntimeError("no")
            return find(user_id, *rest)

        with (
            mock.patch.object(notices, "find", broken),
            mock.patch("emotionweb.journal.tasks.timezone.now", return_value=NOW),
            self.assertLogs("emotionweb.journal.insights.notices", "ERROR"),
        ):
            tasks.look_for_declines()
        self.assertEqual(Notice.objects.get().user, self.bob)
        with mock.patch("emotionweb.journal.tasks.timezone.now", return_value=NOW):
            tasks.look_for_declines()
            tasks.look_for_declines()
        self.assertEqual(Notice.objects.count(), 2)

    def test_beat_asks_for_it_once_a_day(self) -> None:
        entry = settings.CELERY_BEAT_SCHEDULE["journal.notices"]
        self.assertEqual(entry["task"], tasks.look_for_declines.name)
        self.assertEqual((len(entry["schedule"].hour), len(entry["schedule"].minute)), (1, 1))


class MailTestCase(BaseTestCase):
    def setUp(self) -> None:
        say(self.alice, usual() + LOW)

    def want(self, **wanted: bool) -> None:
        NoticeSettings.objects.update_or_create(user=self.alice, defaults=wanted)

    @MAIL
    def test_a_mail_is_sent_once_where_it_is_wanted_and_says_nothing_of_moods(self) -> None:
        self.want(mail=True)
        for _ in range(3):
            notices.evaluate_all(NOW)
        (message,) = mail.outbox
        self.assertEqual(message.to, ["alice@example.org"])
        self.assertEqual(message.subject, "A note in your journal")
        self.assertIn("Hello Alice,", message.body)
        self.assertNotRegex(message.body, r"(?i)low|mood|felt|\d")
        self.assertIsNotNone(Notice.objects.get().mailed_at)

    @MAIL
    def test_nobody_gets_one_who_did_not_ask(self) -> None:
        notices.evaluate_all(NOW)
        self.want(mail=True, on=False)
        notices.evaluate_all(NOW)
        self.assertEqual(mail.outbox, [])

    def test_without_a_mail_server_none_is_tried(self) -> None:
        self.want(mail=True)
        notices.evaluate_all(NOW)
        self.assertEqual(mail.outbox, [])
        self.assertIsNone(Notice.objects.get().mailed_at)

    @MAIL
    def test_an_old_notice_is_not_sent_to_who_asks_for_mails_later(self) -> None:
        notices.evaluate(self.alice, NOW)
        self.want(mail=True)
        self.assertFalse(notices.send_waiting(self.alice, NOW + timedelta(days=3)))


class NoticePagesTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)
        clock = mock.patch("django.utils.timezone.now", side_effect=lambda: self.now)
        self.now = NOW
        clock.start()
        self.addCleanup(clock.stop)

    def notice(self, user: User | None = None, **more: object) -> Notice:
        whole = {
            "user": user or self.alice,
            "found_at": NOW,
            "what": "felt",
            "from_day": TODAY - timedelta(days=12),
            "until_day": TODAY - timedelta(days=1),
            "level": 2.1,
            "usual": 3.7,
        }
        return Notice.objects.create(**{**whole, **more})

    def test_today_shows_it_gently_with_ways_on(self) -> None:
        self.notice()
        page = self.client.get("/")
        self.assertContains(page, "Over 12 days, since 2 March, your check-ins were lower", count=1)
        self.assertContains(page, "2.1 of 5, where 3.7 is usual")
        self.assertContains(page, "not a diagnosis")
        self.assertContains(page, "/journal/breathe/")
        self.assertContains(
            page, 'href="https://findahelpline.com" rel="noreferrer" referrerpolicy="no-referrer"'
        )

    def test_what_went_with_better_days_is_the_persons_own(self) -> None:
        from tests.journal.test_insights_pages import live_days

        live_days(self.alice, until=NOW)
        self.notice()
        self.assertContains(self.client.get("/"), "Days with Walk went with higher moods")

    def test_help_lines_are_for_when_it_is_low_and_wanted(self) -> None:
        for more, there in (
            ({"level": 2.6}, False),
            ({"what": "shown", "level": -0.2, "usual": 0.2}, False),
            ({}, True),
        ):
            Notice.objects.all().delete()
            self.notice(**more)
            self.assertEqual(b"findahelpline" in self.client.get("/").content, there)
        NoticeSettings.objects.create(user=self.alice, help_lines=False)
        self.assertNotContains(self.client.get("/"), "findahelpline")

    def test_of_shown_it_does_not_say_how_anybody_feels(self) -> None:
        self.notice(what="shown", level=-0.2, usual=0.2)
        page = self.client.get("/")
        self.assertContains(page, "your face has looked less happy to the camera")
        self.assertContains(page, "What you feel only you know")

    def test_put_away_it_stays_away(self) -> None:
        notice = self.notice()
        self.assertRedirects(self.client.post(f"/journal/notices/{notice.pk}/dismiss/"), "/")
        self.assertNotContains(self.client.get("/"), 'data-testid="notice"')
        notice.refresh_from_db()
        self.assertEqual(notice.state, "dismissed")

    def test_nobody_puts_away_the_notice_of_another(self) -> None:
        notice = self.notice(self.bob)
        for person in (self.alice, self.charlie):
            self.client.force_login(person)
            answer = self.client.post(f"/journal/notices/{notice.pk}/dismiss/")
            self.assertEqual(answer.status_code, 404)
            self.assertNotContains(self.client.get("/"), 'data-testid="notice"')
        notice.refresh_from_db()
        self.assertEqual(notice.state, "shown")
        self.assertEqual(self.client.get(f"/journal/notices/{notice.pk}/dismiss/").status_code, 405)

    def test_all_of_it_can_be_turned_off_and_on(self) -> None:
        self.notice()
        self.client.post("/journal/notices/off/")
        self.assertNotContains(self.client.get("/"), 'data-testid="notice"')
        form = self.client.get("/journal/notices/").context["form"]
        self.assertEqual(form.initial, {"on": False, "mail": False, "help_lines": True})
        self.client.post("/journal/notices/", {"on": "on", "mail": "on"})
        row = NoticeSettings.objects.get(user=self.alice)
        self.assertEqual((row.on, row.mail, row.help_lines), (True, True, False))
        self.assertContains(self.client.get("/"), 'data-testid="notice"')

    def test_it_leaves_by_itself_after_a_month(self) -> None:
        self.notice()
        self.now = NOW + timedelta(days=notices.SHOWN_DAYS)
        self.assertNotContains(self.client.get("/"), 'data-testid="notice"')
