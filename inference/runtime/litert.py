"""LiteRT with XNNPACK: 42 MB and a third of a second where TensorFlow takes 690 MB and ten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from inference.errors import BundleCorruptError
from inference.runtime.base import as_input

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


@dataclass(frozen=True, slots=True)
class _Network:
    """An interpreter with the numbers of its input and of the tensor of each head."""

    interpreter: Interpreter
    faces: int
    heads: dict[str, int]


class LiteRTRuntime:
    """Runs a bundle's ``model.tflite``; keeps one interpreter for each size of batch it met."""

    def __init__(self, bundle: Bundle) -> None:
        self._path = bundle.tflite_path
        self._heads = bundle.card.heads
        self._networks: dict[int, _Network] = {}
        self._network(1)

    def logits(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Classify ``(n, side, side)`` uint8 faces -> ``(n, 8)`` float32 logits; n may be 0."""
        return self._run(faces_gray, ("expression",))["expression"]

    def heads(self, faces_gray: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """The logits of every head, ``(n, classes)``."""
        return self._run(faces_gray, tuple(self._heads))

    def _run(
        self, faces_gray: NDArray[np.uint8], heads: tuple[str, ...]
    ) -> dict[str, NDArray[np.float32]]:
        n = len(faces_gray)
        out = {head: np.empty((n, len(self._heads[head])), np.float32) for head in heads}
        for start in range(0, n, MAX_BATCH):
            part = faces_gray[start : start + MAX_BATCH]
            network = self._network(len(part))
            network.interpreter.set_tensor(network.faces, as_input(part))
            network.interpreter.invoke()
            for head in heads:
                logits = network.interpreter.get_tensor(network.heads[head])
                out[head][start : start + len(part)] = logits
        return out

    def _network(self, batch: int) -> _Network:
        if batch not in self._networks:
            interpreter = open_interpreter(self._path, batch=batch)
            outputs = interpreter.get_signature_runner().get_output_details()
            unknown = sorted(set(self._heads) - set(outputs))
            if unknown:
                raise BundleCorruptError(
                    f"{self._path.name} lacks the output {unknown[0]} of its card."
                )
            self._networks[batch] = _Network(
                interpreter,
                interpreter.get_input_details()[0]["index"],
                {head: outputs[head]["index"] for head in self._heads},
            )
        return self._networks[batch]
