"""Starting from what another network has learnt: its weights, and what it says of each face."""

from __future__ import annotations

import logging
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from inference.calibrate import softmax
from inference.errors import DataError
from inference.models import norm as _registers_layers  # noqa: F401  (for load_model)
from inference.training.examples import Examples

logger = logging.getLogger(__name__)


def load_trained(path: Path) -> keras.Model:
    """A network saved by ``training.train.train``.

    Raises:
        DataError: no such file, or not a network.
    """
    try:
        return keras.saving.load_model(path, compile=False)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} is not a trained network: {error}") from error


def take_over_weights(model: keras.Model, source: keras.Model) -> list[str]:
    """Copy the weights of every layer that both have, by name and shapes.

    A residual block that only ``model`` has becomes the identity (its last convolution is
    set to zero), so that the deeper network starts by computing what the source computes
    (Chen et al., "Net2Net", ICLR 2016).

    Returns:
        Names of the layers that start anew.
    """
    known = {layer.name: layer for layer in source.layers}
    anew = []
    for layer in model.layers:
        if not layer.weights:
            continue
        twin = known.get(layer.name)
        shapes = [w.shape for w in layer.weights]
        if twin is not None and [w.shape for w in twin.weights] == shapes:
            layer.set_weights(twin.get_weights())
            continue
        anew.append(layer.name)
        if layer.name.endswith("_conv2"):
            layer.set_weights([np.zeros(w.shape, np.float32) for w in layer.weights])
    logger.info("start anew: %s", ", ".join(anew) or "no layer")
    return anew


def teach(
    teacher: keras.Model, shown: Examples, batch: int = 256
) -> dict[str, NDArray[np.float32]]:
    """What a teacher says of each face and its mirror image, averaged.

    Args:
        teacher: logits for each head.
        shown: the faces.
        batch: faces at a time.

    Returns:
        head -> ``(n, classes)`` probabilities.
    """
    said: dict[str, list[NDArray[np.float32]]] = {}
    for start in range(0, len(shown), batch):
        part = shown.inputs(slice(start, start + batch))
        # The side is the last axis but one, with or without frames.
        both = teacher.predict_on_batch(np.concatenate([part, np.flip(part, axis=-2)]))
        for head in both.keys() & shown.targets.keys():
            p = softmax(np.asarray(both[head], np.float32))
            both_sides = (p[: len(part)] + p[len(part) :]) / 2
            said.setdefault(head, []).append(both_sides.astype(np.float32))
    return {head: np.concatenate(parts) for head, parts in said.items()}
