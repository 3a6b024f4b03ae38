"""Shrinking a picture without aliasing, quickly."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def halve(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Average every two by two pixels; an odd last row or column is left out.

    This is the one shrinking that OpenCV does with vector instructions: halving twice is
    three times quicker than averaging four by four, and forty times quicker than averaging by a
    factor that is no whole number. Pixel ``x`` comes to lie at ``(x + 0.5) / 2 - 0.5``.

    Args:
        picture: ``(H, W)`` or ``(H, W, 3)`` uint8, at least 2 by 2.
    """
    height, width = picture.shape[0] & ~1, picture.shape[1] & ~1
    half: NDArray[np.uint8] = cv2.resize(
        picture[:height, :width], (width // 2, height // 2), interpolation=cv2.INTER_AREA
    )
    return half
