import re
from datetime import UTC, date, datetime, timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from emotionweb.accounts.models import User
from emotionweb.journal import checkins, hidden, tags
from emotionweb.journal.checkins import CheckInDraft
from emotionweb.journal.insights import pages, trackers
from emotionweb.journal.insights.rows import Range, felt_days, first_day
from tests.base import BaseTestCase
from tests.journal.observations import draft, observe

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
TODAY = NOON.date()
PAGES = (
    "/journal/insights/",
    "/journal/insights/method/",
    "/journal/notices/",
    "/journal/breathe/",
)


def live_days(
    user: User, days: int = 60, *, tag: str = "Walk", camera: bool = False, until: datetime = NOON
) -> None:
    """Days with a check-in each; every second one has the tag and is a point better."""
    own, other = tags.add(user.pk, tag), tags.add(user.pk, "Rare")
    for ago in range(days):
        at = until - timedelta(days=ago)
        good = ago % 2 == 0
        mood = (4 if good else 3) + (ago % 3 == 0) - (ago % 5 == 0)
        chosen = [one.pk for one, there in ((own, good), (other, ago < 6)) if there]
        checkins.check_in(user, CheckInDraft(mood=mood, at=at, tags=chosen), now=until)
        if camera and ago % 3 == 0:
            happy = 0.1 + 0.15 * mood
            observe(user, [draft(at + timedelta(hours=1), seconds=600.0, happiness=happy)])


class InsightsPageTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)
        clock = mock.patch("emotionweb.journal.insights.views.timezone.now", return_value=NOON)
        clock.start()
        self.addCleanup(clock.stop)

    def read(self, **query: str) -> str:
        return self.client.get("/journal/insights/", query).content.decode()

    def test_strangers_are_sent_to_the_login(self) -> None:
        self.client.logout()
        for path in (*PAGES, "/journal/trackers/"):
            self.assertRedirects(
                self.client.get(path),
                f"/accounts/login/?next={path}",
                fetch_redirect_response=False,
            )

    def test_an_empty_journal_is_invited_to_check_in(self) -> None:
        live_days(self.bob)
        page = self.read()
        self.assertIn("insights-empty", page)
        self.assertNotIn("Walk", page)

    def test_what_stands_out_comes_first_as_a_sentence_with_its_method(self) -> None:
        live_days(self.alice)
        page = self.read()
        self.assertIn("Days with Walk went with higher moods: ", page)
        self.assertRegex(
            page, r"From 30 days with and 30 without; could be anything between \+\d\.\d and \+"
        )
        self.assertLess(page.index("insights-findings"), page.index('class="comparisons"'))
        self.assertLess(page.index('class="comparisons"'), page.index("<table"))

    def test_too_few_days_are_said(self) -> None:
        live_days(self.alice)
        self.assertIn("Not enough days yet: 6 of 10.", self.read())
        self.assertNotIn("Days with Rare", self.read())

    def test_a_few_days_say_how_many_more(self) -> None:
        live_days(self.alice, days=5)
        self.assertIn("about 15 more with a check-in", self.read())

    def test_a_better_and_a_harder_day_are_told_with_the_persons_own_words(self) -> None:
        live_days(self.alice, camera=True)
        tracker = trackers.add(self.alice.pk, "Sleep", "h")
        trackers.set_values(self.alice.pk, TODAY - timedelta(days=6), {tracker.pk: 7.5})
        first, second = self.client.get("/journal/insights/").context["page"].told
        self.assertEqual(first.day, TODAY - timedelta(days=6))
        self.assertTrue(
            first.sentence.startswith("A better day was Sunday, 8 March 2026: felt 5.0")
        )
        self.assertIn(
            "from 1 check-in; with Walk; Sleep 7.5 h; looked mostly happy", first.sentence
        )
        self.assertIn("(observed 10 min)", first.sentence)
        self.assertIn("A harder day was", second.sentence)

    def test_a_hidden_day_counts_and_is_not_named(self) -> None:
        live_days(self.alice, camera=True)
        before = self.client.get("/journal/insights/").context["page"]
        for one in before.told:
            hidden.hide(self.alice.pk, one.day)
        after = self.client.get("/journal/insights/").context["page"]
        self.assertFalse({one.day for one in after.told} & {one.day for one in before.told})
        self.assertEqual(after.report.felt_days, before.report.felt_days)

    def test_shown_stands_beside_felt_with_its_minutes(self) -> None:
        live_days(self.alice, days=90, camera=True)
        page = self.client.get("/journal/insights/").context["page"]
        self.assertEqual(page.report.shown_days, 30)
        (agreement,) = page.report.about("agreement", shown=True)
        self.assertEqual((agreement.seconds, agreement.stands_out), (30 * 600.0, True))
        text = self.read()
        self.assertIn("30 days with enough of the camera, observed 5 h", text)
        self.assertIn("days that felt better looked happier", text)

    def test_a_minute_of_camera_is_not_enough(self) -> None:
        live_days(self.alice)
        observe(self.alice, [draft(NOON, seconds=60.0)])
        self.assertIn("no day with enough of the camera", self.read())

    def test_ranges(self) -> None:
        live_days(self.alice, days=120)
        counts = [
            self.client.get("/journal/insights/", {"range": one}).context["page"].report.felt_days
            for one in ("90", "365", "all", "nonsense")
        ]
        self.assertEqual(counts, [90, 120, 120, 120])

    def test_as_many_queries_for_many_days_as_for_few(self) -> None:
        live_days(self.alice, days=3, camera=True)
        counts = []
        for days in (3, 100):
            live_days(self.alice, days=days, camera=True)
            with CaptureQueriesContext(connection) as queries:
                self.read(range="all")
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 12)

    def test_a_page_read_again_says_the_same(self) -> None:
        live_days(self.alice, days=90, camera=True)

        def said() -> list[str]:
            return re.findall(r"could be anything between [^.]*\.\d and [^.]*\.\d", self.read())

        self.assertGreater(len(said()), 5)
        self.assertEqual(said(), said())

    def test_nothing_is_said_to_cause_anything(self) -> None:
        live_days(self.alice, camera=True)
        texts = [self.read(), *(self.client.get(path).content.decode() for path in PAGES[1:])]
        for text in texts:
            words = re.sub(r"<[^>]*>", " ", text)
            self.assertNotRegex(
                words, r"(?i)because of|makes you|caused|leads to|improves|you are sad"
            )

    def test_it_is_there_in_chinese(self) -> None:
        live_days(self.alice)
        self.alice.language = "zh-hans"
        self.alice.save()
        self.assertIn("Walk", self.read())

    def test_names_of_tags_are_text(self) -> None:
        live_days(self.alice, tag="<b>%(name)s")
        self.assertIn("&lt;b&gt;%(name)s", self.read())
        self.assertNotIn("<b>%", self.read())

    def test_the_method_says_its_numbers(self) -> None:
        page = self.client.get("/journal/insights/method/").content.decode()
        for number in ("Fewer than 10 days", "1000 times", "at least 5 sure minutes", "180 days"):
            self.assertIn(number, page.replace("1,000", "1000"))


