"""What is kept about a person, told by the apps that keep it.

Counting, erasing and retention ask here, so that none of them can forget a kind: each app
registers what it holds in its ``AppConfig.ready``, and a test holds that every model with a
person in it belongs to a holding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.db.models import Model
    from django.utils.functional import _StrPromise

    from emotionweb.accounts.models import User
    from emotionweb.privacy.tables import Table


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is kept about people.

    Attributes:
        key: As stored in ``Retention.kind``.
        title: What a person calls it, such as "Check-ins".
        models: What it consists of.
        count: How many of them a person has.
        erase: Removes those of the person's days from the first to the last, both
            included, with their files; returns how many. ``None`` where they belong to no day
            and go with the account only.
        retain: Like ``erase`` from the first day on, for what is kept for a while only;
            ``None`` is the same as ``erase``.
        kept_words: What stays when the period is over; "" is nothing.
        order: Of the list.
        tables: What is taken along in an export; those that others point to come first.
        derived: Models that are in no table, with the reason.
    """

    key: str
    title: _StrPromise | str
    models: tuple[type[Model], ...]
    count: Callable[[User], int]
    erase: Callable[[User, date, date], int] | None = None
    retain: Callable[[User, date], int] | None = None
    kept_words: _StrPromise | str = ""
    order: int = 100
    tables: tuple[Table, ...] = ()
    derived: Mapping[type[Model], str] = field(default_factory=dict)

    @property
    def has_days(self) -> bool:
        """Whether it can be erased by days. (A template would call ``erase``.)"""
        return self.erase is not None


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> None:
    """Make a holding known; the last registration of a key holds."""
    _holdings[holding.key] = holding


def holdings() -> list[Holding]:
    """All holdings, in the order of their list."""
    return sorted(_holdings.values(), key=lambda one: one.order)


def holding(key: str) -> Holding | None:
    """The holding of this key."""
    return _holdings.get(key)


def all_tables() -> list[Table]:
    """The tables of all holdings; those that others point to come first."""
    return [table for one in holdings() for table in one.tables]
