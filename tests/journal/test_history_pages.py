"""The pages of the history: whose they are, what they say, and how little they ask the database."""

from datetime import UTC, date, datetime, timedelta
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emotionweb.journal import hidden, services, tags
from tests.base import BaseTestCase
from tests.journal.observations import draft, observe
from tests.journal.test_history_days import NOON, minutes, say

PATHS = [
    "/journal/year/2026/",
    "/journal/year/2026/?show=shown",
    "/journal/year/2026/?show=difference",
    "/journal/month/2026-03/",
    "/journal/week/2026-W11/",
    "/journal/search/?words=secret",
    "/journal/search/?kind=shown",
    "/journal/",
]


class HistoryTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)
        clock = mock.patch("django.utils.timezone.now", side_effect=lambda: self.now)
        self.now = NOON + timedelta(days=5)
        clock.start()
        self.addCleanup(clock.stop)


class WhoseTestCase(HistoryTestCase):
    def test_strangers_are_sent_to_the_login(self) -> None:
        self.client.logout()
        for path in [*PATHS, "/journal/2026-03-14/"]:
            response = self.client.get(path)
            self.assertEqual(response.status_code, 302)
            self.assertTrue(response["Location"].startswith(reverse("accounts:login")))
        self.assertEqual(self.client.post("/journal/2026-03-14/hide/").status_code, 302)

    def test_another_sees_nothing_of_it(self) -> None:
        row = say(self.alice, NOON, note="my secret")
        observe(self.alice, minutes(NOON))
        self.client.force_login(self.bob)
        for path in PATHS:
            response = self.client.get(path)
            self.assertEqual(response.status_code, 200)
            self.assertNotContains(response, "/journal/2026-03-14/")
            self.assertNotContains(response, str(row.pk))
            self.assertNotContains(response, "my <mark>")
        self.assertEqual(self.client.get("/journal/2026-03-14/").status_code, 404)

    def test_a_tag_of_another_finds_nothing_and_is_not_offered(self) -> None:
        tag = tags.add(self.bob.pk, "Quiet place")
        say(self.bob, NOON, tags=[tag.pk])
        response = self.client.get("/journal/search/", {"tag": tag.pk})
        self.assertNotContains(response, "Quiet place")
        self.assertTrue(response.context["form"].errors)


class AddressesTestCase(HistoryTestCase):
    def test_what_is_in_no_calendar_or_still_to_come_is_no_page(self) -> None:
        for path in (
            "/journal/year/2027/",
            "/journal/year/0/",
            "/journal/year/1/",
            "/journal/year/2026/?show=mood",
            "/journal/month/2026-13/",
            "/journal/month/2026-04/",
            "/journal/month/0001-01/",
            "/journal/week/2026-W54/",
            "/journal/week/2026-W13/",
            "/journal/week/2026-11/",
            "/journal/week/0000-W01/",
        ):
            self.assertEqual(self.client.get(path).status_code, 404, path)

    def test_a_year_without_anything_says_so_and_leads_nowhere_back(self) -> None:
        response = self.client.get("/journal/year/2019/")
        self.assertContains(response, "Nothing in this year yet.")
        self.assertNotContains(response, 'rel="prev"')
        self.assertContains(response, 'rel="next"')

    def test_the_pages_lead_to_each_other_where_the_person_is(self) -> None:
        say(self.alice, NOON)
        response = self.client.get("/journal/2026-03-14/")
        for path in ("/journal/month/2026-03/", "/journal/week/2026-W11/", "/journal/year/2026/"):
            self.assertContains(response, f'href="{path}"')

    def test_the_first_week_of_a_year_may_begin_in_the_year_before(self) -> None:
        self.now = datetime(2026, 1, 2, 12, tzinfo=UTC)
        say(self.alice, datetime(2025, 12, 30, 12, tzinfo=UTC))
        response = self.client.get("/journal/week/2026-W01/")
        self.assertContains(response, "Week 1, 2026")
        self.assertContains(response, "/journal/2025-12-30/")


