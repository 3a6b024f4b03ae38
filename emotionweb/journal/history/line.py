"""The line of a day: moods as points, what was seen as bands, over the hours of that day.

The axis is made of instants. So a day on which the clocks change is 23 or 25 hours long, and a day
of travel is as long as it was; the hours written on it are those of the place at that time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from django.utils.formats import time_format
from numpy.typing import NDArray

from emotionweb.accounts.timezones import zone
from emotionweb.journal.models import CheckIn, Observation
from emotionweb.journal.models.checkins import HIGHEST
from emotionweb.journal.summaries import MixPart, SourceSummary, mix
from inference.labels import LABELS

#: What was seen is drawn for half hours.
BAND = timedelta(minutes=30)
#: Every so many hours one is written on the axis.
TICK_HOURS = 3
#: Steps in which the axis looks for full hours; every zone of today is off by a multiple of it.
_STEP = timedelta(minutes=15)
#: Smaller shares of a band would be too thin to see.
DRAWN_SHARE = 0.03

# === Pixels of the drawing (templates/journal/history/_line.html) ===

#: From the top edge to mood 5, and from one mood to the next.
TOP, ROW = 18, 26
#: Foot of the bands; they are the higher, the longer the camera looked.
BAND_FOOT, BAND_LEAST, BAND_MOST = 178, 10, 40
#: Seconds within a half hour from which on a band has its full height.
BAND_FULL_S = 900.0


class Point(NamedTuple):
    """A check-in on the line; ``x`` in per cent of the width, ``y`` in pixels."""

    x: str
    y: int
    mood: int
    at: datetime
    timezone: str


class Link(NamedTuple):
    """A line from one point to the next."""

    x1: str
    y1: int
    x2: str
    y2: int


class BandPart(NamedTuple):
    """One expression in a band, or "unsure"; in per cent of the band's own height."""

    name: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Band:
    """What was seen within half an hour.

    Attributes:
        x: Where it begins, in per cent.
        width: Likewise.
        start: Of the half hour.
        end: Likewise.
        timezone: IANA name of the zone it was seen in.
        seconds: Of sure answers.
        unsure_seconds: Of unsure ones.
        mix: Strongest first.
        parts: To be drawn, from the top.
        y: Of its upper edge, in pixels.
        height: Likewise.
    """

    x: str
    width: str
    start: datetime
    end: datetime
    timezone: str
    seconds: float
    unsure_seconds: float
    mix: tuple[MixPart, ...]
    parts: tuple[BandPart, ...]
    y: int
    height: int

    @property
    def top(self) -> str | None:
        """Name of the strongest expression."""
        return self.mix[0].name if self.mix else None


class Tick(NamedTuple):
    """A full hour on the axis, as the clock there showed it; ``anchor`` as SVG calls it."""

    x: str
    text: str
    minor: bool
    anchor: str


class Turn(NamedTuple):
    """From here on another model saw the face."""

    x: str
    version: str
    at: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Line:
    """A day as a chart, with nothing in it where there is nothing."""

    points: Sequence[Point]
    links: Sequence[Link]
    bands: Sequence[Band]
    ticks: Sequence[Tick]
    turns: Sequence[Turn]
    hours: float


def draw(
    user_id: int, day: date, said: Sequence[CheckIn], sources: Sequence[SourceSummary]
) -> Line:
    """Make the line of a day; one query, and none on a day without camera."""
    rows = _observations(user_id, day) if sources else []
    if not said and not rows:
        return Line([], [], [], [], [], 0.0)  # of a sealed day only the sum is left
    clocks = _clocks(said, rows)
    start, end = _span(day, said, rows)
    axis = _Axis(start, end)
    points = [
        Point(axis.at(one.at), TOP + (HIGHEST - one.mood) * ROW, one.mood, one.at, one.timezone)
        for one in said
    ]
    return Line(
        points=points,
        links=[Link(one.x, one.y, other.x, other.y) for one, other in itertools.pairwise(points)],
        bands=_bands(rows, axis),
        ticks=_ticks(clocks, axis),
        turns=_turns(rows, axis),
        hours=(end - start) / timedelta(hours=1),
    )


class _Row(NamedTuple):
    start: datetime
    end: datetime
    timezone: str
    day_start_hour: int
    model_version: str
    seconds: float
    unsure_seconds: float
    means: tuple[float, ...]


class _Axis:
    def __init__(self, start: datetime, end: datetime) -> None:
        self.start, self.end = start, end

    def share(self, instant: datetime) -> float:
        return (instant - self.start) / (self.end - self.start)

    def at(self, instant: datetime) -> str:
        return f"{self.share(instant):.2%}"


def _observations(user_id: int, day: date) -> list[_Row]:
    names = ("start", "end", "timezone", "day_start_hour", "model_version")
    rows = Observation.objects.filter(user_id=user_id, local_day=day).order_by("start")
    found = rows.values_list(*names, "seconds", "unsure_seconds", *LABELS)
    return [_Row(*row[:7], row[7:]) for row in map(tuple, found)]  # type: ignore[call-arg]


