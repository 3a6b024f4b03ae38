from datetime import timedelta

from axes.models import AccessAttempt
from django.utils import timezone

from tests.base import PASSWORD, BaseTestCase

URL = "/accounts/login/"


class LoginTestCase(BaseTestCase):
    def log_in(self, email: str = "alice@example.org", password: str = PASSWORD, **more: str):
        return self.client.post(URL, {"username": email, "password": password, **more})

    def is_logged_in(self) -> bool:
        return "_auth_user_id" in self.client.session

    def test_it_logs_in(self) -> None:
        self.assertRedirects(self.log_in(), "/", fetch_redirect_response=False)
        self.assertTrue(self.is_logged_in())

    def test_the_case_of_the_address_does_not_matter(self) -> None:
        self.log_in("ALICE@Example.org")
        self.assertTrue(self.is_logged_in())

    def test_it_goes_on_to_where_one_wanted_to_go(self) -> None:
        response = self.log_in(next="/accounts/profile/")
        self.assertRedirects(response, "/accounts/profile/", fetch_redirect_response=False)

    def test_it_does_not_go_on_to_another_site(self) -> None:
        response = self.log_in(next="https://evil.example/")
        self.assertRedirects(response, "/", fetch_redirect_response=False)

    def test_it_refuses_a_wrong_password_in_words(self) -> None:
        response = self.log_in(password="wrong")
        self.assertContains(response, "This address and password do not fit together.")
        self.assertContains(response, 'value="alice@example.org"')
        self.assertFalse(self.is_logged_in())

    def test_it_says_the_same_about_an_unknown_address(self) -> None:
        response = self.log_in("nobody@example.org")
        self.assertContains(response, "This address and password do not fit together.")

    def test_it_refuses_an_inactive_account(self) -> None:
        type(self.alice).objects.filter(pk=self.alice.pk).update(is_active=False)
        self.log_in()
        self.assertFalse(self.is_logged_in())

    def test_too_many_tries_have_to_wait_even_with_the_right_password(self) -> None:
        for spelling in ["alice@example.org", "Alice@example.org"] * 4:
            self.log_in(spelling, password="wrong")
        response = self.log_in()
        self.assertContains(response, "Wait 15 minutes", status_code=429)
        self.assertFalse(self.is_logged_in())

    def test_the_wait_ends(self) -> None:
        for _ in range(8):
            self.log_in(password="wrong")
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
        self.log_in()
        self.assertTrue(self.is_logged_in())

    def test_the_wait_is_for_that_account_only(self) -> None:
        for _ in range(8):
            self.log_in(password="wrong")
        self.log_in("bob@example.org")
        self.assertTrue(self.is_logged_in())

    def test_logging_out_takes_a_post(self) -> None:
        self.client.force_login(self.alice)
        self.client.get("/accounts/logout/")
        self.assertTrue(self.is_logged_in())
        self.client.post("/accounts/logout/")
        self.assertFalse(self.is_logged_in())
