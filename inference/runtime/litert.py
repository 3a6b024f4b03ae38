"""LiteRT with XNNPACK: 42 MB and a third of a second where TensorFlow takes 690 MB and ten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from inference.errors import BundleCorruptError

if TYPE_CHECKING:
    from inference.bundle import Bundle

#: Larger groups are run in parts: on a CPU a bigger batch gains nothing and costs memory.
MAX_BATCH = 8


def open_interpreter(path: Path, *, batch: int | None = None) -> Interpreter:
    """Open a network on one thread; the engine's own threads are the parallelism.

    Args:
        path: a ``.tflite`` file.
        batch: fix the first dimension of its input to this.

    Raises:
        BundleCorruptError: the file cannot be read as a network.
    """
    try:
        interpreter = Interpreter(model_path=str(path), num_threads=1)
        if batch is not None:
            detail = interpreter.get_input_details()[0]
            interpreter.resize_tensor_input(detail["index"], (batch, *detail["shape"][1:]))
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise BundleCorruptError(f"{path.name} is not a network LiteRT can run: {error}") from error
    return interpreter


class LiteRTRuntime:
    """Runs a bundle's ``model.tflite``; keeps one interpreter for each size of batch it met."""

    def __init__(self, bundle: Bundle) -> None:
        self._path = bundle.tflite_path
        self._labels = len(bundle.labels)
        self._interpreters: dict[int, tuple[Interpreter, int, int]] = {}
        self._interpreter(1)

    def logits(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Classify ``(n, side, side)`` uint8 faces -> ``(n, 8)`` float32 logits; n may be 0."""
        out = np.empty((len(faces_gray), self._labels), np.float32)
        for start in range(0, len(faces_gray), MAX_BATCH):
            part = faces_gray[start : start + MAX_BATCH]
            interpreter, faces, logits = self._interpreter(len(part))
            interpreter.set_tensor(faces, part[..., None].astype(np.float32))
            interpreter.invoke()
            out[start : start + len(part)] = interpreter.get_tensor(logits)
        return out

    def _interpreter(self, batch: int) -> tuple[Interpreter, int, int]:
        """The interpreter for a size of batch, with the indices of its input and output."""
        if batch not in self._interpreters:
            interpreter = open_interpreter(self._path, batch=batch)
            faces = interpreter.get_input_details()[0]["index"]
            logits = interpreter.get_output_details()[0]["index"]
            self._interpreters[batch] = (interpreter, faces, logits)
        return self._interpreters[batch]
