"""Intervals for means and rank correlations over days that hang together; numbers only.

Days are no independent draws: a bad one follows a bad one, and weeks have a rhythm. So whole
stretches of days are drawn with replacement, from wherever they begin (moving-block bootstrap,
Künsch, Annals of Statistics 17, 1989). Days without a value stay in their stretch, as gaps.

Everything that is compared is a function of sums over days. The sums of every stretch are known
from running totals, so a resample is a sum over few stretches, for all comparisons at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WEEK = 7
RESAMPLES = 1000
#: Days needed on each side of a comparison.
ENOUGH_DAYS = 10
LEVEL = 0.95
SEED = 20261121


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference of two means, or a rank correlation, with what chance could make of it.

    Attributes:
        value: Mean of the days with less mean of the days without; or the correlation.
        low: Lower end of the 95 % interval.
        high: Upper end.
        p: Two-sided probability of a value this far from zero, were there nothing.
        days: Days on the first side, or above the middle.
        others: Days on the second side, or not above it.
        mean: Of the first side; the correlation has none.
        other_mean: Of the second side.
    """

    value: float
    low: float
    high: float
    p: float
    days: int
    others: int
    mean: float = math.nan
    other_mean: float = math.nan


def block_days(days: int) -> int:
    """Length of a stretch: the cube root of the number of days, rounded up to whole weeks.

    The cube root is the order at which the error of the variance is smallest (Künsch); whole
    weeks hold each weekday equally often.
    """
    return WEEK * max(1, math.ceil(math.cbrt(days) / WEEK))


