"""The Viola-Jones cascade of the second older system, from OpenCV 4's own data."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.detectors.base import KEYPOINTS, Detections, in_blazeface_terms

#: The score OpenCV gives is a stage sum, a few units wide; this squashes it into 0..1.
_SCORE_SCALE = 3.0


class HaarDetector:
    """Frontal faces by Haar features; without keypoints, so faces stay as tilted as they are."""

    def __init__(self, min_side: int = 32) -> None:
        path = Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"
        self._cascade = cv2.CascadeClassifier(str(path))
        self._min_side = min_side

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Detections:
        """Find the faces of a ``(H, W, 3)`` uint8 BGR frame."""
        gray = cv2.cvtColor(frame_bgr, cv2.COLOR_BGR2GRAY)
        rects, _, weights = self._cascade.detectMultiScale3(
            gray,
            scaleFactor=1.1,
            minNeighbors=5,
            minSize=(self._min_side, self._min_side),
            outputRejectLevels=True,
        )
        if not len(rects):
            return Detections.empty()
        rects = np.asarray(rects, np.float32)
        scores = 1.0 / (1.0 + np.exp(-np.asarray(weights, np.float32).ravel() / _SCORE_SCALE))
        order = np.argsort(-scores)
        boxes = np.concatenate([rects[:, :2], rects[:, :2] + rects[:, 2:]], axis=1)
        points = np.full((len(rects), len(KEYPOINTS), 2), np.nan, np.float32)
        boxes = in_blazeface_terms(boxes, scale=0.86, lower_by=0.09)
        return Detections(boxes[order], scores[order].astype(np.float32), points)
