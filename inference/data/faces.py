"""Faces to learn from or to measure on, in memory: FER2013 is 83 MB as bytes."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inference.errors import DataError
from inference.labels import FER2013_LABELS, LABELS

#: Columns of the votes: the eight labels, "unknown" and "NF" (not a face).
VOTE_COLUMNS: tuple[str, ...] = (*LABELS, "unknown", "NF")

#: FER2013's three splits.
TRAINING, PUBLIC_TEST, PRIVATE_TEST = "Training", "PublicTest", "PrivateTest"
SPLITS: tuple[str, ...] = (TRAINING, PUBLIC_TEST, PRIVATE_TEST)

# The index into FER2013_LABELS of each of LABELS; the last entry is for -1, no label.
_FER2013_INDEX = np.array(
    [*(FER2013_LABELS.index(e) if e in FER2013_LABELS else -1 for e in LABELS), -1], np.int64
)


@dataclass(frozen=True, slots=True)
class FaceSet:
    """Faces with whatever their data set says of them; see ``FaceSet.of`` for the defaults.

    Attributes:
        faces_gray: ``(n, side, side)`` uint8.
        expression: ``(n,)`` int64, the data set's own label as an index into ``LABELS``;
            -1 where it has none.
        votes: ``(n, 10)`` float32, FER+ votes in the order of ``VOTE_COLUMNS``; a row of
            zeros where nobody voted.
        split: ``(n,)`` str: one of ``SPLITS``, or ``""`` where the data set has none.
        group: ``(n,)`` str: the person, ``""`` where unknown; one group is never separated
            by a split.
        clip: ``(n,)`` str: the clip a frame belongs to, ``""`` for a single picture. The
            rows of a clip are in order of time.
        source: ``(n,)`` str, for people: ``"fer2013.csv, row 17"``, ``"happy/1.png"``.
    """

    faces_gray: NDArray[np.uint8]
    expression: NDArray[np.int64]
    votes: NDArray[np.float32]
    split: NDArray[np.str_]
    group: NDArray[np.str_]
    clip: NDArray[np.str_]
    source: NDArray[np.str_]

    def __post_init__(self) -> None:
        faces = self.faces_gray
        n = len(faces)
        if faces.ndim != 3 or faces.shape[1] != faces.shape[2]:
            raise DataError(f"Faces are squares, (n, side, side), not {faces.shape}.")
        if self.votes.shape != (n, len(VOTE_COLUMNS)):
            raise DataError(f"{n} faces do not go with votes of shape {self.votes.shape}.")
        for name in ("expression", "split", "group", "clip", "source"):
            shape = getattr(self, name).shape
            if shape != (n,):
                raise DataError(f"{n} faces do not go with a column {name} of shape {shape}.")

    @classmethod
    def of(
        cls,
        faces_gray: NDArray[np.uint8],
        expression: ArrayLike | None = None,
        *,
        votes: NDArray[np.float32] | None = None,
        split: ArrayLike | None = None,
        group: ArrayLike | None = None,
        clip: ArrayLike | None = None,
        source: ArrayLike | None = None,
    ) -> FaceSet:
        """A set of which only some columns are known; a single string stands for every face.

        Raises:
            DataError: the columns do not fit together.
        """
        n = len(faces_gray)

        def text(values: ArrayLike | None) -> NDArray[np.str_]:
            column = np.asarray("" if values is None else values, dtype=np.str_)
            return np.full(n, column) if column.ndim == 0 else column

        labels = np.full(n, -1) if expression is None else np.asarray(expression)
        no_votes = np.zeros((n, len(VOTE_COLUMNS)), np.float32)
        return cls(
            faces_gray,
            labels.astype(np.int64),
            no_votes if votes is None else votes,
            text(split),
            text(group),
            text(clip),
            text(source),
        )

    def __len__(self) -> int:
        return len(self.faces_gray)

    @property
    def side(self) -> int:
        """Side of the faces in pixels."""
        return int(self.faces_gray.shape[1])

    @property
    def fer2013(self) -> NDArray[np.int64]:
        """``(n,)`` int64, the own label as an index into ``FER2013_LABELS``; -1 for none."""
        return _FER2013_INDEX[self.expression]

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_]) -> FaceSet:
        """The faces at ``index`` as a new set."""
        return FaceSet(*(getattr(self, field.name)[index] for field in fields(self)))

    def part(self, split: str) -> FaceSet:
        """The faces of one split, in their order.

        Raises:
            DataError: the data have no face in that split.
        """
        chosen = self.split == split
        if not chosen.any():
            known = ", ".join(sorted({str(s) for s in np.unique(self.split)} - {""}))
            there = f"there are {known}" if known else "the data have no splits"
            raise DataError(f"There is no face in the split “{split}”; {there}.")
        return self.take(chosen)

    def split_or_all(self, split: str) -> FaceSet:
        """The faces of one split, or the whole set where no face is in any.

        Raises:
            DataError: the data have other splits only.
        """
        return self.part(split) if (self.split != "").any() else self


def split_holdout(faces: FaceSet, fraction: float, seed: int) -> tuple[FaceSet, FaceSet]:
    """Split off a random part for calibration; thresholds are never chosen on the report set.

    Rows of one person, and of one clip where the person is unknown, stay together: the part
    held back is then as near to ``fraction`` as whole persons allow.

    Returns:
        ``(rest, held out)``, both in file order; the same split for the same seed.
    """
    unit = _units(faces)
    sizes = np.bincount(unit)
    order = np.random.default_rng(seed).permutation(len(sizes))
    reached = np.concatenate([[0], np.cumsum(sizes[order])])
    count = int(np.argmin(np.abs(reached - round(len(faces) * fraction))))
    held = np.isin(unit, order[:count])
    return faces.take(~held), faces.take(held)


def _units(faces: FaceSet) -> NDArray[np.intp]:
    """``(n,)``: what a split must not separate, numbered in order of first appearance."""
    numbers: dict[tuple[str, str], int] = {}
    unit = np.empty(len(faces), np.intp)
    for row, (group, clip) in enumerate(
        zip(faces.group.tolist(), faces.clip.tolist(), strict=True)
    ):
        key = ("person", group) if group else ("clip", clip) if clip else ("row", str(row))
        unit[row] = numbers.setdefault(key, len(numbers))
    return unit


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


def targets(faces: FaceSet) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """What a network should say of each face.

    Returns:
        ``(n, 8)`` distributions and ``(n,)`` weights: from the votes where there are any
        (``label_distribution``), else the own label with weight 1, and weight 0 where there
        is neither.
    """
    distribution, weight = label_distribution(faces.votes)
    labelled = ~faces.votes.any(axis=1) & (faces.expression >= 0)
    distribution[labelled] = np.eye(len(LABELS), dtype=np.float32)[faces.expression[labelled]]
    weight[labelled] = 1.0
    return distribution, weight