class Bootstrap:
    """Resamples of a range of days; all comparisons of a page share them.

    Args:
        days: Length of the range.
        resamples: How many.
        seed: The same seed says the same thing about the same days.
    """

    def __init__(self, days: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> None:
        self.days = days
        self.block = min(block_days(days), days)
        starts = days - self.block + 1
        drawn = math.ceil(days / self.block)
        draw = np.random.default_rng(seed)
        #: Drawn stretches by resamples: the first day of each.
        self._starts = draw.integers(starts, size=(drawn, resamples))

    def freedom(self, least: int) -> float:
        """Degrees of freedom: independent pieces that the spread is known from, less one.

        Args:
            least: Days of the smaller side.
        """
        return max(min(self.days / self.block, float(least)) - 1.0, 1.0)

    def sums(self, columns: Floats) -> Floats:
        """Sum of each column over the days of each resample.

        Args:
            columns: ``(days, k)``.

        Returns:
            ``(resamples, k)``.
        """
        running = np.vstack([np.zeros((1, columns.shape[1])), np.cumsum(columns, axis=0)])
        of_stretch = running[self.block :] - running[: -self.block]
        # Stretch by stretch, not as a product with the numbers of draws: those are nearly all zero,
        # and BLAS would take every processor for it, beside the analysis of live frames.
        total = np.zeros((self._starts.shape[1], columns.shape[1]))
        for starts in self._starts:
            total += of_stretch[starts]
        return total


def differences(bootstrap: Bootstrap, values: Floats, sides: Bools) -> list[Effect | None]:
    """Compare the mean of some days with that of all others, many times over.

    Args:
        bootstrap: Over the same days.
        values: ``(days,)``; NaN where there is none.
        sides: ``(days, k)`` the days of the first side of each comparison.

    Returns:
        For each of the ``k`` an effect, or ``None`` where one side has too few days.
    """
    there = np.isfinite(values)
    middle = float(values[there].mean()) if there.any() else 0.0
    centred = np.where(there, values - middle, 0.0)[:, None]
    first = sides & there[:, None]
    k = sides.shape[1]
    columns = np.hstack([centred * first, first, centred, there[:, None]])

    def split(sums: Floats) -> _Sides:
        total, count = sums[:, :k], sums[:, k : 2 * k]
        return _Sides(total, count, sums[:, -2:-1] - total, sums[:, -1:] - count)

    return _effects(bootstrap, columns, split, middle)


def two_sides(bootstrap: Bootstrap, values: Floats, others: Floats) -> list[Effect | None]:
    """Compare the means of two numbers that a day can have both, as its mornings and its rest.

    Args:
        bootstrap: Over the same days.
        values: ``(days, k)``; NaN where there is none.
        others: Likewise, of the second side.

    Returns:
        As :func:`differences`.
    """
    first, second = np.isfinite(values), np.isfinite(others)
    middle = float(np.nanmean(values)) if first.any() else 0.0
    columns = np.hstack(
        [
            np.where(first, values - middle, 0.0),
            first,
            np.where(second, others - middle, 0.0),
            second,
        ]
    )
    return _effects(bootstrap, columns, lambda sums: _Sides(*np.split(sums, 4, axis=1)), middle)


class _Sides(NamedTuple):
    """Sums and numbers of days of both sides, each ``(rows, k)``."""

    total: Floats
    days: Floats
    other_total: Floats
    others: Floats

    def difference(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(self.total / self.days - self.other_total / self.others)


def _effects(
    bootstrap: Bootstrap, columns: Floats, split: Callable[[Floats], _Sides], middle: float
) -> list[Effect | None]:
    """What the sums of the columns, and those of their resamples, say.

    The columns are values less ``middle``: differences of running totals keep more digits so.
    """
    columns = columns.astype(np.float64)
    seen = split(columns.sum(axis=0)[None, :])
    value, drawn = seen.difference()[0], split(bootstrap.sums(columns)).difference()
    found: list[Effect | None] = []
    for at in range(value.size):
        days, others = round(seen.days[0, at]), round(seen.others[0, at])
        if min(days, others) < ENOUGH_DAYS:
            found.append(None)
            continue
        low, high, p = _interval(
            float(value[at]), drawn[:, at], bootstrap.freedom(min(days, others))
        )
        found.append(
            Effect(
                value=float(value[at]),
                low=low,
                high=high,
                p=p,
                days=days,
                others=others,
                mean=middle + float(seen.total[0, at]) / days,
                other_mean=middle + float(seen.other_total[0, at]) / others,
            )
        )
    return found


def rank_correlation(bootstrap: Bootstrap, first: Floats, second: Floats) -> Effect | None:
    """Spearman's correlation of two numbers over the days that have both.

    The ranks are those of all days and are not worked out anew in each resample.

    Args:
        bootstrap: Over the same days.
        first: ``(days,)``, NaN where there is none.
        second: Likewise.

    Returns:
        The effect; ``None`` where fewer than twice ``ENOUGH_DAYS`` days have both, or where fewer
        than ``ENOUGH_DAYS`` lie above the middle of the first or not above it.
    """
    both = np.isfinite(first) & np.isfinite(second)
    days, others = sides_of_middle(first, second)
    if min(days, others) < ENOUGH_DAYS:
        return None
    a, b = np.zeros(len(first)), np.zeros(len(first))
    a[both], b[both] = _standardised(ranks(first[both])), _standardised(ranks(second[both]))
    columns = np.column_stack([both, a, b, a * b, a * a, b * b]).astype(np.float64)
    value = float(_correlation(columns.sum(axis=0)[None, :])[0])
    if not math.isfinite(value):  # one of them is always the same
        return None
    freedom = bootstrap.freedom(min(days, others))
    low, high, p = _interval(value, _correlation(bootstrap.sums(columns)), freedom)
    return Effect(value, max(low, -1.0), min(high, 1.0), p, days, others)


def sides_of_middle(first: Floats, second: Floats) -> tuple[int, int]:
    """How many days with both numbers lie above the median of the first, and how many do not."""
    both = np.isfinite(first) & np.isfinite(second)
    if not both.any():
        return 0, 0
    above = int((first[both] > np.median(first[both])).sum())
    return above, int(both.sum()) - above


def _correlation(sums: Floats) -> Floats:
    n, a, b, ab, aa, bb = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        covariance = ab / n - a * b / n**2
        return np.asarray(covariance / np.sqrt((aa / n - (a / n) ** 2) * (bb / n - (b / n) ** 2)))


def ranks(values: Floats) -> Floats:
    """``(n,)`` ranks from 1; equal values share the mean of theirs."""
    ordered = np.sort(values)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return (below + up_to + 1) / 2.0


def _standardised(values: Floats) -> Floats:
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros(len(values))


def _interval(value: float, drawn: Floats, freedom: float) -> tuple[float, float, float]:
    """95 % interval around a value and the probability of zero, from its resamples.

    Student's t around the value with the spread of the resamples: with the few days that a page
    has, the tails of the resamples themselves say less than their spread does, and where there are
    many comparisons the probabilities must reach far below one in ``RESAMPLES``. A mean of n
    drawn from n varies by only (n - 1) / n of the variance, hence the factor.

    t is turned into a normal number as by Wallace (Annals of Mathematical Statistics 30, 1959).
    """
    known = drawn[np.isfinite(drawn)]
    spread = float(known.std(ddof=1)) if known.size > 1 else 0.0
    if spread <= 0.0:
        return value, value, 1.0 if value == 0 else 0.0
    spread *= math.sqrt((freedom + 1.0) / freedom)
    bend = (8 * freedom + 3) / (8 * freedom + 1)
    half = spread * math.sqrt(freedom * math.expm1((_QUANTILE * bend) ** 2 / freedom))
    normal = math.sqrt(freedom * math.log1p((value / spread) ** 2 / freedom)) / bend
    return value - half, value + half, math.erfc(normal / math.sqrt(2))


#: Of the normal distribution at (1 + LEVEL) / 2.
_QUANTILE = 1.959963984540054


def discoveries(p: list[float], rate: float = 0.1) -> list[bool]:
    """Which of many comparisons stand out (Benjamini and Hochberg, JRSS B 57, 1995).

    Args:
        p: Probability of each, were there nothing.
        rate: Share of false ones among those named, at most, on average.
    """
    if not p:
        return []
    order = np.argsort(p)
    passed = np.asarray(p)[order] <= rate * np.arange(1, len(p) + 1) / len(p)
    last = int(np.flatnonzero(passed)[-1]) + 1 if passed.any() else 0
    named = np.zeros(len(p), dtype=bool)
    named[order[:last]] = True
    return [bool(one) for one in named]
