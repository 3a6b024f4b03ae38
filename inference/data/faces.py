"""Faces to learn from or to measure on, in memory: FER2013 is 73 MB as bytes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.errors import DataError
from inference.labels import LABELS


@dataclass(frozen=True, slots=True)
class FaceSet:
    """Faces with their FER+ votes and FER2013 label.

    Attributes:
        faces_gray: ``(n, 48, 48)`` uint8.
        votes: ``(n, 10)`` float32, FER+ votes: the eight labels, then "unknown" and "NF"
            (not a face).
        fer2013: ``(n,)`` int64, 0..6.
    """

    faces_gray: NDArray[np.uint8]
    votes: NDArray[np.float32]
    fer2013: NDArray[np.int64]

    def __post_init__(self) -> None:
        n = len(self.faces_gray)
        if self.votes.shape != (n, len(LABELS) + 2) or self.fer2013.shape != (n,):
            raise DataError(
                f"Faces, votes and labels do not fit together: {self.faces_gray.shape}, "
                f"{self.votes.shape}, {self.fer2013.shape}."
            )

    def __len__(self) -> int:
        return len(self.faces_gray)

    def take(self, index: NDArray[np.intp]) -> FaceSet:
        """The faces at ``index`` as a new set."""
        return FaceSet(self.faces_gray[index], self.votes[index], self.fer2013[index])


def split_holdout(faces: FaceSet, fraction: float, seed: int) -> tuple[FaceSet, FaceSet]:
    """Split off a random part for calibration; thresholds are never chosen on the report set.

    Returns:
        ``(rest, held out)``; the same split for the same seed.
    """
    order = np.random.default_rng(seed).permutation(len(faces))
    cut = round(len(faces) * fraction)
    return faces.take(np.sort(order[cut:])), faces.take(np.sort(order[:cut]))


def label_distribution(
    votes: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """FER+ votes as targets.

    Args:
        votes: ``(n, 10)``.

    Returns:
        ``(n, 8)`` distributions over the eight labels, and ``(n,)`` weights: the share
        of the votes that went to one of the eight, so a picture that most people called
        "unknown" or "not a face" teaches little.
    """
    eight = votes[:, : len(LABELS)]
    total = eight.sum(axis=1)
    weight = total / np.maximum(votes.sum(axis=1), 1.0)
    distribution = eight / np.maximum(total, 1.0)[:, None]
    distribution[total == 0] = 1.0 / len(LABELS)
    return distribution.astype(np.float32), weight.astype(np.float32)
