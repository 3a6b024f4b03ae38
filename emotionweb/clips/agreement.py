"""How far machine and person agree where the person has said something.

Only corrected or confirmed time counts, so this is no accuracy: people correct where they see a
mistake. The page says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotionweb.clips.models import Correction, Track
from emotionweb.clips.ranges import Range
from emotionweb.clips.reading import Reading
from inference.labels import LABELS

RESAMPLES = 1000
#: Probability that the interval is meant to cover the truth with.
LEVEL = 0.95
#: With fewer stretches an interval says nothing.
MIN_STRETCHES = 5
#: A frame that was judged is looked for this far away.
FRAME_WITHIN_S = 1.0

_K = len(LABELS)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the corrected time in which the machine was sure.

    Attributes:
        n_s: Seconds that could be compared.
        kappa: Cohen's kappa, -1..1; ``None`` where both always said the same one expression.
        low: Of its interval; ``None`` of fewer than ``MIN_STRETCHES`` stretches.
        high: Likewise.
        said_s: ``(8,)`` seconds that the person called each expression.
        agree_s: ``(8,)`` seconds of them that the machine called the same.
    """

    n_s: float
    kappa: float | None
    low: float | None
    high: float | None
    said_s: tuple[float, ...]
    agree_s: tuple[float, ...]


def agreement(
    reading: Reading,
    tracks: Sequence[Track],
    corrections: Sequence[Correction],
    ranges: tuple[Range, ...],
) -> Agreement | None:
    """Compare.

    Kappa is ``(p_o - p_e) / (1 - p_e)`` (Cohen, "A Coefficient of Agreement for Nominal Scales",
    Educational and Psychological Measurement 20, 1960), where ``p_o`` is the share of *time* in
    which both name the same expression and ``p_e`` what two who name theirs with the same shares
    but independently would reach. Frames are weighted by the time they stand for, so that it does
    not depend on how many were looked at. The interval is a percentile bootstrap over stretches
    (one a correction), not over frames: those of one stretch are no independent witnesses.

    Args:
        reading: The whole clip.
        tracks: Of its annotation; those left out do not count.
        corrections: Of them.
        ranges: That are left out.

    Returns:
        ``None`` where nothing can be compared.
    """
    tables = stretch_tables(reading, tracks, corrections, ranges)
    total = tables.sum(axis=0)
    n_s = float(total.sum())
    if n_s <= 0.0:
        return None
    value = _kappa(total[None])[0]
    low, high = _interval(tables)
    return Agreement(
        n_s=n_s,
        kappa=None if np.isnan(value) else float(value),
        low=low,
        high=high,
        said_s=tuple(total.sum(axis=1).tolist()),
        agree_s=tuple(np.diagonal(total).tolist()),
    )


def stretch_tables(
    reading: Reading,
    tracks: Sequence[Track],
    corrections: Sequence[Correction],
    ranges: tuple[Range, ...],
) -> Floats:
    """Seconds of each corrected stretch: ``(stretches, 8, 8)``, rows the person's word."""
    lengths = reading.frame_lengths_s(ranges)
    samples = reading.samples
    tables = []
    for track in tracks:
        own = [one for one in corrections if one.track_id == track.pk]
        if track.excluded or not own:
            continue
        rows = reading.faces_of(track.parts)
        said = said_by(samples.at_s[rows], own)
        machine, weights = samples.label[rows], lengths[reading.row[rows]]
        for number, one in enumerate(own):
            counted = (said == number) & (machine >= 0) & (weights > 0)
            if counted.any():
                table = np.zeros((_K, _K))
                table[LABELS.index(one.expression)] = np.bincount(
                    machine[counted], weights[counted], _K
                )
                tables.append(table)
    return np.array(tables).reshape(-1, _K, _K)


def said_by(at_s: Floats, corrections: Sequence[Correction]) -> NDArray[np.int64]:
    """Which correction holds for each sample of a track.

    A stretch holds for the samples in it; one frame, or a stretch between two samples, for the
    nearest sample. What was said last is what holds.

    Args:
        at_s: ``(n,)`` times of the track's samples, in order.
        corrections: Of the track.

    Returns:
        ``(n,)`` index into ``corrections``, -1 where nothing was said.
    """
    out = np.full(len(at_s), -1, np.int64)
    order = sorted(range(len(corrections)), key=lambda i: corrections[i].created_at)
    for number in order:
        one = corrections[number]
        low = int(np.searchsorted(at_s, one.start_s, side="left"))
        high = int(np.searchsorted(at_s, one.end_s, side="right"))
        if low < high:
            out[low:high] = number
        elif len(at_s):
            middle = (one.start_s + one.end_s) / 2
            nearest = int(np.argmin(np.abs(at_s - middle)))
            if abs(at_s[nearest] - middle) <= FRAME_WITHIN_S:
                out[nearest] = number
    return out


def _kappa(tables: Floats) -> Floats:
    """``(..., 8, 8)`` -> ``(...)``; ``nan`` where chance alone would agree wholly."""
    total = tables.sum(axis=(-2, -1))
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = np.trace(tables, axis1=-2, axis2=-1) / total
        expected = (tables.sum(axis=-1) * tables.sum(axis=-2)).sum(axis=-1) / total**2
        return np.where(expected < 1.0 - 1e-9, (observed - expected) / (1.0 - expected), np.nan)


def _interval(tables: Floats) -> tuple[float | None, float | None]:
    n = len(tables)
    if n < MIN_STRETCHES:
        return None, None
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), RESAMPLES)
    kappas = _kappa((drawn @ tables.reshape(n, -1)).reshape(-1, _K, _K))
    known = kappas[~np.isnan(kappas)]
    if not known.size:
        return None, None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
