"""Stretches of time: their union, and how much of others they cover."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Range = tuple[float, float]


def union(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Disjoint stretches in order that cover the same time; those of no length are left out."""
    out: list[Range] = []
    for start, end in sorted(ranges):
        if end <= start:
            continue
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return tuple(out)


def covered(
    start_s: NDArray[np.float64], end_s: NDArray[np.float64], ranges: tuple[Range, ...]
) -> NDArray[np.float64]:
    """How many seconds of each stretch the ranges cover.

    Args:
        start_s: ``(n,)``.
        end_s: ``(n,)``, none before its start.
        ranges: As ``union`` returns them.

    Returns:
        ``(n,)`` seconds.
    """
    if not ranges:
        return np.zeros(len(start_s))
    edges = np.array(ranges, np.float64).ravel()
    # Seconds covered up to each edge; between edges they grow in a straight line or not at all.
    so_far = np.zeros(len(edges))
    so_far[1:] = np.cumsum(np.diff(edges) * (np.arange(len(edges) - 1) % 2 == 0))
    out: NDArray[np.float64] = np.interp(end_s, edges, so_far) - np.interp(start_s, edges, so_far)
    return out


def inside(at_s: NDArray[np.float64], ranges: tuple[Range, ...]) -> NDArray[np.bool_]:
    """Which times lie in one of the ranges, ends included: ``(n,)`` -> ``(n,)`` bool."""
    if not ranges:
        return np.zeros(len(at_s), bool)
    starts, ends = np.array(ranges, np.float64).T
    row = np.searchsorted(starts, at_s, side="right") - 1
    out: NDArray[np.bool_] = (row >= 0) & (at_s <= ends[np.maximum(row, 0)])
    return out


def without(piece: Range, ranges: tuple[Range, ...]) -> list[Range]:
    """What is left of one stretch, in order."""
    out: list[Range] = []
    start, end = piece
    for low, high in ranges:
        if high <= start or low >= end:
            continue
        if low > start:
            out.append((start, low))
        start = max(start, high)
    if start < end:
        out.append((start, end))
    return out
