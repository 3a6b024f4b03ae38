"""The small VGG-Face of the first older system: five convolution blocks and one dense layer.

What the system's description gives: a network in the manner of VGG-Face (Parkhi et al.,
"Deep Face Recognition", BMVC 2015) learnt from FER2013's seven classes at 48 x 48 gray
pixels, five blocks of convolutions, one dense layer, dropout 0.5; SGD at 0.001, batches of
32, 90 epochs; its results are F1 scores by class.

What it leaves open, and what we chose:

- Widths: VGG-Face's proportions 1 : 2 : 4 : 8 : 8 from 32, half of the original's,
  which has some 90 times more pictures; full width is four times the work.
- Convolutions in a block: two of 3 x 3 (VGG's configuration B; VGG-Face has 2, 2, 3, 3, 3).
- Batch normalisation before each ReLU, which VGG-Face has not: it started from a shallower
  trained network, this one has nothing to start from, and SGD at 0.001 is slow.
- "One dense layer": one hidden layer of 512 in place of VGG's two of 4096, before the
  classifying one; the dropout lies between them.
- Scaling of the input: 0..255 to 0..1.
"""

from __future__ import annotations

import keras
from keras import layers

from inference.models.blocks import logits, require_side
from inference.models.norm import FusedBatchNormalization

BLOCK_WIDTHS = (32, 64, 128, 256, 256)


def build(*, input_size: int, heads: dict[str, int]) -> keras.Model:
    """Build the network.

    Args:
        input_size: side of the square gray input in pixels, at least 32.
        heads: name of each output -> its number of classes.

    Returns:
        ``(n, input_size, input_size, 1) float32 in 0..255`` -> dict of float32 logits.

    Raises:
        DataError: the input is too small for five poolings.
    """
    require_side("vggface-mini", input_size, 32)
    inputs = keras.Input((input_size, input_size, 1), name="faces_gray")
    x = layers.Rescaling(1 / 255.0, name="rescale")(inputs)
    for block, width in enumerate(BLOCK_WIDTHS, start=1):
        for number in (1, 2):
            name = f"block{block}_conv{number}"
            x = layers.Conv2D(
                width,
                3,
                padding="same",
                use_bias=False,
                kernel_initializer="he_normal",
                name=name,
            )(x)
            x = FusedBatchNormalization(name=f"{name}_bn")(x)
            x = layers.ReLU(name=f"{name}_relu")(x)
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(512, activation="relu", kernel_initializer="he_normal", name="embedding")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    return keras.Model(inputs, logits(x, heads), name="vggface-mini")