class YearPageTestCase(HistoryTestCase):
    def test_each_day_says_in_words_what_it_shows(self) -> None:
        say(self.alice, NOON, mood=2)
        observe(self.alice, minutes(NOON - timedelta(hours=3), 31))
        response = self.client.get("/journal/year/2026/")
        self.assertContains(
            response,
            'href="/journal/2026-03-14/" aria-label="Saturday, 14 March 2026 · Felt bad · '
            'Looked mostly happy · Observed 31 min, all before noon"',
        )
        self.assertContains(response, "Sunday, 15 March 2026 · nothing on this day")
        self.assertContains(response, "<table", count=1)

    def test_today_is_the_last_day_that_can_be_gone_to(self) -> None:
        self.alice.timezone, self.alice.day_start_hour = "Asia/Shanghai", 4
        self.alice.save()
        self.now = datetime(2026, 3, 14, 19, 59, tzinfo=UTC)  # 03:59 on the 15th in Shanghai
        self.assertNotContains(self.client.get("/journal/year/2026/"), "15 March 2026")
        self.now += timedelta(minutes=1)
        self.assertContains(self.client.get("/journal/year/2026/"), "15 March 2026")

    def test_the_difference_is_explained_and_a_new_model_told(self) -> None:
        observe(self.alice, [draft(NOON, model_version="m-1")])
        observe(self.alice, [draft(NOON + timedelta(days=1), model_version="m-2")])
        response = self.client.get("/journal/year/2026/?show=difference")
        self.assertContains(response, "at least 5 minutes observed")
        self.assertContains(response, "From 15 March 2026 another model saw the faces: m-2.")
        self.assertContains(response, "data-turn", count=1)
        felt = self.client.get("/journal/year/2026/")
        self.assertNotContains(felt, "data-turn")


class DayPageTestCase(HistoryTestCase):
    def test_everything_stands_at_the_clock_of_its_own_place(self) -> None:
        self.alice.timezone = "Asia/Shanghai"
        say(self.alice, NOON, note="far away")
        observe(self.alice, [draft(NOON + timedelta(minutes=30))], timezone="Asia/Shanghai")
        self.alice.timezone = "Europe/Berlin"
        self.alice.save()
        response = self.client.get("/journal/2026-03-14/")
        self.assertContains(response, "20:00</time>")
        self.assertContains(response, "20:30</time>")
        self.assertNotContains(response, "20:30–20:30")
        self.assertContains(response, "Clock of Asia/Shanghai", count=1)
        body = response.content.decode()
        self.assertLess(body.index("far away"), body.index('data-testid="journal-session"'))

    def test_after_its_time_only_the_sum_is_left(self) -> None:
        observe(self.alice, minutes(NOON))
        services.seal(self.alice.pk, date(2026, 3, 15))
        response = self.client.get("/journal/2026-03-14/")
        self.assertContains(response, "kept as the sum of the day only")
        self.assertContains(response, "Observed 10 min")
        self.assertNotContains(response, 'data-testid="day-line"')

    def test_a_check_in_on_a_sealed_day_has_its_line(self) -> None:
        observe(self.alice, minutes(NOON))
        services.seal(self.alice.pk, date(2026, 3, 15))
        say(self.alice, NOON)
        self.assertContains(self.client.get("/journal/2026-03-14/"), 'data-testid="day-line"')


