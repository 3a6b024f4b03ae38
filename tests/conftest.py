"""What tests of every part share: three people."""

import pytest

from emotionweb.accounts.models import User
from tests.base import make_user


@pytest.fixture
def alice(db: None) -> User:
    """The person whose page or data it is."""
    return make_user("alice")


@pytest.fixture
def bob(db: None) -> User:
    """Another person, with data of his own."""
    return make_user("bob")


@pytest.fixture
def charlie(db: None) -> User:
    """A stranger with an account and nothing in it."""
    return make_user("charlie")
