import re

from django.core import mail
from django.test import override_settings

from emotionweb.accounts import services
from emotionweb.accounts.models import User
from tests.base import PASSWORD, BaseTestCase

NEW = "an even better staple"


class PasswordChangeTestCase(BaseTestCase):
    def change(self, old: str = PASSWORD) -> None:
        form = {"old_password": old, "new_password1": NEW, "new_password2": NEW}
        self.client.post("/accounts/password/", form)

    def test_it_changes_the_password_and_stays_logged_in(self) -> None:
        self.client.force_login(self.alice)
        self.change()
        self.assertTrue(User.objects.get(pk=self.alice.pk).check_password(NEW))
        self.assertContains(self.client.get("/accounts/profile/"), "Your password is changed.")

    def test_it_logs_other_devices_out(self) -> None:
        other_device = self.client_class()
        other_device.force_login(self.alice)
        self.client.force_login(self.alice)
        self.change()
        response = other_device.get("/accounts/profile/")
        self.assertRedirects(response, "/accounts/login/?next=/accounts/profile/")

    def test_it_asks_for_the_old_one(self) -> None:
        self.client.force_login(self.alice)
        self.change(old="wrong")
        self.assertTrue(User.objects.get(pk=self.alice.pk).check_password(PASSWORD))


@override_settings(EMAIL_URL="smtp://localhost")
class PasswordResetTestCase(BaseTestCase):
    def ask(self, email: str) -> None:
        response = self.client.post("/accounts/password/reset/", {"email": email})
        self.assertRedirects(response, "/accounts/password/reset/sent/")

    def follow(self, url: str) -> None:
        form_page = self.client.get(url, follow=True)
        self.assertTrue(form_page.context["validlink"])
        self.client.post(
            form_page.request["PATH_INFO"], {"new_password1": NEW, "new_password2": NEW}
        )

    def test_the_link_in_the_mail_sets_a_new_password_and_logs_in(self) -> None:
        self.ask("Alice@example.org")
        (message,) = mail.outbox
        self.assertEqual(message.to, ["alice@example.org"])
        (link,) = re.findall(r"http://testserver(/\S+)", message.body)
        self.follow(link)
        self.assertTrue(User.objects.get(pk=self.alice.pk).check_password(NEW))
        self.assertEqual(self.client.session["_auth_user_id"], str(self.alice.pk))

    def test_a_stranger_gets_the_same_answer_and_no_mail(self) -> None:
        self.ask("nobody@example.org")
        self.assertEqual(mail.outbox, [])

    def test_a_link_is_good_once(self) -> None:
        link = services.password_reset_path(self.alice)
        self.follow(link)
        response = self.client_class().get(link, follow=True)
        self.assertContains(response, "This link was used before or is older than a day.")

    @override_settings(EMAIL_URL="")
    def test_without_mail_it_says_whom_to_ask(self) -> None:
        response = self.client.get("/accounts/password/reset/")
        self.assertContains(response, "This site sends no mail.")
        self.assertNotContains(response, 'name="email"')
