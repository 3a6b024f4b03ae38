"""Reading training data.

A ``FaceSet`` is one split in memory: FER2013 is 73 MB as bytes, so nothing is streamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.errors import DataError
from inference.labels import LABELS

_FER2013_NAMES = {
    name: index
    for index, name in enumerate(
        ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    )
}
_PARQUET_COLUMNS = ("image", "usage", "emotion", *LABELS, "unknown", "NF")


@dataclass(frozen=True, slots=True)
class FaceSet:
    """Faces with their FER+ votes and FER2013 label.

    Attributes:
        faces_gray: ``(n, 48, 48)`` uint8.
        votes: ``(n, 10)`` float32, FER+ votes: the eight labels, then "unknown" and "NF"
            (not a face).
        fer2013: ``(n,)`` int64, 0..6.
    """

    faces_gray: NDArray[np.uint8]
    votes: NDArray[np.float32]
    fer2013: NDArray[np.int64]

    def __post_init__(self) -> None:
        n = len(self.faces_gray)
        if self.votes.shape != (n, len(LABELS) + 2) or self.fer2013.shape != (n,):
            raise DataError(
                f"Faces, votes and labels do not fit together: {self.faces_gray.shape}, "
                f"{self.votes.shape}, {self.fer2013.shape}."
            )

    def __len__(self) -> int:
        return len(self.faces_gray)

    def take(self, index: NDArray[np.intp]) -> FaceSet:
        """The faces at ``index`` as a new set."""
        return FaceSet(self.faces_gray[index], self.votes[index], self.fer2013[index])


def read_parquet(path: Path) -> dict[str, FaceSet]:
    """Read FER2013 with FER+ votes from one parquet file.

    Args:
        path: a file with the columns ``image`` (encoded bytes of a 48x48 picture),
            ``usage``, ``emotion`` and one column of votes for each FER+ label.

    Returns:
        usage (``"Training"``, ``"PublicTest"``) -> its faces, in file order.

    Raises:
        DataError: no such file, not a parquet file, columns missing, an unreadable picture.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        missing = set(_PARQUET_COLUMNS) - set(pq.read_schema(path).names)
        if missing:
            raise DataError(f"{path.name} lacks the columns {', '.join(sorted(missing))}.")
        table = pq.read_table(path, columns=list(_PARQUET_COLUMNS))
    except FileNotFoundError:
        raise DataError(f"There is no file {path}.") from None
    except (pa.ArrowInvalid, OSError) as error:
        raise DataError(f"{path.name} is not a parquet file of faces: {error}") from error

    faces = np.empty((table.num_rows, 48, 48), np.uint8)
    for row, cell in enumerate(table.column("image")):
        face = cv2.imdecode(np.frombuffer(cell.as_py(), np.uint8), cv2.IMREAD_GRAYSCALE)
        if face is None or face.shape != (48, 48):
            raise DataError(f"The picture in row {row} of {path.name} is not a 48x48 picture.")
        faces[row] = face
    votes = np.stack(
        [table.column(c).to_numpy() for c in (*LABELS, "unknown", "NF")], axis=1
    ).astype(np.float32)
    emotions = _fer2013_indices(table.column("emotion").to_pylist(), path)
    usage = np.asarray(table.column("usage").to_pylist())
    everything = FaceSet(faces, votes, emotions)
    return {str(u): everything.take(np.flatnonzero(usage == u)) for u in np.unique(usage)}


def _fer2013_indices(names: list[str], path: Path) -> NDArray[np.int64]:
    """FER2013's own class names (angry, happy, sad ...) as its integer labels."""
    unknown = sorted(set(names) - _FER2013_NAMES.keys())
    if unknown:
        raise DataError(f"{path.name} has emotions that FER2013 does not know: {unknown[:3]}.")
    return np.array([_FER2013_NAMES[name] for name in names], np.int64)


def split_holdout(faces: FaceSet, fraction: float, seed: int) -> tuple[FaceSet, FaceSet]:
    """Split off a random part for calibration; thresholds are never chosen on the report set.

    Returns:
        ``(rest, held out)``; the same split for the same seed.
    """
    order = np.random.default_rng(seed).permutation(len(faces))
    cut = round(len(faces) * fraction)
    return faces.take(np.sort(order[cut:])), faces.take(np.sort(order[:cut]))


def label_distribution(
    votes: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """FER+ votes as targets.

    Args:
        votes: ``(n, 10)``.

    Returns:
        ``(n, 8)`` distributions over the eight labels, and ``(n,)`` weights: the share
        of the votes that went to one of the eight, so a picture that most people called
        "unknown" or "not a face" teaches little.
    """
    eight = votes[:, : len(LABELS)]
    total = eight.sum(axis=1)
    weight = total / np.maximum(votes.sum(axis=1), 1.0)
    distribution = eight / np.maximum(total, 1.0)[:, None]
    distribution[total == 0] = 1.0 / len(LABELS)
    return distribution.astype(np.float32), weight.astype(np.float32)
