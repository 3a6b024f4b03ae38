"""Days that a person does not want to meet by chance: kept whole, shown on request only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from emotionweb.journal.models import HiddenDay


def hide(user_id: int, day: date) -> None:
    """Hide a day; twice is once."""
    HiddenDay.objects.get_or_create(user_id=user_id, day=day)


def show(user_id: int, day: date) -> None:
    """Hide a day no more."""
    HiddenDay.objects.filter(user_id=user_id, day=day).delete()


def is_hidden(user_id: int, day: date) -> bool:
    """Whether a day is hidden."""
    return HiddenDay.objects.filter(user_id=user_id, day=day).exists()


def any_day(user_id: int) -> bool:
    """Whether any day of the person is hidden."""
    return HiddenDay.objects.filter(user_id=user_id).exists()


def among(user_id: int, days: Iterable[date]) -> frozenset[date]:
    """Those of some days that are hidden, in one query."""
    rows = HiddenDay.objects.filter(user_id=user_id, day__in=list(days))
    return frozenset(rows.values_list("day", flat=True))


def between(user_id: int, first: date, last: date) -> frozenset[date]:
    """The hidden days from the first to the last, both included."""
    rows = HiddenDay.objects.filter(user_id=user_id, day__range=(first, last))
    return frozenset(rows.values_list("day", flat=True))
