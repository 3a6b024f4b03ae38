import re

from django.contrib.auth.models import Permission

from emotionweb.accounts.models import User
from tests.base import PASSWORD, BaseTestCase

PEOPLE = "/admin/accounts/user/"


class AdminTestCase(BaseTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.root = User.objects.create_superuser("root@example.org", PASSWORD)

    def reset_links(self, *people: User) -> list[str]:
        form = {"action": "show_reset_links", "_selected_action": [p.pk for p in people]}
        response = self.client.post(PEOPLE, form)
        self.assertIn("no-store", response.headers["Cache-Control"])
        return re.findall(r'reset-link">http://testserver([^<]+)<', response.content.decode())

    def test_only_administrators_come_in(self) -> None:
        for person in (None, self.charlie):
            if person:
                self.client.force_login(person)
            self.assertRedirects(self.client.get(PEOPLE), f"/admin/login/?next={PEOPLE}")

    def test_every_page_about_people_opens(self) -> None:
        self.client.force_login(self.root)
        for page in ("", "add/", f"{self.alice.pk}/change/", "?q=alice"):
            with self.subTest(page):
                self.assertContains(self.client.get(PEOPLE + page), "<h1>")
        self.assertContains(self.client.get("/admin/accounts/consent/"), "<h1>")

    def test_it_adds_a_person(self) -> None:
        self.client.force_login(self.root)
        form = {"email": "dora@example.org", "password1": PASSWORD, "password2": PASSWORD}
        self.client.post(f"{PEOPLE}add/", form)
        self.assertTrue(User.objects.get(email="dora@example.org").check_password(PASSWORD))

    def test_it_shows_a_link_with_which_a_person_sets_a_new_password(self) -> None:
        self.client.force_login(self.root)
        (link,) = self.reset_links(self.alice)
        visitor = self.client_class()
        form_page = visitor.get(link, follow=True)
        new = {"new_password1": "an even better staple", "new_password2": "an even better staple"}
        visitor.post(form_page.request["PATH_INFO"], new)
        self.assertTrue(User.objects.get(pk=self.alice.pk).check_password(new["new_password1"]))

    def test_a_helper_cannot_become_a_superuser_by_such_a_link(self) -> None:
        User.objects.filter(pk=self.bob.pk).update(is_staff=True)
        for name in ("view_user", "change_user"):
            self.bob.user_permissions.add(Permission.objects.get(codename=name))
        self.client.force_login(self.bob)
        self.assertEqual(len(self.reset_links(self.alice, self.root)), 1)

    def test_deleting_a_person_takes_the_consents_along(self) -> None:
        self.alice.consents.create(kind="camera", text_version="2026-11-21")
        self.client.force_login(self.root)
        self.client.post(f"{PEOPLE}{self.alice.pk}/delete/", {"post": "yes"})
        self.assertFalse(User.objects.filter(pk=self.alice.pk).exists())
