"""Folds that share no person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.errors import DataError


def person_folds(
    classes: NDArray[np.int64], group: NDArray[np.str_], folds: int, seed: int
) -> NDArray[np.int64]:
    """The fold of each clip: no person in two, every class spread as evenly as that allows.

    Persons are dealt out in random order, those with most clips first, each to the fold
    that has least of what they bring.

    Args:
        classes: ``(n,)``.
        group: ``(n,)`` person of each clip.
        folds: how many.
        seed: of the order.

    Returns:
        ``(n,)`` int64 in ``0..folds - 1``.

    Raises:
        DataError: a clip without a person, or fewer persons than folds.
    """
    persons = np.unique(group)
    if "" in persons:
        raise DataError("Folds without shared persons need to know the person in every clip.")
    if len(persons) < folds:
        raise DataError(f"{len(persons)} persons cannot be dealt out to {folds} folds.")
    counts = np.array(
        [np.bincount(classes[group == person], minlength=classes.max() + 1) for person in persons]
    )
    order = np.random.default_rng(seed).permutation(len(persons))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    filled = np.zeros((folds, counts.shape[1]))
    share = counts.sum(axis=0) / folds
    fold_of = {}
    for row in order:
        # A rare class weighs more; the total decides between equals.
        load = (filled * counts[row] / np.maximum(share, 1) ** 2).sum(axis=1)
        fold = int(np.lexsort((filled.sum(axis=1), load.round(6)))[0])
        filled[fold] += counts[row]
        fold_of[persons[row]] = fold
    return np.array([fold_of[person] for person in group], np.int64)
