"""Starting from what another network has learnt: its weights, and what it says of each face."""

from __future__ import annotations

import logging
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from inference.errors import DataError

logger = logging.getLogger(__name__)


def load_trained(path: Path) -> keras.Model:
    """A network saved by ``training.train.train``.

    Raises:
        DataError: no such file, or not a network.
    """
    from inference.models import norm as _registers  # noqa: F401

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
    teacher: keras.Model, faces_gray: NDArray[np.uint8], batch: int = 256
) -> dict[str, NDArray[np.float32]]:
    """What a teacher says of each face and its mirror image, averaged.

    Args:
        teacher: logits for each head.
        faces_gray: ``(n, side, side)`` uint8.
        batch: faces at a time.

    Returns:
        head -> ``(n, classes)`` probabilities.
    """
    said: dict[str, list[NDArray[np.float32]]] = {}
    for start in range(0, len(faces_gray), batch):
        part = faces_gray[start : start + batch, ..., None].astype(np.float32)
        both = teacher.predict_on_batch(np.concatenate([part, part[:, :, ::-1]]))
        for head, logits in both.items():
            exponent = np.exp(logits - logits.max(axis=1, keepdims=True))
            p = exponent / exponent.sum(axis=1, keepdims=True)
            said.setdefault(head, []).append((p[: len(part)] + p[len(part) :]) / 2)
    return {head: np.concatenate(parts).astype(np.float32) for head, parts in said.items()}
