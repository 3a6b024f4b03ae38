"""A small picture of each face, so that a person knows who is meant."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

from inference.results import SeenFace

SIDE_PX = 96
#: Side of the picture in widths of the box: some hair and chin.
_SCALE = 1.5
_RAISE_BY = 0.1
_QUALITY = 85
#: A picture replaces an earlier one only where it is this much better.
_BETTER = 1.1
#: Faces are not more recognisable beyond this.
_ENOUGH_PX = 160.0


@dataclass(slots=True)
class Thumbnails:
    """The best picture of each face in one stretch: tracker's number -> ``(96, 96, 3)`` BGR."""

    pictures: dict[int, NDArray[np.uint8]] = field(default_factory=dict)

    def look(
        self, bgr: NDArray[np.uint8], seen: tuple[SeenFace, ...], best: dict[int, float]
    ) -> None:
        """Take pictures of the faces that have never been seen better.

        Args:
            bgr: the frame.
            seen: its faces.
            best: how good each face's best picture is so far; changed here.
        """
        for face in seen:
            good = _goodness(face)
            if good > best.get(face.track.id, 0.0) * _BETTER:
                best[face.track.id] = good
                self.pictures[face.track.id] = face_picture(bgr, face.box_xyxy, face.roll_deg)

    def update(self, newer: Thumbnails) -> None:
        """Take over the pictures of a later frame, which are better."""
        self.pictures.update(newer.pictures)

    def jpegs(self) -> dict[int, bytes]:
        """Encoded."""
        return {
            raw: simplejpeg.encode_jpeg(picture, quality=_QUALITY, colorspace="BGR")
            for raw, picture in self.pictures.items()
        }


def face_picture(
    bgr: NDArray[np.uint8],
    box_xyxy: tuple[float, float, float, float],
    roll_deg: float,
    side_px: int = SIDE_PX,
) -> NDArray[np.uint8]:
    """Cut a face out of ``(H, W, 3)`` BGR, upright: ``(side, side, 3)``."""
    x1, y1, x2, y2 = box_xyxy
    side = max((x2 - x1) * _SCALE, 1.0)
    angle = math.radians(roll_deg)
    lift = (y2 - y1) * _RAISE_BY
    centre = ((x1 + x2) / 2 + lift * math.sin(angle), (y1 + y2) / 2 - lift * math.cos(angle))
    # At most twice the size is sampled, then averaged down.
    size = side_px * 2 if side > side_px * 1.5 else side_px
    matrix = cv2.getRotationMatrix2D(centre, roll_deg, size / side)
    matrix[:, 2] += size / 2 - np.array(centre)
    picture: NDArray[np.uint8] = cv2.warpAffine(
        bgr, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    if size != side_px:
        picture = cv2.resize(picture, (side_px, side_px), interpolation=cv2.INTER_AREA)
    return picture


def _goodness(face: SeenFace) -> float:
    width = face.box_xyxy[2] - face.box_xyxy[0]
    return face.score * min(width, _ENOUGH_PX) * (1.0 if face.refused is None else 0.2)
