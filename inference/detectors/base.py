"""What a detector takes and gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

#: The keypoints the pipeline knows, in this order; "right" and "left" are the viewer's,
#: so in an upright picture eye 0 lies left of eye 1.
KEYPOINTS = ("eye_0", "eye_1", "nose", "mouth")


@dataclass(frozen=True, slots=True)
class Detections:
    """The faces in one frame, strongest first.

    Attributes:
        boxes_xyxy: ``(n, 4)`` float32, pixels of the frame; may reach beyond its edge.
        scores: ``(n,)`` float32 in 0..1.
        keypoints_xy: ``(n, 4, 2)`` float32 in the order of ``KEYPOINTS``; ``nan`` where
            the detector knows none.
    """

    boxes_xyxy: NDArray[np.float32]
    scores: NDArray[np.float32]
    keypoints_xy: NDArray[np.float32]

    def __post_init__(self) -> None:
        n = len(self.scores)
        if self.boxes_xyxy.shape != (n, 4) or self.keypoints_xy.shape != (n, len(KEYPOINTS), 2):
            raise ValueError(
                f"boxes {self.boxes_xyxy.shape}, scores {self.scores.shape} and keypoints "
                f"{self.keypoints_xy.shape} do not fit together"
            )

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, row: int) -> Detections:
        """One of the faces, as a set of one."""
        part = slice(row, row + 1)
        return Detections(self.boxes_xyxy[part], self.scores[part], self.keypoints_xy[part])

    @classmethod
    def empty(cls) -> Detections:
        """No face."""
        return cls(
            np.zeros((0, 4), np.float32),
            np.zeros((0,), np.float32),
            np.zeros((0, len(KEYPOINTS), 2), np.float32),
        )


def in_blazeface_terms(
    boxes_xyxy: NDArray[np.float32], *, scale: float, lower_by: float
) -> NDArray[np.float32]:
    """Turn another detector's boxes into the ones BlazeFace's short range would draw.

    A bundle says where its crop lies relative to that box, so every detector speaks it.
    The factors come from ``python -m inference measure-detector``.

    Args:
        boxes_xyxy: ``(n, 4)`` pixels.
        scale: side of the result in widths of the box.
        lower_by: shift of the centre downwards in widths of the box.

    Returns:
        ``(n, 4)`` square boxes.
    """
    widths = (boxes_xyxy[:, 2] - boxes_xyxy[:, 0])[:, None]
    centres = (boxes_xyxy[:, :2] + boxes_xyxy[:, 2:]) / 2
    centres = centres + widths * np.array([0.0, lower_by], np.float32)
    half = widths * (scale / 2)
    return np.concatenate([centres - half, centres + half], axis=1).astype(np.float32)


class Detector(Protocol):
    """Finds faces. An instance belongs to one thread."""

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Detections:
        """Find the faces of a ``(H, W, 3)`` uint8 BGR frame."""
        ...
