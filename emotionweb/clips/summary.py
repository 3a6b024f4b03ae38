"""What a clip and each of its tracks come to, in numbers.

Time is counted as in the journal: a frame stands for the time since the one looked at before it,
at most a second; what is sure counts, what is unsure is told apart, what is left out counts for
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotionweb.clips.ranges import Range, covered
from emotionweb.clips.reading import Part, Reading
from inference.labels import LABELS

#: Two readings that are further apart are not one after the other: the face was away.
TRANSITION_WITHIN_S = 1.0

Floats = NDArray[np.float64]
_NONE = (0.0,) * len(LABELS)


@dataclass(frozen=True, slots=True)
class TrackSummary:
    """One track.

    Attributes:
        seconds: With a sure reading.
        unsure_s: In sight, but without one.
        missed_s: Looked at between its first and last moment, but not found.
        share: Of ``seconds``, the part in which each expression was the one named; zeros where
            nothing was sure.
        mean: Mean probability of each expression over ``seconds``, weighted by time.
        transitions: How often the named expression changed from one sure reading to the next,
            where at most a second lies between the two.
    """

    seconds: float
    unsure_s: float
    missed_s: float
    share: tuple[float, ...]
    mean: tuple[float, ...]
    transitions: int


@dataclass(frozen=True, slots=True)
class ClipSummary:
    """A clip over all tracks that are not left out.

    Attributes:
        looked_at_s: Of the clip, outside of what is left out.
        with_face_s: Of that, with a face of a counted track in sight.
        unsure_s: Of that, with no sure reading of any of them.
        missed_s: Looked at, and no face at all was found.
        excluded_s: Looked at, but in a stretch that is left out.
        share: Of the time of all sure readings; two faces at once count twice.
    """

    looked_at_s: float
    with_face_s: float
    unsure_s: float
    missed_s: float
    excluded_s: float
    share: tuple[float, ...]


def summarise_track(
    reading: Reading, parts: Sequence[Part], ranges: tuple[Range, ...]
) -> TrackSummary:
    """Sum up one track.

    Args:
        reading: The whole clip.
        parts: Of the track.
        ranges: That are left out, as ``ranges.union`` returns them.
    """
    rows = reading.faces_of(parts)
    lengths = reading.frame_lengths_s(ranges)
    if not len(rows):
        return TrackSummary(0.0, 0.0, 0.0, _NONE, _NONE, 0)
    samples, frames = reading.samples, reading.row[rows]
    weights = lengths[frames]
    label = samples.label[rows]
    sure = label >= 0
    seconds, unsure = float(weights[sure].sum()), float(weights[~sure].sum())
    within = float(lengths[frames[0] + 1 : frames[-1] + 1].sum())
    in_sight = float(weights[1:].sum())
    probabilities = samples.probabilities[rows[sure]].astype(np.float64)
    return TrackSummary(
        seconds=seconds,
        unsure_s=unsure,
        missed_s=max(within - in_sight, 0.0),
        share=_shares(label[sure], weights[sure], seconds),
        mean=tuple((weights[sure] @ probabilities / seconds).tolist()) if seconds else _NONE,
        transitions=_transitions(samples.at_s[rows[sure]], label[sure], ranges),
    )


def summarise_clip(
    reading: Reading, counted: Sequence[Sequence[Part]], ranges: tuple[Range, ...]
) -> ClipSummary:
    """Sum up a clip.

    Args:
        reading: The whole clip.
        counted: Parts of each track that is not left out.
        ranges: As above.
    """
    samples = reading.samples
    lengths = reading.frame_lengths_s(ranges)
    in_sight, sure = np.zeros(len(lengths), bool), np.zeros(len(lengths), bool)
    sums = np.zeros(len(LABELS))
    for parts in counted:
        rows = reading.faces_of(parts)
        in_sight[reading.row[rows]] = True
        rows = rows[samples.label[rows] >= 0]
        sure[reading.row[rows]] = True
        sums += np.bincount(samples.label[rows], lengths[reading.row[rows]], len(LABELS))
    any_face = np.zeros(len(lengths), bool)
    any_face[reading.row] = True
    total = float(sums.sum())
    return ClipSummary(
        looked_at_s=float(lengths.sum()),
        with_face_s=float(lengths[in_sight].sum()),
        unsure_s=float(lengths[in_sight & ~sure].sum()),
        missed_s=float(lengths[~any_face].sum()),
        excluded_s=float(covered(reading.frame_start_s, samples.frames_s, ranges).sum()),
        share=tuple((sums / total).tolist()) if total else _NONE,
    )


def _shares(label: NDArray[np.int8], weights: Floats, seconds: float) -> tuple[float, ...]:
    if not seconds:
        return _NONE
    sums = np.bincount(label, weights, len(LABELS))
    return tuple((sums / seconds).tolist())


def _transitions(at_s: Floats, label: NDArray[np.int8], ranges: tuple[Range, ...]) -> int:
    """Changes between neighbours; over a stretch that is left out nothing is neighbours."""
    near = np.diff(at_s) <= TRANSITION_WITHIN_S
    apart = covered(at_s[:-1], at_s[1:], ranges) > 0
    return int((near & ~apart & (label[1:] != label[:-1])).sum())
