"""Base classes of tests: alice whose things they are, bob with his own, charlie with none."""

from django.test import TestCase, TransactionTestCase

from emotionweb.accounts.models import User

PASSWORD = "correct horse battery"


def make_user(name: str) -> User:
    """Make a person called "alice" who logs in as alice@example.org with `PASSWORD`."""
    return User.objects.create_user(f"{name}@example.org", PASSWORD, name=name.capitalize())


class BaseTestCase(TestCase):
    """For pages and services, inside a transaction that is rolled back."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.alice, cls.bob, cls.charlie = map(make_user, ("alice", "bob", "charlie"))


class BaseTransactionTestCase(TransactionTestCase):
    """For sockets, workers and what happens on commit: real commits to a database file."""

    def setUp(self) -> None:
        super().setUp()
        self.alice, self.bob, self.charlie = map(make_user, ("alice", "bob", "charlie"))
