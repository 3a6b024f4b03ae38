"""Whether a person's days have been lower than usual for a while; numbers only, no Django.

A one-sided CUSUM (Page, Biometrika 41, 1954) over the last weeks, against the person's own usual
level. What was chosen and what it finds in simulated people stands in
``docs/decisions/2026-11-21-early-notice.md``; ``python -m tests.bench.notice`` measures it anew.

Many people at once are one array: rows are people, columns are days.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEK = 7


@dataclass(frozen=True, slots=True)
class Settings:
    """What is looked for, and what it takes to say so.

    Attributes:
        drop: A lasting change of this size is what the sum is tuned to, in the units of the
            values (points of mood).
        baseline_days: Days that tell what is usual.
        gap_days: Youngest days, which do not: they may already be lower.
        baseline_needed: Days with a value among those, at least.
        recent_days: Over which the sum runs.
        recent_needed: Days with a value from the start of the decline, at least.
        span_needed: Days that it has lasted, at least.
        trim: Share of the baseline's lowest and of its highest days that does not count.
        most_a_day: A single day counts for at most this far below the usual, times ``drop``.
        prior_days: Weekday effects are shrunk as if so many days without one were known.
        correlation: Between a day and the next that is taken for granted where little is known.
        prior_pairs: How much that weighs against the pairs of days that are there.
        threshold: Of the sum, in units of long-run variance over ``drop``; by simulation.
        least_gap: The days of the decline lie at least this far below, on average, times ``drop``.
    """

    drop: float = 1.0
    baseline_days: int = 180
    gap_days: int = 14
    baseline_needed: int = 40
    recent_days: int = 42
    recent_needed: int = 5
    span_needed: int = 6
    trim: float = 0.1
    most_a_day: float = 2.0
    prior_days: float = 8.0
    correlation: float = 0.4
    prior_pairs: float = 60.0
    threshold: float = 4.5
    least_gap: float = 0.5

    @property
    def days(self) -> int:
        """How many days one look needs."""
        return self.baseline_days + self.gap_days


FELT = Settings()
#: The index of shown has no scale of its own: it is looked at in units of 1.5 of the person's own
#: standard deviations. It is asked for more than felt is, since a camera sees a part of a day.
SHOWN = replace(FELT, threshold=6.5)
SHOWN_DEVIATIONS = 1.5


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the last days of ``p`` people found; all arrays are ``(p,)``.

    Attributes:
        declined: Whether a lasting decline stands out.
        usual: Level of the baseline; NaN where too little is known.
        recent: Mean since the decline began, weekdays taken out; NaN where there is none.
        days: Days since it began, 0 where it has not.
        known: Of those, days with a value.
        ratio: The sum over its threshold; 1 and more is a decline. 0 where too little is known.
    """

    declined: NDArray[np.bool_]
    usual: Floats
    recent: Floats
    days: NDArray[np.int64]
    known: NDArray[np.int64]
    ratio: Floats


def look(values: Floats, settings: Settings) -> Look:
    """Look for a decline that lasts until the last column.

    Args:
        values: ``(p, settings.days)`` one value a day, the newest last; NaN where there is none.
            The column decides the weekday: columns seven apart are the same.
        settings: What is looked for.
    """
    past = values[:, : settings.baseline_days]
    enough = np.isfinite(past).sum(axis=1) >= settings.baseline_needed
    usual = trimmed_mean(past, settings.trim)
    weekdays = _weekday_effects(values, usual, settings)
    rest = values - usual[:, None] - weekdays
    variance = long_run_variance(rest[:, : settings.baseline_days], settings)
    below = np.minimum(-rest[:, -settings.recent_days :], settings.most_a_day * settings.drop)
    total, start = _cusum(below - settings.drop / 2)
    known, mean_below = _since(below, start)
    days = np.where(start >= 0, settings.recent_days - start, 0)
    ratio = np.where(enough, total / (settings.threshold * variance / settings.drop), 0.0)
    declined = (
        (ratio >= 1.0)
        & (days >= settings.span_needed)
        & (known >= settings.recent_needed)
        & (mean_below >= settings.least_gap * settings.drop)
    )
    return Look(
        declined=declined,
        usual=np.where(enough, usual, np.nan),
        recent=np.where(known > 0, usual - mean_below, np.nan),
        days=days,
        known=known,
        ratio=np.nan_to_num(ratio),
    )


