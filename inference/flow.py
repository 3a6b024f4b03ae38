"""Following a face from frame to frame without detecting it anew.

Detection is half of a frame's cost, and a face seen a tenth of a second ago is still
about where it was. A handful of points on it is followed by pyramidal Lucas-Kanade
optical flow (Bouguet, 2001) and moved as one by the similarity that fits them best.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

#: Where points are taken, in shares of the box: eyes, brows, nose, mouth corners, cheeks.
_GRID = np.array(
    [
        (0.30, 0.30), (0.50, 0.30), (0.70, 0.30),
        (0.25, 0.50), (0.50, 0.55), (0.75, 0.50),
        (0.35, 0.78), (0.50, 0.82), (0.65, 0.78),
    ],
    np.float32,
)  # fmt: skip
#: Mean residual allowed, as a share of the box's width.
_MAX_RESIDUAL = 0.04
_MIN_POINTS = 6
_FACE_PX = 64
#: A face does not grow or shrink by more than this between two frames.
_MAX_ZOOM = 1.25
_LK = {
    "winSize": (11, 11),
    "maxLevel": 2,
    "criteria": (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 10, 0.03),
}


@dataclass(frozen=True, slots=True)
class Similarity:
    """Rotation, scale and shift of the plane: ``p -> M p + t``."""

    matrix: NDArray[np.float32]
    shift: NDArray[np.float32]
    zoom: float

    def move_points(self, points_xy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Move ``(n, 2)`` points; ``nan`` stays ``nan``."""
        moved: NDArray[np.float32] = points_xy @ self.matrix.T + self.shift
        return moved

    def move_box(self, box_xyxy: NDArray[np.float32]) -> NDArray[np.float32]:
        """Move the centre and scale the sides of a ``(4,)`` box; it stays axis-aligned."""
        corners = box_xyxy.reshape(2, 2)
        centre = self.move_points(corners).mean(axis=0)
        half = (box_xyxy[2:] - box_xyxy[:2]) / 2 * self.zoom
        return np.concatenate([centre - half, centre + half]).astype(np.float32)


def follow(
    before_gray: NDArray[np.uint8], now_gray: NDArray[np.uint8], box_xyxy: NDArray[np.float32]
) -> Similarity | None:
    """How the face in ``box_xyxy`` moved between two frames of the same size.

    Args:
        before_gray: ``(H, W)`` uint8, the frame the box belongs to.
        now_gray: ``(H, W)`` uint8, the next one.
        box_xyxy: ``(4,)`` pixels.

    Returns:
        The movement, or ``None`` where it cannot be trusted: points lost, or not moving as one.
    """
    origin, size = box_xyxy[:2], box_xyxy[2:] - box_xyxy[:2]
    # Flow is computed on the face's surroundings only, at the size of a small face: its cost
    # grows with the pixels, and a sixty-fourth of a face is finer than any detector's box.
    height, width = before_gray.shape
    margin = 0.35 * size
    left, top = np.maximum(origin - margin, 0).astype(int).tolist()
    right, bottom = np.ceil(box_xyxy[2:] + margin).astype(int).tolist()
    right, bottom = min(right, width), min(bottom, height)
    if right - left < 24 or bottom - top < 24:
        return None
    before, now = before_gray[top:bottom, left:right], now_gray[top:bottom, left:right]
    scale = min(_FACE_PX / float(size[0]), 1.0)
    if scale < 1.0:
        small = (max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale)))
        before, now = cv2.resize(before, small), cv2.resize(now, small)
    # What one pixel of the parts is in the frame; rounding made the axes differ by a trifle.
    pixel = np.array(
        ((right - left) / before.shape[1], (bottom - top) / before.shape[0]), np.float32
    )
    corner = np.array((left, top), np.float32)
    start = (origin + _GRID * size - corner) / pixel
    end, found, _ = cv2.calcOpticalFlowPyrLK(before, now, start, None, **_LK)
    good = found.ravel() == 1
    if np.count_nonzero(good) < _MIN_POINTS:
        return None
    return _fit(start[good] * pixel + corner, end[good] * pixel + corner, float(size[0]))


def _fit(start: NDArray[np.float32], end: NDArray[np.float32], width: float) -> Similarity | None:
    """Least-squares similarity (Umeyama, 1991; for the plane in closed form), outliers dropped.

    Points of the plane are taken as complex numbers, where a similarity is ``z -> f z + t``.
    For nine points Python's own arithmetic is several times quicker than NumPy's calls.
    """
    pairs = [(complex(*a), complex(*b)) for a, b in zip(start.tolist(), end.tolist(), strict=True)]
    factor, shift = _least_squares(pairs)
    residuals = [abs(b - factor * a - shift) for a, b in pairs]
    limit = max(2.5 * sorted(residuals)[len(residuals) // 2], 0.5)
    kept = [pair for pair, residual in zip(pairs, residuals, strict=True) if residual <= limit]
    if len(kept) < _MIN_POINTS:
        return None
    factor, shift = _least_squares(kept)
    error = sum(abs(b - factor * a - shift) for a, b in kept) / len(kept)
    zoom = abs(factor)
    if error > _MAX_RESIDUAL * width or not 1 / _MAX_ZOOM < zoom < _MAX_ZOOM:
        return None
    matrix = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]], np.float32)
    return Similarity(matrix, np.array([shift.real, shift.imag], np.float32), zoom)


def _least_squares(pairs: list[tuple[complex, complex]]) -> tuple[complex, complex]:
    """``f`` and ``t`` of the best ``b = f a + t``."""
    mean_a = sum(a for a, _ in pairs) / len(pairs)
    mean_b = sum(b for _, b in pairs) / len(pairs)
    product = sum((a - mean_a).conjugate() * (b - mean_b) for a, b in pairs)
    spread = sum(abs(a - mean_a) ** 2 for a, _ in pairs)
    factor = product / max(spread, 1e-9)
    return factor, mean_b - factor * mean_a
