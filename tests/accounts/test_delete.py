from axes.models import AccessAttempt

from emotionweb.accounts import services
from emotionweb.accounts.models import Consent, User
from tests.base import PASSWORD, BaseTestCase

URL = "/accounts/delete/"


class DeleteAccountTestCase(BaseTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.alice)

    def test_it_deletes_the_person_and_what_is_theirs_and_logs_out(self) -> None:
        services.give_consent(self.alice, Consent.Kind.CAMERA)
        services.give_consent(self.bob, Consent.Kind.CAMERA)
        response = self.client.post(URL, {"password": PASSWORD})
        self.assertRedirects(response, "/", fetch_redirect_response=False)
        self.assertFalse(User.objects.filter(email="alice@example.org").exists())
        self.assertEqual([consent.user for consent in Consent.objects.all()], [self.bob])
        self.assertNotIn("_auth_user_id", self.client.session)

    def test_it_forgets_wrong_tries_to_log_in(self) -> None:
        for name in ("alice", "bob"):
            form = {"username": f"{name}@example.org", "password": "wrong"}
            self.client_class().post("/accounts/login/", form)
        self.client.post(URL, {"password": PASSWORD})
        self.assertEqual([a.username for a in AccessAttempt.objects.all()], ["bob@example.org"])

    def test_it_asks_for_the_password(self) -> None:
        for password in ("", "wrong"):
            response = self.client.post(URL, {"password": password})
            self.assertTrue(response.context["form"].errors["password"])
        self.assertTrue(User.objects.filter(email="alice@example.org").exists())

    def test_opening_the_page_deletes_nothing(self) -> None:
        self.assertContains(self.client.get(URL), 'data-testid="delete-account"')
        self.assertTrue(User.objects.filter(email="alice@example.org").exists())

    def test_another_device_of_the_person_is_logged_out(self) -> None:
        other_device = self.client_class()
        other_device.force_login(self.alice)
        self.client.post(URL, {"password": PASSWORD})
        response = other_device.get("/accounts/profile/")
        self.assertRedirects(response, "/accounts/login/?next=/accounts/profile/")
