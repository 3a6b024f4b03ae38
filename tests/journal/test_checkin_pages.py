from datetime import date, timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from emotionweb.journal import checkins, tags
from emotionweb.journal.models import CheckIn, Tag
from emotionweb.journal.views import DAYS_A_PAGE
from tests.journal.checkin_pages import FORM, JSON, NOON, QUICK, CheckInPagesTestCase
from tests.journal.observations import draft, observe
from tests.journal.test_checkins import say


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

    def test_notes_and_sessions_come_in_the_order_of_time(self) -> None:
        observe(self.alice, [draft(NOON)])
        say(self.alice, 4, NOON + timedelta(hours=2), note="later")
        say(self.alice, 2, NOON - timedelta(hours=2), note="earlier")
        page = self.client.get("/journal/2026-03-14/").content.decode()
        places = [page.index(part) for part in ("earlier</p>", "journal-session", "later</p>")]
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
        # Whatever lies before: the day with its line, sources, check-ins, numbers and neighbours.
        self.assertLessEqual(len(queries), 24)

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
