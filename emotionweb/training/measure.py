"""What a bundle says of a test set, how long it takes and how large it is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotionweb.training import files
from emotionweb.training.judge import Answers
from inference.bundle import Bundle
from inference.data.faces import FaceSet
from inference.data.test_part import best_labels
from inference.errors import DataError
from inference.files import write_atomically

#: Single faces of which each version's time is taken, in turns.
TIMED_FACES = 150
_WARM_UP = 10


def labelled(faces: FaceSet) -> tuple[FaceSet, NDArray[np.int64]]:
    """The faces with a label, and the labels as indices into ``LABELS``.

    Raises:
        DataError: none has one.
    """
    truth = best_labels(faces)
    rows = np.flatnonzero(truth >= 0)
    if not len(rows):
        raise DataError("No face has a label to measure with.")
    return faces.take(rows), truth[rows]


def answers(bundle: Bundle, faces: FaceSet, keep_as: str = "") -> Answers:
    """Run a bundle's LiteRT network over faces.

    Args:
        bundle: of the product's eight labels.
        faces: of the size it takes.
        keep_as: relative path where the logits are kept, for the next time.
    """
    logits = _kept(keep_as, len(faces)) if keep_as else None
    if logits is None:
        from inference.runtime import load_runtime

        logits = load_runtime("litert", bundle).logits(faces.faces_gray)
        if keep_as:
            _keep(keep_as, logits)
    card = bundle.card
    return Answers.of(logits, card.temperature, card.confidence_temperature, card.unsure_below)


def _kept(relative: str, n: int) -> NDArray[np.float32] | None:
    try:
        with np.load(files.absolute(relative), allow_pickle=False) as stored:
            logits: NDArray[np.float32] = stored["logits"]
    except (OSError, ValueError, KeyError, EOFError):
        return None
    return logits if len(logits) == n else None


def _keep(relative: str, logits: NDArray[np.float32]) -> None:
    import io

    buffer = io.BytesIO()
    np.savez(buffer, logits=logits)
    path = files.absolute(relative)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_atomically(path, buffer.getvalue())


def latencies_ms(bundles: Sequence[Bundle], faces: FaceSet) -> list[dict[str, float]]:
    """Time of one face on one thread for each bundle, face by face in turns.

    Whatever else the machine does meanwhile so slows all of them alike.

    Returns:
        For each bundle ``median`` and ``p95`` in milliseconds.
    """
    from inference.runtime import load_runtime

    runtimes = [load_runtime("litert", bundle) for bundle in bundles]
    pictures = faces.faces_gray[np.arange(TIMED_FACES + _WARM_UP) % len(faces)]
    spent = np.zeros((len(runtimes), len(pictures)))
    for row in range(len(pictures)):
        for which, runtime in enumerate(runtimes):
            start = time.perf_counter()
            runtime.logits(pictures[row : row + 1])
            spent[which, row] = time.perf_counter() - start
    spent = spent[:, _WARM_UP:] * 1000
    return [
        {"median": float(np.median(times)), "p95": float(np.quantile(times, 0.95))}
        for times in spent
    ]


def sizes(bundle: Bundle) -> dict[str, int]:
    """Bytes of the two files of a bundle; 0 where one is not there."""
    return {
        path.suffix.removeprefix("."): path.stat().st_size if path.exists() else 0
        for path in (bundle.tflite_path, bundle.keras_path)
    }


def units(faces: FaceSet) -> NDArray[np.str_]:
    """``(n,)`` what is resampled whole: a person or else a clip; ``""`` stands alone."""
    from inference.evaluation.examine import units as of_examination

    return of_examination(faces)


def side_of(bundle: Bundle, scores: dict[str, Any], latency: dict[str, float]) -> dict[str, Any]:
    """A side of the report: scores with what is known of the files."""
    return {
        **scores,
        "version": bundle.version,
        "architecture": bundle.card.architecture,
        "latency_ms": {name: round(value, 3) for name, value in latency.items()},
        "size_bytes": sizes(bundle),
    }
