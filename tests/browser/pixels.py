"""Pixels out of a page, and the faces in them."""

import base64

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator

from inference.detectors.registry import load_detector
from tests.inference.pictures import Picture


def shown_picture(canvas: Locator, width: int, height: int) -> Picture:
    """The camera picture as a canvas shows it, brought to a size, ``(height, width, 3)`` BGR.

    The canvas may be wider or higher than the picture, which then stands in its middle.
    """
    url: str = canvas.evaluate("canvas => canvas.toDataURL('image/png')")
    data = base64.b64decode(url.partition(",")[2])
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    scale = min(pixels.shape[1] / width, pixels.shape[0] / height)
    inner_width, inner_height = round(width * scale), round(height * scale)
    left = (pixels.shape[1] - inner_width) // 2
    top = (pixels.shape[0] - inner_height) // 2
    inner = pixels[top : top + inner_height, left : left + inner_width]
    return cv2.resize(inner, (width, height), interpolation=cv2.INTER_AREA)


def faces_in(picture: Picture) -> NDArray[np.float32]:
    """The faces that our own detector finds, ``(n, 4)`` boxes left, top, right, bottom."""
    return load_detector("blazeface-short").detect(picture).boxes_xyxy
