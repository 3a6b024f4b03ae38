"""Pictures from strangers as square gray faces: dimensions are checked before pixels."""

from __future__ import annotations

import io
import warnings

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from inference.data.report import Reason

#: Of an encoded picture. A face crop has some kilobytes, a photograph some megabytes.
MAX_BYTES = 32 * 2**20
#: Of a decoded picture, in pixels: a photograph of 24 megapixels.
MAX_PIXELS = 24_000_000
#: Shorter side in pixels below which nothing can be seen of an expression.
MIN_SIDE = 16
#: Longer over shorter side above which a picture is not a crop of a face.
MAX_ASPECT = 2.0

# Not every format Pillow knows: EPS, for one, would start a PostScript interpreter.
_FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "MPO", "PNG", "PPM", "TIFF", "WEBP")


class PictureError(Exception):
    """A picture that is left out; never leaves this package."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def decode_gray(data: bytes) -> NDArray[np.uint8]:
    """Decode a picture of any common format, colour or gray.

    Returns:
        ``(H, W)`` uint8, upright as its EXIF data say, transparent parts white; the first
        picture where there are several.

    Raises:
        PictureError: unreadable, cut off, or too large.
    """
    if not data:
        raise PictureError(Reason.UNREADABLE, "empty file")
    if len(data) > MAX_BYTES:
        raise PictureError(Reason.TOO_LARGE, f"{len(data) // 2**20} MB")
    Image.init()
    formats = [name for name in _FORMATS if name in Image.OPEN]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd EXIF data, or of a size we check ourselves
            with Image.open(io.BytesIO(data), formats=formats) as image:
                if image.width * image.height > MAX_PIXELS:
                    size = f"{image.width} × {image.height} pixels"
                    raise PictureError(Reason.TOO_LARGE, size)
                return _gray(ImageOps.exif_transpose(image))
    except PictureError:
        raise
    except Image.DecompressionBombError:
        raise PictureError(Reason.TOO_LARGE, "hundreds of megapixels") from None
    except UnidentifiedImageError:
        raise PictureError(Reason.UNREADABLE, "not a picture of a known format") from None
    except Exception:
        # Pillow's decoders raise nearly every built-in exception on damaged files.
        raise PictureError(Reason.UNREADABLE, "damaged or cut off") from None


def _gray(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode == "L":
        return np.array(image)
    if image.mode.startswith("I;16"):
        return (np.asarray(image) >> 8).astype(np.uint8)
    if image.mode in ("I", "F"):
        raise PictureError(Reason.UNREADABLE, "pixels of 32 bits")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return np.array(image.convert("L"))


def to_face(gray: NDArray[np.uint8], side: int) -> tuple[NDArray[np.uint8], str]:
    """Bring a crop of a face to ``(side, side)``, without distorting it.

    Args:
        gray: ``(H, W)`` uint8.
        side: in pixels.

    Returns:
        The face, and what was done to it in words, ``""`` where nothing was.

    Raises:
        PictureError: too small, or too long a strip to be a crop of a face.
    """
    height, width = gray.shape
    short, long = sorted((height, width))
    if short < MIN_SIDE:
        raise PictureError(Reason.WRONG_SIZE, f"{width} × {height} pixels, too small")
    if long > MAX_ASPECT * short:
        raise PictureError(Reason.WRONG_SIZE, f"{width} × {height} pixels, not a crop of a face")
    if (height, width) == (side, side):
        return gray, ""
    done = f"scaled to {side} × {side}"
    if height != width:
        done = f"cut to the central square and {done}"
        top, left = (height - short) // 2, (width - short) // 2
        gray = gray[top : top + short, left : left + short]
    how = cv2.INTER_AREA if short > side else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(gray, (side, side), interpolation=how), np.uint8), done
