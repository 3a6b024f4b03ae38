"""Data sets written for the tests, in the forms people have them."""

import zipfile
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from inference.data.faces import FaceSet
from inference.labels import FER2013_LABELS, LABELS

#: FER2013's own spelling of its classes.
FER2013_NAMES = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
VOTES_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,"
VOTES_HEADER += "unknown,NF"


def pixels(face) -> str:
    return " ".join(map(str, face.ravel().tolist()))


def csv_row(face, emotion=3, usage="Training") -> str:
    return f"{emotion},{pixels(face)},{usage}"


def write_csv(path: Path, faces: FaceSet, usages, header="emotion,pixels,Usage") -> Path:
    rows = [
        csv_row(face, FER2013_LABELS.index(LABELS[label]), usage)
        for face, label, usage in zip(faces.faces_gray, faces.expression, usages, strict=True)
    ]
    return write_lines(path, [header, *rows])


def write_lines(path: Path, lines) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def write_votes(path: Path, votes, usages) -> Path:
    rows = [
        f"{usage},fer{i:07d}.png,{','.join(str(int(v)) for v in row)}"
        for i, (row, usage) in enumerate(zip(votes, usages, strict=True))
    ]
    return write_lines(path, [VOTES_HEADER, *rows])


def write_parquet(path: Path, faces: FaceSet, usages, **columns) -> Path:
    table = {
        "image": [encoded(face) for face in faces.faces_gray],
        "usage": list(usages),
        "emotion": [FER2013_NAMES[i] for i in faces.fer2013],
        **{
            label: faces.votes[:, i].astype(int)
            for i, label in enumerate((*LABELS, "unknown", "NF"))
        },
        **columns,
    }
    pq.write_table(pa.table({k: v for k, v in table.items() if v is not None}), path)
    return path


def encoded(picture, extension=".png") -> bytes:
    return cv2.imencode(extension, picture)[1].tobytes()


def write_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def write_folder(path: Path, members: dict[str, bytes]) -> Path:
    for name, content in members.items():
        target = path / name
        if name.endswith("/"):
            target.mkdir(parents=True)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    path.mkdir(exist_ok=True)
    return path


def scene(seed: int, side: int = 48):
    """A picture like no other: clouds of several sizes, as in a photograph."""
    rng = np.random.default_rng(seed)
    out = np.zeros((side, side), np.float32)
    for cells in (3, 6, 12, 24, 48):
        noise = rng.normal(0, 1, (cells, cells)).astype(np.float32)
        out += cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC) * (30 / cells**0.5)
    return np.clip(out * 1.6 + 128, 0, 255).astype(np.uint8)
