from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock
from uuid import uuid4

from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emotionweb.journal import checkins, tags
from emotionweb.journal.models import CheckIn, Tag
from emotionweb.journal.views import DAYS_A_PAGE
from tests.base import BaseTestCase
from tests.journal.observations import draft, observe
from tests.journal.test_checkins import say
from tests.journal.test_days import at

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
QUICK = "/journal/check-in/quick/"
FORM = "/journal/check-in/"
JSON = {"Accept": "application/json"}


class CheckInPagesTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)
        clock = mock.patch("django.utils.timezone.now", side_effect=lambda: self.now)
        self.now = NOON
        clock.start()
        self.addCleanup(clock.stop)

    def tap(self, mood: int = 4, **more: Any) -> HttpResponse:
        return self.client.post(QUICK, {"mood": mood, **more}, headers=JSON)

    def fill(self, path: str = FORM, **more: Any) -> HttpResponse:
        said = {"mood": "4", "date": "2026-03-14", "time": "11:30", **more}
        return self.client.post(path, said)

    def errors(self, response: HttpResponse) -> dict[str, list[str]]:
        return dict(response.context["form"].errors)


class AccessTestCase(CheckInPagesTestCase):
    def test_strangers_are_sent_to_the_login(self) -> None:
        row, tag = say(self.alice), tags.add(self.alice.pk, "Walk")
        self.client.logout()
        for name, arguments in [
            ("check-in", ()),
            ("check-in-quick", ()),
            ("check-in-edit", (row.pk,)),
            ("check-in-delete", (row.pk,)),
            ("check-in-restore", (row.pk,)),
            ("tags", ()),
            ("tag-starters", ()),
            ("tag", (tag.pk,)),
            ("tag-action", (tag.pk,)),
        ]:
            path = reverse(f"journal:{name}", args=arguments)
            response = self.client.post(path, {"mood": 1, "action": "delete", "name": "x"})
            login = f"{reverse('accounts:login')}?next={path}"
            self.assertRedirects(response, login, fetch_redirect_response=False)
        self.assertEqual(CheckIn.objects.get().mood, 4)
        self.assertEqual(Tag.objects.get().name, "Walk")

    def test_a_script_of_somebody_logged_out_is_told_so(self) -> None:
        self.client.logout()
        response = self.tap()
        self.assertEqual(response.status_code, 401)
        self.assertIn("logged out", response.json()["said"])

    def test_anothers_things_are_not_there(self) -> None:
        row, tag = say(self.bob, note="secret"), tags.add(self.bob.pk, "Secret")
        theirs = [f"/journal/check-in/{row.pk}/", f"/journal/tags/{tag.pk}/"]
        nobodys = [f"/journal/check-in/{uuid4()}/", "/journal/tags/999999/"]
        for path in (*theirs, *nobodys):
            response = self.client.get(path)
            self.assertNotContains(response, "ecret", status_code=404)
            self.assertEqual(self.fill(path).status_code, 404)
        for path in (theirs[0], nobodys[0]):
            for act in ("delete", "restore"):
                self.assertEqual(self.client.post(f"{path}{act}/").status_code, 404)
        for path in (theirs[1], nobodys[1]):
            response = self.client.post(f"{path}action/", {"action": "delete"})
            self.assertEqual(response.status_code, 404)
        row.refresh_from_db()
        self.assertEqual((row.mood, row.note, row.deleted_at), (4, "secret", None))
        self.assertEqual(Tag.objects.get(), tag)
        for path in ("/", "/journal/", "/journal/tags/", FORM):
            self.assertNotContains(self.client.get(path), "ecret")
        self.assertEqual(self.client.get("/journal/2026-03-14/").status_code, 404)

    def test_nothing_is_changed_by_looking(self) -> None:
        row = say(self.alice)
        for path in (QUICK, f"{FORM}{row.pk}/delete/", f"{FORM}{row.pk}/restore/"):
            self.assertEqual(self.client.get(path).status_code, 405)

    def test_no_cache_keeps_these_pages(self) -> None:
        row = say(self.alice)
        for path in (FORM, f"{FORM}{row.pk}/", "/journal/tags/", "/journal/2026-03-14/"):
            response = self.client.get(path)
            self.assertEqual(response.headers["Cache-Control"], "private, no-store")

    def test_an_administrator_deleting_a_person_reads_nothing_of_theirs(self) -> None:
        say(self.bob, note="secret", tags=[tags.add(self.bob.pk, "Secret").pk])
        self.alice.is_staff = self.alice.is_superuser = True
        self.alice.save()
        page = self.client.get(f"/admin/accounts/user/{self.bob.pk}/delete/")
        self.assertNotContains(page, "ecret")


