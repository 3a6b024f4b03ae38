"""Reads a person's days for insights: a fixed number of queries, whatever the range."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any

import numpy as np
from django.db.models import Avg, Func, IntegerField, Min, QuerySet
from numpy.typing import NDArray

from emotionweb.journal import checkins, services
from emotionweb.journal.insights.hours import local_hours
from emotionweb.journal.insights.table import DayTable, Moods, daily_moods, index_of_days
from emotionweb.journal.models import CheckIn, Tag, Tracker, TrackerValue
from inference.labels import LABELS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Range(StrEnum):
    """How far back a page looks."""

    QUARTER = "90"
    YEAR = "365"
    ALL = "all"


def _as_it_comes(expression: Func, connection: Any) -> list[Any]:
    """No conversion: both databases give whole numbers, and there are very many."""
    return []


class Epoch(Func):
    """Whole seconds since 1970 of a time: a number is read far more quickly than a date."""

    output_field = IntegerField()
    get_db_converters = _as_it_comes
    template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s)) AS BIGINT)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(strftime('%%%%s', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)


class Ordinal(Func):
    """Number of a day, as ``date.toordinal``."""

    output_field = IntegerField()
    get_db_converters = _as_it_comes
    template = "(%(expressions)s - DATE '0001-01-01' + 1)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(julianday(%(expressions)s) - 1721424.5 AS INTEGER)"
        return self.as_sql(compiler, connection, template=template, **context)


def first_day(user_id: int, wanted: Range, today: date) -> date:
    """The first day of a range that ends today."""
    if wanted != Range.ALL:
        return today - timedelta(days=int(wanted) - 1)
    said = checkins.check_ins(user_id).aggregate(day=Min("local_day"))["day"]
    seen = services.days(user_id).aggregate(day=Min("day"))["day"]
    days: list[date] = [day for day in (said, seen, today) if day is not None]
    return min(days)


def read(
    user_id: int, first: date, last: date, tags: Sequence[Tag], trackers: Sequence[Tracker]
) -> DayTable:
    """Read the days from ``first`` to ``last``; five queries.

    Args:
        user_id: Whose they are.
        first: First day.
        last: Last day; what lies after it, on the other side of a time zone, is left out.
        tags: All of the person's tags.
        trackers: All of their trackers.
    """
    n = (last - first).days + 1
    said = checkins.check_ins(user_id).filter(local_day__range=(first, last))
    tag_ids, tracker_ids = [tag.pk for tag in tags], [tracker.pk for tracker in trackers]
    seconds, shares, models = _shown(user_id, first, last, n)
    return DayTable(
        first=first,
        **_felt(said, first, n),
        tag_ids=tag_ids,
        tagged=_tagged(said, first, n, tag_ids),
        tracker_ids=tracker_ids,
        tracked=_tracked(tracker_ids, first, last, n),
        seconds=seconds,
        shares=shares,
        models=models,
    )


def felt_days(user_id: int, first: date, last: date) -> Floats:
    """``(n,)`` mean mood of each day of a range; NaN where there is no check-in. One query."""
    values = np.full((last - first).days + 1, np.nan)
    rows = (
        checkins.check_ins(user_id)
        .filter(local_day__range=(first, last))
        .values_list("local_day")
        .annotate(mean=Avg("mood"))
        .order_by()
    )
    for day, mean in rows:
        values[(day - first).days] = float(mean)
    return values


def shown_days(user_id: int, first: date, last: date) -> tuple[Floats, Ints]:
    """``(n,)`` index of shown, NaN where too little was observed, and what saw it. One query."""
    n = (last - first).days + 1
    seconds, shares, models = _shown(user_id, first, last, n)
    return index_of_days(seconds, shares), models


def _felt(said: QuerySet[CheckIn], first: date, n: int) -> Moods:
    rows = said.annotate(number=Ordinal("local_day"), epoch=Epoch("at")).values_list(
        "number", "epoch", "mood", "timezone"
    )
    # By columns: one long row of numbers becomes an array far more quickly than many short ones.
    columns = list(zip(*rows.order_by(), strict=True)) or [(), (), (), ()]
    days, epochs, moods = (np.array(column, dtype=np.int64) for column in columns[:3])
    names, which = np.unique(np.array(columns[3], dtype=str), return_inverse=True)
    hours = np.zeros(len(days), dtype=np.int64)
    for at, name in enumerate(names.tolist()):
        hours[which == at] = local_hours(epochs[which == at], name)
    return daily_moods(days - first.toordinal(), hours, moods, n)


def _tagged(said: QuerySet[CheckIn], first: date, n: int, tag_ids: list[int]) -> Bools:
    tagged = np.zeros((n, len(tag_ids)), dtype=bool)
    pairs = (
        said.filter(tags__isnull=False)
        .annotate(number=Ordinal("local_day"))
        .values_list("number", "tags")
        .order_by()
    )
    days, keys = np.fromiter(chain.from_iterable(pairs), np.int64).reshape(-1, 2).T
    order = np.argsort(tag_ids)
    known = np.isin(keys, tag_ids)
    columns = order[np.searchsorted(np.array(tag_ids, dtype=np.int64)[order], keys[known])]
    tagged[days[known] - first.toordinal(), columns] = True
    return tagged


def _tracked(tracker_ids: list[int], first: date, last: date, n: int) -> Floats:
    place = {key: at for at, key in enumerate(tracker_ids)}
    tracked = np.full((n, len(tracker_ids)), np.nan)
    rows = (
        TrackerValue.objects.filter(tracker__in=tracker_ids, local_day__range=(first, last))
        .annotate(number=Ordinal("local_day"))
        .values_list("number", "tracker", "value")
    )
    for day, key, value in rows:
        tracked[day - first.toordinal(), place[key]] = value
    return tracked


def _shown(user_id: int, first: date, last: date, n: int) -> tuple[Floats, Floats, Ints]:
    seconds, shares = np.zeros(n), np.zeros((n, len(LABELS)))
    models = np.full(n, -1, dtype=np.int64)
    numbers: dict[tuple[str, ...], int] = {}
    rows = (
        services.days(user_id)
        .filter(day__range=(first, last))
        .annotate(number=Ordinal("day"))
        .order_by()
        .values_list("number", "seconds", "model_versions", *LABELS)
    )
    for day, seen, versions, *means in rows:
        at = day - first.toordinal()
        seconds[at], shares[at] = seen, means
        models[at] = numbers.setdefault(tuple(versions), len(numbers))
    return seconds, shares, models
