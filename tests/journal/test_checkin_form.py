from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from emotionweb.journal import tags
from emotionweb.journal.models import CheckIn, Tag
from tests.journal.checkin_pages import FORM, NOON, CheckInPagesTestCase
from tests.journal.test_checkins import say
from tests.journal.test_days import at


class FormTestCase(CheckInPagesTestCase):
    def test_everything_is_stored(self) -> None:
        self.alice.timezone = "Europe/Berlin"
        self.alice.save()
        walk = tags.add(self.alice.pk, "Walk")
        response = self.fill(
            mood="2", energy="5", pleasantness="", note=" a\nb ", tags=[walk.pk], time="11:30"
        )
        self.assertRedirects(response, "/")
        row = CheckIn.objects.get()
        self.assertEqual((row.mood, row.energy, row.pleasantness), (2, 5, None))
        self.assertEqual((row.note, list(row.tags.all())), ("a\nb", [walk]))
        self.assertEqual(row.at, NOON - timedelta(hours=1, minutes=30))

    def test_it_begins_with_now_on_the_persons_own_clock(self) -> None:
        self.alice.timezone = "Asia/Shanghai"
        self.alice.save()
        page = self.client.get(FORM)
        self.assertContains(page, 'value="2026-03-14"')
        self.assertContains(page, 'value="20:00"')

    def test_an_earlier_day_leads_to_that_day(self) -> None:
        response = self.fill(date="2026-03-01")
        self.assertRedirects(response, "/journal/2026-03-01/")

    def test_pressing_save_twice_is_once_and_the_last_word_counts(self) -> None:
        check_in_id = str(uuid4())
        self.fill(id=check_in_id, note="first")
        self.fill(id=check_in_id, note="second", mood="1")
        row = CheckIn.objects.get()
        self.assertEqual((str(row.pk), row.note, row.mood), (check_in_id, "second", 1))

    def test_an_error_stands_in_place_and_what_was_typed_is_kept(self) -> None:
        walk = tags.add(self.alice.pk, "Walk")
        response = self.fill(mood="", note="kept", tags=[walk.pk], energy="3")
        self.assertEqual(self.errors(response), {"mood": ["Choose one of the five marks."]})
        self.assertContains(response, "kept")
        self.assertContains(response, f'value="{walk.pk}" checked')
        self.assertContains(response, 'id="id_mood_error"')
        self.assertFalse(CheckIn.objects.exists())

    def test_a_time_to_come_is_told_at_the_time(self) -> None:
        response = self.fill(time="12:03")
        self.assertIn("still to come", self.errors(response)["time"][0])
        self.assertRedirects(self.fill(time="12:01"), "/")

    def test_a_date_in_no_calendar_is_told(self) -> None:
        for day in ("2026-02-30", "", "0001-01-01"):
            self.alice.timezone = "Asia/Tokyo"
            self.alice.save()
            self.assertIn("date", self.errors(self.fill(date=day, time="00:30")), day)

    def test_an_age_ago_is_told(self) -> None:
        self.assertIn("too long ago", self.errors(self.fill(date="1950-01-01"))["time"][0])

    def test_anothers_tag_cannot_be_chosen(self) -> None:
        self.assertIn("tags", self.errors(self.fill(tags=[tags.add(self.bob.pk, "His").pk])))

    def test_a_time_that_the_clocks_left_out_is_told(self) -> None:
        self.alice.timezone = "Europe/Berlin"
        self.alice.save()
        self.now = at("2026-03-29 12:00", "Europe/Berlin")
        response = self.fill(date="2026-03-29", time="02:30")
        self.assertIn("left this time out", self.errors(response)["time"][0])

    def test_a_time_that_came_twice_is_asked_about(self) -> None:
        self.alice.timezone = "Europe/Berlin"
        self.alice.save()
        self.now = at("2026-10-25 12:00", "Europe/Berlin")
        self.assertNotContains(self.client.get(FORM), 'name="fold"')
        response = self.fill(date="2026-10-25", time="02:30")
        self.assertIn("fold", self.errors(response))
        self.assertContains(response, 'name="fold"')
        self.fill(date="2026-10-25", time="02:30", fold="1")
        self.assertEqual(CheckIn.objects.get().at, datetime(2026, 10, 25, 1, 30, tzinfo=UTC))

    def test_now_is_now_also_in_the_hour_that_comes_twice(self) -> None:
        self.alice.timezone = "Europe/Berlin"
        self.alice.save()
        self.now = at("2026-10-25 02:30", "Europe/Berlin", fold=1)
        form = self.client.get(FORM).context["form"]
        self.assertEqual(form["fold"].value(), 1)


