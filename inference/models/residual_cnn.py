"""A small pre-activation residual network for 48x48 gray faces.

Each stage halves the side and doubles the width, so that every convolution costs the
same number of multiplications (21 M at 48x48); the identity path follows He et al.,
"Identity Mappings in Deep Residual Networks", ECCV 2016.
"""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

from inference.models.norm import FusedBatchNormalization

STAGE_WIDTHS = (32, 64, 128, 256)
STAGE_BLOCKS = (1, 1, 2, 1)


def _conv(x: keras.KerasTensor, width: int, strides: int, name: str) -> keras.KerasTensor:
    return layers.Conv2D(
        width,
        3,
        strides=strides,
        padding="same",
        use_bias=False,
        kernel_initializer="he_normal",
        name=name,
    )(x)


def _residual_block(x: keras.KerasTensor, width: int, strides: int, name: str) -> keras.KerasTensor:
    pre = FusedBatchNormalization(name=f"{name}_bn1")(x)
    pre = layers.ReLU(name=f"{name}_relu1")(pre)
    shortcut = x
    if strides != 1 or x.shape[-1] != width:
        shortcut = pre
        if strides > 1:
            shortcut = layers.AveragePooling2D(strides, name=f"{name}_pool")(pre)
        shortcut = layers.Conv2D(width, 1, use_bias=False, name=f"{name}_project")(shortcut)
    y = _conv(pre, width, strides, f"{name}_conv1")
    y = FusedBatchNormalization(name=f"{name}_bn2")(y)
    y = layers.ReLU(name=f"{name}_relu2")(y)
    y = _conv(y, width, 1, f"{name}_conv2")
    return layers.Add(name=f"{name}_add")([shortcut, y])


def build(
    *,
    input_size: int,
    heads: dict[str, int],
    widths: Sequence[int] = STAGE_WIDTHS,
    blocks: Sequence[int] = STAGE_BLOCKS,
    dropout: float = 0.3,
    name: str = "residual-cnn",
) -> keras.Model:
    """Build the network.

    Args:
        input_size: side of the square gray input in pixels, a multiple of 8.
        heads: name of each output -> its number of classes.
        widths: channels of each stage.
        blocks: residual blocks of each stage.
        dropout: rate before the heads.
        name: of the network.

    Returns:
        ``(n, input_size, input_size, 1) float32 in 0..255`` -> dict of float32 logits.

    Each picture is brought to mean 0 and deviation 1 inside the network, so that a dim
    webcam and a bright one look alike and the caller has nothing to normalise.
    """
    inputs = keras.Input((input_size, input_size, 1), name="faces_gray")
    x = layers.Rescaling(1 / 255.0, name="rescale")(inputs)
    x = layers.LayerNormalization(
        axis=(1, 2, 3), center=False, scale=False, epsilon=1e-3, name="standardise"
    )(x)
    x = _conv(x, widths[0], 1, "stem")
    for stage, (width, count) in enumerate(zip(widths, blocks, strict=True)):
        for block in range(count):
            strides = 2 if stage > 0 and block == 0 else 1
            x = _residual_block(x, width, strides, f"stage{stage}_block{block}")
    x = FusedBatchNormalization(name="final_bn")(x)
    x = layers.ReLU(name="final_relu")(x)
    x = layers.GlobalAveragePooling2D(name="embedding")(x)
    x = layers.Dropout(dropout, name="dropout")(x)
    # Logits stay float32 under mixed precision: bfloat16 has 8 bits of mantissa.
    outputs = {
        head: layers.Dense(classes, dtype="float32", name=head)(x)
        for head, classes in heads.items()
    }
    return keras.Model(inputs, outputs, name=name)


def build_flagship(*, input_size: int, heads: dict[str, int]) -> keras.Model:
    """The residual network with two more blocks where a face's parts are seen, see ``build``.

    All of the plain network's layers are in it under the same names, so that it can start
    from one (``training.start``).
    """
    return build(input_size=input_size, heads=heads, blocks=(1, 2, 3, 1), name="flagship")
