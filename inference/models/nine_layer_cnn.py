"""The nine-layer network of the fourth older system: three times three convolutions.

What the system's description gives: gray faces of 48 x 48 pixels from FER2013, disgust
merged into anger so that six classes are left, nine 3 x 3 convolutions with a 2 x 2
max-pooling after every three, dense layers with dropout, Adam, and 58 % of a held-back part.
It is the network of "mememoji" (https://github.com/JostineHo/mememoji), whose public code
tells the rest: 32, 64 and 128 channels, ReLU, two dense layers of 64 units, batches of 128,
100 epochs at most, stopped after five without a better validation loss.

What it leaves open, and what we chose:

- Dropout in the dense layers: 0 and 0.5 in its scripts, and its text says that the rate was
  searched for: 0.25 after each. With 0.5 all 64 units of the first one are dead after 50
  steps on drawn faces, and the network stays at chance.
- Scaling: to 0..1 in some scripts, none in others. There is no batch normalisation, so we
  bring each picture to mean 0 and deviation 1.
- Initialisation of the convolutions: He's normal; its library's default, Glorot's uniform
  (kept in the dense layers), halves the signal's variance in each of nine layers of ReLU.
"""

from __future__ import annotations

import keras
from keras import layers

from inference.models.blocks import logits, require_side, standardised

BLOCK_WIDTHS = (32, 64, 128)


def build(*, input_size: int, heads: dict[str, int]) -> keras.Model:
    """Build the network.

    Args:
        input_size: side of the square gray input in pixels, at least 8.
        heads: name of each output -> its number of classes.

    Returns:
        ``(n, input_size, input_size, 1) float32 in 0..255`` -> dict of float32 logits.

    Raises:
        DataError: the input is too small for three poolings.
    """
    require_side("nine-layer-cnn", input_size, 8)
    inputs = keras.Input((input_size, input_size, 1), name="faces_gray")
    x = standardised(inputs)
    for block, width in enumerate(BLOCK_WIDTHS, start=1):
        for number in (1, 2, 3):
            x = layers.Conv2D(
                width,
                3,
                padding="same",
                activation="relu",
                kernel_initializer="he_normal",
                name=f"block{block}_conv{number}",
            )(x)
        x = layers.MaxPooling2D(2, name=f"block{block}_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    for number, name in ((1, "dense1"), (2, "embedding")):
        x = layers.Dense(64, activation="relu", name=name)(x)
        x = layers.Dropout(0.25, name=f"dropout{number}")(x)
    return keras.Model(inputs, logits(x, heads), name="nine-layer-cnn")