class EditTestCase(CheckInPagesTestCase):
    def test_it_shows_what_is_there_at_the_time_of_its_place(self) -> None:
        self.alice.timezone = "Asia/Shanghai"
        row = say(self.alice, 2, note="there", tags=[tags.add(self.alice.pk, "Walk").pk])
        page = self.client.get(f"{FORM}{row.pk}/")
        self.assertContains(page, 'value="20:00"')
        self.assertContains(page, "Asia/Shanghai")
        self.assertContains(page, "there</textarea>")

    def test_changing_the_note_alone_keeps_the_very_second(self) -> None:
        moment = NOON.replace(hour=11, minute=30, second=42, microsecond=7)
        row = say(self.alice, moment=moment)
        self.fill(f"{FORM}{row.pk}/", note="new")
        row.refresh_from_db()
        self.assertEqual((row.note, row.at), ("new", moment))

    def test_a_deleted_one_is_not_there_until_it_is_back(self) -> None:
        row = say(self.alice)
        path = f"{FORM}{row.pk}/"
        self.assertRedirects(self.client.post(f"{path}delete/"), "/")
        self.assertEqual(self.client.get(path).status_code, 404)
        self.client.post(f"{path}restore/")
        self.assertEqual(self.client.get(path).status_code, 200)

    def test_deleting_the_last_of_an_old_day_leads_to_the_journal(self) -> None:
        row = say(self.alice, moment=NOON - timedelta(days=9))
        response = self.client.post(f"{FORM}{row.pk}/delete/")
        self.assertRedirects(response, "/journal/")


class TagsInTheFormTestCase(CheckInPagesTestCase):
    def test_somebody_without_tags_is_offered_a_set_and_loses_nothing(self) -> None:
        self.assertContains(self.client.get(FORM), 'value="starters"')
        response = self.fill(add="starters", note="kept", mood="5")
        self.assertFalse(CheckIn.objects.exists())
        self.assertContains(response, "kept")
        self.assertEqual(response.context["form"]["mood"].value(), "5")
        self.assertEqual(len(response.context["form"].tag_groups), 4)
        self.assertNotContains(response, 'value="starters"')

    def test_a_new_one_is_added_in_place_and_chosen(self) -> None:
        walk = tags.add(self.alice.pk, "Walk")
        response = self.fill(add="tag", new_tag="Anna", new_tag_kind="people", tags=[walk.pk])
        groups = response.context["form"].tag_groups
        anna = Tag.objects.get(name="Anna")
        self.assertEqual(groups, [("Activities", [(walk, True)]), ("People", [(anna, True)])])

    def test_one_that_cannot_be_is_told_in_place(self) -> None:
        response = self.fill(add="tag", new_tag="  ", note="kept")
        self.assertContains(response, "A tag needs a name.")
        self.assertContains(response, "kept")

    def test_one_that_was_typed_but_not_added_is_meant_as_well(self) -> None:
        self.fill(new_tag="Anna", new_tag_kind="people")
        self.assertEqual([tag.name for tag in CheckIn.objects.get().tags.all()], ["Anna"])


class TagPagesTestCase(CheckInPagesTestCase):
    def test_from_the_starter_set_to_ones_own(self) -> None:
        self.client.post("/journal/tags/starters/")
        tag = Tag.objects.get(name="Sport")
        look = {"name": "Swimming", "kind": "other", "icon": "star", "colour": "sea"}
        self.assertRedirects(self.client.post(f"/journal/tags/{tag.pk}/", look), "/journal/tags/")
        tag.refresh_from_db()
        self.assertEqual((tag.name, tag.kind, tag.icon, tag.colour), tuple(look.values()))
        response = self.client.post("/journal/tags/", {**look, "name": "Chess"})
        self.assertRedirects(response, "/journal/tags/")
        self.assertTrue(Tag.objects.filter(user=self.alice, name="Chess").exists())

    def test_a_name_that_is_taken_is_told_in_place(self) -> None:
        tags.add(self.alice.pk, "Chess")
        walk = tags.add(self.alice.pk, "Walk")
        look = {"name": "CHESS", "kind": "other", "icon": "star", "colour": "sea"}
        response = self.client.post(f"/journal/tags/{walk.pk}/", look)
        self.assertEqual(self.errors(response), {"name": ["You have another tag of this name."]})
        self.assertContains(response, "<h1>Walk</h1>")

    def test_it_says_what_happens_to_check_ins_before_it_deletes(self) -> None:
        tag = tags.add(self.alice.pk, "Walk")
        row = say(self.alice, tags=[tag.pk])
        say(self.alice, tags=[tag.pk])
        page = self.client.get(f"/journal/tags/{tag.pk}/")
        self.assertContains(page, "taken off 2 check-ins, which stay")
        self.client.post(f"/journal/tags/{tag.pk}/action/", {"action": "delete"})
        self.assertEqual(list(row.tags.all()), [])
        self.assertEqual(CheckIn.objects.count(), 2)

    def test_put_away_and_taken_out_again(self) -> None:
        tag = tags.add(self.alice.pk, "Walk")
        path = f"/journal/tags/{tag.pk}/action/"
        self.client.post(path, {"action": "archive"})
        self.assertContains(self.client.get("/journal/tags/"), 'data-testid="tag-archived"')
        self.assertNotContains(self.client.get(FORM), "Walk")
        self.client.post(path, {"action": "unarchive"})
        self.assertContains(self.client.get(FORM), "Walk")

    def test_many_tags_cost_as_many_queries_as_one(self) -> None:
        counts = set()
        for number in range(4):
            tags.add(self.alice.pk, f"tag {number}")
            for path in ("/journal/tags/", FORM):
                with CaptureQueriesContext(connection) as queries:
                    self.client.get(path)
                counts.add((path, len(queries)))
        self.assertEqual(len(counts), 2)
