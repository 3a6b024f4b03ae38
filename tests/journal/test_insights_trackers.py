from datetime import UTC, date, datetime
from unittest import mock

import pytest
from django.db import IntegrityError, transaction

from emotionweb.accounts.models import User
from emotionweb.journal.insights import trackers
from emotionweb.journal.insights.trackers import TrackerError
from emotionweb.journal.models import Tracker, TrackerValue
from tests.base import BaseTestCase

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
DAY = date(2026, 3, 14)
VALUES = "/journal/trackers/values/"


def value(tracker: Tracker, day: date = DAY) -> float | None:
    return (
        TrackerValue.objects.filter(tracker=tracker, local_day=day)
        .values_list("value", flat=True)
        .first()
    )


@pytest.mark.services
class TrackersTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.sleep = trackers.add(self.alice.pk, "Sleep", "h")

    def names(self) -> list[str]:
        return [one.name for one in trackers.trackers(self.alice.pk)]

    def test_a_name_is_there_once_and_comes_back_from_the_archive(self) -> None:
        trackers.archive(self.sleep, True)
        again = trackers.add(self.alice.pk, " SLEEP ", "min")
        self.assertEqual((again.pk, again.unit, again.archived), (self.sleep.pk, "h", False))
        trackers.add(self.bob.pk, "sleep")
        with self.assertRaises(IntegrityError), transaction.atomic():
            Tracker.objects.create(user=self.alice, name="sleep")

    def test_names_and_units_are_needed_short_and_without_odd_signs(self) -> None:
        for name, unit in (("", ""), ("  \x00 ", ""), ("x" * 41, ""), ("Steps", "x" * 17)):
            with self.assertRaises(TrackerError):
                trackers.add(self.alice.pk, name, unit)
        self.assertEqual(trackers.add(self.alice.pk, " Cups\nof  tea ").name, "Cups of tea")

    def test_there_is_an_end(self) -> None:
        for number in range(trackers.MOST_TRACKERS - 1):
            trackers.add(self.alice.pk, f"Number {number}")
        with self.assertRaises(TrackerError):
            trackers.add(self.alice.pk, "One more")
        self.assertEqual(trackers.add(self.alice.pk, "sleep"), self.sleep)

    def test_they_change_places(self) -> None:
        trackers.add(self.alice.pk, "Steps")
        tea = trackers.add(self.alice.pk, "Tea")
        trackers.move(tea, -1)
        self.assertEqual(self.names(), ["Sleep", "Tea", "Steps"])
        trackers.move(tea, -1)
        trackers.move(tea, -1)
        self.assertEqual(self.names(), ["Tea", "Sleep", "Steps"])

    def test_a_name_of_another_one_is_refused(self) -> None:
        tea = trackers.add(self.alice.pk, "Tea")
        with self.assertRaises(TrackerError):
            trackers.change(tea, "SLEEP", "")
        trackers.change(tea, "tea", "cups")
        self.assertEqual(trackers.trackers(self.alice.pk).get(pk=tea.pk).unit, "cups")

    def test_a_day_has_one_value_that_can_be_taken_away(self) -> None:
        for number, stored in ((7.5, 7.5), (8.0, 8.0), (None, None), (None, None)):
            trackers.set_values(self.alice.pk, DAY, {self.sleep.pk: number})
            self.assertEqual(value(self.sleep), stored)

    def test_values_go_to_own_trackers_only_and_must_be_numbers(self) -> None:
        trackers.set_values(self.bob.pk, DAY, {self.sleep.pk: 3.0})
        self.assertIsNone(value(self.sleep))
        for number in (float("nan"), float("inf"), 1e10):
            with self.assertRaises(TrackerError):
                trackers.set_values(self.alice.pk, DAY, {self.sleep.pk: number})

    def test_a_day_asks_for_what_is_tracked_now_or_was_on_it(self) -> None:
        tea = trackers.add(self.alice.pk, "Tea")
        trackers.set_values(self.alice.pk, DAY, {tea.pk: 2.0})
        trackers.archive(tea, True)
        of_day = {one.tracker.name: one.value for one in trackers.of_day(self.alice.pk, DAY)}
        self.assertEqual(of_day, {"Sleep": None, "Tea": 2.0})
        other = {one.tracker.name for one in trackers.of_day(self.alice.pk, date(2026, 3, 13))}
        self.assertEqual(other, {"Sleep"})

    def test_deleting_takes_the_values_along_and_so_does_the_account(self) -> None:
        trackers.set_values(self.alice.pk, DAY, {self.sleep.pk: 7.0})
        tea = trackers.add(self.alice.pk, "Tea")
        trackers.set_values(self.alice.pk, DAY, {tea.pk: 7.0})
        trackers.delete(tea)
        self.assertEqual(TrackerValue.objects.count(), 1)
        User.objects.get(pk=self.alice.pk).delete()
        self.assertFalse(TrackerValue.objects.exists())


class TrackerPagesTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)
        self.sleep = trackers.add(self.alice.pk, "Sleep", "h")
        self.theirs = trackers.add(self.bob.pk, "Cigarettes")
        clock = mock.patch("django.utils.timezone.now", return_value=NOON)
        clock.start()
        self.addCleanup(clock.stop)

    def test_the_list_has_the_persons_own(self) -> None:
        page = self.client.get("/journal/trackers/")
        self.assertContains(page, "Sleep")
        self.assertNotContains(page, "Cigarettes")

    def test_one_is_added_renamed_put_away_and_deleted(self) -> None:
        self.client.post("/journal/trackers/", {"name": "Tea", "unit": "cups"})
        tea = trackers.trackers(self.alice.pk).get(name="Tea")
        self.client.post(f"/journal/trackers/{tea.pk}/", {"name": "Green tea", "unit": "cups"})
        action = f"/journal/trackers/{tea.pk}/action/"
        self.client.post(action, {"action": "up"})
        names = [one.name for one in trackers.trackers(self.alice.pk)]
        self.assertEqual(names, ["Green tea", "Sleep"])
        self.client.post(action, {"action": "archive"})
        page = self.client.get("/journal/trackers/")
        self.assertEqual([one.name for one in page.context["archived"]], ["Green tea"])
        self.client.post(action, {"action": "unarchive"})
        self.client.post(action, {"action": "delete"})
        self.assertFalse(trackers.trackers(self.alice.pk).filter(pk=tea.pk).exists())

    def test_what_is_refused_is_said_in_place(self) -> None:
        trackers.add(self.alice.pk, "Tea")
        page = self.client.post(f"/journal/trackers/{self.sleep.pk}/", {"name": "tea"})
        self.assertEqual(
            page.context["form"].errors["name"], ["You track another number of this name."]
        )
        self.assertContains(page, "<h1>Sleep</h1>", html=True)
        page = self.client.post("/journal/trackers/", {"name": "x", "unit": "x" * 17})
        self.assertIn("unit", page.context["form"].errors)

    def test_those_of_others_are_not_found(self) -> None:
        path = f"/journal/trackers/{self.theirs.pk}/"
        self.assertEqual(self.client.get(path).status_code, 404)
        self.assertEqual(self.client.post(path, {"name": "Mine"}).status_code, 404)
        answer = self.client.post(f"{path}action/", {"action": "delete"})
        self.assertEqual(answer.status_code, 404)
        self.theirs.refresh_from_db()
        self.assertEqual(self.theirs.name, "Cigarettes")
        self.client.force_login(self.charlie)
        self.assertEqual(self.client.get(f"/journal/trackers/{self.sleep.pk}/").status_code, 404)

    def test_today_asks_for_the_numbers_and_stores_them(self) -> None:
        page = self.client.get("/")
        self.assertContains(page, "numbers-form")
        self.assertContains(page, 'name="day" value="2026-03-14"')
        sent = {"day": "2026-03-14", f"tracker-{self.sleep.pk}": "7.5", "next": "/"}
        self.assertRedirects(self.client.post(VALUES, sent), "/")
        self.assertEqual(value(self.sleep), 7.5)
        self.assertContains(self.client.get("/"), 'value="7.5"')

    def test_somebody_who_tracks_nothing_is_asked_nothing(self) -> None:
        self.client.force_login(self.charlie)
        self.assertNotContains(self.client.get("/"), "numbers-form")

    def test_a_comma_is_a_comma_where_people_write_one(self) -> None:
        for typed, stored in (("1,5", None), ("1.5", 1.5)):
            self.client.post(VALUES, {"day": "2026-03-14", f"tracker-{self.sleep.pk}": typed})
            self.assertEqual(value(self.sleep), stored)

    def test_what_is_no_number_is_said_and_kept(self) -> None:
        sent = {"day": "2026-03-14", f"tracker-{self.sleep.pk}": "long"}
        page = self.client.post(VALUES, sent)
        self.assertContains(page, 'value="long"')
        self.assertContains(page, "form-summary")
        self.assertIsNone(value(self.sleep))
        self.assertContains(self.client.post(VALUES, {"day": "soon"}), "form-summary")

    def test_numbers_of_another_page_stay_and_those_of_others_are_out_of_reach(self) -> None:
        tea = trackers.add(self.alice.pk, "Tea")
        trackers.set_values(self.alice.pk, DAY, {tea.pk: 2.0})
        sent = {
            "day": "2026-03-14",
            f"tracker-{self.sleep.pk}": "8",
            f"tracker-{self.theirs.pk}": "20",
            "next": "https://elsewhere.example/",
        }
        self.assertRedirects(self.client.post(VALUES, sent), "/")
        self.assertEqual((value(self.sleep), value(tea), value(self.theirs)), (8.0, 2.0, None))
