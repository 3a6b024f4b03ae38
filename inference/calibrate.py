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


def confidence(probabilities: NDArray[np.float32], exponent: float) -> NDArray[np.float32]:
    """The chance that the top label is right: ``(..., 8)`` -> ``(...)``.

    How people would divide over the labels, and the chance to be right, are two questions
    to one network: its logits at two temperatures. Dividing logits by another temperature
    is raising probabilities to a power.

    Args:
        probabilities: at the first temperature.
        exponent: first temperature through second; above 1 where the network is right more
            often than people agree.
    """
    raised = np.power(np.maximum(probabilities, 1e-9), exponent)
    out: NDArray[np.float32] = raised.max(axis=-1) / raised.sum(axis=-1)
    return out


def labels_above(probabilities: NDArray[np.float32], threshold: float) -> tuple[str, ...]:
    """The labels above a threshold, strongest first; one or none where nothing is mixed.

    Args:
        probabilities: ``(8,)``.
        threshold: of each label on its own.
    """
    order = np.argsort(-probabilities)
    return tuple(LABELS[i] for i in order if probabilities[i] > threshold)
