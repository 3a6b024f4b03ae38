"""The ELU network of the second older system: 1,328,037 parameters for five classes.

What the system's description gives: gray faces of 48 x 48 pixels scaled to 0..1, the
five classes angry, disgust, happy, sad and surprise, the number of parameters, He's normal
initialisation (He et al., "Delving Deep into Rectifiers", ICCV 2015), ELU (Clevert et al.,
"Fast and Accurate Deep Network Learning by Exponential Linear Units", ICLR 2016), Adam at
0.001, and 87.2 % on a random fifth of FER2013's training part.

The layout is that of a small VGG network widely used on FER2013: blocks of two 3 x 3
convolutions with 32, 64, 128 and 256 channels, max-pooling and dropout 0.2, then twice a
dense layer of 64 with dropout 0.5, batch normalisation after every activation. It has
exactly the stated number of parameters (1,325,861 are trained, 2,176 are moving averages),
so widths, dense layers and biases are certain; the dropout rates leave no trace in the
count and are those of the known layout.

Other label sets and input sizes change the first and the last dense layer only.
"""

from __future__ import annotations

import keras
from keras import layers

from inference.models.blocks import elu_dense, elu_trunk, logits, require_side


def build(*, input_size: int, heads: dict[str, int]) -> keras.Model:
    """Build the network.

    Args:
        input_size: side of the square gray input in pixels, at least 16.
        heads: name of each output -> its number of classes.

    Returns:
        ``(n, input_size, input_size, 1) float32 in 0..255`` -> dict of float32 logits.

    Raises:
        DataError: the input is too small for four poolings.
    """
    require_side("elu-cnn", input_size, 16)
    inputs = keras.Input((input_size, input_size, 1), name="faces_gray")
    x = layers.Rescaling(1 / 255.0, name="rescale")(inputs)
    x = elu_trunk(x)
    x = layers.Flatten(name="flatten")(x)
    x = elu_dense(x, 64, 0.5, "dense1")
    x = elu_dense(x, 64, 0.5, "embedding")
    return keras.Model(inputs, logits(x, heads, "he_normal"), name="elu-cnn")
