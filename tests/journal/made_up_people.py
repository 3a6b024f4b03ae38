"""People who do not exist, for measuring what the early notice finds and what it should not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotionweb.journal.insights.decline import Settings, look

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kind:
    """From which ranges people are drawn, each number evenly between its two ends.

    Attributes:
        level: Mood in the long run.
        swing: Standard deviation of a day's true level around it, in points.
        correlation: Of that with the next day's.
        weekly: Height of the weekly rhythm, in points.
        within: Standard deviation of a check-in around its day, before it is rounded to 1..5.
        check_ins: On a day that has any.
        missing: Share of the days without.
    """

    level: tuple[float, float] = (2.8, 4.2)
    swing: tuple[float, float] = (0.3, 0.6)
    correlation: tuple[float, float] = (0.3, 0.5)
    weekly: tuple[float, float] = (0.0, 0.3)
    within: tuple[float, float] = (0.3, 0.7)
    check_ins: tuple[int, int] = (1, 5)
    missing: tuple[float, float] = (0.0, 0.4)


def felt(
    people: int,
    days: int,
    kind: Kind,
    seed: int,
    *,
    drop: float = 0.0,
    drop_at: int | None = None,
) -> Floats:
    """``(people, days)`` a day's felt; NaN on days without a check-in.

    Args:
        people: How many.
        days: How many.
        kind: What they are like.
        seed: Of the drawing.
        drop: Points by which everybody's level falls for good.
        drop_at: From this day on.
    """
    draw = np.random.default_rng(seed)

    def each(ends: tuple[float, float]) -> Floats:
        return draw.uniform(*ends, size=people)

    level, swing, weekly, within = map(each, (kind.level, kind.swing, kind.weekly, kind.within))
    c, missing = each(kind.correlation), each(kind.missing)
    most = draw.integers(kind.check_ins[0], kind.check_ins[1] + 1, size=people)

    state = np.empty((people, days))
    state[:, 0] = draw.normal(size=people)
    shocks = draw.normal(size=(people, days)) * np.sqrt(1 - c**2)[:, None]
    for day in range(1, days):
        state[:, day] = c * state[:, day - 1] + shocks[:, day]
    phase = draw.uniform(0, 2 * np.pi, size=people)[:, None]
    rhythm = weekly[:, None] * np.sin(2 * np.pi * np.arange(days) / 7 + phase)
    true = level[:, None] + swing[:, None] * state + rhythm
    if drop_at is not None:
        true[:, drop_at:] -= drop

    total, count = np.zeros((people, days)), np.zeros((people, days))
    for number in range(kind.check_ins[1]):
        said = np.clip(np.rint(true + within[:, None] * draw.normal(size=true.shape)), 1, 5)
        # Of a person's usual number of check-ins the first is always there, others by chance.
        there = (number < most)[:, None] & (draw.random(true.shape) < (1.0 if not number else 0.7))
        total += np.where(there, said, 0.0)
        count += there
    away = draw.random((people, days)) < missing[:, None]
    return np.where(away, np.nan, total / count)


def shown(people: int, days: int, correlation: float, seed: int, missing: float = 0.4) -> Floats:
    """``(people, days)`` an index of shown that stays as it is; NaN on days without the camera."""
    draw = np.random.default_rng(seed)
    state = np.empty((people, days))
    state[:, 0] = draw.normal(size=people)
    for day in range(1, days):
        shock = np.sqrt(1 - correlation**2) * draw.normal(size=people)
        state[:, day] = correlation * state[:, day - 1] + shock
    # Skewed, as shares are: mostly a little, sometimes much.
    index = np.tanh(0.3 + 0.6 * state)
    return np.where(draw.random((people, days)) < missing, np.nan, index)


# === What is found in them ===


def declined(values: Floats, settings: Settings, first: int, last: int) -> NDArray[np.bool_]:
    """``(people, last - first)`` whether each day's look finds a decline that lasts until it."""
    looks = [
        look(values[:, day - settings.days + 1 : day + 1], settings).declined
        for day in range(first, last)
    ]
    return np.array(looks).T


def false_notices(values: Floats, settings: Settings, quiet_days: int = 30) -> int:
    """How many notices a flat series gets, all people together; rests as ``notices.py`` does."""
    number = 0
    for row in declined(values, settings, settings.days, values.shape[1]):
        last = -quiet_days
        for day in np.flatnonzero(row).tolist():
            if day - last >= quiet_days:
                number, last = number + 1, day
    return number


def detected(values: Floats, settings: Settings, drop_at: int, within: int) -> float:
    """Share of the people whose drop is found within so many days."""
    return float(declined(values, settings, drop_at, drop_at + within).any(axis=1).mean())