@pytest.mark.services
class RowsTestCase(BaseTestCase):
    def test_the_hour_is_that_of_the_place_and_the_day_that_of_the_person(self) -> None:
        self.alice.timezone, self.alice.day_start_hour = "Asia/Tokyo", 4
        for ago in range(12):
            at = datetime(2026, 3, 14, 18, tzinfo=UTC) - timedelta(days=ago)  # 03:00 in Tokyo
            checkins.check_in(self.alice, CheckInDraft(mood=4, at=at), now=at)
        page = pages.insights_page(
            self.alice, Range.QUARTER, datetime(2026, 3, 14, 18, 1, tzinfo=UTC)
        )
        self.assertEqual([(one.hour, one.days) for one in page.hours], [(3, 12)])
        self.assertEqual(page.last, date(2026, 3, 14))
        self.assertEqual(page.report.felt_days, 12)

    def test_deleted_check_ins_and_other_people_count_for_nothing(self) -> None:
        live_days(self.bob)
        row, _ = checkins.check_in(self.alice, CheckInDraft(mood=1, at=NOON), now=NOON)
        checkins.delete(self.alice.pk, row.pk, NOON)
        self.assertEqual(first_day(self.alice.pk, Range.ALL, TODAY), TODAY)
        values = felt_days(self.alice.pk, TODAY - timedelta(days=9), TODAY)
        self.assertTrue((values != values).all())

    def test_what_lies_after_today_is_left_out(self) -> None:
        """Somebody who flew west has a check-in of tomorrow's day."""
        self.alice.timezone = "Pacific/Auckland"
        checkins.check_in(self.alice, CheckInDraft(mood=4, at=NOON), now=NOON)
        self.alice.timezone = "Pacific/Honolulu"
        page = pages.insights_page(self.alice, Range.ALL, NOON)
        self.assertEqual(page.last, TODAY)
        self.assertEqual(page.report.felt_days, 0)

    def test_went_with_better_days_names_no_archived_tag(self) -> None:
        live_days(self.alice)
        with translation.override("en"):
            (row,) = pages.went_with_better_days(self.alice, NOON)
            self.assertEqual(row.name, "Walk")
            tags.archive(tags.tags(self.alice.pk).get(name="Walk"), True)
            self.assertEqual(pages.went_with_better_days(self.alice, NOON), [])