class QuickTestCase(CheckInPagesTestCase):
    def test_a_tap_is_stored_and_can_be_added_to_and_undone(self) -> None:
        session = uuid4()
        response = self.tap(5, session=session)
        row = CheckIn.objects.get()
        self.assertEqual((row.user, row.mood, row.at), (self.alice, 5, NOON))
        self.assertEqual(row.session, session)
        body = response.json()
        self.assertEqual((response.status_code, body["said"]), (201, "Checked in: very good."))
        self.assertEqual(self.client.get(body["edit"]).status_code, 200)
        undone = self.client.post(body["undo"], headers=JSON).json()
        self.assertFalse(checkins.check_ins(self.alice.pk).exists())
        self.client.post(undone["undo"], headers=JSON)
        self.assertTrue(checkins.check_ins(self.alice.pk).exists())

    def test_sent_twice_is_stored_once(self) -> None:
        check_in_id = uuid4()
        self.assertEqual(self.tap(id=check_in_id).status_code, 201)
        again = self.tap(id=check_in_id)
        self.assertEqual((again.status_code, again.json()["id"]), (200, str(check_in_id)))
        self.assertEqual(CheckIn.objects.count(), 1)

    def test_anothers_id_is_refused_without_a_word_about_it(self) -> None:
        row = say(self.bob)
        response = self.tap(1, id=row.pk)
        self.assertEqual(response.status_code, 409)
        self.assertEqual(set(response.json()), {"said"})
        self.assertEqual(CheckIn.objects.get().mood, 4)

    def test_a_device_that_was_offline_says_when_it_was(self) -> None:
        self.tap(at="2026-03-14T12:30:00+01:00")
        self.assertEqual(CheckIn.objects.get().at, NOON - timedelta(minutes=30))

    def test_a_wrong_clock_is_told_in_words(self) -> None:
        response = self.tap(at="2026-03-14T13:00:00Z")
        self.assertEqual(response.status_code, 400)
        self.assertIn("clock of this device", response.json()["said"])
        self.assertFalse(CheckIn.objects.exists())

    def test_nonsense_is_refused_in_words(self) -> None:
        for more in (
            {"mood": "6"},
            {"mood": "x"},
            {"mood": ""},
            {"id": "1"},
            {"at": "soon"},
            {"at": "2026-03-14T12:00:00"},
            {"at": "0001-01-01T00:00:00+14:00"},
            {"session": "x"},
        ):
            response = self.tap(**{"mood": 3, **more})
            self.assertEqual(response.status_code, 400, more)
            self.assertIn("Nothing was saved", response.json()["said"])
        self.assertFalse(CheckIn.objects.exists())

    def test_without_a_script_it_goes_back_to_the_page_with_a_way_to_undo(self) -> None:
        response = self.client.post(QUICK, {"mood": 2, "next": "/journal/"}, follow=True)
        self.assertRedirects(response, "/journal/")
        row = CheckIn.objects.get()
        self.assertContains(response, "Checked in: bad.")
        self.assertContains(response, f'action="{FORM}{row.pk}/delete/"')
        back = self.client.post(f"{FORM}{row.pk}/delete/", {"next": "/journal/"}, follow=True)
        self.assertContains(back, f'action="{FORM}{row.pk}/restore/"')

    def test_it_leads_to_no_other_site(self) -> None:
        for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
            response = self.client.post(QUICK, {"mood": 2, "next": target})
            self.assertRedirects(response, "/", fetch_redirect_response=False)

    def test_what_was_refused_without_a_script_is_said_on_the_page(self) -> None:
        response = self.client.post(QUICK, {"mood": "9"}, follow=True)
        self.assertContains(response, "Nothing was saved")


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


