"""Setting faces apart that nothing learns from, and keeping what learns away from them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.data.duplicates import find_duplicates
from inference.data.faces import TRAINING, FaceSet
from inference.data.similarity import same_pictures
from inference.evaluation.rules import plurality
from inference.labels import LABELS


def best_labels(faces: FaceSet) -> NDArray[np.int64]:
    """``(n,)`` what each face shows by the best word there is; -1 where there is none.

    The one label most people voted for, where anybody voted; else the data set's own.
    """
    voted = faces.votes.any(axis=1)
    label: NDArray[np.int64] = np.where(voted, plurality(faces.votes), faces.expression)
    return label


def pick_test_part(
    faces: FaceSet,
    fraction: float = 0.2,
    seed: int = 0,
    *,
    unit: NDArray[np.intp] | None = None,
) -> NDArray[np.bool_]:
    """Choose faces for a test set: ``fraction`` of each class, as near as whole units allow.

    What belongs together stays on one side: the faces of a person or of a clip, and (near)
    copies of one picture. Where the data have splits of their own, those outside Training come
    first: models that were published, ours among them, have learnt from Training.

    Args:
        faces: faces without a label are never chosen.
        fraction: 0..1.
        seed: of the order.
        unit: ``test_units`` of these faces, where it is known already.

    Returns:
        ``(n,)`` whether a face is in the part; the same for the same seed.
    """
    label = best_labels(faces)
    unit = test_units(faces, find_duplicates(faces).group) if unit is None else unit
    counts = np.zeros((int(unit.max(initial=-1)) + 1, len(LABELS)), np.int64)
    known = label >= 0
    np.add.at(counts, (unit[known], label[known]), 1)
    in_training = np.zeros(len(counts), np.bool_)
    in_training[unit[faces.split == TRAINING]] = True
    size = counts.sum(axis=1)
    rng = np.random.default_rng(seed)
    # Large units first: the small ones then fill what is left.
    order = np.lexsort((rng.permutation(len(counts)), -size, in_training))
    wanted = counts.sum(axis=0) * fraction
    weight = 1 / np.maximum(wanted, 1.0) ** 2
    lacking = wanted.astype(np.float64)
    chosen = np.zeros(len(counts), np.bool_)
    for number in order[size[order] > 0]:
        # Nearer to what is wanted with it than without: |lacking - c|^2 < |lacking|^2.
        c = counts[number]
        if float((weight * c * (c - 2 * lacking)).sum()) < 0:
            chosen[number] = True
            lacking -= c
    picked: NDArray[np.bool_] = chosen[unit] & known
    return picked


def alike(faces: FaceSet, kept_apart: FaceSet) -> NDArray[np.bool_]:
    """Which faces must not be learnt from, so that a test on ``kept_apart`` stays honest.

    Args:
        faces: to learn from.
        kept_apart: the test faces, of the same size.

    Returns:
        ``(n,)`` whether a face is (nearly) the same picture as a test face, mirrored ones too,
        or of a person or clip of which another face is.
    """
    n, m = len(faces), len(kept_apart)
    out = np.zeros(n, np.bool_)
    if not n or not m:
        return out
    pairs = same_pictures(np.concatenate([kept_apart.faces_gray, faces.faces_gray]))
    across = (pairs.first < m) & (pairs.second >= m)
    out[pairs.second[across] - m] = True
    for known in (faces.group, faces.clip):
        met = np.unique(known[out])
        out |= np.isin(known, met[met != ""])
    return out


def test_units(faces: FaceSet, copies: NDArray[np.intp]) -> NDArray[np.intp]:
    """What a test set must not separate: faces joined by person, clip and (near) copy.

    Args:
        faces: the data.
        copies: ``(n,)``, ``DuplicateReport.group`` of these faces.

    Returns:
        ``(n,)`` number of the unit of each face.
    """
    parent = list(range(len(faces)))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    names = ["" if number < 0 else number for number in copies.tolist()]
    for column in (faces.group.tolist(), faces.clip.tolist(), names):
        first: dict[object, int] = {}
        for row, name in enumerate(column):
            if name == "":
                continue
            a, b = root(first.setdefault(name, row)), root(row)
            parent[max(a, b)] = min(a, b)
    _, unit = np.unique([root(row) for row in range(len(faces))], return_inverse=True)
    return unit.astype(np.intp)
