"""The bundle's ``model.keras`` itself: the reference, and the choice for a GPU server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
from numpy.typing import NDArray

from inference.errors import BundleCorruptError

if TYPE_CHECKING:
    from inference.bundle import Bundle


class KerasRuntime:
    """Runs ``model.keras`` through Keras' compiled predict function, on any backend."""

    def __init__(self, bundle: Bundle) -> None:
        try:
            self._model = keras.saving.load_model(bundle.keras_path, compile=False)
        except (ValueError, OSError) as error:
            raise BundleCorruptError(f"{bundle.keras_path.name} cannot be read: {error}") from error
        self._labels = len(bundle.labels)

    def logits(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Classify ``(n, side, side)`` uint8 faces -> ``(n, 8)`` float32 logits; n may be 0."""
        if not len(faces_gray):
            return np.zeros((0, self._labels), np.float32)
        batch = faces_gray[..., None].astype(np.float32)
        return np.asarray(self._model.predict_on_batch(batch), np.float32)
