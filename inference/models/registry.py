"""The registry of architectures: a name, how to build it, and the recipe it is trained with."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from inference.errors import UnknownNameError
from inference.training.augment import AugmentConfig

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an architecture is trained unless the command says otherwise.

    The defaults are those of the project's own networks; an older system's entry has its
    article's.

    Attributes:
        label_set: key of ``labels.LABEL_SETS`` whose classes the network tells apart.
        input_size: side of the square gray input in pixels.
        epochs: passes over the training part.
        batch_size: faces (or clips) in a step.
        optimizer: ``"adamw"``, ``"adam"`` or ``"sgd"``.
        learning_rate: constant, or the peak of the cosine schedule.
        momentum: of SGD.
        weight_decay: of AdamW, decoupled.
        schedule: ``"cosine"`` down to zero after a linear warm-up, or ``"constant"``.
        warmup_epochs: epochs of warm-up, with ``"cosine"``.
        ema_momentum: of the average of the weights that is kept in the end; 0 keeps the
            last weights.
        plateau_patience: with ``"constant"``: epochs without a better validation accuracy
            after which the rate is multiplied by ``plateau_factor``; 0 never.
        plateau_factor: see there.
        stop_patience: epochs without a better validation accuracy after which training
            stops and the best epoch's weights are kept; 0 trains to the end.
        class_balance: a class ``n`` times rarer weighs ``n ** class_balance`` times more.
        fer2013_weight: weight of the loss of a second head for FER2013's own label, where
            the label set is FER+'s eight; 0 builds no such head. Its labels agree with
            FER+ on 63 % of the faces; as a second task they still teach the trunk.
        mix_chance: chance of a face to be blended with another, see ``augment.mix``.
        teacher_weight: share in the targets of what the network that training starts from
            says of each face.
        mixed_precision: compute in bfloat16 (2.6 times faster than float32 on a CPU with
            AVX-512 BF16); the exported network is float32.
        augment: ranges of the random changes.
    """

    label_set: str = "ferplus8"
    input_size: int = 48
    epochs: int = 40
    batch_size: int = 64
    optimizer: str = "adamw"
    learning_rate: float = 2e-3
    momentum: float = 0.9
    weight_decay: float = 0.02
    schedule: str = "cosine"
    warmup_epochs: float = 1.0
    ema_momentum: float = 0.998
    plateau_patience: int = 0
    plateau_factor: float = 0.5
    stop_patience: int = 0
    class_balance: float = 0.0
    fer2013_weight: float = 0.3
    mix_chance: float = 0.0
    teacher_weight: float = 0.0
    mixed_precision: bool = True
    augment: AugmentConfig = field(default_factory=AugmentConfig)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Recipe:
        """The recipe that ``dataclasses.asdict`` made this of."""
        return cls(**{**raw, "augment": AugmentConfig(**raw["augment"])})


@dataclass(frozen=True, slots=True)
class Architecture:
    """An entry of the registry.

    Attributes:
        builder: ``"module:function"``; imported when built, so that listing the
            registry does not import Keras.
        recipe: defaults for training.
        source: the article or system it re-creates, or what is our own about it.
        frames: pictures in one input; more than one is a clip ``(n, frames, side, side, 1)``.
        initialiser: ``"module:function"`` that brings a new network to where training
            starts (``function(model, pictures, recipe)``), as transfer learning does.
    """

    builder: str
    recipe: Recipe
    source: str
    frames: int = 1
    initialiser: str = ""


ARCHITECTURES: Mapping[str, Architecture] = {
    "residual-cnn": Architecture(
        builder="inference.models.residual_cnn:build",
        recipe=Recipe(epochs=32),
        source="our first network: a pre-activation residual network of 1.5 M parameters",
    ),
    "flagship": Architecture(
        builder="inference.models.residual_cnn:build_flagship",
        recipe=Recipe(
            learning_rate=1.5e-3,
            weight_decay=0.05,
            ema_momentum=0.999,
            fer2013_weight=0.5,
            mix_chance=0.2,
            teacher_weight=0.3,
        ),
        source="ours: residual-cnn with two more blocks, grown from it and taught by it",
    ),
}


def architecture(name: str) -> Architecture:
    """The entry of this name.

    Raises:
        UnknownNameError: there is none.
    """
    if name not in ARCHITECTURES:
        raise UnknownNameError("architecture", name, ARCHITECTURES)
    return ARCHITECTURES[name]


def build(name: str, *, input_size: int, heads: dict[str, int]) -> keras.Model:
    """Build an untrained network.

    Args:
        name: key of ``ARCHITECTURES``.
        input_size: side of the square gray input in pixels.
        heads: name of each output -> its number of classes.

    Returns:
        A model ``(n, input_size, input_size, 1) float32 in 0..255`` -> dict of
        logits ``(n, classes)``; a clip network takes ``(n, frames, ...)``.

    Raises:
        UnknownNameError: no such architecture.
    """
    model: keras.Model = load_function(architecture(name).builder)(
        input_size=input_size, heads=heads
    )
    return model


def load_function(reference: str) -> Any:
    """The function that ``"module:function"`` names."""
    module, function = reference.split(":")
    return getattr(importlib.import_module(module), function)
