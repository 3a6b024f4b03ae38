"""Intervals around scores by resampling (Efron and Tibshirani, *An Introduction to the Bootstrap*).

A score of a confusion matrix depends only on how many faces fall into each of its cells. So
drawing n faces with replacement is drawing the cells' counts from a multinomial distribution:
2,000 resamples of 3,500 faces take milliseconds. Where faces belong together (frames of a
clip, clips of a person), whole groups are drawn instead: they are not independent, and
intervals that pretended so would be too narrow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.errors import DataError
from inference.evaluation import metrics

RESAMPLES = 2000
#: Probability that an interval is meant to cover the truth with.
LEVEL = 0.95
#: Groups are resampled in blocks, to bound the memory of their weights.
_BLOCK = 250

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with the interval that its resamples fill."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether a difference is more than chance, at ``LEVEL``."""
        return self.low > 0 or self.high < 0


def percentile_interval(value: float, samples: Floats, level: float = LEVEL) -> Interval:
    """The percentile interval of ``(resamples,)`` values; those without a value are left out."""
    known = samples[~np.isnan(samples)]
    if not known.size:
        return Interval(value, float("nan"), float("nan"))
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(value, float(low), float(high))


def resampled_counts(
    cells: NDArray[np.int64],
    cell_count: int,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: NDArray[np.str_] | None = None,
) -> Counts:
    """How many faces fall into each cell, in each resample.

    Args:
        cells: ``(n,)`` the cell of each face, ``0..cell_count-1``.
        cell_count: number of cells.
        resamples: how many.
        seed: of the drawing.
        groups: ``(n,)`` faces of one name are drawn together; a face whose name is ``""``
            is drawn alone. ``None``: each face alone.

    Returns:
        ``(resamples, cell_count)`` int64. With groups the number of faces varies from
        resample to resample, since groups differ in size.

    Raises:
        DataError: no faces.
    """
    n = len(cells)
    if not n:
        raise DataError("There are no faces to resample.")
    rng = np.random.default_rng(seed)
    if groups is None or not (groups != "").any():
        shares = np.bincount(cells, minlength=cell_count) / n
        return rng.multinomial(n, shares, size=resamples)
    members, used = _by_group(cells, groups)
    out = np.zeros((resamples, cell_count), np.int64)
    equal = np.full(len(members), 1 / len(members))
    for start in range(0, resamples, _BLOCK):
        block = out[start : start + _BLOCK]
        drawn = rng.multinomial(len(members), equal, size=len(block))
        block[:, used] = np.rint(drawn.astype(np.float64) @ members).astype(np.int64)
    return out


def _by_group(
    cells: NDArray[np.int64], groups: NDArray[np.str_]
) -> tuple[Floats, NDArray[np.int64]]:
    """``(groups, used cells)`` counts, and which cells are used at all."""
    used, column = np.unique(cells, return_inverse=True)
    _, row = np.unique(groups, return_inverse=True)
    alone = groups == ""
    row[alone] = row.max() + 1 + np.arange(int(alone.sum()))
    _, row = np.unique(row, return_inverse=True)
    members = np.zeros((int(row.max()) + 1, len(used)))
    np.add.at(members, (row, column), 1.0)
    return members, used


@dataclass(frozen=True, slots=True)
class ScoreIntervals:
    """Intervals of ``metrics.Scores``; those of the classes are ``k`` in their order."""

    accuracy: Interval
    macro_f1: Interval
    precision: tuple[Interval, ...]
    recall: tuple[Interval, ...]
    f1: tuple[Interval, ...]


def score_intervals(
    truth: NDArray[np.int64],
    predicted: NDArray[np.int64],
    classes: int,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: NDArray[np.str_] | None = None,
) -> ScoreIntervals:
    """Percentile intervals of the scores of ``(n,)`` predictions; see ``resampled_counts``.

    Raises:
        DataError: no faces, or a label outside the classes.
    """
    measured = metrics.confusion_matrix(truth, predicted, classes)
    counts = resampled_counts(
        truth * classes + predicted,
        classes * classes,
        resamples=resamples,
        seed=seed,
        groups=groups,
    )
    drawn = counts.reshape(-1, classes, classes)

    def one(score: Callable[[Counts], Floats]) -> Interval:
        return percentile_interval(float(score(measured)), score(drawn))

    def each(score: Callable[[Counts], Floats]) -> tuple[Interval, ...]:
        values, samples = score(measured), score(drawn)
        return tuple(percentile_interval(float(values[i]), samples[:, i]) for i in range(classes))

    return ScoreIntervals(
        accuracy=one(metrics.accuracy),
        macro_f1=one(metrics.macro_f1),
        precision=each(metrics.precision),
        recall=each(metrics.recall),
        f1=each(metrics.f1),
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much better the second model is than the first, on the same faces.

    Attributes:
        n: number of faces.
        accuracy: difference.
        macro_f1: difference.
        f1: difference for each class, ``k`` in their order; ``nan`` of a class that does
            not occur.
        chance_of_no_gain: share of resamples in which macro F1 did not rise.
    """

    n: int
    accuracy: Interval
    macro_f1: Interval
    f1: tuple[Interval, ...]
    chance_of_no_gain: float


def compare(
    truth: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    classes: int,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    groups: NDArray[np.str_] | None = None,
) -> Comparison:
    """Paired bootstrap of the difference between two models.

    Both models are scored on the same resampled faces, so what makes a resample easy or
    hard for both cancels out: a small, steady difference shows that two separate intervals
    would hide (Koehn, "Statistical Significance Tests for Machine Translation Evaluation",
    EMNLP 2004).

    Args:
        truth: ``(n,)`` class indices.
        first: ``(n,)`` predictions of the model that is there.
        second: ``(n,)`` predictions of the one that wants its place.
        classes: number of classes, ``k``.
        resamples: how many.
        seed: of the drawing.
        groups: see ``resampled_counts``.

    Raises:
        DataError: no faces, columns of different lengths, or a label outside the classes.
    """
    matrices = [metrics.confusion_matrix(truth, p, classes) for p in (first, second)]
    cells = (truth * classes + first) * classes + second
    counts = resampled_counts(cells, classes**3, resamples=resamples, seed=seed, groups=groups)
    cube = counts.reshape(-1, classes, classes, classes)
    drawn = (cube.sum(axis=3), cube.sum(axis=2))

    def gain(score: Callable[[Counts], Floats]) -> tuple[Floats, Floats]:
        return score(matrices[1]) - score(matrices[0]), score(drawn[1]) - score(drawn[0])

    accuracy, accuracies = gain(metrics.accuracy)
    macro, macros = gain(metrics.macro_f1)
    by_class, by_classes = gain(metrics.f1)
    return Comparison(
        n=len(truth),
        accuracy=percentile_interval(float(accuracy), accuracies),
        macro_f1=percentile_interval(float(macro), macros),
        f1=tuple(percentile_interval(float(by_class[i]), by_classes[:, i]) for i in range(classes)),
        chance_of_no_gain=float(np.mean(macros <= 0)),
    )
