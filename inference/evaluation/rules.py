"""The three usual rules for a FER+ picture's one true label.

A score without its rule and number of pictures means nothing: the rules keep different
pictures.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inference.labels import LABELS

Rule = Callable[[NDArray[np.float32]], NDArray[np.int64]]


def strict(votes: NDArray[np.float32]) -> NDArray[np.int64]:
    """The FER+ authors' majority mode: single votes are dropped, then more than half must agree.

    Args:
        votes: ``(n, 10)`` of the eight labels, unknown, not a face.

    Returns:
        ``(n,)`` index of the label, -1 where the rule gives none.
    """
    kept = np.where(votes <= 1, 0, votes)
    top = kept.argmax(axis=1)
    agreed = kept.max(axis=1) > 0.5 * kept.sum(axis=1)
    label: NDArray[np.int64] = np.where(agreed & (top < len(LABELS)), top, -1)
    return label


def plurality(votes: NDArray[np.float32]) -> NDArray[np.int64]:
    """The unique top of all ten columns, if it is one of the eight; see ``strict``."""
    top = votes.argmax(axis=1)
    unique = (votes == votes.max(axis=1, keepdims=True)).sum(axis=1) == 1
    label: NDArray[np.int64] = np.where(unique & (top < len(LABELS)), top, -1)
    return label


def every(votes: NDArray[np.float32]) -> NDArray[np.int64]:
    """The first top of the eight labels, for every picture; see ``strict``."""
    top: NDArray[np.int64] = votes[:, : len(LABELS)].argmax(axis=1)
    return top


RULES: dict[str, Rule] = {"strict": strict, "plurality": plurality, "all": every}
