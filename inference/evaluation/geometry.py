"""How a detector's boxes lie relative to the data set's crops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.detectors import Detector
from inference.evaluation.placed import Placement, face_corners, place, strongest_in_place


@dataclass(frozen=True, slots=True)
class BoxGeometry:
    """Medians over the faces that were found.

    Attributes:
        found: share of faces found.
        crop_per_width: side of the data set's crop in widths of the box.
        raised_by: how far the crop's centre lies above the box's, in heights of the box.
    """

    found: float
    crop_per_width: float
    raised_by: float


def measure(detector: Detector, faces_gray: NDArray[np.uint8], placement: Placement) -> BoxGeometry:
    """Compare the detector's boxes with where the faces were put.

    Args:
        detector: any.
        faces_gray: ``(n, 48, 48)`` uint8.
        placement: where they are put; not rotated.
    """
    centre_y = face_corners(placement)[1] + placement.face_px / 2
    rows = []
    for frame in place(faces_gray, placement):
        detections = strongest_in_place(detector.detect(frame), placement)
        if not len(detections):
            continue
        x1, y1, x2, y2 = detections.boxes_xyxy[0].tolist()
        rows.append((placement.face_px / (x2 - x1), ((y1 + y2) / 2 - centre_y) / (y2 - y1)))
    scale, raised = np.median(np.array(rows or [(np.nan, np.nan)]), axis=0)
    return BoxGeometry(len(rows) / len(faces_gray), float(scale), float(raised))
