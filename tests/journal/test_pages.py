from datetime import UTC, date, datetime, timedelta
from unittest import mock

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emotionweb.journal.views import DAYS_A_PAGE
from tests.base import BaseTestCase
from tests.journal.observations import draft, observe

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def on(now: datetime) -> mock._patch:
    return mock.patch("emotionweb.journal.views.timezone.now", return_value=now)


class JournalPagesTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)

    def days(self, page: int = 1) -> list[date]:
        return [day.day for day in self.client.get("/journal/", {"page": page}).context["days"]]

    def test_strangers_are_sent_to_the_login_and_back(self) -> None:
        self.client.logout()
        for path in ("/journal/", "/journal/2026-03-14/"):
            response = self.client.get(path)
            self.assertRedirects(
                response, f"{reverse('accounts:login')}?next={path}", fetch_redirect_response=False
            )

    def test_the_list_has_the_newest_day_first(self) -> None:
        observe(self.alice, [draft(NOON), draft(NOON + timedelta(days=2))])
        self.assertEqual(self.days(), [date(2026, 3, 16), date(2026, 3, 14)])
        response = self.client.get("/journal/")
        self.assertContains(response, 'data-day="2026-03-14"')
        self.assertContains(response, 'data-top="happiness"')

    def test_an_empty_journal_says_what_to_do(self) -> None:
        observe(self.bob, [draft(NOON)])
        response = self.client.get("/journal/")
        self.assertEqual(response.context["days"], [])
        self.assertContains(response, reverse("live:page"))

    def test_many_days_are_turned_page_by_page_with_as_many_queries(self) -> None:
        observe(self.alice, [draft(NOON)])
        with CaptureQueriesContext(connection) as few:
            self.days()
        for number in range(1, DAYS_A_PAGE + 2):
            observe(self.alice, [draft(NOON + timedelta(days=number))])
        with CaptureQueriesContext(connection) as many:
            self.assertEqual(len(self.days()), DAYS_A_PAGE)
        self.assertEqual(len(many), len(few))
        self.assertEqual(self.days(page=2)[-1], date(2026, 3, 14))

    def test_a_day_shows_its_sessions_at_the_time_of_the_place(self) -> None:
        source = observe(self.alice, [draft(NOON)], timezone="Asia/Shanghai")
        response = self.client.get("/journal/2026-03-14/")
        self.assertEqual([one.id for one in response.context["sources"]], [source])
        self.assertContains(response, "20:00")
        self.assertContains(response, f"/live/sessions/{source}/delete/")

    def test_a_place_unknown_to_this_machine_is_shown_in_utc(self) -> None:
        observe(self.alice, [draft(NOON)], timezone="Mars/Olympus_Mons")
        self.assertContains(self.client.get("/journal/2026-03-14/"), "12:00")

    def test_anothers_day_is_no_day(self) -> None:
        observe(self.bob, [draft(NOON)])
        with self.assertTemplateUsed("404.html"):
            response = self.client.get("/journal/2026-03-14/")
        self.assertNotContains(response, "journal-session", status_code=404)

    def test_a_day_in_no_calendar_is_no_page(self) -> None:
        for path in ("/journal/2026-02-30/", "/journal/0000-00-00/", "/journal/20260314/"):
            self.assertTemplateNotUsed(self.client.get(path), "journal/day.html")
            self.assertEqual(self.client.get(path).status_code, 404)

    def test_today_is_the_day_of_the_persons_own_clock(self) -> None:
        self.alice.timezone, self.alice.day_start_hour = "Europe/Berlin", 4
        self.alice.save()
        night = datetime(2026, 3, 15, 1, tzinfo=UTC)  # 02:00 in Berlin: still the 14th
        observe(self.alice, [draft(NOON), draft(NOON - timedelta(days=1))])
        with on(night):
            context = self.client.get("/").context
        self.assertEqual(context["day"], date(2026, 3, 14))
        self.assertEqual(context["today"].day, date(2026, 3, 14))
        self.assertEqual([day.day for day in context["recent"]], [date(2026, 3, 13)])
        self.assertEqual(context["greeting"], "Good evening")

    def test_today_before_anything_was_seen(self) -> None:
        with on(NOON):
            context = self.client.get("/").context
        self.assertIsNone(context["today"])
        self.assertEqual(context["recent"], [])

    def test_a_stranger_sees_what_this_is(self) -> None:
        self.client.logout()
        self.assertTemplateUsed(self.client.get("/"), "home/landing.html")


class AdminTestCase(BaseTestCase):
    def setUp(self) -> None:
        observe(self.alice, [draft(NOON)])
        self.bob.is_staff = self.bob.is_superuser = True
        self.bob.save()
        self.client.force_login(self.bob)

    def test_an_administrator_sees_that_there_is_a_day_and_not_what_it_says(self) -> None:
        listing = self.client.get("/admin/journal/dailyemotionlog/")
        self.assertContains(listing, "alice@example.org")
        log = self.alice.daily_logs.get()
        page = self.client.get(f"/admin/journal/dailyemotionlog/{log.pk}/change/")
        for response in (listing, page):
            self.assertNotContains(response, "happiness")
        self.assertNotContains(page, 'name="_save"')

    def test_what_was_seen_cannot_be_deleted_by_itself_but_with_its_person(self) -> None:
        log = self.alice.daily_logs.get()
        self.client.post(f"/admin/journal/dailyemotionlog/{log.pk}/delete/", {"post": "yes"})
        self.assertTrue(self.alice.daily_logs.exists())
        self.client.post(f"/admin/accounts/user/{self.alice.pk}/delete/", {"post": "yes"})
        self.assertFalse(self.alice.daily_logs.exists())
