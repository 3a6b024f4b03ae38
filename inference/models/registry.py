"""The registry of architectures: a name, how to build it, and the recipe it is trained with."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from inference.errors import UnknownNameError

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an architecture is trained unless the command says otherwise.

    Attributes:
        epochs: passes over the training part.
        batch_size: faces in a step.
        learning_rate: peak of the cosine schedule.
        weight_decay: of AdamW, decoupled.
        warmup_epochs: epochs of linear warm-up.
        ema_momentum: of the average of the weights that is kept in the end.
    """

    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    warmup_epochs: float
    ema_momentum: float


@dataclass(frozen=True, slots=True)
class Architecture:
    """An entry of the registry.

    Attributes:
        builder: ``"module:function"``; imported when built, so that listing the
            registry does not import Keras.
        recipe: defaults for training.
    """

    builder: str
    recipe: Recipe


ARCHITECTURES: dict[str, Architecture] = {
    "residual-cnn": Architecture(
        builder="inference.models.residual_cnn:build",
        recipe=Recipe(
            epochs=30,
            batch_size=64,
            learning_rate=2e-3,
            weight_decay=0.02,
            warmup_epochs=1.0,
            ema_momentum=0.998,
        ),
    ),
    "flagship": Architecture(
        builder="inference.models.residual_cnn:build_flagship",
        recipe=Recipe(
            epochs=40,
            batch_size=64,
            learning_rate=1.5e-3,
            weight_decay=0.05,
            warmup_epochs=1.0,
            ema_momentum=0.999,
        ),
    ),
}


def build(name: str, *, input_size: int, heads: dict[str, int]) -> keras.Model:
    """Build an untrained network.

    Args:
        name: key of ``ARCHITECTURES``.
        input_size: side of the square gray input in pixels.
        heads: name of each output -> its number of classes.

    Returns:
        A model ``(n, input_size, input_size, 1) float32 in 0..255`` -> dict of
        logits ``(n, classes)``.

    Raises:
        UnknownNameError: no such architecture.
    """
    if name not in ARCHITECTURES:
        raise UnknownNameError("architecture", name, ARCHITECTURES)
    module, function = ARCHITECTURES[name].builder.split(":")
    builder: Any = getattr(importlib.import_module(module), function)
    model: keras.Model = builder(input_size=input_size, heads=heads)
    return model