def trimmed_mean(values: Floats, trim: float) -> Floats:
    """Mean of each row without its lowest and highest share; NaN where nothing is known.

    On a scale of five steps a median jumps from one step to the next and the median deviation
    from it is often zero; a trimmed mean does neither, and a few odd days move it little.

    Args:
        values: ``(p, n)``, NaN where there is none.
        trim: Share of the known values that is left out at each end, below 0.5.
    """
    ordered = np.sort(values, axis=1)  # NaN goes last
    known = np.isfinite(values).sum(axis=1)
    cut = np.floor(known * trim).astype(np.int64)
    place = np.arange(values.shape[1])
    inside = (place >= cut[:, None]) & (place < (known - cut)[:, None])
    total = np.where(inside, ordered, 0.0).sum(axis=1)
    count = inside.sum(axis=1)
    mean: Floats = np.divide(total, count, out=np.full(len(values), np.nan), where=count > 0)
    return mean


def _weekday_effects(values: Floats, usual: Floats, settings: Settings) -> Floats:
    """``(p, n)`` how far each day's weekday usually lies from the rest, shrunk towards zero."""
    rest = values[:, : settings.baseline_days] - usual[:, None]
    effects = np.zeros((len(values), WEEK))
    for weekday in range(WEEK):
        of_day = rest[:, weekday::WEEK]
        known = np.isfinite(of_day).sum(axis=1)
        effects[:, weekday] = np.nansum(of_day, axis=1) / (known + settings.prior_days)
    return effects[:, np.arange(values.shape[1]) % WEEK]


def long_run_variance(rest: Floats, settings: Settings) -> Floats:
    """Variance of a sum of many days over their number, for a process that forgets day by day.

    Variance times ``(1 + c) / (1 - c)``, where ``c`` is the correlation of a day with the next:
    estimated from the pairs that are there and drawn towards ``settings.correlation``.

    Args:
        rest: ``(p, n)`` deviations; NaN where there is none.
        settings: Of the prior.
    """
    known = np.isfinite(rest)
    filled = np.where(known, rest, 0.0)
    variance = (filled**2).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    pairs = known[:, 1:] & known[:, :-1]
    product = np.where(pairs, filled[:, 1:] * filled[:, :-1], 0.0).sum(axis=1)
    count = pairs.sum(axis=1)
    prior = settings.prior_pairs
    level = np.maximum(variance, 1e-9)
    c = (product / level + prior * settings.correlation) / (count + prior)
    c = np.clip(c, 0.0, 0.8)
    # Somebody whose days were all alike: one check-in on another step is no decline.
    least: Floats = np.maximum(variance, (0.3 * settings.drop) ** 2)
    inflated: Floats = least * (1 + c) / (1 - c)
    return inflated


def _cusum(steps: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """The sum at the last column, and the first column of what it holds (-1: it is zero)."""
    total = np.zeros(len(steps))
    start = np.full(len(steps), -1)
    for day in range(steps.shape[1]):
        step = np.nan_to_num(steps[:, day])
        start = np.where((total <= 0) & (step > 0), day, start)
        total = np.maximum(total + step, 0.0)
        start = np.where(total <= 0, -1, start)
    return total, start


def _since(below: Floats, start: NDArray[np.int64]) -> tuple[NDArray[np.int64], Floats]:
    """Of the days since the start: how many have a value, and how far they lie below."""
    inside = (np.arange(below.shape[1]) >= start[:, None]) & (start >= 0)[:, None]
    inside &= np.isfinite(below)
    known: NDArray[np.int64] = inside.sum(axis=1)
    total = np.where(inside, below, 0.0).sum(axis=1)
    mean: Floats = np.divide(total, known, out=np.zeros(len(below)), where=known > 0)
    return known, mean
