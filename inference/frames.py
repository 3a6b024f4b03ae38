"""Decoding of frames that come from strangers: dimensions are checked before pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from inference.errors import FrameNotAnImageError, FrameTooLargeError, FrameTruncatedError

_JPEG_START = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class FrameLimits:
    """What is accepted as one live frame.

    Attributes:
        max_bytes: of the encoded picture.
        max_side: of the longer side in pixels.
        min_side: of the shorter side in pixels.
    """

    max_bytes: int = 768 * 1024
    max_side: int = 1920
    min_side: int = 16


DEFAULT_LIMITS = FrameLimits()


def jpeg_size(data: bytes, limits: FrameLimits = DEFAULT_LIMITS) -> tuple[int, int]:
    """Read and check the dimensions of a JPEG from its header.

    Returns:
        ``(width, height)`` in pixels.

    Raises:
        FrameNotAnImageError: not a JPEG, or one without a readable header.
        FrameTooLargeError: beyond the limits, or below the smallest side.
    """
    if len(data) > limits.max_bytes:
        raise FrameTooLargeError(
            f"The picture has {len(data) // 1024} KB; at most {limits.max_bytes // 1024} KB "
            "are accepted."
        )
    if not data.startswith(_JPEG_START):
        raise FrameNotAnImageError("This is not a JPEG picture.")
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError:
        raise FrameNotAnImageError("This JPEG has no readable header.") from None
    if max(width, height) > limits.max_side or min(width, height) < limits.min_side:
        raise FrameTooLargeError(
            f"The picture is {width} × {height} pixels; sides from {limits.min_side} to "
            f"{limits.max_side} pixels are accepted."
        )
    return width, height


def decode_jpeg(
    data: bytes, *, colour: bool = True, limits: FrameLimits = DEFAULT_LIMITS
) -> NDArray[np.uint8]:
    """Decode one JPEG, checking its dimensions first.

    Args:
        data: the encoded picture.
        colour: ``False`` decodes the luma only, which is what a tracked face needs and
            saves the chroma's share of the work.
        limits: what is accepted.

    Returns:
        ``(H, W, 3)`` uint8 BGR, or ``(H, W)`` uint8 gray.

    Raises:
        FrameError: one of its kinds, with a sentence for the person.
    """
    jpeg_size(data, limits)
    try:
        # strict: a damaged picture is an error, not a picture with a gray lower half.
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(
            data, colorspace="BGR" if colour else "GRAY", fastdct=True, strict=True
        )
    except ValueError:
        raise FrameTruncatedError("The picture is cut off or damaged.") from None
    return pixels if colour else pixels[..., 0]
