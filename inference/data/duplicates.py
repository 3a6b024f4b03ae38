"""Faces that are the same picture: between two splits they make a score better than it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.data.faces import PRIVATE_TEST, PUBLIC_TEST, TRAINING, FaceSet
from inference.data.similarity import Pairs, same_pictures
from inference.errors import DataError

#: Which of two splits a picture is left in, by what ``drop_duplicates`` is told to keep.
_ORDERS = {
    "test": (PRIVATE_TEST, PUBLIC_TEST, TRAINING, ""),
    "training": (TRAINING, PUBLIC_TEST, PRIVATE_TEST, ""),
}


@dataclass(frozen=True, slots=True)
class DuplicateReport:
    """Which faces are the same picture.

    Attributes:
        pairs: every pair.
        group: ``(n,)`` number of the group of equal pictures a face is in; -1 for none.
        across: the pairs of two different splits.
        exact: ``(m,)`` pairs whose pixels are the same byte for byte.
        disagreeing: pairs whose own labels differ.
    """

    pairs: Pairs
    group: NDArray[np.intp]
    across: Pairs
    exact: NDArray[np.bool_]
    disagreeing: int
    by_splits: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "pairs": len(self.pairs),
            "exact": int(self.exact.sum()),
            "mirrored": int(self.pairs.mirrored.sum()),
            "groups": int(self.group.max(initial=-1)) + 1,
            "faces": int((self.group >= 0).sum()),
            "across_splits": len(self.across),
            "by_splits": self.by_splits,
            "disagreeing_labels": self.disagreeing,
        }

    def summary(self) -> str:
        """Some lines of plain text for a person."""
        d = self.to_dict()
        lines = [
            f"{d['faces']:,} faces in {d['groups']:,} groups are the same picture as another: "
            f"{d['pairs']:,} pairs, {d['exact']:,} of them byte for byte, {d['mirrored']:,} "
            f"mirrored; in {d['disagreeing_labels']:,} pairs the two labels differ.",
            *(f"  {splits}: {n:,} pairs" for splits, n in self.by_splits.items()),
        ]
        return "\n".join(lines)


def find_duplicates(faces: FaceSet) -> DuplicateReport:
    """Find every pair of (nearly) equal pictures.

    Pictures of one known person, or of one clip, are left aside: they are meant to be alike,
    and no split separates them.

    Returns:
        The pairs and what they mean for the splits; 36,000 faces take some ten seconds of one
        core, and memory does not grow with their square.
    """
    pairs = same_pictures(faces.faces_gray)
    for known in (faces.group, faces.clip):
        one, other = known[pairs.first], known[pairs.second]
        pairs = pairs.take((one != other) | (one == ""))
    a, b = pairs.first, pairs.second
    split = faces.split
    equal = [
        bool((faces.faces_gray[i] == faces.faces_gray[j]).all()) for i, j in zip(a, b, strict=True)
    ]
    names = [
        " and ".join(sorted({str(s), str(t)})) or "no split"
        for s, t in zip(split[a], split[b], strict=True)
    ]
    both = (faces.expression[a] >= 0) & (faces.expression[b] >= 0)
    return DuplicateReport(
        pairs=pairs,
        group=_groups(len(faces), pairs),
        across=pairs.take(split[a] != split[b]),
        exact=np.array(equal, np.bool_),
        disagreeing=int((both & (faces.expression[a] != faces.expression[b])).sum()),
        by_splits={name: names.count(name) for name in sorted(set(names))},
    )


def drop_duplicates(faces: FaceSet, *, across_only: bool = False, keep: str = "test") -> FaceSet:
    """Leave each picture in one place only.

    Args:
        faces: with splits, if ``across_only``.
        across_only: leave equal pictures of one split as they are, and only keep those of
            two splits apart.
        keep: of two splits, which one keeps its picture: ``"test"`` (training loses it) or
            ``"training"``. Within a split the first keeps it.

    Raises:
        DataError: ``keep`` is neither.
    """
    if keep not in _ORDERS:
        raise DataError(f"Of duplicates “test” or “training” is kept, not “{keep}”.")
    report = find_duplicates(faces)
    order = _ORDERS[keep]
    rank = np.array([order.index(s) if s in order else len(order) for s in faces.split.tolist()])
    lost = np.zeros(len(faces), np.bool_)
    # Over whole groups, not pairs: where a = b and b = c, a and c are one picture too.
    best = np.full(report.group.max(initial=-1) + 1, len(order) + 1)
    inside = report.group >= 0
    np.minimum.at(best, report.group[inside], rank[inside])
    lost[inside] = rank[inside] > best[report.group[inside]]
    if not across_only:
        kept: set[int] = set()
        for row in np.flatnonzero(inside & ~lost).tolist():
            number = int(report.group[row])
            lost[row] = number in kept
            kept.add(number)
    return faces.take(~lost)


def _groups(n: int, pairs: Pairs) -> NDArray[np.intp]:
    """Connected faces get one number, counted from 0 in order of first appearance; else -1."""
    parent = list(range(n))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for a, b in zip(pairs.first.tolist(), pairs.second.tolist(), strict=True):
        ra, rb = root(a), root(b)
        parent[max(ra, rb)] = min(ra, rb)
    group = np.full(n, -1, np.intp)
    numbers: dict[int, int] = {}
    for row in np.unique(np.concatenate([pairs.first, pairs.second])).tolist():
        group[row] = numbers.setdefault(root(row), len(numbers))
    return group