class ReadingTestCase(CheckInPagesTestCase):
    def test_today_has_todays_check_ins_beside_what_was_shown(self) -> None:
        observe(self.alice, [draft(NOON)])
        say(self.alice, 5, note="**today**", tags=[tags.add(self.alice.pk, "Walk").pk])
        say(self.alice, 1, NOON - timedelta(days=1), note="yesterday")
        page = self.client.get("/")
        self.assertContains(page, "<strong>today</strong>")
        self.assertContains(page, "Felt very good")
        self.assertContains(page, "Walk")
        self.assertContains(page, "Looked mostly happy")
        self.assertNotContains(page, "yesterday</p>")

    def test_a_day_without_the_camera_is_a_day_and_not_a_neutral_one(self) -> None:
        say(self.alice, 2, note="words")
        page = self.client.get("/journal/2026-03-14/")
        self.assertContains(page, "words")
        self.assertContains(page, "No camera on this day")
        self.assertNotContains(page, 'id="shown-title"')
        self.assertNotContains(page, "neutral")
        listing = self.client.get("/journal/")
        self.assertContains(listing, 'data-day="2026-03-14"')
        self.assertContains(listing, "Felt bad")
        self.assertContains(listing, "No camera that day")

    def test_notes_come_before_sessions_in_the_order_of_time(self) -> None:
        observe(self.alice, [draft(NOON)])
        say(self.alice, 4, NOON + timedelta(hours=2), note="later")
        say(self.alice, 2, NOON - timedelta(hours=2), note="earlier")
        page = self.client.get("/journal/2026-03-14/").content.decode()
        places = [page.index(part) for part in ("earlier</p>", "later</p>", "sessions-title")]
        self.assertEqual(places, sorted(places))

    def test_the_list_says_how_it_felt_and_from_how_many(self) -> None:
        observe(self.alice, [draft(NOON)])
        for mood in (4, 4, 3):
            say(self.alice, mood)
        page = self.client.get("/journal/")
        self.assertContains(page, "Felt 3.7 of 5, from 3 check-ins")
        self.assertContains(page, "Looked mostly happy")

    def test_pages_of_days_are_turned_in_the_database(self) -> None:
        for number in range(DAYS_A_PAGE + 3):
            say(self.alice, moment=NOON - timedelta(days=number))
            if number % 2:
                observe(self.alice, [draft(NOON - timedelta(days=number))])
        with CaptureQueriesContext(connection) as queries:
            first = self.client.get("/journal/").context["days"]
        self.assertEqual((len(first), first[0].day), (DAYS_A_PAGE, date(2026, 3, 14)))
        self.assertEqual(len(self.client.get("/journal/?page=2").context["days"]), 3)
        self.assertLessEqual(len(queries), 8)
        with CaptureQueriesContext(connection) as queries:
            self.client.get("/journal/2026-03-13/")
        self.assertLessEqual(len(queries), 10)

    def test_a_hostile_note_is_only_words_on_the_page(self) -> None:
        say(self.alice, note="<script>alert(1)</script> [x](javascript:alert(1))")
        page = self.client.get("/").content.decode()
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", page)
        self.assertNotIn('href="javascript:', page)

    def test_the_button_is_on_every_page_of_a_person_and_on_none_of_a_stranger(self) -> None:
        for path in ("/", "/journal/", "/live/", "/accounts/profile/", "/journal/tags/"):
            page = self.client.get(path)
            self.assertContains(page, 'data-testid="nav-check-in"')
            self.assertContains(page, 'id="check-in"')
        self.client.logout()
        self.assertNotContains(self.client.get("/"), "check-in")
