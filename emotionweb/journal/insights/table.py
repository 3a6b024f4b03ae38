"""A person's days as columns of numbers: what insights are worked out from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from emotionweb.journal.shown_index import ENOUGH_SECONDS, MINUS, PLUS
from inference.labels import LABELS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: First hour of each part of a day: night, morning, afternoon, evening.
PARTS = (0, 5, 12, 18)
_WEIGHTS = np.array([float(name in PLUS) - float(name in MINUS) for name in LABELS])


@dataclass(frozen=True, slots=True)
class DayTable:
    """A range of days without gaps, the oldest first; ``n`` days.

    Attributes:
        first: The day of row 0.
        felt: ``(n,)`` mean mood, 1..5; NaN where there is no check-in.
        check_ins: ``(n,)`` how many there are.
        part_felt: ``(n, 4)`` mean mood of the check-ins in each part of the day.
        part_rest: ``(n, 4)`` mean mood of those in the other parts.
        hour_felt: ``(24,)`` mean over days of the mean mood in each hour.
        hour_days: ``(24,)`` on how many days there is a check-in in it.
        tag_ids: ``k`` ids.
        tagged: ``(n, k)`` whether the day has a check-in with the tag.
        tracker_ids: ``j`` ids.
        tracked: ``(n, j)`` values; NaN where there is none.
        seconds: ``(n,)`` of sure answers of the camera.
        shares: ``(n, 8)`` mean share of each expression; zeros on days without.
        models: ``(n,)`` number of the combination of model versions that saw the day; -1: none.
    """

    first: date
    felt: Floats
    check_ins: Ints
    part_felt: Floats
    part_rest: Floats
    hour_felt: Floats
    hour_days: Ints
    tag_ids: list[int]
    tagged: Bools
    tracker_ids: list[int]
    tracked: Floats
    seconds: Floats
    shares: Floats
    models: Ints

    @property
    def days(self) -> int:
        """How many days the range has."""
        return len(self.felt)

    def day(self, row: int) -> date:
        """The day of a row."""
        return self.first + timedelta(days=int(row))

    @property
    def weekdays(self) -> Ints:
        """``(n,)`` 0 for Monday to 6."""
        return (np.arange(self.days) + self.first.weekday()) % 7

    @property
    def shown(self) -> Floats:
        """``(n,)`` index of shown, -1..1; NaN where too little was observed to say."""
        return index_of_days(self.seconds, self.shares)


def index_of_days(seconds: Floats, shares: Floats) -> Floats:
    """``(n,)`` the index of shown (see ``shown_index``); NaN where too little was observed.

    Args:
        seconds: ``(n,)`` of sure answers.
        shares: ``(n, 8)`` in the order of ``LABELS``.
    """
    return np.where(seconds >= ENOUGH_SECONDS, shares @ _WEIGHTS, np.nan)


def shown_within_model(table: DayTable) -> Floats:
    """``(n,)`` the index of shown less the mean of the days seen by the same model.

    Another version of the model can read the same face differently; the difference between two
    versions must not pass for one between days.
    """
    shown = table.shown.copy()
    for model in np.unique(table.models[np.isfinite(shown)]):
        same = (table.models == model) & np.isfinite(shown)
        shown[same] -= shown[same].mean()
    return shown


class Moods(TypedDict):
    """The fields of :class:`DayTable` that come from check-ins."""

    felt: Floats
    check_ins: Ints
    part_felt: Floats
    part_rest: Floats
    hour_felt: Floats
    hour_days: Ints


def daily_moods(days: Ints, hours: Ints, moods: Ints, n: int) -> Moods:
    """Bring check-ins together by day, part of the day and hour.

    Args:
        days: ``(m,)`` day of each check-in, 0..n-1.
        hours: ``(m,)`` its hour on the wall, 0..23.
        moods: ``(m,)`` 1..5.
        n: Number of days.

    Returns:
        The fields of :class:`DayTable` from ``felt`` to ``hour_days``.
    """
    total = np.bincount(days, moods, n)
    count = np.bincount(days, minlength=n)
    parts = np.searchsorted(PARTS, hours, side="right") - 1
    part_total = np.bincount(days * 4 + parts, moods, n * 4).reshape(n, 4)
    part_count = np.bincount(days * 4 + parts, minlength=n * 4).reshape(n, 4)
    hour_total = np.bincount(days * 24 + hours, moods, n * 24).reshape(n, 24)
    hour_count = np.bincount(days * 24 + hours, minlength=n * 24).reshape(n, 24)
    by_hour = _mean(hour_total, hour_count)
    hour_days = (hour_count > 0).sum(axis=0)
    return {
        "felt": _mean(total, count),
        "check_ins": count,
        "part_felt": _mean(part_total, part_count),
        "part_rest": _mean(total[:, None] - part_total, count[:, None] - part_count),
        "hour_felt": _mean(np.nansum(by_hour, axis=0), hour_days),
        "hour_days": hour_days,
    }


def _mean(total: NDArray[Any], count: NDArray[Any]) -> Floats:
    mean: Floats = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean
