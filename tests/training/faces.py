"""Drawn faces that no search takes for copies of each other, and files of them."""

import io
import zipfile
from pathlib import Path

import cv2
import numpy as np

from inference.data.faces import FaceSet
from inference.labels import LABELS
from tests.drawn_faces import drawn_clips, drawn_faces

#: Gray levels of noise. Drawn faces have few details: without it one in two has a near copy.
NOISE = 18.0


def noisy(faces: FaceSet, seed: int = 0, *, votes: bool = True) -> FaceSet:
    """The same faces with every pixel disturbed."""
    noise = np.random.default_rng(seed).normal(0, NOISE, faces.faces_gray.shape)
    return FaceSet.of(
        np.clip(faces.faces_gray + noise, 0, 255).astype(np.uint8),
        faces.expression,
        votes=faces.votes if votes else None,
        split=faces.split,
        group=faces.group,
        clip=faces.clip,
        source=faces.source,
    )


def distinct_faces(n: int, seed: int = 0, **options) -> FaceSet:
    """``n`` single faces, the same number of each label."""
    return noisy(drawn_faces(n, seed=seed, **options), seed)


def distinct_clips(n: int, seed: int = 0) -> FaceSet:
    """``n`` clips of three frames."""
    return noisy(drawn_clips(n, seed=seed), seed)


def zip_of(faces: FaceSet, path: Path | None = None) -> bytes:
    """A zip archive of class folders."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for row, face in enumerate(faces.faces_gray):
            name = f"{LABELS[faces.expression[row]]}/{row:05d}.png"
            archive.writestr(name, cv2.imencode(".png", face)[1].tobytes())
    if path is not None:
        path.write_bytes(buffer.getvalue())
    return buffer.getvalue()
