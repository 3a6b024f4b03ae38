"""Pictures made from the astronaut (NASA, public domain): one clear smiling face."""

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

#: Where the face is in the 512x512 original.
FACE_CENTRE = (224.0, 122.0)
FACE_WIDTH = 95.0


def astronaut() -> Picture:
    """The whole picture, ``(512, 512, 3)`` BGR."""
    return np.ascontiguousarray(skimage.data.astronaut()[..., ::-1])


def portrait(
    width: int = 320, height: int = 240, *, face_px: float = 80, centre=(0.5, 0.5), roll_deg=0.0
) -> Picture:
    """The face at a chosen size, place and roll (clockwise) in a frame of a chosen size."""
    matrix = cv2.getRotationMatrix2D(FACE_CENTRE, -roll_deg, face_px / FACE_WIDTH)
    matrix[:, 2] += np.array([width * centre[0], height * centre[1]]) - FACE_CENTRE
    shrinking = face_px < FACE_WIDTH
    return cv2.warpAffine(
        astronaut(),
        matrix,
        (width, height),
        flags=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )


def two_faces() -> Picture:
    """The face twice, the right one larger, ``(240, 480, 3)``."""
    return np.hstack([portrait(200, 240, face_px=60), portrait(280, 240, face_px=90)])


def no_face(width: int = 320, height: int = 240) -> Picture:
    """Coffee and a spoon."""
    return cv2.resize(np.ascontiguousarray(skimage.data.coffee()[..., ::-1]), (width, height))


def dark(picture: Picture, factor: float = 0.06) -> Picture:
    return np.rint(picture * factor).astype(np.uint8)


def blurred(picture: Picture, sigma: float = 6.0) -> Picture:
    return cv2.GaussianBlur(picture, (0, 0), sigma)


def jpeg(picture: Picture, quality: int = 85) -> bytes:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def jpeg_header(width: int, height: int) -> bytes:
    """A JPEG whose header claims any size; it has no pixels."""
    data = bytearray(jpeg(np.zeros((16, 16, 3), np.uint8)))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data)
