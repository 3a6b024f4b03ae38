"""The audit log: who did what, also to people, without an address in it."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from emotionweb.accounts.models import User
from emotionweb.training import audit
from emotionweb.training.models import AuditEntry
from tests.base import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged_in(admin: User) -> Client:
    client = Client()
    client.force_login(admin, "django.contrib.auth.backends.ModelBackend")
    return client


def test_an_entry_says_who_what_to_what_and_details(admin, alice) -> None:
    entry = audit.record(admin, "version.promoted", alice, override="why not")
    assert (entry.by, entry.object_kind, entry.object_id) == (admin, "user", str(alice.pk))
    assert entry.details == {"override": "why not"}
    assert audit.title(entry.action) == "Version promoted"
    assert audit.title("something.old") == "something.old"


def test_the_command_line_is_nobody(db) -> None:
    assert audit.record(None, "run.asked", "run", 5).by is None
    entry = audit.record(AnonymousUser(), "run.asked", "run", 5)
    assert (entry.by, entry.object_kind, entry.object_id) == (None, "run", "5")


def test_an_unknown_deed_is_a_mistake_of_ours(db) -> None:
    with pytest.raises(KeyError):
        audit.record(None, "version.eaten")


def test_an_entry_outlives_who_made_it(admin) -> None:
    audit.record(admin, "run.asked", "run", 5)
    admin.delete()
    assert AuditEntry.objects.get(action="run.asked").by is None


class TestPeople:
    def test_a_deletion_by_an_administrator(self, logged_in, admin, bob) -> None:
        key = bob.pk
        address = reverse("admin:accounts_user_delete", args=[key])
        logged_in.post(address, {"post": "yes"})
        assert not User.objects.filter(pk=key).exists()
        entry = AuditEntry.objects.get()
        assert (entry.by, entry.action, entry.object_id) == (admin, "person.deleted", str(key))
        assert "bob" not in json.dumps(entry.details)

    def test_several_at_once(self, logged_in, alice, bob) -> None:
        logged_in.post(
            reverse("admin:accounts_user_changelist"),
            {"action": "delete_selected", "_selected_action": [alice.pk, bob.pk], "post": "yes"},
        )
        assert AuditEntry.objects.filter(action="person.deleted").count() == 2
        assert User.objects.count() == 1

    def test_a_reset_link(self, logged_in, bob) -> None:
        logged_in.post(
            reverse("admin:accounts_user_changelist"),
            {"action": "show_reset_links", "_selected_action": [bob.pk]},
        )
        entry = AuditEntry.objects.get()
        assert (entry.action, entry.object_id, entry.details) == (
            "person.reset_link",
            str(bob.pk),
            {},
        )

    def test_a_new_password(self, logged_in, bob) -> None:
        logged_in.post(
            reverse("admin:auth_user_password_change", args=[bob.pk]),
            {"password1": PASSWORD + "1", "password2": PASSWORD + "1", "set-password": "1"},
        )
        bob.refresh_from_db()
        assert bob.check_password(PASSWORD + "1")
        assert AuditEntry.objects.get().action == "person.changed"
