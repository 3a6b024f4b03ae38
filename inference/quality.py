"""The quality gate: which faces can be judged at all, and the reason where they cannot."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.reasons import UnsureReason


@dataclass(frozen=True, slots=True)
class QualityConfig:
    """Limits of the gate; a bundle's own, chosen by ``inference.training.tune``, are in its card.

    Attributes:
        min_width_px: of the detected box in the frame.
        min_sharpness: of the crop, see ``sharpness``.
        min_brightness: mean of the crop, 0..255.
        max_brightness: mean of the crop, 0..255.
        max_turn: see ``turn``.
    """

    min_width_px: float = 28.0
    min_sharpness: float = 0.02
    min_brightness: float = 25.0
    max_brightness: float = 235.0
    max_turn: float = 0.75


def sharpness(crop_gray: NDArray[np.uint8]) -> float:
    """Energy of fine detail relative to contrast, so that light does not count as sharpness.

    The variance of the Laplacian (Pech-Pacheco et al., "Diatom autofocusing in
    brightfield microscopy", ICPR 2000) divided by the variance of the crop; 0 for a flat one.
    """
    variance = float(cv2.meanStdDev(crop_gray)[1][0, 0]) ** 2
    if variance < 1.0:
        return 0.0
    detail = cv2.Laplacian(crop_gray, cv2.CV_16S)
    return float(cv2.meanStdDev(detail)[1][0, 0]) ** 2 / variance


def turn(keypoints_xy: NDArray[np.float32]) -> float:
    """How far a face is turned to a side: 0 frontal, 1 when the nose stands over an eye.

    The nose's position along the line of the eyes, from their middle, in half distances.

    Args:
        keypoints_xy: ``(4, 2)``; unknown points (``nan``) count as frontal.
    """
    (x0, y0), (x1, y1), (nx, ny) = keypoints_xy[:3].tolist()
    dx, dy = x1 - x0, y1 - y0
    squared = dx * dx + dy * dy
    if math.isnan(squared + nx) or squared == 0.0:
        return 0.0
    along: float = ((nx - (x0 + x1) / 2) * dx + (ny - (y0 + y1) / 2) * dy) / squared
    return abs(along) * 2.0


def gate(
    crop_gray: NDArray[np.uint8],
    box_xyxy: NDArray[np.float32],
    keypoints_xy: NDArray[np.float32],
    config: QualityConfig,
) -> UnsureReason | None:
    """The first reason not to judge this face, or ``None``.

    Args:
        crop_gray: ``(side, side)`` uint8, what the network would see.
        box_xyxy: ``(4,)`` pixels of the frame.
        keypoints_xy: ``(4, 2)``.
        config: limits.
    """
    if float(box_xyxy[2] - box_xyxy[0]) < config.min_width_px:
        return UnsureReason.TOO_SMALL
    brightness = cv2.mean(crop_gray)[0]
    if brightness < config.min_brightness:
        return UnsureReason.TOO_DARK
    if brightness > config.max_brightness:
        return UnsureReason.TOO_BRIGHT
    if turn(keypoints_xy) > config.max_turn:
        return UnsureReason.TURNED_AWAY
    if sharpness(crop_gray) < config.min_sharpness:
        return UnsureReason.TOO_BLURRED
    return None
