"""Boxes and words on a picture, for annotated videos and photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

#: Of the signs that stand for expressions everywhere, as polygons in a square of side 1.
#: Pillow's own font has letters only.
_POLYGONS: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "▲": (((0.5, 0.08), (0.95, 0.9), (0.05, 0.9)),),
    "▼": (((0.05, 0.1), (0.95, 0.1), (0.5, 0.92)),),
    "■": (((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)),),
    "–": (((0.08, 0.42), (0.92, 0.42), (0.92, 0.58), (0.08, 0.58)),),
    "✕": (
        ((0.08, 0.2), (0.2, 0.08), (0.92, 0.8), (0.8, 0.92)),
        ((0.8, 0.08), (0.92, 0.2), (0.2, 0.92), (0.08, 0.8)),
    ),
    "≈": (
        ((0.05, 0.3), (0.3, 0.18), (0.7, 0.3), (0.95, 0.18), (0.95, 0.36), (0.7, 0.48),
         (0.3, 0.36), (0.05, 0.48)),
        ((0.05, 0.62), (0.3, 0.5), (0.7, 0.62), (0.95, 0.5), (0.95, 0.68), (0.7, 0.8),
         (0.3, 0.68), (0.05, 0.8)),
    ),
}  # fmt: skip
_DARK, _LIGHT = (0x28, 0x23, 0x1F), (255, 255, 255)
_PADDING = 0.3


@dataclass(frozen=True, slots=True)
class Label:
    """What is drawn at a face.

    Attributes:
        box_xyxy: pixels of the upright picture.
        text: in Latin letters, such as "happiness 87 %"; nothing is written where it is empty.
        colour_bgr: of the box and behind the words.
        mark: one of the expressions' signs (``emotionweb.expressions``), drawn before the text.
    """

    box_xyxy: tuple[float, float, float, float]
    text: str
    colour_bgr: tuple[int, int, int]
    mark: str = ""


def draw_labels(bgr: NDArray[np.uint8], labels: Sequence[Label]) -> None:
    """Draw on a ``(H, W, 3)`` uint8 BGR picture, in place."""
    height, width = bgr.shape[:2]
    line = max(2, round(min(width, height) / 200))
    size = max(14, round(min(width, height) / 22))
    for label in labels:
        x1, y1, x2, y2 = (round(value) for value in label.box_xyxy)
        cv2.rectangle(bgr, (x1, y1), (x2, y2), label.colour_bgr, line, cv2.LINE_AA)
    # All words lie over all boxes, so that they can be read.
    for label in labels:
        if label.text or label.mark:
            _write(bgr, label, size, line)


def _write(bgr: NDArray[np.uint8], label: Label, size: int, line: int) -> None:
    height, width = bgr.shape[:2]
    plate = _plate(label.text, label.mark, size, label.colour_bgr)
    x = round(label.box_xyxy[0]) - line // 2
    y = round(label.box_xyxy[1]) - plate.shape[0]
    if y < 0:  # no room above the box
        y = min(round(label.box_xyxy[3]), height - plate.shape[0])
    x, y = max(min(x, width - plate.shape[1]), 0), max(y, 0)
    part = bgr[y : y + plate.shape[0], x : x + plate.shape[1]]
    part[:] = plate[: part.shape[0], : part.shape[1]]


@lru_cache(maxsize=1024)
def _plate(text: str, mark: str, size: int, colour_bgr: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Mark and words on their colour, ``(h, w, 3)``."""
    font = _font(size)
    ink = _DARK if _luminance(colour_bgr) > 0.3 else _LIGHT
    gap = round(size * _PADDING)
    mark_width = size if mark else 0
    words = round(font.getlength(text)) if text else 0
    width = 2 * gap + mark_width + (gap if mark and text else 0) + words
    height = round(size * (1 + _PADDING)) + gap
    image = Image.new("RGB", (width, height), colour_bgr)  # BGR in fact, and so are the inks
    pen = ImageDraw.Draw(image)
    if mark:
        _draw_mark(pen, mark, gap, (height - size) // 2, size, ink)
    if text:
        at = (width - gap - words, height // 2)
        pen.text(at, text, font=font, fill=ink, anchor="lm")
    return np.asarray(image)


def _draw_mark(
    pen: ImageDraw.ImageDraw, mark: str, x: int, y: int, size: int, ink: tuple[int, int, int]
) -> None:
    side = round(size * 0.8)
    y += (size - side) // 2
    box = (x, y, x + side, y + side)
    if mark in _POLYGONS:
        for polygon in _POLYGONS[mark]:
            pen.polygon([(x + px * side, y + py * side) for px, py in polygon], fill=ink)
    elif mark == "◇":
        middle = side / 2
        points = [(x + middle, y), (x + side, y + middle), (x + middle, y + side), (x, y + middle)]
        pen.polygon(points, outline=ink, width=max(1, side // 8))
    elif mark == "◐":
        pen.ellipse(box, outline=ink, width=max(1, side // 10))
        pen.chord(box, 90, 270, fill=ink)
    else:
        pen.text((x + side / 2, y + side / 2), mark, font=_font(size), fill=ink, anchor="mm")


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _luminance(bgr: tuple[int, int, int]) -> float:
    """Relative luminance, 0..1 (WCAG 2.2)."""
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in bgr)
    ]
    return 0.0722 * linear[0] + 0.7152 * linear[1] + 0.2126 * linear[2]
