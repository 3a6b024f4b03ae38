"""What stands in a report: numbers and words of the person, and what was left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Any

from django.db.models import Avg, Count, Max, Min

from emotionweb.accounts.models import User
from emotionweb.journal import checkins, hidden
from emotionweb.journal.models import CheckIn, DailyEmotionLog, TrackerValue
from emotionweb.journal.summaries import MixPart, mix
from inference.labels import LABELS

MOST_TAGS = 15
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person chose.

    Attributes:
        first: Day, included.
        last: Day, included.
        notes: Whether notes are printed.
        hidden: Whether hidden days are in.
        shown: Whether what the camera saw is in.
    """

    first: date
    last: date
    notes: bool = False
    hidden: bool = False
    shown: bool = True

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Week:
    """One week from Monday on.

    Attributes:
        days: With a check-in.
        mean: Of the days' means, 1..5; ``None`` without any.
        low: Lowest mood that was said.
        high: Highest.
        seconds: That the camera saw the face and was sure.
    """

    monday: date
    days: int
    mean: float | None
    low: int | None
    high: int | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Shown:
    """What the camera saw over the whole time."""

    days: int
    seconds: float
    unsure_seconds: float
    mix: tuple[MixPart, ...]
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tracked:
    """One tracked number over the whole time."""

    name: str
    unit: str
    days: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Note:
    """A note with its moment on the clock of where it was written."""

    at: datetime
    timezone: str
    mood: int
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is printed.

    Attributes:
        days: With a check-in.
        moods: How often each of 1..5 was said.
        tags: Name and on how many days, most frequent first.
        notes: In the order of time; empty where they are left out.
        notes_left_out: How many notes are not printed.
        hidden_left_out: How many hidden days are not in it.
    """

    wanted: Wanted
    name: str
    days: int
    check_ins: int
    mean: float | None
    moods: tuple[int, int, int, int, int]
    weeks: Sequence[Week]
    tags: Sequence[tuple[str, int]]
    trackers: Sequence[Tracked]
    shown: Shown | None
    notes: Sequence[Note]
    notes_left_out: int
    hidden_left_out: int


def gather(user: User, wanted: Wanted) -> Report:
    """Collect a report; nine queries however long the time is."""
    concealed = hidden.between(user.pk, wanted.first, wanted.last)
    left_out = frozenset() if wanted.hidden else concealed
    span = (wanted.first, wanted.last)
    rows = checkins.check_ins(user.pk).filter(local_day__range=span)
    rows = rows.exclude(local_day__in=left_out)
    by_day = list(
        rows.values("local_day")
        .annotate(mean=Avg("mood"), low=Min("mood"), high=Max("mood"), count=Count("pk"))
        .order_by("local_day")
    )
    counts = Counter(dict(rows.values_list("mood").annotate(count=Count("pk")).order_by()))
    logs = DailyEmotionLog.objects.filter(user=user, day__range=span).exclude(day__in=left_out)
    seen = list(logs) if wanted.shown else []
    tagged = rows.exclude(tags=None).values("tags__name")
    tags = tagged.annotate(days=Count("local_day", distinct=True)).order_by("-days", "tags__name")
    noted = rows.exclude(note="").order_by("at")
    return Report(
        wanted=wanted,
        name=user.get_short_name() if user.name else "",
        days=len(by_day),
        check_ins=sum(row["count"] for row in by_day),
        mean=fmean(row["mean"] for row in by_day) if by_day else None,
        moods=(counts[1], counts[2], counts[3], counts[4], counts[5]),
        weeks=_weeks(wanted, by_day, seen),
        tags=[(row["tags__name"], row["days"]) for row in tags[:MOST_TAGS]],
        trackers=_trackers(user, wanted, left_out),
        shown=_shown(seen),
        notes=[_note(row) for row in noted] if wanted.notes else [],
        notes_left_out=0 if wanted.notes else noted.count(),
        hidden_left_out=len(left_out),
    )


def _weeks(
    wanted: Wanted, by_day: Sequence[Mapping[str, Any]], seen: Sequence[DailyEmotionLog]
) -> list[Week]:
    felt: dict[date, list[Mapping[str, Any]]] = defaultdict(list)
    for row in by_day:
        felt[_monday(row["local_day"])].append(row)
    seconds: dict[date, float] = defaultdict(float)
    for log in seen:
        seconds[_monday(log.day)] += log.seconds
    weeks, monday = [], _monday(wanted.first)
    while monday <= wanted.last:
        rows = felt.get(monday, [])
        weeks.append(
            Week(
                monday=monday,
                days=len(rows),
                mean=fmean(row["mean"] for row in rows) if rows else None,
                low=min((row["low"] for row in rows), default=None),
                high=max((row["high"] for row in rows), default=None),
                seconds=seconds.get(monday, 0.0),
            )
        )
        monday += timedelta(days=7)
    return weeks


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _trackers(user: User, wanted: Wanted, left_out: frozenset[date]) -> list[Tracked]:
    values = TrackerValue.objects.filter(
        tracker__user=user, local_day__range=(wanted.first, wanted.last)
    ).exclude(local_day__in=left_out)
    rows = values.values("tracker__name", "tracker__unit", "tracker__order").annotate(
        days=Count("pk"), mean=Avg("value"), low=Min("value"), high=Max("value")
    )
    return [
        Tracked(
            row["tracker__name"],
            row["tracker__unit"],
            row["days"],
            row["mean"],
            row["low"],
            row["high"],
        )
        for row in rows.order_by("tracker__order", "tracker__name")
    ]


def _shown(seen: Sequence[DailyEmotionLog]) -> Shown | None:
    if not seen:
        return None
    seconds = sum(log.seconds for log in seen)
    sums = [sum(getattr(log, name) * log.seconds for log in seen) for name in LABELS]
    means = [one / seconds if seconds > 0 else 0.0 for one in sums]
    return Shown(
        days=len(seen),
        seconds=seconds,
        unsure_seconds=sum(log.unsure_seconds for log in seen),
        mix=mix(seconds, means),
        models=tuple(sorted({name for log in seen for name in log.model_versions})),
    )


def _note(row: CheckIn) -> Note:
    return Note(row.at, row.timezone, row.mood, row.note)
