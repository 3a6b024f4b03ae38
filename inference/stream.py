"""What is remembered between the frames of one session or clip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.personal import Baseline
from inference.results import FaceResult, FrameResult
from inference.tracking import Tracker


class FaceStream:
    """What is remembered between the frames of one session; outlives a change of model.

    Used by one thread at a time.

    Args:
        tracker: with times of its own, as clips have; by default the one for live frames.
        baseline: of the person whose stream it is; applied to their own face only.
    """

    def __init__(self, tracker: Tracker | None = None, baseline: Baseline | None = None) -> None:
        self.tracker = tracker or Tracker()
        self.baseline = baseline
        self.detected_at = -np.inf
        self.last_gray: NDArray[np.uint8] | None = None
        self.last_at = -np.inf

    def forget_picture(self) -> None:
        """Let go of the last picture, as while a session pauses; the tracks stay."""
        self.last_gray = None
        self.detected_at = -np.inf

    def select(self, track_id: int) -> None:
        """The person says which face is theirs."""
        self.tracker.select(track_id)

    def own_track(self, result: FrameResult) -> FaceResult | None:
        """The person's own face in the newest result, if it is in sight."""
        own = self.tracker.own(self.last_at, (result.width, result.height))
        if own is None:
            return None
        return next((face for face in result.faces if face.track_id == own.id), None)
