"""The clip network of the third older system: the ELU network over three frames, then LSTMs.

What the system's description gives: clips of three frames from CK+48 (Lucey et al., "The
Extended Cohn-Kanade Dataset (CK+)", CVPR Workshops 2010) with five classes, the ELU
network's convolutions applied to each frame with the same weights, stacked bidirectional
LSTMs (Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997) and dense layers; batches
of 32, 100 epochs, a learning rate that falls when the validation accuracy stands still, and
86 % on a random split.

What it leaves open, and what we chose, after public notebooks of the same layout on CK+48:

- From maps to a vector: the mean of each map (256 numbers a frame). Flattening, as the ELU
  network does with single faces, would give the first LSTM nine times as many inputs, and
  there are some 200 clips; the notebooks take the maximum.
- Two LSTMs of 128 and 64 units each way.
- One dense layer of 128 units with ELU and batch normalisation.
- Dropout: the ELU network's, 0.2 everywhere but 0.5 at the dense layer. The notebooks, with
  twice the channels, have 0.35 to 0.45 and 0.7.

The frames go through the convolutions as one batch of ``3 n`` faces: batch normalisation
sees faces at rest and at the height of the expression together, as it will when it is used.
The LSTMs are unrolled, three steps, so that the exported network needs no control flow and
none of TensorFlow's own operators.
"""

from __future__ import annotations

import keras
from keras import layers, ops

from inference.models.blocks import elu_dense, elu_trunk, logits, require_side

FRAMES = 3


def build(*, input_size: int, heads: dict[str, int]) -> keras.Model:
    """Build the network.

    Args:
        input_size: side of the square gray frames in pixels, at least 16.
        heads: name of each output -> its number of classes.

    Returns:
        ``(n, 3, input_size, input_size, 1) float32 in 0..255``, frames in order of time ->
        dict of float32 logits.

    Raises:
        DataError: the input is too small for four poolings.
    """
    require_side("conv-bilstm", input_size, 16)
    inputs = keras.Input((FRAMES, input_size, input_size, 1), name="clips_gray")
    x = ops.reshape(inputs, (-1, input_size, input_size, 1))
    x = layers.Rescaling(1 / 255.0, name="rescale")(x)
    x = elu_trunk(x)
    x = layers.GlobalAveragePooling2D(name="frame_features")(x)
    x = ops.reshape(x, (-1, FRAMES, x.shape[-1]))
    first = layers.LSTM(128, return_sequences=True, unroll=True, name="lstm1_cells")
    x = layers.Bidirectional(first, name="lstm1")(x)
    x = layers.Dropout(0.2, name="lstm1_dropout")(x)
    x = layers.Bidirectional(layers.LSTM(64, unroll=True, name="lstm2_cells"), name="lstm2")(x)
    x = layers.Dropout(0.2, name="lstm2_dropout")(x)
    x = elu_dense(x, 128, 0.5, "embedding")
    return keras.Model(inputs, logits(x, heads), name="conv-bilstm")
