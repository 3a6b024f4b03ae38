"""Rules of privacy: what is kept, erasing it, and letting it go after a while."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from emotionweb.accounts.models import User
from emotionweb.journal.days import local_day
from emotionweb.privacy.holdings import Holding, holding, holdings
from emotionweb.privacy.models import Retention

logger = logging.getLogger(__name__)

#: Days that a person can choose from; 0 is for ever.
PERIODS = (0, 30, 90, 365, 730)


@dataclass(frozen=True, slots=True)
class Kept:
    """One holding of one person.

    Attributes:
        count: How many things.
        days: For how many days they are kept; 0 is for ever.
    """

    holding: Holding
    count: int
    days: int


def kept(user: User) -> list[Kept]:
    """Everything that is kept about a person, in numbers."""
    periods = dict(Retention.objects.filter(user=user).values_list("kind", "days"))
    return [Kept(one, one.count(user), periods.get(one.key, 0)) for one in holdings()]


def erase(user: User, first: date, last: date, keys: Collection[str]) -> dict[str, int]:
    """Remove for good what lies on the person's days from the first to the last.

    Each kind is removed in a transaction of its own, with its files: a year of clips in one
    would keep everybody else from writing.

    Args:
        user: Whose.
        first: Included.
        last: Included.
        keys: Which holdings; unknown ones and those without days are left out.

    Returns:
        How many things of each kind were removed.
    """
    removed = {}
    for one in holdings():
        if one.key in keys and one.erase is not None:
            removed[one.key] = one.erase(user, first, last)
    return removed


def set_periods(user: User, periods: Mapping[str, int]) -> None:
    """Say for how many days each kind is kept; 0 is for ever.

    Raises:
        ValueError: A kind that has no period, or one that is not offered.
    """
    for key, days in periods.items():
        one = holding(key)
        if one is None or one.erase is None or days not in PERIODS:
            raise ValueError(f"{key} cannot be kept for {days} days.")
    for key, days in periods.items():
        if days:
            Retention.objects.update_or_create(user=user, kind=key, defaults={"days": days})
        else:
            Retention.objects.filter(user=user, kind=key).delete()


def enforce(now: datetime) -> int:
    """Let go of what was kept for as long as its person wanted.

    Returns:
        How many things were removed; a second call on the same day finds none.
    """
    removed = 0
    for row in Retention.objects.select_related("user").order_by("pk").iterator():
        one = holding(row.kind)
        if one is None or one.erase is None:
            continue  # the app that held it is gone, and what it held with it
        today = local_day(now, row.user.timezone, row.user.day_start_hour)
        before = today - timedelta(days=row.days)
        try:
            if one.retain is not None:
                removed += one.retain(row.user, before)
            else:
                removed += one.erase(row.user, date.min, before - timedelta(days=1))
        except Exception:
            # One person's trouble must not keep others' things longer than they wanted.
            logger.exception("The retention of %s of person %s failed.", row.kind, row.user_id)
    return removed
