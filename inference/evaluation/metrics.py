"""Scores of a classifier from its confusion matrix, for one matrix or thousands at once.

Every function takes matrices with any leading axes, ``(..., k, k)``, rows the truth and
columns the prediction, so that a bootstrap scores all its resamples in one call.

Precision and F1 of a class follow van Rijsbergen (*Information Retrieval*, 1979); macro F1
is the plain mean of the classes' F1 (Opitz and Burst, "Macro F1 and Macro F1", 2019, who show
why the other definition, F1 of the mean precision and recall, flatters).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.errors import DataError

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


def confusion_matrix(
    truth: NDArray[np.int64], predicted: NDArray[np.int64], classes: int
) -> Counts:
    """How often each class was called which.

    Args:
        truth: ``(n,)`` class indices.
        predicted: ``(n,)`` class indices.
        classes: number of classes, ``k``.

    Returns:
        ``(k, k)`` int64; row the truth, column the prediction.

    Raises:
        DataError: an index outside ``0..k-1``, or columns of different lengths.
    """
    if truth.shape != predicted.shape:
        raise DataError(f"{len(truth)} labels do not go with {len(predicted)} predictions.")
    both = np.concatenate([truth, predicted])
    if both.size and not 0 <= int(both.min()) <= int(both.max()) < classes:
        raise DataError(f"A label lies outside the {classes} classes that are scored.")
    cells = np.bincount(truth * classes + predicted, minlength=classes * classes)
    return cells.reshape(classes, classes).astype(np.int64)


def normalised(confusion: Counts) -> Floats:
    """Each row as shares of its class, ``(..., k, k)``; a class that does not occur is zeros."""
    return _ratio(confusion, support(confusion)[..., None], nothing=0.0)


def support(confusion: Counts) -> Counts:
    """Number of faces of each class, ``(..., k)``."""
    out: Counts = confusion.sum(axis=-1)
    return out


def accuracy(confusion: Counts) -> Floats:
    """Share of right predictions, ``(...)``; ``nan`` of no faces."""
    return _ratio(_diagonal(confusion).sum(axis=-1), confusion.sum(axis=(-2, -1)))


def recall(confusion: Counts) -> Floats:
    """Share of each class that was found, ``(..., k)``; ``nan`` where the class does not occur."""
    return _ratio(_diagonal(confusion), support(confusion))


def precision(confusion: Counts) -> Floats:
    """Share of each class's predictions that were right, ``(..., k)``.

    0 where a class that occurs was never predicted, ``nan`` where it does not occur either.
    """
    scores = _ratio(_diagonal(confusion), confusion.sum(axis=-2), nothing=0.0)
    return np.where(support(confusion) > 0, scores, np.nan)


def f1(confusion: Counts) -> Floats:
    """Harmonic mean of precision and recall, ``(..., k)``; ``nan`` of a class that does not occur.

    Computed as ``2 TP / (2 TP + FP + FN)``, which is defined also where precision is not.
    """
    called = confusion.sum(axis=-2)
    scores = _ratio(2 * _diagonal(confusion), called + support(confusion))
    return np.where(support(confusion) > 0, scores, np.nan)


def macro_f1(confusion: Counts) -> Floats:
    """Mean F1 of the classes that occur, ``(...)``: a rare class counts as much as a common one."""
    occurs = support(confusion) > 0
    scores = np.where(occurs, f1(confusion), 0.0)
    return _ratio(scores.sum(axis=-1), occurs.sum(axis=-1))


def top_k_accuracy(probabilities: NDArray[np.floating], truth: NDArray[np.int64], k: int) -> float:
    """Share of faces whose class is among the ``k`` most probable; ``nan`` of no faces.

    Args:
        probabilities: ``(n, classes)``, any increasing function of them will do.
        truth: ``(n,)`` class indices.
        k: how many guesses; with all classes it is 1.
    """
    if not len(truth):
        return float("nan")
    ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, :k]
    return float(np.mean((ranked == truth[:, None]).any(axis=1)))


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one set of predictions.

    Attributes:
        classes: names, ``k`` of them.
        confusion: ``(k, k)`` counts, rows the truth.
        n: number of faces.
        accuracy: share right.
        macro_f1: mean F1 of the classes that occur.
        precision: ``(k,)``, see ``precision``.
        recall: ``(k,)``.
        f1: ``(k,)``.
        support: ``(k,)`` faces of each class.
    """

    classes: tuple[str, ...]
    confusion: Counts
    n: int
    accuracy: float
    macro_f1: float
    precision: Floats
    recall: Floats
    f1: Floats
    support: Counts

    @classmethod
    def of(
        cls, truth: NDArray[np.int64], predicted: NDArray[np.int64], classes: tuple[str, ...]
    ) -> Scores:
        """Score ``(n,)`` predictions against ``(n,)`` labels, both indices into ``classes``."""
        confusion = confusion_matrix(truth, predicted, len(classes))
        return cls(
            classes=classes,
            confusion=confusion,
            n=len(truth),
            accuracy=float(accuracy(confusion)),
            macro_f1=float(macro_f1(confusion)),
            precision=precision(confusion),
            recall=recall(confusion),
            f1=f1(confusion),
            support=support(confusion),
        )


def _diagonal(confusion: Counts) -> Counts:
    return np.diagonal(confusion, axis1=-2, axis2=-1)


def _ratio(above: Counts | Floats, below: Counts | Floats, nothing: float = np.nan) -> Floats:
    """``above / below`` with ``nothing`` where there is nothing to divide by."""
    above, below = np.broadcast_arrays(np.asarray(above, np.float64), np.asarray(below, np.float64))
    out = np.full(above.shape, nothing)
    np.divide(above, below, out=out, where=below > 0)
    return out