def _clocks(said: Sequence[CheckIn], rows: Sequence[_Row]) -> list[tuple[datetime, str]]:
    """From when on which zone held, in the order of time; the first holds before itself, too."""
    seen = sorted([(one.at, one.timezone) for one in said] + [(r.start, r.timezone) for r in rows])
    changes: list[tuple[datetime, str]] = []
    for instant, name in seen:
        if not changes or changes[-1][1] != name:
            changes.append((instant, name))
    return changes


def _span(day: date, said: Sequence[CheckIn], rows: Sequence[_Row]) -> tuple[datetime, datetime]:
    """From the start of the day at the first entry's place to its end at the last one's."""
    places = sorted(
        [(one.at, one.timezone, one.day_start_hour) for one in said]
        + [(row.start, row.timezone, row.day_start_hour) for row in rows]
    )
    (first, first_zone, first_hour), (last, last_zone, last_hour) = places[0], places[-1]
    ends = [row.end for row in rows]
    return (
        min(first, day_start(day, first_zone, first_hour)),
        max(last, *ends, day_start(day + timedelta(days=1), last_zone, last_hour))
        if day < date.max
        else max(last, *ends),
    )


def day_start(day: date, timezone: str, hour: int) -> datetime:
    """The instant, in UTC, at which a day begins on the clock of a zone.

    Of an hour that comes twice the first is meant; one that is left out is met by what the clock
    showed instead.
    """
    wall = datetime(day.year, day.month, day.day, hour, tzinfo=zone(timezone))
    return wall.astimezone(UTC)


def _bands(rows: Iterable[_Row], axis: _Axis) -> list[Band]:
    groups: dict[int, list[_Row]] = {}
    for row in rows:
        groups.setdefault(int((row.start - axis.start) // BAND), []).append(row)
    return [_band(number, group, axis) for number, group in sorted(groups.items())]


def _band(number: int, rows: Sequence[_Row], axis: _Axis) -> Band:
    start = axis.start + number * BAND
    end = min(start + BAND, axis.end)
    weights = np.array([row.seconds for row in rows])
    seconds, unsure = float(weights.sum()), sum(row.unsure_seconds for row in rows)
    means = np.array([row.means for row in rows]).T @ weights / max(seconds, 1e-9)
    share = min(1.0, (seconds + unsure) / BAND_FULL_S)
    height = round(BAND_LEAST + (BAND_MOST - BAND_LEAST) * share)
    return Band(
        x=axis.at(start),
        width=f"{axis.share(end) - axis.share(start):.2%}",
        start=start,
        end=end,
        timezone=rows[0].timezone,
        seconds=seconds,
        unsure_seconds=unsure,
        mix=mix(seconds, means.tolist()),
        parts=_parts(means, seconds, unsure),
        y=BAND_FOOT - height,
        height=height,
    )


def _parts(
    means: NDArray[np.float64], seconds: float, unsure_seconds: float
) -> tuple[BandPart, ...]:
    """The expressions of a band from top to bottom, always in the same order; unsure is last."""
    weighted = [(name, float(mean) * seconds) for name, mean in zip(LABELS, means, strict=True)]
    whole = seconds + unsure_seconds
    shares = [(name, time / whole) for name, time in [*weighted, ("unsure", unsure_seconds)]]
    drawn = [(name, share) for name, share in shares if share >= DRAWN_SHARE]
    whole = sum(share for _, share in drawn)
    parts, top = [], 0.0
    for name, share in drawn:
        parts.append(BandPart(name, f"{top / whole:.2%}", f"{share / whole:.2%}"))
        top += share
    return tuple(parts)


def _ticks(clocks: Sequence[tuple[datetime, str]], axis: _Axis) -> list[Tick]:
    instant = axis.start + (-(axis.start - datetime(1970, 1, 1, tzinfo=UTC)) % _STEP)
    ticks = []
    while instant <= axis.end:
        name = next((name for since, name in reversed(clocks) if since <= instant), clocks[0][1])
        wall = instant.astimezone(zone(name))
        if wall.minute == 0 and wall.hour % TICK_HOURS == 0:
            text = time_format(wall.time(), "H:i")
            share = axis.share(instant)
            anchor = "start" if share < 0.03 else "end" if share > 0.97 else "middle"
            minor = wall.hour % (2 * TICK_HOURS) != 0
            ticks.append(Tick(axis.at(instant), text, minor, anchor))
        instant += _STEP
    return ticks


def _turns(rows: Sequence[_Row], axis: _Axis) -> list[Turn]:
    return [
        Turn(axis.at(row.start), row.model_version, row.start, row.timezone)
        for before, row in itertools.pairwise(rows)
        if row.model_version != before.model_version
    ]
