"""ResNet-50 for gray faces, the network of the fifth older system.

What the system's description gives: Keras' ResNet-50 (He et al., "Deep Residual Learning for
Image Recognition", CVPR 2016) with ImageNet weights, its first convolution replaced by one
for a single channel, which is first fitted alone so that the embedding of a gray picture is
that of the colour network; then fine-tuning in two phases, the second with all but the last
layers frozen. How the weights come about is in ``inference.training.gray_transfer``.

What it leaves open, and what we chose:

- Input: the system enlarged faces to 224 x 224. A face of 48 x 48 has no more to see there
  and 5.4 x 5.4 times the work; we enlarge by 2, so that the last stage still has 3 x 3 places.
- Gray values: the mean of ImageNet's three channel means is subtracted and nothing divided,
  as Keras' weights want it.
- The head: one linear layer on the averaged 2048 features.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from inference.models.blocks import logits, require_side
from inference.models.norm import FusedBatchNormalization

#: Means of ImageNet's channels blue, green and red, that Keras' ResNet-50 was trained with.
CHANNEL_MEANS = (103.939, 116.779, 123.68)
GRAY_MEAN = float(np.mean(CHANNEL_MEANS))

FIRST_CONVOLUTION = "conv1_conv"
EMBEDDING = "avg_pool"
#: What the second phase of fine-tuning still trains, besides the heads.
LAST_STAGE = "conv5"


def build(*, input_size: int, heads: dict[str, int], enlarge: int = 2) -> keras.Model:
    """Build the network with random weights.

    Args:
        input_size: side of the square gray input in pixels; enlarged, at least 32.
        heads: name of each output -> its number of classes.
        enlarge: the input is brought to this many times its side.

    Returns:
        ``(n, input_size, input_size, 1) float32 in 0..255`` -> dict of float32 logits.

    Raises:
        DataError: the input is too small for five halvings.
    """
    require_side("gray-resnet50", input_size, -(-32 // enlarge))
    inputs = keras.Input((input_size, input_size, 1), name="faces_gray")
    x = inputs
    if enlarge > 1:
        x = layers.UpSampling2D(enlarge, interpolation="bilinear", name="enlarge")(x)
    x = layers.Rescaling(1.0, offset=-GRAY_MEAN, name="centre")(x)
    trunk = keras.applications.ResNet50(
        include_top=False, weights=None, input_tensor=x, pooling="avg"
    )
    trunk = keras.models.clone_model(trunk, clone_function=_with_fused_normalisation)
    (faces,) = trunk.inputs
    return keras.Model(faces, logits(trunk.output, heads), name="gray-resnet50")


def build_last_layers(*, input_size: int, heads: dict[str, int]) -> keras.Model:
    """The same network for the second phase: all but the last stage and the heads are frozen.

    Frozen batch normalisation uses and keeps its moving averages.
    """
    model = build(input_size=input_size, heads=heads)
    freeze_all_but_last(model)
    return model


def freeze_all_but_last(model: keras.Model) -> None:
    """Leave only the last stage of residual blocks and the heads to be trained.

    Args:
        model: built by ``build``; compile it afterwards.
    """
    heads = set(model.output_names)
    for layer in model.layers:
        layer.trainable = layer.name.startswith(LAST_STAGE) or layer.name in heads


def _with_fused_normalisation(layer: layers.Layer) -> layers.Layer:
    """A copy of a layer; batch normalisation becomes the one that trains fast on a CPU."""
    kind = type(layer)
    if kind is layers.BatchNormalization:
        kind = FusedBatchNormalization
    return kind.from_config(layer.get_config())
