"""The app lock, as a person and as the finder of an open browser meet it."""

from unittest import mock

from emotionweb.accounts import lock
from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import give_consent
from emotionweb.live.services import Access, login_state
from tests.base import PASSWORD, BaseTestCase

PIN = "2468"
NOON = 1_800_000_000.0
PAGE = {"headers": {"sec-fetch-mode": "navigate"}}


class LockTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.clock = mock.patch("time.time", return_value=NOON).start()
        self.addCleanup(mock.patch.stopall)
        lock.set_pin(self.alice, PIN, 5)
        self.client.force_login(self.alice)

    def later(self, seconds: float) -> None:
        self.clock.return_value += seconds

    def is_open(self) -> bool:
        response = self.client.get("/journal/", **PAGE)
        if response.status_code == 200:
            return True
        self.assertEqual(response.url, "/accounts/unlock/?next=%2Fjournal%2F")
        return False

    def test_it_locks_after_the_chosen_minutes(self) -> None:
        self.later(5 * 60)
        self.assertTrue(self.is_open())
        self.later(5 * 60 + 1)
        self.assertFalse(self.is_open())

    def test_pages_that_are_opened_keep_it_open_and_requests_of_a_page_do_not(self) -> None:
        for _ in range(4):
            self.later(200)
            self.assertTrue(self.is_open())
        for _ in range(4):
            self.later(100)
            response = self.client.get("/journal/", headers={"sec-fetch-mode": "cors"})
        self.assertEqual(response.status_code, 423)
        self.assertIn("locked", response.json()["said"])
        self.assertFalse(self.is_open())

    def test_a_page_that_says_somebody_types_keeps_it_open(self) -> None:
        for _ in range(4):
            self.later(200)
            response = self.client.post("/accounts/lock/here/")
            self.assertEqual(response.status_code, 204)
        self.assertTrue(self.is_open())

    def test_it_shows_nothing_of_the_person_while_it_is_locked(self) -> None:
        self.alice.tags.create(name="Ballet")
        self.later(301)
        page = self.client.get("/journal/", follow=True, **PAGE)
        self.assertContains(page, "Type your PIN")
        self.assertNotContains(page, "Ballet")
        self.assertNotContains(page, "nav-journal")

    def test_what_was_sent_while_locked_is_not_stored_and_the_page_says_so(self) -> None:
        self.later(301)
        response = self.client.post("/journal/check-in/quick/", {"mood": "4"}, **PAGE, follow=True)
        self.assertEqual(self.alice.check_ins.count(), 0)
        self.assertContains(response, "was not stored")

    def test_the_pin_leads_back_to_where_the_person_was(self) -> None:
        self.later(301)
        self.assertFalse(self.is_open())
        response = self.client.post("/accounts/unlock/", {"pin": PIN, "next": "/journal/"})
        self.assertRedirects(response, "/journal/")
        self.assertTrue(self.is_open())

    def test_it_leads_to_no_other_site(self) -> None:
        self.later(301)
        data = {"pin": PIN, "next": "https://example.com/"}
        self.assertRedirects(self.client.post("/accounts/unlock/", data), "/")

    def test_five_wrong_pins_end_the_login(self) -> None:
        self.later(301)
        for _ in range(4):
            response = self.client.post("/accounts/unlock/", {"pin": "0000"})
            self.assertContains(response, "not your PIN")
        response = self.client.post("/accounts/unlock/", {"pin": "0000"})
        self.assertRedirects(response, "/accounts/login/")
        self.assertNotIn("_auth_user_id", self.client.session)

    def test_a_right_pin_forgives_the_wrong_ones(self) -> None:
        for _ in range(3):
            self.client.post("/accounts/lock/now/")
            for pin in ("0000", "1111", "2222", PIN):
                self.client.post("/accounts/unlock/", {"pin": pin})
            self.assertTrue(self.is_open())

    def test_it_can_be_locked_at_once(self) -> None:
        self.client.post("/accounts/lock/now/")
        self.assertFalse(self.is_open())

    def test_a_clock_that_was_set_back_does_not_keep_it_open(self) -> None:
        self.later(-3600)
        self.assertFalse(self.is_open())

    def test_logging_in_again_opens_it(self) -> None:
        self.client.post("/accounts/lock/now/")
        self.client.post("/accounts/logout/")
        self.client.force_login(self.alice)
        self.assertTrue(self.is_open())

    def test_a_login_elsewhere_from_before_the_pin_is_locked_too(self) -> None:
        lock.remove_pin(self.alice)
        other = self.client_class()
        other.force_login(self.alice)
        self.later(3600)
        lock.set_pin(self.alice, PIN, 5)
        self.assertEqual(other.get("/journal/", **PAGE).status_code, 302)

    def test_nobody_else_is_locked(self) -> None:
        self.client.force_login(self.bob)
        self.later(100_000)
        self.assertTrue(self.is_open())

    def test_the_live_socket_is_locked_too(self) -> None:
        give_consent(self.alice, Consent.Kind.CAMERA)
        key = self.client.session.session_key or ""
        self.assertIs(login_state(self.alice.pk, key), Access.GRANTED)
        self.later(301)
        self.assertIs(login_state(self.alice.pk, key), Access.NOT_LOGGED_IN)


class PinPageTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)

    def send(self, **changes: str) -> object:
        data = {"password": PASSWORD, "pin": PIN, "again": PIN, "minutes": "15", **changes}
        return self.client.post("/accounts/lock/", data)

    def pin(self) -> str:
        return User.objects.get(pk=self.alice.pk).pin

    def test_it_is_set_with_the_password(self) -> None:
        self.send()
        alice = User.objects.get(pk=self.alice.pk)
        self.assertTrue(alice.pin and PIN not in alice.pin)
        self.assertEqual(alice.lock_after_minutes, 15)

    def test_it_refuses_what_does_not_fit(self) -> None:
        for change in (
            {"password": "wrong"},
            {"pin": "12", "again": "12"},
            {"pin": "12a4", "again": "12a4"},
            {"again": "1357"},
            {"minutes": "7"},
        ):
            with self.subTest(change):
                self.send(**change)
                self.assertEqual(self.pin(), "")

    def test_switching_it_off_needs_the_password(self) -> None:
        self.send()
        self.client.post("/accounts/lock/off/", {"password": "wrong"})
        self.assertNotEqual(self.pin(), "")
        self.client.post("/accounts/lock/off/", {"password": PASSWORD})
        self.assertEqual(self.pin(), "")

    def test_a_stranger_is_sent_to_the_login(self) -> None:
        self.client.logout()
        for address in ("lock/", "unlock/"):
            response = self.client.get(f"/accounts/{address}")
            self.assertIn("/accounts/login/", response.url)
