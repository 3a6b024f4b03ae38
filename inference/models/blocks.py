"""Parts that the older systems' networks have in common."""

from __future__ import annotations

import keras
from keras import layers

from inference.errors import DataError
from inference.models.norm import FusedBatchNormalization

#: Channels of the ELU network's four blocks.
ELU_WIDTHS = (32, 64, 128, 256)


def require_side(architecture: str, input_size: int, smallest: int) -> None:
    """Refuse an input that pooling would make vanish.

    Args:
        architecture: name of the network, for the message.
        input_size: side of the faces in pixels.
        smallest: the least side that leaves one pixel after the last pooling.

    Raises:
        DataError: the side is smaller.
    """
    if input_size < smallest:
        raise DataError(
            f"The network “{architecture}” needs faces of at least {smallest} x {smallest} "
            f"pixels, not {input_size} x {input_size}."
        )


def standardised(pictures: keras.KerasTensor) -> keras.KerasTensor:
    """Each picture ``(n, side, side, 1)`` in 0..255 brought to mean 0 and deviation 1."""
    x = layers.Rescaling(1 / 255.0, name="rescale")(pictures)
    normal = layers.LayerNormalization(
        axis=(1, 2, 3), center=False, scale=False, epsilon=1e-3, name="standardise"
    )
    return normal(x)


def elu_trunk(x: keras.KerasTensor, *, dropout: float = 0.2) -> keras.KerasTensor:
    """The ELU network's convolutions: four blocks, each halving the side.

    A block is twice (3 x 3 convolution, ELU, batch normalisation), a max-pooling and a
    dropout. Normalising after the activation is the system's own order, not the usual one.

    Args:
        x: ``(n, side, side, channels)``, side at least 16.
        dropout: rate at the end of each block.

    Returns:
        ``(n, side // 16, side // 16, 256)``.
    """
    for block, width in enumerate(ELU_WIDTHS, start=1):
        for number in (1, 2):
            name = f"block{block}_conv{number}"
            x = layers.Conv2D(
                width,
                3,
                padding="same",
                activation="elu",
                kernel_initializer="he_normal",
                name=name,
            )(x)
            x = FusedBatchNormalization(name=f"{name}_bn")(x)
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
        x = layers.Dropout(dropout, name=f"block{block}_dropout")(x)
    return x


def elu_dense(x: keras.KerasTensor, units: int, dropout: float, name: str) -> keras.KerasTensor:
    """Dense layer, ELU, batch normalisation, dropout: ``(n, features)`` -> ``(n, units)``."""
    x = layers.Dense(units, activation="elu", kernel_initializer="he_normal", name=name)(x)
    # Keras' own: the fused kernel takes pictures only.
    x = layers.BatchNormalization(name=f"{name}_bn")(x)
    return layers.Dropout(dropout, name=f"{name}_dropout")(x)


def logits(
    x: keras.KerasTensor, heads: dict[str, int], initializer: str = "glorot_uniform"
) -> dict[str, keras.KerasTensor]:
    """One linear layer a head: ``(n, features)`` -> head -> ``(n, classes)`` float32.

    Logits stay float32 under mixed precision: bfloat16 has 8 bits of mantissa.
    """
    return {
        head: layers.Dense(classes, kernel_initializer=initializer, dtype="float32", name=head)(x)
        for head, classes in heads.items()
    }