class HiddenTestCase(HistoryTestCase):
    def setUp(self) -> None:
        super().setUp()
        say(self.alice, NOON, mood=1, note="secret")
        observe(self.alice, minutes(NOON, sadness=0.7))

    def hide(self, value: str = "1") -> None:
        response = self.client.post("/journal/2026-03-14/hide/", {"hide": value})
        self.assertRedirects(response, "/journal/2026-03-14/")

    def test_a_hidden_day_is_met_nowhere_by_chance(self) -> None:
        self.hide()
        for path in [*PATHS, "/"]:
            response = self.client.get(path)
            for word in ("Felt very bad", "secret</mark>", "Looked mostly sad", "data-mood-felt"):
                self.assertNotContains(response, word)
        year = self.client.get("/journal/year/2026/")
        self.assertContains(year, "Saturday, 14 March 2026 · hidden by you")
        self.assertEqual(self.client.get("/journal/").context["days"], [])
        self.assertContains(self.client.get("/journal/search/?words=a"), "Hidden days are left out")

    def test_today_is_closed_too_when_it_is_hidden(self) -> None:
        self.now = NOON + timedelta(hours=1)
        self.assertContains(self.client.get("/"), "secret")
        self.hide()
        page = self.client.get("/")
        self.assertContains(page, "You have hidden this day.")
        for word in ("secret", "Felt very bad", "Looked mostly sad"):
            self.assertNotContains(page, word)

    def test_it_is_shown_when_it_is_asked_for_and_can_be_brought_back(self) -> None:
        self.hide()
        closed = self.client.get("/journal/2026-03-14/")
        self.assertContains(closed, "You have hidden this day.")
        self.assertNotContains(closed, "secret")
        self.assertContains(self.client.get("/journal/2026-03-14/?show=1"), "secret")
        self.hide("")
        self.assertContains(self.client.get("/journal/2026-03-14/"), "secret")
        self.assertFalse(hidden.is_hidden(self.alice.pk, NOON.date()))

    def test_a_day_of_another_or_without_anything_cannot_be_hidden(self) -> None:
        self.client.force_login(self.bob)
        for day in ("2026-03-14", "2026-03-15"):
            response = self.client.post(f"/journal/{day}/hide/", {"hide": "1"})
            self.assertEqual(response.status_code, 404)
        self.assertFalse(hidden.any_day(self.bob.pk))


