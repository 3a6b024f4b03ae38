"""Whose what waits on a device is, without saying who that is."""

from __future__ import annotations

import hashlib
from datetime import UTC

from emotionweb.accounts.models import User

LENGTH = 32


def owner_of(user: User) -> str:
    """A mark that tells the people of one browser apart: 32 hexadecimal digits, always the same.

    It opens nothing and is no secret, so it does not hang on the secret key: after a change of
    that key what waits on a device could never be sent.
    """
    joined = user.date_joined.astimezone(UTC).isoformat()
    text = f"emotionweb.offline:{user.pk}:{joined}"
    return hashlib.sha256(text.encode()).hexdigest()[:LENGTH]
