"""A believable year of somebody who does not exist: pure numbers, no database.

A level of mood drifts from day to day (autoregressive), weekends and what was done move it, and for
some weeks it lies lower. What is felt follows the level closely, what is shown only loosely. Days
are missing, as they are for everybody. The same seed and the same last day give the same year.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from emotionweb.demo.notes import NOTES
from inference.labels import LABELS, Expression

AWAY = "Asia/Shanghai"
OLD_MODEL, NEW_MODEL = "made-up-1", "made-up-2"

#: How a tag moves the mood, and how often it is there on a working day and on a weekend.
_DOINGS: dict[str, tuple[float, float, float]] = {
    "Work": (-0.15, 0.85, 0.06),
    "Learning": (0.05, 0.25, 0.15),
    "Sport": (0.45, 0.30, 0.40),
    "Walk": (0.25, 0.25, 0.55),
    "Good food": (0.15, 0.20, 0.45),
    "Music": (0.20, 0.15, 0.25),
    "Screen time": (-0.25, 0.35, 0.35),
    "Chores": (-0.05, 0.15, 0.45),
    "Family": (0.15, 0.20, 0.45),
    "Friends": (0.40, 0.15, 0.40),
    "Colleagues": (0.00, 0.50, 0.02),
    "Alone": (-0.15, 0.30, 0.25),
    "Slept well": (0.35, 0.40, 0.55),
    "Unwell": (-0.90, 0.05, 0.05),
}
#: What is done adds about 0.6 on a day, so the usual mood lies higher.
_LEVEL, _USUAL = 2.95, 3.5
_CARRIED, _DRIFT, _WEEKEND = 0.65, 0.38, 0.25


class Span(NamedTuple):
    """A stretch of days, counted back from the last one."""

    first: int
    last: int

    def holds(self, ago: int) -> bool:
        return self.last <= ago <= self.first


LOW = Span(158, 131)
SILENT = Span(247, 237)
NO_CAMERA = Span(96, 78)
TRIP = Span(58, 50)
#: From so many days ago on another model looks.
NEW_MODEL_SINCE = 117


@dataclass(frozen=True, slots=True)
class Said:
    """A check-in; tags by their English names."""

    at: datetime
    timezone: str
    mood: int
    energy: int | None
    pleasantness: int | None
    tags: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A session in front of the camera.

    Attributes:
        windows: For each ten seconds the eight means, in the order of ``LABELS``, and how many
            of the seconds were unsure.
    """

    start: datetime
    timezone: str
    model_version: str
    windows: tuple[tuple[tuple[float, ...], float], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """All of one day, in the order of time."""

    day: date
    said: tuple[Said, ...]
    seen: tuple[Seen, ...]
    slept_h: float | None


def year(last: date, home: str, until: datetime, days: int = 365, seed: int = 7) -> Iterator[Day]:
    """Make the days up to the last one, the oldest first.

    Args:
        last: The last day.
        home: IANA name of the zone the person lives in.
        until: Nothing lies after this moment.
        days: How many.
        seed: Another one makes another person.
    """
    chance = random.Random(seed)  # noqa: S311  (made up, not secret)
    drift = 0.0
    for ago in reversed(range(days)):
        day = last - timedelta(days=ago)
        drift = _CARRIED * drift + chance.gauss(0.0, _DRIFT)
        done = _done(day, ago, chance)
        level = _LEVEL + drift + (day.weekday() >= 5) * _WEEKEND + _lowered(ago)
        level += sum(_DOINGS[name][0] for name in done if name in _DOINGS)
        place = AWAY if TRIP.holds(ago) else home
        left = home if ago == TRIP.first else place
        said = [] if _is_silent(ago, chance) else _said(day, left, place, level, done, chance)
        seen = [] if _is_unseen(ago, chance) else _seen(day, ago, place, level, chance)
        slept = chance.gauss(7.7 if "Slept well" in done else 6.4, 0.6)
        yield Day(
            day,
            tuple(one for one in said if one.at < until),
            tuple(one for one in seen if one.start + len(one.windows) * _WINDOW < until),
            round(slept, 1) if said and chance.random() < 0.85 else None,
        )


def _lowered(ago: int) -> float:
    """The lower stretch: it comes over some days and goes over some."""
    if not LOW.holds(ago):
        return 0.0
    edge = min(LOW.first - ago, ago - LOW.last)
    return -1.15 * min(1.0, (edge + 1) / 4)


def _is_silent(ago: int, chance: random.Random) -> bool:
    return SILENT.holds(ago) or (ago > 2 and chance.random() < 0.07)


def _is_unseen(ago: int, chance: random.Random) -> bool:
    return NO_CAMERA.holds(ago) or SILENT.holds(ago) or (ago > 2 and chance.random() < 0.32)


def _done(day: date, ago: int, chance: random.Random) -> list[str]:
    weekend = day.weekday() >= 5
    done = [name for name, odds in _DOINGS.items() if chance.random() < odds[2 if weekend else 1]]
    if LOW.holds(ago):
        done = [name for name in done if name not in {"Friends", "Sport"} or chance.random() < 0.3]
    if TRIP.holds(ago):
        return [*(name for name in done if name not in {"Work", "Chores"}), "Travelling"]
    return done


def _at(day: date, hour: float, place: str, chance: random.Random) -> datetime:
    wall = datetime.combine(day, time(0), ZoneInfo(place)) + timedelta(
        hours=hour, minutes=chance.gauss(0, 25)
    )
    return max(wall, datetime.combine(day, time(0, 5), ZoneInfo(place))).astimezone(UTC)


def _said(
    day: date, home: str, place: str, level: float, done: list[str], chance: random.Random
) -> list[Said]:
    hours = sorted(chance.sample([8.0, 12.7, 18.3, 21.8], chance.choice([1, 2, 2, 3, 3, 4])))
    if home != place:
        hours = [8.0, 21.8]  # at home in the morning, far away in the evening
    said = []
    for hour in hours:
        there = home if hour < 10 else place
        felt = level + chance.gauss(0.0, 0.45) + (0.1 if hour > 18 else -0.05)
        mood = min(5, max(1, round(felt)))
        fits = {"Slept well"} if hour < 10 else set(done) - {"Slept well"}
        tags = tuple(name for name in done if name in fits and chance.random() < 0.75)
        said.append(
            Said(
                at=_at(day, hour, there, chance),
                timezone=there,
                mood=mood,
                energy=_scale(mood + (0.5 if hour < 14 else -0.6), chance),
                pleasantness=_scale(mood, chance),
                tags=tags,
                note=_note(tags, mood, chance),
            )
        )
    return said


def _scale(about: float, chance: random.Random) -> int | None:
    if chance.random() < 0.45:
        return None
    return min(5, max(1, round(about + chance.gauss(0.0, 0.6))))


def _note(tags: tuple[str, ...], mood: int, chance: random.Random) -> str:
    if chance.random() > 0.4:
        return ""
    fitting = [
        note.text
        for note in NOTES
        if set(note.tags) <= set(tags) and note.moods[0] <= mood <= note.moods[1]
    ]
    return chance.choice(fitting) if fitting else ""


_WINDOW = timedelta(seconds=10)


def _seen(day: date, ago: int, place: str, level: float, chance: random.Random) -> list[Seen]:
    hours = sorted(chance.sample([9.5, 11.0, 14.0, 16.5, 20.0], chance.choice([1, 1, 1, 2])))
    return [
        Seen(
            start=_at(day, hour, place, chance),
            timezone=place,
            model_version=NEW_MODEL if ago < NEW_MODEL_SINCE else OLD_MODEL,
            windows=_windows(level, chance),
        )
        for hour in hours
    ]


def _windows(level: float, chance: random.Random) -> tuple[tuple[tuple[float, ...], float], ...]:
    """Some minutes: the face follows the mood a little, and mostly rests."""
    bright = 0.55 * (level - _USUAL) + chance.gauss(0.0, 0.5)
    weights = {
        Expression.NEUTRAL: 3.2,
        Expression.HAPPINESS: max(0.15, 0.9 + 0.9 * bright),
        Expression.SURPRISE: chance.choice([0.12, 0.15, 0.2, 0.2, 0.3, 1.1]),
        Expression.SADNESS: max(0.08, 0.35 - 0.5 * bright),
        Expression.ANGER: max(0.04, 0.18 - 0.25 * bright + chance.choice([0, 0, 0, 0, 0.9])),
        Expression.DISGUST: 0.05,
        Expression.FEAR: max(0.02, 0.08 + chance.gauss(0, 0.05)),
        Expression.CONTEMPT: 0.07,
    }
    minutes = max(1.5, chance.lognormvariate(2.6, 0.7))
    windows = []
    for _ in range(round(min(minutes, 55.0) * 6)):
        parts = [weights[Expression(name)] * chance.lognormvariate(0.0, 0.5) for name in LABELS]
        whole = sum(parts)
        unsure = chance.choice([0.0, 0.0, 0.0, 0.0, 1.0, 4.0])
        windows.append((tuple(part / whole for part in parts), unsure))
    return tuple(windows)
