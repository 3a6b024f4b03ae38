"""Faces placed in larger pictures: the crop a detector gives is not the crop a data set has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.detectors import Detections
from inference.tracking import overlap

#: Overlap of a detector's box with the data set's crop; a face found has 0.7 in the median.
_IN_PLACE = 0.3


@dataclass(frozen=True, slots=True)
class Placement:
    """How a 48x48 face is put into a frame.

    Attributes:
        face_px: side of the data set's crop in the frame.
        frame_wh: size of the frame.
        roll_deg: rotation of the face, clockwise.
        blur_sigma: Gaussian blur of the frame in pixels.
        exposure: factor on all pixels; below 1 the rounding to 8 bit and the sensor's
            noise remain, as in a dark room.
        noise_sigma: of additive Gaussian noise, in gray levels, after exposure.
    """

    face_px: int = 100
    frame_wh: tuple[int, int] = (320, 240)
    roll_deg: float = 0.0
    blur_sigma: float = 0.0
    exposure: float = 1.0
    noise_sigma: float = 0.0


def face_corners(placement: Placement) -> tuple[float, float]:
    """Left and top of the unrotated face in the frame, in pixels."""
    width, height = placement.frame_wh
    return (width - placement.face_px) / 2, (height - placement.face_px) / 2


def strongest_in_place(detections: Detections, placement: Placement) -> Detections:
    """The strongest detection that lies where the face was put, as a set of one or none.

    The faded surroundings look like a face now and then; that is the composition's fault,
    not the detector's.
    """
    for row, box in enumerate(detections.boxes_xyxy):
        if is_in_place(box, placement):
            return detections.take(row)
    return Detections.empty()


def is_in_place(box_xyxy: NDArray[np.float32], placement: Placement) -> bool:
    """Whether a ``(4,)`` box lies where the face was put."""
    (left, top), side = face_corners(placement), placement.face_px
    put = np.array([left, top, left + side, top + side], np.float32)
    return overlap(box_xyxy, put) > _IN_PLACE


def place(
    faces_gray: NDArray[np.uint8], placement: Placement, seed: int = 0
) -> Iterator[NDArray[np.uint8]]:
    """Put each face in the middle of a frame of its own.

    The surroundings repeat the face's edge and fade, so that no hard border gives the
    face away.

    Args:
        faces_gray: ``(n, 48, 48)`` uint8.
        placement: where and how.
        seed: of the noise.

    Yields:
        ``(H, W, 3)`` uint8 BGR frames, gray in colour.
    """
    rng = np.random.default_rng(seed)
    side = faces_gray.shape[1]
    width, height = placement.frame_wh
    scale = placement.face_px / side
    rotation = cv2.getRotationMatrix2D(((side - 1) / 2, (side - 1) / 2), -placement.roll_deg, scale)
    rotation[:, 2] += np.array([(width - side) / 2, (height - side) / 2])
    inside = cv2.warpAffine(np.ones((side, side), np.float32), rotation, (width, height))
    inside = inside[..., None]
    for face in faces_gray:
        sharp = cv2.warpAffine(
            face,
            rotation,
            (width, height),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ).astype(np.float32)[..., None]
        soft = cv2.GaussianBlur(sharp, (0, 0), placement.face_px / 4)[..., None]
        frame = inside * sharp + (1 - inside) * soft
        if placement.blur_sigma > 0:
            frame = cv2.GaussianBlur(frame, (0, 0), placement.blur_sigma)[..., None]
        frame = frame * placement.exposure
        if placement.noise_sigma > 0:
            frame = frame + rng.normal(0.0, placement.noise_sigma, frame.shape)
        gray = np.clip(np.rint(frame), 0, 255).astype(np.uint8)
        yield np.repeat(gray, 3, axis=2)
