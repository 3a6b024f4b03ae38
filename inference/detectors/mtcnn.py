"""MTCNN (Zhang et al., 2016), the detector of the first older system.

The package imports TensorFlow: for the worker and the command line only.
"""

from __future__ import annotations

import numpy as np
from mtcnn import MTCNN
from numpy.typing import NDArray

from inference.detectors.base import Detections, in_blazeface_terms

_MIN_SCORE = 0.9


class MtcnnDetector:
    """The ``mtcnn`` package behind the detector protocol."""

    def __init__(self) -> None:
        self._mtcnn = MTCNN(device="CPU:0")

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Detections:
        """Find the faces of a ``(H, W, 3)`` uint8 BGR frame."""
        found = self._mtcnn.detect_faces(np.ascontiguousarray(frame_bgr[..., ::-1]))
        found = [face for face in found if face["confidence"] >= _MIN_SCORE]
        if not found:
            return Detections.empty()
        found.sort(key=lambda face: -face["confidence"])
        rects = np.array([face["box"] for face in found], np.float32)
        points = []
        for face in found:
            named = {name: np.asarray(xy, np.float32) for name, xy in face["keypoints"].items()}
            eyes = sorted((named["left_eye"], named["right_eye"]), key=lambda xy: float(xy[0]))
            mouth = (named["mouth_left"] + named["mouth_right"]) / 2
            points.append([*eyes, named["nose"], mouth])
        boxes = np.concatenate([rects[:, :2], rects[:, :2] + rects[:, 2:]], axis=1)
        return Detections(
            in_blazeface_terms(boxes, scale=1.07, lower_by=0.10),
            np.array([face["confidence"] for face in found], np.float32),
            np.array(points, np.float32),
        )