class SearchTestCase(HistoryTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.walk, self.town = tags.add(self.alice.pk, "Walk"), tags.add(self.alice.pk, "Town")
        self.river = say(self.alice, NOON, note="**Long WALK** by the river", tags=[self.walk.pk])
        self.chinese = say(
            self.alice,
            NOON - timedelta(days=1),
            mood=2,
            note="沿着河走了很久，心情（不）好",
            tags=[self.walk.pk, self.town.pk],
        )
        self.silent = say(self.alice, NOON - timedelta(days=40), mood=5)

    def found(self, **asked: object) -> list[object]:
        response = self.client.get("/journal/search/", asked)
        return [hit.check_in.pk for hit in response.context["hits"]]

    def test_parts_of_notes_in_any_script(self) -> None:
        for words in ("river", "RIVER", "ｒｉｖｅｒ", "long walk", "ive", '"walk by the"'):
            self.assertEqual(self.found(words=words), [self.river.pk], words)
        for words in ("河", "走了很久", "(不)", "（不）", "沿着 很久"):
            self.assertEqual(self.found(words=words), [self.chinese.pk], words)
        for words in ("river 河", '"walk river"', "%", "_", "\\", "很河"):
            self.assertEqual(self.found(words=words), [], words)

    def test_signs_that_databases_take_for_others_are_only_themselves(self) -> None:
        sure = say(self.alice, NOON - timedelta(days=3), note="100 % sure \\o/ it's")
        for words in ("100 %", "\\o", "it's"):
            self.assertEqual(self.found(words=words), [sure.pk], words)

    def test_what_is_changed_or_deleted_is_found_anew_or_no_more(self) -> None:
        data = {"mood": "4", "date": "2026-03-14", "time": "12:00", "note": "by the sea"}
        self.client.post(f"/journal/check-in/{self.river.pk}/", data)
        self.assertEqual(self.found(words="river"), [])
        self.assertEqual(self.found(words="sea"), [self.river.pk])
        self.client.post(f"/journal/check-in/{self.river.pk}/delete/")
        self.assertEqual(self.found(words="sea"), [])

    def test_filters_hold_together(self) -> None:
        both = [self.river.pk, self.chinese.pk]
        self.assertEqual(self.found(tag=self.walk.pk), both)
        self.assertEqual(self.found(tag=[self.walk.pk, self.town.pk]), [self.chinese.pk])
        self.assertEqual(self.found(tag=self.walk.pk, mood=4), [self.river.pk])
        self.assertEqual(self.found(mood=[2, 5]), [self.chinese.pk, self.silent.pk])
        self.assertEqual(self.found(kind="note"), both)
        self.assertEqual(self.found(first="2026-03-14"), [self.river.pk])
        self.assertEqual(self.found(last="2026-03-13"), [self.chinese.pk, self.silent.pk])
        self.assertEqual(self.found(first="2026-03-13", last="2026-03-13"), [self.chinese.pk])

    def test_days_with_the_camera_in_a_range(self) -> None:
        observe(self.alice, [draft(NOON), draft(NOON - timedelta(days=30))])
        asked = {"kind": "shown", "first": "2026-03-01", "words": "river"}
        response = self.client.get("/journal/search/", asked)
        self.assertEqual([day.day for day in response.context["days"]], [NOON.date()])
        self.assertContains(response, "so only the range was used")

    def test_what_cannot_be_looked_for_is_said_at_its_field(self) -> None:
        response = self.client.get(
            "/journal/search/", {"first": "2026-03-14", "last": "2026-03-13", "words": "kept"}
        )
        self.assertEqual(
            response.context["form"].errors, {"last": ["This day is before the first one."]}
        )
        self.assertContains(response, 'value="kept"')

    def test_what_was_found_is_marked_and_leads_to_its_place(self) -> None:
        response = self.client.get("/journal/search/", {"words": "walk"})
        self.assertContains(response, "Long <mark>WALK</mark> by the river")
        self.assertContains(response, f"/journal/2026-03-14/#e-{self.river.pk}")

    def test_a_note_is_text_in_what_was_found(self) -> None:
        say(self.alice, NOON - timedelta(days=2), note="<b>bold</b> & sly")
        response = self.client.get("/journal/search/", {"words": "bold"})
        self.assertNotContains(response, "<b>")
        self.assertContains(response, "&lt;b<mark>bold</mark>&lt;/b &amp; sly")

    def test_many_are_turned_page_by_page_and_the_search_stays(self) -> None:
        for number in range(45):
            say(self.alice, NOON - timedelta(days=50 + number), note="every day a river")
        response = self.client.get("/journal/search/", {"words": "river", "page": 2})
        self.assertContains(response, "46 check-ins found")
        self.assertContains(response, "words=river&amp;page=3")
        self.assertEqual(len(response.context["hits"]), 20)

    def test_nothing_is_listed_before_something_is_asked(self) -> None:
        response = self.client.get("/journal/search/")
        self.assertNotIn("page_obj", response.context)
        self.assertContains(self.client.get("/journal/search/?words=zebra"), "Nothing found.")


class QueriesTestCase(HistoryTestCase):
    """As many whether there is a week or half a year."""

    def test_the_number_of_queries_does_not_grow(self) -> None:
        def fill(days: range) -> None:
            for back in days:
                say(self.alice, NOON - timedelta(days=back), note="secret", tags=[tag.pk])
                observe(self.alice, [draft(NOON - timedelta(days=back))])

        tag = tags.add(self.alice.pk, "Walk")
        paths = [*PATHS, "/journal/2026-03-14/"]
        fill(range(3))
        few = {path: self.count(path) for path in paths}
        fill(range(3, 60))
        for path in paths:
            self.assertEqual(self.count(path), few[path], path)
            self.assertLessEqual(few[path], 20, path)

    def count(self, path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            self.assertEqual(self.client.get(path).status_code, 200)
        return len(queries)
