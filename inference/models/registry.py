"""The registry of architectures: a name, how to build it, and the recipe it is trained with."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from inference.errors import UnknownNameError
from inference.models.augmentation import AugmentConfig

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


NO_AUGMENTATION = AugmentConfig(
    rotation_deg=0,
    scale=0,
    shift=0,
    mirror=False,
    gamma=0,
    degrade_chance=0,
    noise_chance=0,
    erase_chance=0,
)

#: What the older systems had not: a schedule, averaged weights, a second task.
_AS_PUBLISHED: Mapping[str, Any] = {
    "schedule": "constant",
    "ema_momentum": 0.0,
    "fer2013_weight": 0.0,
}

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
    "vggface-mini": Architecture(
        builder="inference.models.vggface_mini:build",
        recipe=Recipe(
            **_AS_PUBLISHED,
            label_set="fer2013",
            epochs=90,
            batch_size=32,
            optimizer="sgd",
            learning_rate=1e-3,
            augment=NO_AUGMENTATION,
        ),
        source="first older system: a small VGG-Face on FER2013's seven classes",
    ),
    "elu-cnn": Architecture(
        builder="inference.models.elu_cnn:build",
        recipe=Recipe(
            **_AS_PUBLISHED,
            label_set="five",
            epochs=25,
            batch_size=32,
            optimizer="adam",
            learning_rate=1e-3,
            plateau_patience=3,
            plateau_factor=0.2,
            stop_patience=9,
            augment=replace(
                # Its shear of 0.3 is in degrees, as its library takes it.
                NO_AUGMENTATION,
                rotation_deg=30,
                shear_deg=0.3,
                scale=0.3,
                shift=0.4,
                mirror=True,
            ),
        ),
        source="second older system: 1,328,037 parameters, five classes of FER2013",
    ),
    "conv-bilstm": Architecture(
        builder="inference.models.conv_bilstm:build",
        recipe=Recipe(
            **_AS_PUBLISHED,
            label_set="clips",
            epochs=100,
            batch_size=32,
            optimizer="adam",
            learning_rate=1e-3,
            plateau_patience=7,
            plateau_factor=0.5,
            augment=replace(
                NO_AUGMENTATION, rotation_deg=10, scale=0.08, shift=0.05, gamma=0.2, mirror=True
            ),
        ),
        source="third older system: that network over three frames, then bidirectional LSTMs",
        frames=3,
    ),
    "nine-layer-cnn": Architecture(
        builder="inference.models.nine_layer_cnn:build",
        recipe=Recipe(
            **_AS_PUBLISHED,
            label_set="six",
            epochs=100,
            batch_size=128,
            optimizer="adam",
            learning_rate=1e-3,
            stop_patience=5,
            augment=NO_AUGMENTATION,
        ),
        source="fourth older system: three times three convolutions, disgust merged into anger",
    ),
    "gray-resnet50": Architecture(
        builder="inference.models.gray_resnet50:build",
        recipe=Recipe(
            **_AS_PUBLISHED,
            label_set="fer2013",
            epochs=100,
            batch_size=64,
            optimizer="adam",
            learning_rate=1e-5,
            augment=replace(NO_AUGMENTATION, rotation_deg=10, scale=0.1, shift=0.1, mirror=True),
        ),
        source="fifth older system: ResNet-50 brought from ImageNet to gray faces, first phase",
        initialiser="inference.training.gray_transfer:initialise",
    ),
    "gray-resnet50-last": Architecture(
        builder="inference.models.gray_resnet50:build_last_layers",
        recipe=Recipe(
            **_AS_PUBLISHED,
            label_set="fer2013",
            epochs=100,
            batch_size=360,
            optimizer="adam",
            learning_rate=5e-5,
            augment=replace(NO_AUGMENTATION, rotation_deg=10, scale=0.1, shift=0.1, mirror=True),
        ),
        source="the same, second phase: all but the last layers frozen; --start-from the first",
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
