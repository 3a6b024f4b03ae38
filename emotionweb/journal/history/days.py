"""The days of a range with what was felt, what was shown, and how far the two lie apart.

The number of queries is fixed, and each reads the days of the range only (with the year before
it where differences are wanted): ten years of history cost no more than one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Avg, Count, Max, Min

from emotionweb.journal import checkins, hidden, services, sources
from emotionweb.journal.checkins import Felt
from emotionweb.journal.models import DailyEmotionLog
from emotionweb.journal.shown_index import (
    ENOUGH_SECONDS,
    REFERENCE_DAYS,
    Difference,
    day_index,
    differences,
)
from emotionweb.journal.summaries import DaySummary, MixPart, mix
from inference.labels import Expression

#: From this share on an expression other than neutral is what stood out on a day.
STOOD_OUT = 0.15
_BEFORE = timedelta(days=REFERENCE_DAYS - 1)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the camera saw on a day.

    Attributes:
        summary: With the observed time; its number of sessions is not counted here.
        model_versions: That saw it.
        new_models: Those of them that the observed day before did not have; empty on the first.
        corrected: Whether the person corrected something of it.
        sealed: Whether only the sum is left, without what it was made of.
    """

    summary: DaySummary
    model_versions: tuple[str, ...]
    new_models: tuple[str, ...]
    corrected: bool
    sealed: bool

    @property
    def enough(self) -> bool:
        """Whether enough was seen to compare the day with others."""
        return self.summary.seconds >= ENOUGH_SECONDS

    @property
    def stood_out(self) -> MixPart | None:
        """The strongest expression beside neutral if it had its share, else neutral.

        Faces at rest look neutral: the strongest of all would be the same on nearly every day.
        ``None`` where nothing was sure.
        """
        others = (part for part in self.summary.mix if part.name != Expression.NEUTRAL)
        first = next(others, None)
        if first is None:
            return None
        if first.share >= STOOD_OUT:
            return first
        return next(part for part in self.summary.mix if part.name == Expression.NEUTRAL)


@dataclass(frozen=True, slots=True)
class HistoryDay:
    """One day with something in it; ``None`` stands for nothing, never for the middle.

    Of a day that the person has hidden nothing is told but that.
    """

    day: date
    felt: Felt | None
    shown: Shown | None
    difference: Difference | None = None
    hidden: bool = False


class ModelChange(NamedTuple):
    """A day from which on another model saw the faces."""

    day: date
    versions: tuple[str, ...]


def load(
    user_id: int,
    first: date,
    last: date,
    *,
    with_differences: bool = True,
    with_hidden: bool = False,
) -> dict[date, HistoryDay]:
    """Read the days from the first to the last, in their order; days with nothing are left out.

    Args:
        user_id: Whose.
        first: The first day.
        last: The last one.
        with_differences: Whether they are wanted; they need the year before, too.
        with_hidden: Whether what is in hidden days is asked for.
    """
    since = _year_before(first) if with_differences else first
    felt = _felt(user_id, since, last)
    logs = _logs(user_id, since, last)
    apart = _differences(felt, logs) if with_differences else {}
    shown = _shown(user_id, first, last, logs)
    unseen = frozenset() if with_hidden else hidden.between(user_id, first, last)
    return {
        day: HistoryDay(day, None, None, hidden=True)
        if day in unseen
        else HistoryDay(day, felt.get(day), shown.get(day), apart.get(day))
        for day in sorted(felt.keys() | shown.keys())
        if day >= first
    }


def bounds(user_id: int) -> tuple[date, date] | None:
    """The first and the last day with something, or ``None`` where there is none."""
    felt = checkins.check_ins(user_id).aggregate(first=Min("local_day"), last=Max("local_day"))
    shown = services.days(user_id).order_by().aggregate(first=Min("day"), last=Max("day"))
    found = [day for day in (*felt.values(), *shown.values()) if day is not None]
    return (min(found), max(found)) if found else None


def neighbours(user_id: int, day: date) -> tuple[date | None, date | None]:
    """The nearest days with something before and after a day."""
    felt, shown = checkins.check_ins(user_id), services.days(user_id).order_by()
    before = (
        felt.filter(local_day__lt=day).aggregate(found=Max("local_day"))["found"],
        shown.filter(day__lt=day).aggregate(found=Max("day"))["found"],
    )
    after = (
        felt.filter(local_day__gt=day).aggregate(found=Min("local_day"))["found"],
        shown.filter(day__gt=day).aggregate(found=Min("day"))["found"],
    )
    return (
        max((one for one in before if one), default=None),
        min((one for one in after if one), default=None),
    )


def model_changes(days: Iterable[HistoryDay]) -> list[ModelChange]:
    """Where another model took over, in the order of time."""
    return [
        ModelChange(one.day, one.shown.new_models)
        for one in days
        if one.shown is not None and one.shown.new_models
    ]


def _year_before(day: date) -> date:
    return day - _BEFORE if day - date.min >= _BEFORE else date.min


def _felt(user_id: int, first: date, last: date) -> dict[date, Felt]:
    rows = (
        checkins.check_ins(user_id)
        .filter(local_day__range=(first, last))
        .values("local_day")
        .annotate(mean=Avg("mood"), count=Count("pk"))
        .order_by("local_day")
    )
    return {row["local_day"]: Felt(float(row["mean"]), row["count"]) for row in rows}


def _logs(user_id: int, first: date, last: date) -> list[DailyEmotionLog]:
    return list(services.days(user_id).filter(day__range=(first, last)).order_by("day"))


def _differences(felt: dict[date, Felt], logs: list[DailyEmotionLog]) -> dict[date, Difference]:
    indexes = {log.day: day_index(log.seconds, log.means) for log in logs}
    return differences(
        {day: one.mean for day, one in felt.items()},
        {day: index for day, index in indexes.items() if index is not None},
        {log.day: tuple(log.model_versions) for log in logs},
    )


def _shown(user_id: int, first: date, last: date, logs: list[DailyEmotionLog]) -> dict[date, Shown]:
    wanted = [log for log in logs if log.day >= first]
    if not wanted:
        return {}
    corrected = sources.corrected_days(user_id, first, last)
    earlier = services.days(user_id).filter(day__lt=first).first()
    before = None if earlier is None else set(earlier.model_versions)
    found = {}
    for log in wanted:
        versions = tuple(log.model_versions)
        new = () if before is None else tuple(name for name in versions if name not in before)
        before = set(versions)
        found[log.day] = Shown(_summary(log), versions, new, log.day in corrected, log.sealed)
    return found


def _summary(log: DailyEmotionLog) -> DaySummary:
    return DaySummary(
        day=log.day,
        timezone=log.timezone,
        seconds=log.seconds,
        unsure_seconds=log.unsure_seconds,
        first_at=log.first_at,
        last_at=log.last_at,
        sessions=0,
        mix=mix(log.seconds, log.means),
    )
