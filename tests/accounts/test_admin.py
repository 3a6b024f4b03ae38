import re
from unittest import mock

from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from emotionweb.accounts import services
from emotionweb.accounts.models import Consent, User
from tests.base import PASSWORD, BaseTestCase

PEOPLE = "/admin/accounts/user/"
CONSENTS = "/admin/accounts/consent/"


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
        self.assertContains(self.client.get(CONSENTS), "<h1>")

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

    def test_a_consent_is_the_persons_to_give_and_nobodys_to_remove(self) -> None:
        consent = services.give_consent(self.alice, Consent.Kind.CAMERA)
        self.client.force_login(self.root)
        self.assertContains(self.client.get(f"{CONSENTS}{consent.pk}/change/"), "Live recognition")
        selected = {"action": "delete_selected", "_selected_action": [consent.pk], "post": "yes"}
        self.client.post(CONSENTS, selected)
        for page in ("delete", "change"):
            response = self.client.post(f"{CONSENTS}{consent.pk}/{page}/", {"post": "yes"})
            self.assertEqual(response.status_code, 403)
        self.assertEqual(list(Consent.objects.values_list("withdrawn_at")), [(None,)])


class DeletingPeopleTestCase(BaseTestCase):
    """Both ways of the admin, which notes what it does, with the person's address."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.root = User.objects.create_superuser("root@example.org", PASSWORD)

    def setUp(self) -> None:
        self.client.force_login(self.root)
        form = {"email": "alice@example.org", "name": "A.", "timezone": "UTC", "day_start_hour": 0}
        form |= {"theme": "dark", "is_active": "on"}
        self.client.post(f"{PEOPLE}{self.alice.pk}/change/", form)
        self.assertEqual(LogEntry.objects.get().object_repr, "alice@example.org")
        services.give_consent(self.alice, Consent.Kind.CAMERA)
        wrong = {"username": "alice@example.org", "password": "wrong"}
        self.client_class().post("/accounts/login/", wrong)
        rule = mock.patch.object(services, "delete_account", wraps=services.delete_account)
        self.delete_account = rule.start()
        self.addCleanup(rule.stop)

    def assert_forgotten(self) -> None:
        self.assertIn(mock.call(self.alice), self.delete_account.mock_calls)
        self.assertFalse(User.objects.filter(pk=self.alice.pk).exists())
        for model in (Consent, LogEntry, AccessAttempt):
            self.assertFalse(model.objects.exists(), model)

    def test_deleting_a_person_leaves_nothing_that_names_them(self) -> None:
        self.client.post(f"{PEOPLE}{self.alice.pk}/delete/", {"post": "yes"})
        self.assert_forgotten()

    def test_neither_does_deleting_several(self) -> None:
        people = [self.alice.pk, self.charlie.pk]
        self.client.post(
            PEOPLE, {"action": "delete_selected", "_selected_action": people, "post": "yes"}
        )
        self.assert_forgotten()
        self.assertFalse(User.objects.filter(pk=self.charlie.pk).exists())


class HelperTestCase(BaseTestCase):
    """Bob may see, change and delete people, and is no superuser."""

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.root = User.objects.create_superuser("root@example.org", PASSWORD)
        User.objects.filter(pk=cls.bob.pk).update(is_staff=True)
        cls.bob.user_permissions.set(Permission.objects.filter(content_type__model="user"))

    def setUp(self) -> None:
        self.client.force_login(self.bob)
        self.form = {"email": "bob@example.org", "timezone": "UTC", "day_start_hour": 0}
        self.form |= {"theme": "dark", "is_active": "on", "is_staff": "on"}

    def test_he_changes_people_and_gives_no_powers_not_to_himself_either(self) -> None:
        powers = {"is_superuser": "on", "user_permissions": [1]}
        for person in (self.alice, self.bob):
            form = {**self.form, "email": person.email, "name": "New", **powers}
            response = self.client.post(f"{PEOPLE}{person.pk}/change/", form)
            self.assertRedirects(response, PEOPLE)
            person = User.objects.get(pk=person.pk)
            self.assertEqual((person.name, person.is_superuser), ("New", False))
        alice = User.objects.get(pk=self.alice.pk)
        self.assertFalse(alice.is_staff)
        self.assertFalse(alice.user_permissions.exists())

    def test_he_cannot_change_or_delete_a_superuser_or_set_the_password(self) -> None:
        password = {"password1": "mine from now on", "password2": "mine from now on"}
        for page, form in [
            ("change", {**self.form, "email": "mine@example.org"}),
            ("password", {**password, "usable_password": "true"}),
            ("delete", {"post": "yes"}),
        ]:
            with self.subTest(page):
                response = self.client.post(f"{PEOPLE}{self.root.pk}/{page}/", form)
                self.assertEqual(response.status_code, 403)
        selected = [self.alice.pk, self.root.pk]
        self.client.post(
            PEOPLE, {"action": "delete_selected", "_selected_action": selected, "post": "yes"}
        )
        root = User.objects.get(email="root@example.org")
        self.assertTrue(root.check_password(PASSWORD))

    def test_he_cannot_become_a_superuser_by_a_link(self) -> None:
        form = {"action": "show_reset_links", "_selected_action": [self.alice.pk, self.root.pk]}
        self.assertContains(self.client.post(PEOPLE, form), 'reset-link">', count=1)
