"""A small head over what a face network sees in the frames of a clip.

The face network has learnt from 27,000 faces what an expression looks like; what is left
to learn from some hundred clips is how it unfolds. So the head gets the last frame, how it
differs from the first, and the largest value of every feature, and has one layer.
"""

from __future__ import annotations

import keras
from keras import layers, ops


def build(*, width: int, frames: int, heads: dict[str, int]) -> keras.Model:
    """Build the head.

    Args:
        width: length of an embedding.
        frames: of a clip.
        heads: name of each output -> its number of classes.

    Returns:
        ``(n, frames, width) float32`` embeddings in order of time -> dict of logits.
    """
    inputs = keras.Input((frames, width), name="embeddings")
    x = layers.LayerNormalization(center=False, scale=False, name="standardise")(inputs)
    first, last = x[:, 0], x[:, -1]
    x = layers.Concatenate(name="unfolding")([last, last - first, ops.max(x, axis=1)])
    x = layers.Dropout(0.5, name="dropout")(x)
    outputs = {head: layers.Dense(classes, name=head)(x) for head, classes in heads.items()}
    return keras.Model(inputs, outputs, name="temporal-head")
