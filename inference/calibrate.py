"""From logits to probabilities that mean what they say, and from those to words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inference.labels import LABELS


def softmax(logits: NDArray[np.float32], temperature: float = 1.0) -> NDArray[np.float32]:
    """Probabilities along the last axis: ``(n, 8)`` -> ``(n, 8)``."""
    scaled = logits / temperature
    exponent = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float32] = exponent / exponent.sum(axis=-1, keepdims=True)
    return probabilities


def labels_above(probabilities: NDArray[np.float32], threshold: float) -> tuple[str, ...]:
    """The labels above a threshold, strongest first; one or none where nothing is mixed.

    Args:
        probabilities: ``(8,)``.
        threshold: of each label on its own.
    """
    order = np.argsort(-probabilities)
    return tuple(LABELS[i] for i in order if probabilities[i] > threshold)
