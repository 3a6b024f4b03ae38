"""The bundle's ``model.keras`` itself: the reference, and the choice for a GPU server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
from numpy.typing import NDArray

from inference.bundle import EMBEDDING
from inference.errors import BundleCorruptError, BundleIncompatibleError
from inference.models import norm as _registers_layers  # noqa: F401  (for load_model)
from inference.runtime.base import as_input

if TYPE_CHECKING:
    from inference.bundle import Bundle


class KerasRuntime:
    """Runs ``model.keras`` through Keras' compiled predict function, on any backend."""

    def __init__(self, bundle: Bundle) -> None:
        try:
            self._model = keras.saving.load_model(bundle.keras_path, compile=False)
        except (ValueError, OSError) as error:
            raise BundleCorruptError(f"{bundle.keras_path.name} cannot be read: {error}") from error
        self._heads = bundle.card.heads

    def logits(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Classify ``(n, side, side)`` uint8 faces -> ``(n, 8)`` float32 logits; n may be 0."""
        return self.heads(faces_gray)["expression"]

    def heads(self, faces_gray: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """The logits of every head, ``(n, classes)``."""
        found = self._predict(faces_gray)
        return {head: found[head] for head in self._heads}

    def embeddings(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the heads look at, ``(n, width)``."""
        if EMBEDDING not in self._model.output:
            raise BundleIncompatibleError("This model gives no embedding.")
        return self._predict(faces_gray)[EMBEDDING]

    def _predict(self, faces_gray: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        if not len(faces_gray):
            outputs = self._model.output.items()
            return {name: np.zeros((0, out.shape[-1]), np.float32) for name, out in outputs}
        found = self._model.predict(as_input(faces_gray), batch_size=256, verbose=0)
        return {name: np.asarray(values, np.float32) for name, values in found.items()}
