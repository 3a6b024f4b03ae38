"""Films for Chromium's fake camera, which plays a Y4M file in a loop."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
import skimage.data

from tests.inference.pictures import Picture, portrait

WIDTH, HEIGHT = 640, 480
FPS, SECONDS = 15, 4

CLIPS = (
    Path(os.environ.get("EMOTIONWEB_REFERENCE_DATA", Path(__file__).parents[3] / "shared" / "data"))
    / "clips"
)
CLIP = CLIPS / "woman-phone-night.mp4"


def smiling() -> Iterator[Picture]:
    """The astronaut, left of the middle, moving and zooming; the last picture meets the first."""
    for angle in np.linspace(0, 2 * np.pi, FPS * SECONDS, endpoint=False):
        across, nearer = np.sin(angle), np.cos(angle)
        centre = (0.42 + 0.05 * across, 0.32 + 0.02 * nearer)
        yield portrait(WIDTH, HEIGHT, face_px=145 - 12 * nearer, centre=centre)


def nobody() -> Iterator[Picture]:
    """A rocket (NASA, public domain), nearer and farther."""
    rocket = np.ascontiguousarray(skimage.data.rocket()[..., ::-1])
    picture = cv2.resize(rocket, (WIDTH, HEIGHT))
    for angle in np.linspace(0, 2 * np.pi, FPS * SECONDS, endpoint=False):
        zoom = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), 0, 1.2 + 0.15 * np.sin(angle))
        yield cv2.warpAffine(picture, zoom, (WIDTH, HEIGHT))


def clip(seconds: float = 6.0) -> Iterator[Picture]:
    """The beginning of the real clip, with as many pictures a second as the others."""
    capture = cv2.VideoCapture(str(CLIP))
    try:
        rate = capture.get(cv2.CAP_PROP_FPS)
        shown = 0
        for number in range(int(seconds * rate)):
            read, picture = capture.read()
            if not read:
                return
            if number * FPS >= shown * rate:
                shown += 1
                yield picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
    finally:
        capture.release()


FILMS = {"smiling": smiling, "nobody": nobody, "clip": clip}


def write_y4m(path: Path, pictures: Iterable[Picture]) -> None:
    """Write BGR pictures of one size, both sides even."""
    with path.open("wb") as file:
        for number, picture in enumerate(pictures):
            if number == 0:
                height, width = picture.shape[:2]
                file.write(f"YUV4MPEG2 W{width} H{height} F{FPS}:1 Ip A1:1 C420\n".encode())
            file.write(b"FRAME\n")
            file.write(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420).tobytes())
