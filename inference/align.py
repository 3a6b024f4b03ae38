"""From a detected face to the upright crop the network was trained on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.scale import halve


@dataclass(frozen=True, slots=True)
class CropConfig:
    """Where the crop lies relative to the detector's box.

    The defaults make a BlazeFace box into the crop FER2013 has: measured on 800 of its
    faces placed in a larger picture, the median crop is a square of 1.17 box widths whose
    centre lies 0.10 box heights above the box's centre.

    Attributes:
        scale: side of the crop in widths of the box.
        raise_by: shift of the centre towards the forehead in heights of the box.
        upright: rotate the line of the eyes to the horizontal.
    """

    scale: float = 1.17
    raise_by: float = 0.10
    upright: bool = True


def roll_degrees(keypoints_xy: NDArray[np.float32]) -> float:
    """Angle of the line through the eyes, clockwise positive, 0 where the eyes are unknown.

    Args:
        keypoints_xy: ``(4, 2)`` in the order of ``detectors.base.KEYPOINTS``.
    """
    (x0, y0), (x1, y1) = keypoints_xy[0].tolist(), keypoints_xy[1].tolist()
    if math.isnan(x0) or (x0 == x1 and y0 == y1):
        return 0.0
    return math.degrees(math.atan2(y1 - y0, x1 - x0))


def crop_face(
    gray: NDArray[np.uint8],
    box_xyxy: NDArray[np.float32],
    roll_deg: float,
    size: int,
    config: CropConfig,
) -> NDArray[np.uint8]:
    """Cut one face out, upright.

    Args:
        gray: ``(H, W)`` uint8.
        box_xyxy: ``(4,)`` pixels; may reach beyond the frame, whose edge is then repeated.
        roll_deg: the face's own rotation, undone if ``config.upright``.
        size: side of the result in pixels.
        config: where the crop lies.

    Returns:
        ``(size, size)`` uint8.
    """
    x1, y1, x2, y2 = box_xyxy.tolist()
    side = max((x2 - x1) * config.scale, 1.0)
    angle = math.radians(roll_deg) if config.upright else 0.0
    cos, sin = math.cos(angle), math.sin(angle)
    lift = (y2 - y1) * config.raise_by
    # "Up" turns with the face.
    centre_x = (x1 + x2) / 2 + lift * sin
    centre_y = (y1 + y2) / 2 - lift * cos

    # A bilinear sample looks at two by two pixels: a face more than twice too large is
    # first averaged down, or fine texture would turn into noise.
    if side > 2 * size:
        gray, centre_x, centre_y = _surroundings(gray, centre_x, centre_y, side)
        while side > 2 * size and min(gray.shape) > 1:
            gray = halve(gray)
            centre_x, centre_y, side = (centre_x - 0.5) / 2, (centre_y - 0.5) / 2, side / 2
    step = side / size
    # Maps a pixel of the crop to one of the frame: p = centre + R (q - (size - 1) / 2) step.
    a, b = cos * step, sin * step
    half = (size - 1) / 2
    matrix = np.array(
        [
            [a, -b, centre_x - a * half + b * half],
            [b, a, centre_y - b * half - a * half],
        ]
    )
    crop: NDArray[np.uint8] = cv2.warpAffine(
        gray,
        matrix,
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return crop


def _surroundings(
    gray: NDArray[np.uint8], x: float, y: float, side: float
) -> tuple[NDArray[np.uint8], float, float]:
    """The part of the frame that a rotated square needs, and its centre in there."""
    height, width = gray.shape
    reach = 0.75 * side  # half of the square's diagonal is 0.71 sides
    left = min(max(int(x - reach), 0), width - 1)
    top = min(max(int(y - reach), 0), height - 1)
    right = max(min(int(x + reach) + 1, width), left + 1)
    bottom = max(min(int(y + reach) + 1, height), top + 1)
    return gray[top:bottom, left:right], x - left, y - top
