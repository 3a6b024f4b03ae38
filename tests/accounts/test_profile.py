from django.utils import translation

from emotionweb.accounts import timezones
from emotionweb.accounts.models import User
from tests.base import BaseTestCase

URL = "/accounts/profile/"
FORM = {"name": "A.", "timezone": "Asia/Shanghai", "day_start_hour": "4", "theme": "dark"}


class ProfileTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)
        self.addCleanup(translation.activate, "en")

    def test_it_saves_each_preference(self) -> None:
        self.client.post(URL, {**FORM, "language": "zh-hans"})
        alice = User.objects.get(pk=self.alice.pk)
        saved = (alice.name, alice.timezone, alice.day_start_hour, alice.language, alice.theme)
        self.assertEqual(saved, ("A.", "Asia/Shanghai", 4, "zh-hans", "dark"))

    def test_it_changes_nobody_else(self) -> None:
        self.client.post(URL, FORM)
        self.assertEqual(User.objects.get(pk=self.bob.pk).timezone, "UTC")

    def test_it_refuses_what_is_not_offered_and_keeps_the_rest(self) -> None:
        for field, value in [
            ("timezone", "Mars/Olympus_Mons"),
            ("day_start_hour", "24"),
            ("day_start_hour", "-1"),
            ("language", "tlh"),
            ("theme", "neon"),
        ]:
            with self.subTest(field):
                response = self.client.post(URL, {**FORM, field: value})
                self.assertTrue(response.context["form"].errors[field])
                self.assertContains(response, 'value="A."')
        self.assertEqual(User.objects.get(pk=self.alice.pk).name, "Alice")

    def test_it_does_not_make_an_administrator(self) -> None:
        self.client.post(URL, {**FORM, "is_staff": "on", "email": "new@example.org"})
        alice = User.objects.get(pk=self.alice.pk)
        self.assertFalse(alice.is_staff)
        self.assertEqual(alice.email, "alice@example.org")

    def test_pages_come_in_the_chosen_language(self) -> None:
        User.objects.filter(pk=self.alice.pk).update(language="zh-hans")
        response = self.client.get(URL, headers={"accept-language": "en"})
        self.assertEqual(response.headers["Content-Language"], "zh-hans")
        self.assertContains(response, '<html lang="zh-hans"')

    def test_without_a_choice_the_browser_decides(self) -> None:
        response = self.client.get(URL, headers={"accept-language": "zh-CN,zh;q=0.9"})
        self.assertEqual(response.headers["Content-Language"], "zh-hans")

    def test_times_are_shown_in_the_persons_time_zone(self) -> None:
        User.objects.filter(pk=self.alice.pk).update(timezone="Asia/Shanghai")
        self.client.post("/accounts/consent/", {"answer": "give"})
        self.alice.consents.update(given_at="2026-03-01T20:30:00Z")
        self.assertContains(self.client.get("/accounts/privacy/"), "2 March 2026, 04:30")

    def test_a_time_zone_unknown_to_this_machine_counts_as_utc(self) -> None:
        self.client.post("/accounts/consent/", {"answer": "give"})
        self.alice.consents.update(given_at="2026-03-01T20:30:00Z")
        for name in ("Mars/Olympus_Mons", "../../etc/passwd"):
            User.objects.filter(pk=self.alice.pk).update(timezone=name)
            self.assertContains(self.client.get("/accounts/privacy/"), "1 March 2026, 20:30")
            self.assertContains(self.client.get(URL), 'data-testid="profile-form"')

    def test_an_old_name_of_a_time_zone_can_be_kept(self) -> None:
        User.objects.filter(pk=self.alice.pk).update(timezone="US/Pacific")
        self.assertContains(self.client.get(URL), '<option value="US/Pacific" selected>')
        self.client.post(URL, {**FORM, "timezone": "US/Pacific"})
        self.assertEqual(User.objects.get(pk=self.alice.pk).name, "A.")


class TimeZonesTestCase(BaseTestCase):
    def test_places_are_offered_by_region_and_readable(self) -> None:
        choices = dict(timezones.grouped_choices())
        self.assertIn(("America/New_York", "New York"), choices["America"])
        self.assertEqual(choices["UTC"], [("UTC", "UTC")])
        self.assertNotIn("Etc", choices)
