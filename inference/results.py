"""What the pipeline says of a frame and of the faces in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.reasons import UnsureReason
from inference.tracking import Track


@dataclass(frozen=True, slots=True)
class FaceResult:
    """One face of one frame.

    Attributes:
        track_id: stays with the face.
        box_xyxy: pixels of the analysed frame.
        roll_deg: rotation of the face, clockwise positive.
        detection_score: 0..1.
        probabilities: ``(8,)`` float32 calibrated, of this frame alone; zeros if not scored.
        smoothed: ``(8,)`` running mean of the track; zeros if not scored.
        confidence: the chance, 0..1, that the top of ``smoothed`` is what most people would
            call this face; 0 if not scored.
        label: top of ``smoothed``, ``None`` when unsure.
        mixed: two or more labels above the mixed threshold, strongest first; else empty.
        unsure: why no label is given.
        scored: ``False`` where the quality gate refused the face.
        calibration: id of the personal baseline that the probabilities went through, or "".
    """

    track_id: int
    box_xyxy: tuple[float, float, float, float]
    roll_deg: float
    detection_score: float
    probabilities: NDArray[np.float32]
    smoothed: NDArray[np.float32]
    confidence: float
    label: str | None
    mixed: tuple[str, ...]
    unsure: UnsureReason | None
    scored: bool
    calibration: str = ""


@dataclass(frozen=True, slots=True)
class FrameResult:
    """What was found in one frame; ``stages_ms`` has decode, detect, classify and total."""

    width: int
    height: int
    faces: tuple[FaceResult, ...]
    stages_ms: dict[str, float]
    model_version: str


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face of one frame before it is classified.

    Attributes:
        track: the face over time; where it is may have changed since.
        box_xyxy: pixels of the frame.
        roll_deg: rotation of the face, clockwise positive.
        score: of its detection, 0..1.
        crop: ``(side, side)`` uint8, what the network sees.
        refused: why it is not classified.
    """

    track: Track
    box_xyxy: tuple[float, float, float, float]
    roll_deg: float
    score: float
    crop: NDArray[np.uint8]
    refused: UnsureReason | None
