from django.conf import settings
from django.urls import reverse

from emotionweb.accounts.models import User
from tests.base import PASSWORD, BaseTestCase

URL = "/accounts/signup/"


class SignUpTestCase(BaseTestCase):
    def sign_up(self, **changes: str):
        form = {"email": "dora@example.org", "password1": PASSWORD, "password2": PASSWORD}
        return self.client.post(URL, {**form, **changes})

    def test_it_makes_an_account_and_logs_in(self) -> None:
        response = self.sign_up(name="Dora", timezone="Asia/Shanghai")

        self.assertRedirects(response, reverse("home"), fetch_redirect_response=False)
        dora = User.objects.get(email="dora@example.org")
        self.assertEqual((dora.name, dora.timezone), ("Dora", "Asia/Shanghai"))
        self.assertTrue(dora.check_password(PASSWORD))
        self.assertFalse(dora.is_staff)
        self.assertEqual(self.client.session["_auth_user_id"], str(dora.pk))

    def test_it_asks_for_what_scripts_hold_on_to(self) -> None:
        response = self.client.get(URL)
        self.assertContains(response, 'data-testid="signup-form"')
        self.assertContains(response, 'data-guess="timezone"')

    def test_the_hint_at_the_password_is_one_sentence_and_right(self) -> None:
        options = [one.get("OPTIONS", {}) for one in settings.AUTH_PASSWORD_VALIDATORS]
        length = next(one["min_length"] for one in options if "min_length" in one)
        form = self.client.get(URL).context["form"]
        self.assertIn(f"At least {length} characters", str(form["password1"].help_text))
        self.assertEqual(form["password2"].help_text, "")

    def test_an_impossible_time_zone_becomes_utc(self) -> None:
        self.sign_up(timezone="Mars/Olympus_Mons")
        self.assertEqual(User.objects.get(email="dora@example.org").timezone, "UTC")

    def test_an_address_has_one_account_however_it_is_written(self) -> None:
        response = self.sign_up(email="Alice@Example.ORG")
        self.assertContains(response, "There is already an account with this address.")
        self.assertEqual(User.objects.filter(email__iexact="alice@example.org").count(), 1)

    def test_it_keeps_what_was_typed_and_says_what_is_wrong(self) -> None:
        response = self.sign_up(name="Dora", password2="something else")
        self.assertContains(response, 'value="dora@example.org"')
        self.assertContains(response, 'value="Dora"')
        self.assertContains(response, 'role="alert"')
        self.assertFalse(User.objects.filter(email="dora@example.org").exists())

    def test_it_refuses_a_password_that_is_easy_to_guess(self) -> None:
        for weak in ("short", "password123", "1234567890123", "dora@example.org"):
            with self.subTest(weak):
                self.sign_up(password1=weak, password2=weak)
                self.assertFalse(User.objects.filter(email="dora@example.org").exists())

    def test_it_does_not_make_an_administrator(self) -> None:
        self.sign_up(is_staff="on", is_superuser="on")
        dora = User.objects.get(email="dora@example.org")
        self.assertFalse(dora.is_staff or dora.is_superuser)

    def test_somebody_logged_in_goes_home(self) -> None:
        self.client.force_login(self.alice)
        self.assertRedirects(self.client.get(URL), reverse("home"), fetch_redirect_response=False)
