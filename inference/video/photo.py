"""Photos: read safely, analysed as a frame that stands alone, drawn upon."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from inference.errors import (
    HeicPhotoError,
    NotAPhotoError,
    PhotoTooLargeError,
    PhotoTruncatedError,
)
from inference.pipeline import FacePipeline
from inference.results import FrameResult
from inference.video.draw import Label, draw_labels

_FORMATS = ("JPEG", "PNG", "WEBP")
_HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"}
_JPEG_QUALITY = 90


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """What is accepted as a photo.

    Attributes:
        max_bytes: of the file.
        max_pixels: width times height, as the header says, before anything is decoded.
        min_side: of the shorter side in pixels.
    """

    max_bytes: int = 40 * 1024 * 1024
    max_pixels: int = 64_000_000
    min_side: int = 16


DEFAULT_LIMITS = PhotoLimits()


def read_photo(path: Path, limits: PhotoLimits = DEFAULT_LIMITS) -> NDArray[np.uint8]:
    """Decode a photo, turned upright by its EXIF; transparent parts become white.

    Returns:
        ``(H, W, 3)`` uint8 BGR.

    Raises:
        PhotoError: one of its kinds, with a sentence for the person.
    """
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise PhotoTooLargeError(
            f"The picture has {size // 2**20} MB; at most {limits.max_bytes // 2**20} are read."
        )
    data = path.read_bytes()
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        raise HeicPhotoError
    try:
        with warnings.catch_warnings():
            # The header's size is checked here, by a limit of our own.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except Image.DecompressionBombError:
        raise PhotoTooLargeError from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, struct.error):
        raise NotAPhotoError from None
    with image:
        width, height = image.size
        if width * height > limits.max_pixels or min(width, height) < limits.min_side:
            raise PhotoTooLargeError(
                f"The picture is {width} × {height} pixels; at most "
                f"{limits.max_pixels // 1_000_000} million are read, and sides from "
                f"{limits.min_side} pixels."
            )
        try:
            image.load()
            upright = ImageOps.exif_transpose(image)
            rgb = np.asarray(opaque(upright))
        except (OSError, ValueError, SyntaxError, struct.error, EOFError):
            raise PhotoTruncatedError from None
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)  # type: ignore[no-any-return]


def analyse_photo(pipeline: FacePipeline, bgr: NDArray[np.uint8]) -> FrameResult:
    """All faces of a photo.

    Args:
        pipeline: with a detector for the distance, such as "blazeface-full".
        bgr: ``(H, W, 3)`` uint8.
    """
    return pipeline.analyse(bgr)


def draw(bgr: NDArray[np.uint8], labels: Sequence[Label]) -> bytes:
    """The photo with boxes and words, as JPEG; the picture given stays as it is."""
    picture = bgr.copy()
    draw_labels(picture, labels)
    jpeg: bytes = simplejpeg.encode_jpeg(picture, quality=_JPEG_QUALITY, colorspace="BGR")
    return jpeg


def opaque(image: Image.Image) -> Image.Image:
    """A picture as RGB, what is clear in it on white, sixteen bits made eight."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        return Image.alpha_composite(white, clear).convert("RGB")
    if image.mode.startswith("I;16") or image.mode == "I":
        sixteen = np.asarray(image, np.uint32)
        return Image.fromarray((sixteen >> 8).astype(np.uint8)).convert("RGB")
    return image.convert("RGB")
