"""What all exports are made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emotionweb.clips.agreement import said_by
from emotionweb.clips.models import Annotation, Clip, Correction, Marker, Track
from emotionweb.clips.ownership import shown
from emotionweb.clips.ranges import Range, without
from emotionweb.clips.reading import Reading, excluded_ranges, load
from inference.labels import LABELS

#: Two frames that are looked at one after the other; more apart, the face was away in between.
_NEXT = 1
#: Times in files for people are milliseconds.
_MS = 1000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a track in which one thing is said.

    Attributes:
        start_s: First moment.
        end_s: Last one, later.
        label: Index into ``LABELS``, -1 where the machine is unsure.
        confidence: Mean, 0..1; 0 where unsure.
    """

    start_s: float
    end_s: float
    label: int
    confidence: float = 0.0

    @property
    def start_ms(self) -> int:
        return round(self.start_s * _MS)

    @property
    def end_ms(self) -> int:
        return round(self.end_s * _MS)

    @property
    def name(self) -> str | None:
        """The expression, ``None`` where unsure."""
        return LABELS[self.label] if self.label >= 0 else None


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """A clip with its results, read once."""

    clip: Clip
    annotation: Annotation
    reading: Reading
    ranges: tuple[Range, ...]
    tracks: list[Track]
    corrections: list[Correction]
    markers: list[Marker]

    @classmethod
    def of(cls, clip: Clip) -> Content:
        """Read all of it.

        Raises:
            NotThereError: The clip has not been looked at yet.
        """
        annotation = shown(clip)
        return cls(
            clip=clip,
            annotation=annotation,
            reading=load(annotation.pk),
            ranges=excluded_ranges(clip),
            tracks=list(annotation.tracks.defer("thumbnail")),
            corrections=list(Correction.objects.filter(track__annotation=annotation)),
            markers=list(clip.markers.all()),
        )

    def corrections_of(self, track: Track) -> list[Correction]:
        """What the person said about one track."""
        return [one for one in self.corrections if one.track_id == track.pk]

    def said(self, track: Track, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """What the person said of each sample of a track: index into ``LABELS``, -1 nothing."""
        own = self.corrections_of(track)
        labels = np.array([-1, *(LABELS.index(one.expression) for one in own)])
        out: NDArray[np.int64] = labels[said_by(self.reading.samples.at_s[rows], own) + 1]
        return out

    def machine(self, track: Track) -> list[Stretch]:
        """What the machine said of a track, in order; equal neighbours are one stretch."""
        rows = self.reading.faces_of(track.parts)
        if not len(rows):
            return []
        samples, frames = self.reading.samples, self.reading.row[rows]
        label = samples.label[rows]
        new = (np.diff(label) != 0) | (np.diff(frames) > _NEXT)
        first = np.concatenate([[0], np.flatnonzero(new) + 1])
        last = np.concatenate([first[1:] - 1, [len(rows) - 1]])
        start, end = self.reading.frame_start_s[frames], samples.frames_s[frames]
        weighted = np.concatenate([[0.0], np.cumsum((end - start) * samples.confidence[rows])])
        length = np.concatenate([[0.0], np.cumsum(end - start)])
        return [
            Stretch(
                float(start[a]),
                float(end[b]),
                int(label[a]),
                float((weighted[b + 1] - weighted[a]) / (length[b + 1] - length[a]))
                if label[a] >= 0
                else 0.0,
            )
            for a, b in zip(first.tolist(), last.tolist(), strict=True)
            if length[b + 1] > length[a]
        ]

    def corrected(self, track: Track) -> list[Stretch]:
        """What the person said of a track, in order, none over another: the last word holds.

        What was said of one frame takes the time that the frame stands for.
        """
        out: list[Stretch] = []
        for new in self.said_of(track):
            out = [
                Stretch(start, end, old.label)
                for old in out
                for start, end in without((old.start_s, old.end_s), ((new.start_s, new.end_s),))
            ]
            out.append(new)
        return sorted(out, key=lambda stretch: stretch.start_s)

    def said_of(self, track: Track) -> list[Stretch]:
        """Each correction of a track as it was made, in the order in which it was said."""
        said = sorted(self.corrections_of(track), key=lambda one: one.created_at)
        return [Stretch(*self._extent(track, one), LABELS.index(one.expression)) for one in said]

    def _extent(self, track: Track, correction: Correction) -> Range:
        if correction.end_s - correction.start_s >= 1 / _MS:
            return correction.start_s, correction.end_s
        rows = self.reading.faces_of(track.parts)
        at = self.reading.samples.at_s[rows]
        if len(at):
            row = rows[int(np.argmin(np.abs(at - correction.start_s)))]
            frame = self.reading.row[row]
            start = float(self.reading.frame_start_s[frame])
            end = float(self.reading.samples.frames_s[frame])
            if end - start >= 1 / _MS:
                return start, end
        return correction.start_s, correction.start_s + 1 / _MS

    def missed_frames(self) -> NDArray[np.float64]:
        """Times of the frames that were looked at and had no face."""
        without_face = np.ones(len(self.reading.samples.frames_s), bool)
        without_face[self.reading.row] = False
        return self.reading.samples.frames_s[without_face]


def in_chunks(pieces: Iterator[str], size: int = 64 * 1024) -> Iterator[bytes]:
    """Join small pieces of text into chunks worth sending."""
    held: list[str] = []
    length = 0
    for piece in pieces:
        held.append(piece)
        length += len(piece)
        if length >= size:
            yield "".join(held).encode()
            held, length = [], 0
    if held:
        yield "".join(held).encode()
