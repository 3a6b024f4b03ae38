"""FER2013 with FER+ votes from one parquet file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.data.faces import FaceSet
from inference.errors import DataError
from inference.labels import LABELS

_FER2013_NAMES = {
    "angry": "anger",
    "disgust": "disgust",
    "fear": "fear",
    "happy": "happiness",
    "sad": "sadness",
    "surprise": "surprise",
    "neutral": "neutral",
}
_PARQUET_COLUMNS = ("image", "usage", "emotion", *LABELS, "unknown", "NF")


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
    emotions = _labels(table.column("emotion").to_pylist(), path)
    usage = np.asarray(table.column("usage").to_pylist())
    everything = FaceSet.of(faces, emotions, votes=votes, split=usage)
    return {str(u): everything.take(np.flatnonzero(usage == u)) for u in np.unique(usage)}


def _labels(names: list[str], path: Path) -> NDArray[np.int64]:
    """FER2013's own class names (angry, happy, sad ...) as indices into ``LABELS``."""
    unknown = sorted(set(names) - _FER2013_NAMES.keys())
    if unknown:
        raise DataError(f"{path.name} has emotions that FER2013 does not know: {unknown[:3]}.")
    return np.array([LABELS.index(_FER2013_NAMES[name]) for name in names], np.int64)
