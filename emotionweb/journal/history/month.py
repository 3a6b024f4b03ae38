"""A month as a calendar, and a week as seven pages of a diary."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from emotionweb.journal import checkins
from emotionweb.journal.checkins import Felt
from emotionweb.journal.history import days as days_module
from emotionweb.journal.history import table, words
from emotionweb.journal.history.days import HistoryDay, ModelChange
from emotionweb.journal.models import CheckIn

_CALENDAR = Calendar()  # weeks begin on Monday, as their numbers do


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day in a calendar.

    Attributes:
        found: What is in it.
        outside: Whether it belongs to the month before or after.
        later: Whether it is still to come.
        tip: Everything about it in one line.
        check_ins: In the order of time; only a week has them.
    """

    day: date
    found: HistoryDay | None
    outside: bool
    later: bool
    today: bool
    tip: str
    check_ins: Sequence[CheckIn] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A month or a week.

    Attributes:
        rows: The calendar, a week a row.
        days: Those with something in them that is not hidden, in the order of time.
        previous: First day of the span before, if anything is in it or before it.
        next: First day of the span after, if it has begun.
    """

    first: date
    last: date
    rows: Sequence[Sequence[CalendarDay]]
    days: Sequence[HistoryDay]
    model_changes: Sequence[ModelChange]
    previous: date | None
    next: date | None

    @property
    def felt(self) -> Felt | None:
        """The mean mood, each check-in counting the same."""
        return words.mean_felt(list(self.days))

    @property
    def lines(self) -> list[table.Row]:
        """The days as a table."""
        return table.rows(self.days)

    @property
    def felt_days(self) -> int:
        return sum(one.felt is not None for one in self.days)

    @property
    def shown_days(self) -> int:
        return sum(one.shown is not None for one in self.days)

    @property
    def observed_s(self) -> float:
        return sum(one.shown.summary.seconds for one in self.days if one.shown is not None)


def month(user_id: int, first: date, today: date) -> Span:
    """Make the page of a month.

    Args:
        user_id: Whose.
        first: Its first day.
        today: Of the person.
    """
    after = (first + timedelta(days=31)).replace(day=1)
    last = after - timedelta(days=1)
    found = days_module.load(user_id, first, last)
    rows = [
        [_calendar_day(day, found, today, outside=day.month != first.month) for day in week]
        for week in _CALENDAR.monthdatescalendar(first.year, first.month)
    ]
    before = (first - timedelta(days=1)).replace(day=1)
    return _span(user_id, first, last, rows, found, today, before, after)


def week(user_id: int, first: date, today: date) -> Span:
    """Make the page of a week, with what was said on each day.

    Args:
        user_id: Whose.
        first: Its Monday.
        today: Of the person.
    """
    last = first + timedelta(days=6)
    found = days_module.load(user_id, first, last)
    said = _said(user_id, first, last)
    rows = [
        [
            _calendar_day(day, found, today, said=said.get(day, ()))
            for day in (first + timedelta(days=number) for number in range(7))
        ]
    ]
    step = timedelta(days=7)
    return _span(user_id, first, last, rows, found, today, first - step, first + step)


def _said(user_id: int, first: date, last: date) -> dict[date, list[CheckIn]]:
    rows = checkins.check_ins(user_id).filter(local_day__range=(first, last))
    said: dict[date, list[CheckIn]] = {}
    for row in rows.order_by("at", "created_at").prefetch_related("tags"):
        said.setdefault(row.local_day, []).append(row)
    return said


def _calendar_day(
    day: date,
    found: dict[date, HistoryDay],
    today: date,
    *,
    outside: bool = False,
    said: Sequence[CheckIn] = (),
) -> CalendarDay:
    one = found.get(day)
    return CalendarDay(
        day=day,
        found=one,
        outside=outside,
        later=day > today,
        today=day == today,
        tip=words.tip(day, one, with_difference=True) if not outside else "",
        check_ins=() if one is None or one.hidden else said,
    )


def _span(
    user_id: int,
    first: date,
    last: date,
    rows: Sequence[Sequence[CalendarDay]],
    found: dict[date, HistoryDay],
    today: date,
    before: date,
    after: date,
) -> Span:
    bounds = days_module.bounds(user_id)
    return Span(
        first=first,
        last=last,
        rows=rows,
        days=[one for one in found.values() if not one.hidden],
        model_changes=days_module.model_changes(found.values()),
        previous=before if bounds and bounds[0] < first else None,
        next=after if after <= today else None,
    )
