"""The samples of an annotation: read from their blocks, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from emotionweb.clips.models import Clip, Marker, SampleBlock
from emotionweb.clips.ranges import Range, covered, union
from inference.video.samples import MAX_FRAME_S, Samples, Seconds

#: One entry of ``Track.parts``: the tracker's number, from when (inclusive), until when
#: (exclusive); ``None`` is without end.
Part = Sequence[float | int | None]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was seen in a clip, or in a stretch of it.

    Attributes:
        samples: ``n`` faces in ``m`` frames.
        frame_start_s: ``(m,)``, where the time begins that a frame stands for: the frame
            before it, at most a second back. The frame itself is where it ends. The first
            frame of a clip stands for nothing.
        row: ``(n,)`` the frame of each face.
    """

    samples: Samples
    frame_start_s: NDArray[np.float64]
    row: NDArray[np.int64]

    @classmethod
    def of(cls, samples: Samples) -> Reading:
        """Work out which time each frame stands for."""
        frames = samples.frames_s
        before = np.concatenate([[samples.before_s], frames[:-1]])[: len(frames)]
        start = np.where(np.isnan(before), frames, np.maximum(before, frames - MAX_FRAME_S))
        return cls(samples, start, np.searchsorted(frames, samples.at_s))

    def frame_lengths_s(self, ranges: tuple[Range, ...] = ()) -> NDArray[np.float64]:
        """``(m,)`` seconds that each frame stands for, outside of some ranges."""
        start, end = self.frame_start_s, self.samples.frames_s
        return np.maximum(end - start - covered(start, end, ranges), 0.0)

    def faces_of(self, parts: Sequence[Part]) -> NDArray[np.int64]:
        """Which faces belong to a track, in order of time and one a frame.

        Where somebody merged two tracks that are in sight together, the larger face is it:
        a person is in a frame once.
        """
        rows = np.flatnonzero(mask(self.samples, parts))
        frames = self.row[rows]
        if (np.diff(frames) > 0).all():
            return rows
        x1, y1, x2, y2 = self.samples.box_xyxy[rows].T
        order = np.lexsort((-(x2 - x1) * (y2 - y1), frames))
        _frames, first = np.unique(frames[order], return_index=True)
        return rows[order[first]]


def mask(samples: Samples, parts: Sequence[Part]) -> NDArray[np.bool_]:
    """Which faces belong to a track: ``(n,)`` bool."""
    out = np.zeros(len(samples), bool)
    for raw, start, end in parts:
        own = samples.raw == raw
        if start is not None:
            own &= samples.at_s >= start
        if end is not None:
            own &= samples.at_s < end
        out |= own
    return out


def load(annotation_id: UUID, start_s: float | None = None, end_s: float | None = None) -> Reading:
    """Read the samples of an annotation.

    Args:
        annotation_id: Its primary key.
        start_s: Blocks that end earlier are not read; ``None``: from the beginning.
        end_s: Blocks that begin later are not read; ``None``: to the end.
    """
    blocks = SampleBlock.objects.filter(annotation_id=annotation_id).order_by("index")
    if start_s is not None:
        blocks = blocks.filter(end_s__gte=start_s)
    if end_s is not None:
        blocks = blocks.filter(start_s__lte=end_s)
    parts = [Samples.from_bytes(bytes(data)) for data in blocks.values_list("samples", flat=True)]
    return Reading.of(Samples.concat(parts))


def load_seconds(annotation_id: UUID, start_s: float, end_s: float) -> Seconds:
    """Read the sums by whole second of the blocks that touch a stretch."""
    blocks = SampleBlock.objects.filter(
        annotation_id=annotation_id, end_s__gte=start_s, start_s__lte=end_s
    ).order_by("index")
    return Seconds.concat(
        [Seconds.from_bytes(bytes(data)) for data in blocks.values_list("seconds", flat=True)]
    )


def excluded_ranges(clip: Clip) -> tuple[Range, ...]:
    """The stretches that are left out, in order and apart from each other."""
    rows = Marker.objects.filter(clip=clip, kind=Marker.Kind.EXCLUDED)
    return union(rows.values_list("start_s", "end_s"))
