"""Faces keep their number from frame to frame; one of them may be the person's own."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inference.detectors.base import Detections
from inference.personal import Baseline


@dataclass(frozen=True, slots=True)
class TrackingConfig:
    """Times in seconds, so that nothing depends on the frame rate.

    Attributes:
        min_overlap: intersection over union of a detection and the track it continues.
        max_distance: of their centres in widths of the box, where they do not overlap
            enough (a quick movement at a low frame rate).
        keep_lost_s: a track not seen for longer is forgotten and its number never reused.
        smoothing_s: time constant of the running mean of probabilities.
        own_lost_s: how long the person's own track may be away before another is chosen.
        min_start_score: of a detection that opens a track; one that continues a track may
            be weaker. Patterns that resemble a face score 0.5 to 0.6 (coffee in a cup), faces
            in the reference clip 0.71 and more.
    """

    min_overlap: float = 0.3
    max_distance: float = 0.6
    keep_lost_s: float = 1.5
    smoothing_s: float = 0.35
    own_lost_s: float = 2.0
    min_start_score: float = 0.6


@dataclass(slots=True)
class Track:
    """One face over time.

    Attributes:
        box_xyxy: ``(4,)`` pixels, where it was seen last.
        keypoints_xy: ``(4, 2)``.
        smoothed: ``(8,)`` running mean, ``None`` before the first scored frame.
        baseline: of the person, where it is known whose face this is.
    """

    id: int
    config: TrackingConfig
    box_xyxy: NDArray[np.float32]
    keypoints_xy: NDArray[np.float32]
    score: float
    seen_at: float
    smoothed: NDArray[np.float32] | None = None
    smoothed_at: float = -math.inf
    baseline: Baseline | None = None

    def smooth(self, probabilities: NDArray[np.float32], at: float) -> NDArray[np.float32]:
        """Take one frame into the running mean and return it.

        The weight of the new frame grows with the time since the last one
        (``1 - exp(-dt / tau)``), so 5 and 30 frames a second smooth alike.
        """
        elapsed = at - self.smoothed_at
        if self.smoothed is None or elapsed > self.config.keep_lost_s:
            self.smoothed = probabilities
        else:
            weight = 1.0 - math.exp(-max(elapsed, 0.0) / self.config.smoothing_s)
            self.smoothed = self.smoothed + np.float32(weight) * (probabilities - self.smoothed)
        self.smoothed_at = at
        return self.smoothed


@dataclass(slots=True)
class Tracker:
    """The tracks of one camera session or clip."""

    config: TrackingConfig = field(default_factory=TrackingConfig)
    tracks: list[Track] = field(default_factory=list)
    _next_id: int = 1
    _own_id: int | None = None
    _own_seen_at: float = -math.inf
    _own_selected: bool = False

    def visible(self, at: float) -> list[Track]:
        """The tracks seen in the frame at this time."""
        return [track for track in self.tracks if track.seen_at == at]

    def update(self, detections: Detections, at: float) -> list[Track]:
        """Continue tracks with new detections, open new ones, forget lost ones.

        Returns:
            The tracks seen, in the order of the detections.
        """
        self.forget(at)
        matched = self._match(detections)
        out = []
        for row in range(len(detections)):
            track = matched.get(row)
            if track is None and detections.scores[row] < self.config.min_start_score:
                continue
            if track is None:
                track = Track(
                    id=self._next_id,
                    config=self.config,
                    box_xyxy=detections.boxes_xyxy[row],
                    keypoints_xy=detections.keypoints_xy[row],
                    score=0.0,
                    seen_at=at,
                )
                self._next_id += 1
                self.tracks.append(track)
            track.box_xyxy = detections.boxes_xyxy[row]
            track.keypoints_xy = detections.keypoints_xy[row]
            track.score = float(detections.scores[row])
            track.seen_at = at
            out.append(track)
        return out

    def forget(self, at: float) -> None:
        """Drop tracks that were lost for too long."""
        limit = at - self.config.keep_lost_s
        self.tracks = [track for track in self.tracks if track.seen_at >= limit]

    def select(self, track_id: int) -> None:
        """The person says which face is theirs; an unknown number is ignored."""
        if any(track.id == track_id for track in self.tracks):
            self._own_id, self._own_selected = track_id, True

    def own(self, at: float, frame_wh: tuple[int, int]) -> Track | None:
        """The person's own face in the frame at this time.

        The selected one; else the largest, most central one, kept while it stays. While it
        is briefly out of sight nobody is, so that a passer-by is not taken for the person.
        Who selected their face and left is not guessed among several: a face that is alone
        is taken for them, else nobody is until the next selection.
        """
        visible = self.visible(at)
        for track in visible:
            if track.id == self._own_id:
                self._own_seen_at = at
                return track
        if self._own_id is not None and at - self._own_seen_at <= self.config.own_lost_s:
            return None
        if not visible or (self._own_selected and len(visible) > 1):
            return None
        best = max(visible, key=lambda track: _prominence(track.box_xyxy, frame_wh))
        self._own_id, self._own_seen_at = best.id, at
        return best

    def _match(self, detections: Detections) -> dict[int, Track]:
        """Greedy assignment, best pair first: row of the detection -> track."""
        pairs = []
        for row, box in enumerate(detections.boxes_xyxy):
            for index, track in enumerate(self.tracks):
                affinity = _affinity(box, track.box_xyxy, self.config)
                if affinity > 0.0:
                    pairs.append((affinity, row, index))
        pairs.sort(reverse=True)
        matched: dict[int, Track] = {}
        taken: set[int] = set()
        for _, row, index in pairs:
            if row not in matched and index not in taken:
                matched[row] = self.tracks[index]
                taken.add(index)
        return matched


def overlap(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Intersection over union of two ``(4,)`` boxes, 0..1."""
    ax1, ay1, ax2, ay2 = a.tolist()
    bx1, by1, bx2, by2 = b.tolist()
    shared = max(min(ax2, bx2) - max(ax1, bx1), 0.0) * max(min(ay2, by2) - max(ay1, by1), 0.0)
    union = (ax2 - ax1) * (ay2 - ay1) + (bx2 - bx1) * (by2 - by1) - shared
    return shared / union if union > 0 else 0.0


def _affinity(a: NDArray[np.float32], b: NDArray[np.float32], config: TrackingConfig) -> float:
    """1..2 where the boxes overlap enough, 0..1 where they are only near, else 0."""
    shared = overlap(a, b)
    if shared >= config.min_overlap:
        return 1.0 + shared
    width = float(max(a[2] - a[0], b[2] - b[0]))
    gap = math.hypot(*((a[:2] + a[2:] - b[:2] - b[2:]) / 2).tolist())
    similar = 0.5 < float((a[2] - a[0]) / max(float(b[2] - b[0]), 1.0)) < 2.0
    if width <= 0 or not similar:
        return 0.0
    return max(0.0, 1.0 - gap / (width * config.max_distance))


def _prominence(box_xyxy: NDArray[np.float32], frame_wh: tuple[int, int]) -> float:
    """Area, halved towards the frame's corners."""
    x1, y1, x2, y2 = box_xyxy.tolist()
    width, height = frame_wh
    area: float = (x2 - x1) * (y2 - y1)
    off_x = abs((x1 + x2) / width - 1.0)
    off_y = abs((y1 + y2) / height - 1.0)
    off_centre: float = min(max(off_x, off_y), 1.0)
    return area * (1.0 - 0.5 * off_centre)
