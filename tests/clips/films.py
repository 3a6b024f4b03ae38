"""Small real videos, made with PyAV."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from tests.inference.pictures import no_face, portrait

Picture = NDArray[np.uint8]


@cache
def _face(width: int, height: int) -> Picture:
    return cv2.resize(portrait(), (width, height))


def faces(seconds: float, fps: int, size: tuple[int, int] = (320, 240)) -> Iterator[Picture]:
    """A face that drifts a little."""
    still = _face(*size)
    for number in range(round(seconds * fps)):
        yield np.roll(still, number % 7, axis=1)


def film(
    path: Path,
    seconds: float = 2.0,
    fps: int = 10,
    size: tuple[int, int] = (320, 240),
    codec: str = "libx264",
    container: str = "mp4",
    with_face: bool = True,
    pixels: str = "yuv420p",
) -> Path:
    """Write a video; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = faces(seconds, fps, size) if with_face else _nobody(seconds, fps, size)
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=fps)
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.time_base = Fraction(1, fps)
        for picture in pictures:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        out.mux(stream.encode(None))
    return path


def avi(path: Path, seconds: float = 2.0) -> Path:
    """A video that no browser plays."""
    return film(path, seconds, codec="mjpeg", container="avi", pixels="yuvj420p")


def _nobody(seconds: float, fps: int, size: tuple[int, int]) -> Iterator[Picture]:
    for _number in range(round(seconds * fps)):
        yield no_face(*size)
