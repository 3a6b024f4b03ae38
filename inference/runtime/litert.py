"""LiteRT with XNNPACK: 42 MB and a third of a second where TensorFlow takes 690 MB and ten."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from inference.bundle import EMBEDDING
from inference.errors import BundleCorruptError, BundleIncompatibleError
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
    """An interpreter with the tensors of its input and outputs, and the outputs' widths."""

    interpreter: Interpreter
    faces: int
    outputs: dict[str, int]
    widths: dict[str, int]


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

    def embeddings(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the heads look at, ``(n, width)``."""
        if EMBEDDING not in self._network(1).outputs:
            raise BundleIncompatibleError("This model gives no embedding.")
        return self._run(faces_gray, (EMBEDDING,))[EMBEDDING]

    def _run(
        self, faces_gray: NDArray[np.uint8], outputs: tuple[str, ...]
    ) -> dict[str, NDArray[np.float32]]:
        n, widths = len(faces_gray), self._network(1).widths
        out = {name: np.empty((n, widths[name]), np.float32) for name in outputs}
        for start in range(0, n, MAX_BATCH):
            part = faces_gray[start : start + MAX_BATCH]
            network = self._network(len(part))
            network.interpreter.set_tensor(network.faces, as_input(part))
            network.interpreter.invoke()
            for name in outputs:
                values = network.interpreter.get_tensor(network.outputs[name])
                out[name][start : start + len(part)] = values
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
                {name: detail["index"] for name, detail in outputs.items()},
                {name: int(detail["shape"][-1]) for name, detail in outputs.items()},
            )
        return self._networks[batch]
