"""The app lock: after a while without a hand on it, a login shows nothing until the PIN is typed.

It guards against the person who finds an open browser. What counts lies in the login session on
the server; the page only leaves in time (``static/site/lock.js``).
"""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.backends.base import SessionBase

from emotionweb.accounts.models import User

#: Wrong PINs in a row after which the person has to log in again.
MOST_TRIES = 5
#: Seconds between two notes of activity: each is a write to the database.
NOTED_EVERY_S = 15

_SEEN, _LOCKED, _TRIES = "lock_seen", "lock_closed", "lock_tries"


def is_locked(user: User, login: SessionBase, now: float) -> bool:
    """Whether the PIN has to be typed first.

    Args:
        user: Who is logged in.
        login: Their login session.
        now: Seconds since the epoch.
    """
    if not user.pin:
        return False
    # A clock that was set back must not keep it open for longer.
    idle = abs(now - _number(login.get(_SEEN)))
    return bool(login.get(_LOCKED)) or idle > user.lock_after_minutes * 60


def note_activity(login: SessionBase, now: float) -> None:
    """The person is there."""
    if abs(now - _number(login.get(_SEEN))) >= NOTED_EVERY_S:
        login[_SEEN] = int(now)


def close(login: SessionBase) -> None:
    """Lock at once."""
    login[_LOCKED] = True


def open_(login: SessionBase, now: float) -> None:
    """Unlock: the person has shown who they are."""
    login[_LOCKED], login[_TRIES], login[_SEEN] = False, 0, int(now)


def try_pin(user: User, login: SessionBase, pin: str, now: float) -> bool:
    """Unlock if this is the PIN, else count it; after ``MOST_TRIES`` the right one fails too."""
    tries = int(_number(login.get(_TRIES)))
    if tries < MOST_TRIES and check_password(pin, user.pin):
        open_(login, now)
        return True
    login[_TRIES] = tries + 1
    return False


def is_exhausted(login: SessionBase) -> bool:
    """Whether there were too many wrong PINs."""
    return _number(login.get(_TRIES)) >= MOST_TRIES


def set_pin(user: User, pin: str, minutes: int) -> None:
    """Give the person a PIN and the minutes after which it is asked for."""
    user.pin, user.lock_after_minutes = make_password(pin), minutes
    user.save(update_fields=["pin", "lock_after_minutes"])


def remove_pin(user: User) -> None:
    """Switch the lock off."""
    user.pin = ""
    user.save(update_fields=["pin"])


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
