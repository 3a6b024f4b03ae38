"""ImageNet's knowledge for gray faces: how ``gray-resnet50`` comes to its weights.

1. ``load_colour_network``: Keras' ResNet-50 with ImageNet weights, downloaded once.
2. ``fit_first_convolution``: all weights but the first convolution's are taken over; that
   one, for a single channel, is fitted alone until the embedding of a gray picture is the
   colour network's for the same picture on three channels, by the squared distance (L2).
3. Fine-tuning, first of everything (``gray-resnet50``), then of the last stage and the heads
   with the rest frozen (``gray-resnet50-last``, started from the first one's result).

The fit starts from the sum of the colour network's kernels over the channels. On a gray
picture the three channels differ by a constant only (each has its own mean subtracted), so
the sum, with that constant in the bias, gives the colour network's result exactly, except
where the kernel reaches over the border: the zeros padded there stand for each channel's own
mean, and the means differ. That is what the fit has to mend. (The older system started from
random kernels and fitted for 50 epochs over ImageNet; on random weights in place of
ImageNet's, such a start is 87 times further away than the sum.)
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras
import numpy as np
from keras import layers
from numpy.typing import NDArray

from inference.errors import DataError
from inference.models.gray_resnet50 import (
    CHANNEL_MEANS,
    EMBEDDING,
    FIRST_CONVOLUTION,
    GRAY_MEAN,
    build,
)

if TYPE_CHECKING:
    from inference.models.registry import Recipe

logger = logging.getLogger(__name__)

_BATCH = 32
#: Adam's rate in the older system, halved after every fifth of the epochs as there.
_LEARNING_RATE = 1e-3
_EPOCHS = 5
#: More faces add little to what 64 kernels of 7 x 7 can learn.
_MOST_FACES = 4096


@dataclass(frozen=True, slots=True)
class FirstConvolutionFit:
    """Mean squared distance of the two embeddings, over the faces of the fit.

    Attributes:
        before: where the fit started.
        after: where it ended.
    """

    before: float
    after: float


def load_colour_network(
    input_size: int, *, weights: str | None = "imagenet", enlarge: int = 2
) -> keras.Model:
    """The colour network, shown gray faces on all three channels.

    Args:
        input_size: side of the faces in pixels.
        weights: ``"imagenet"``, a file of Keras' weights without top, or None for random
            ones, as tests use.
        enlarge: as the gray network's, see ``gray_resnet50.build``.

    Returns:
        ``(n, input_size, input_size, 1) float32 in 0..255`` -> embedding ``(n, 2048)``.

    Raises:
        DataError: the weights cannot be downloaded or read.
    """
    inputs = keras.Input((input_size, input_size, 1), name="faces_gray")
    x = inputs
    if enlarge > 1:
        x = layers.UpSampling2D(enlarge, interpolation="bilinear", name="enlarge")(x)
    x = layers.Concatenate(name="three_channels")([x, x, x])
    x = layers.Rescaling(1.0, offset=[-mean for mean in CHANNEL_MEANS], name="centre")(x)
    try:
        trunk = keras.applications.ResNet50(
            include_top=False, weights=weights, input_tensor=x, pooling="avg"
        )
    except Exception as error:  # Keras raises a bare Exception where a download fails
        raise DataError(
            "The ImageNet weights of ResNet-50 could not be loaded; they are downloaded once "
            f"from storage.googleapis.com, which takes an internet connection ({error})."
        ) from error
    return keras.Model(inputs, trunk.output, name="colour-resnet50")


def start_from_colour(gray: keras.Model, colour: keras.Model) -> None:
    """Give the gray network the colour network's weights, its kernels summed over channels.

    Args:
        gray: built by ``gray_resnet50.build``.
        colour: from ``load_colour_network``.
    """
    for layer in colour.layers:
        if not layer.weights:
            continue
        if layer.name == FIRST_CONVOLUTION:
            kernel, bias = layer.get_weights()
            constants = GRAY_MEAN - np.array(CHANNEL_MEANS, np.float32)
            bias = bias + np.einsum("hwcf,c->f", kernel, constants)
            gray.get_layer(layer.name).set_weights([kernel.sum(axis=2, keepdims=True), bias])
        else:
            gray.get_layer(layer.name).set_weights(layer.get_weights())


def fit_first_convolution(
    gray: keras.Model,
    colour: keras.Model,
    faces_gray: NDArray[np.uint8],
    *,
    epochs: int = _EPOCHS,
    learning_rate: float = _LEARNING_RATE,
    seed: int = 0,
) -> FirstConvolutionFit:
    """Fit the gray network's first convolution, and nothing else, to the colour embedding.

    Batch normalisation stays with its moving averages on both sides: the target must not
    depend on which faces share a batch.

    Args:
        gray: built by ``gray_resnet50.build`` in float32; its first convolution changes,
            and it is left as trainable as it was.
        colour: from ``load_colour_network``, for the same input.
        faces_gray: ``(n, side, side)`` uint8.
        epochs: passes over the faces.
        learning_rate: Adam's at the start; halved after every fifth of the epochs.
        seed: of the order.

    Returns:
        The distance before and after.

    Raises:
        DataError: no faces.
    """
    if not len(faces_gray):
        raise DataError("There is no face to fit the first convolution with.")
    pictures = faces_gray[..., None].astype(np.float32)
    wanted = colour.predict(pictures, batch_size=_BATCH, verbose=0)
    embedding = keras.Model(gray.input, gray.get_layer(EMBEDDING).output)
    trainable = {layer.name: layer.trainable for layer in gray.layers}
    for layer in gray.layers:
        layer.trainable = layer.name == FIRST_CONVOLUTION

    def halved(epoch: int) -> float:
        return learning_rate * float(0.5 ** (epoch * 5 // epochs))

    keras.utils.set_random_seed(seed)
    try:
        embedding.compile(optimizer=keras.optimizers.Adam(learning_rate), loss="mse")
        before = embedding.evaluate(pictures, wanted, batch_size=_BATCH, verbose=0)
        embedding.fit(
            pictures,
            wanted,
            batch_size=_BATCH,
            epochs=epochs,
            callbacks=[keras.callbacks.LearningRateScheduler(halved)],
            verbose=0,
        )
        after = embedding.evaluate(pictures, wanted, batch_size=_BATCH, verbose=0)
    finally:
        for layer in gray.layers:
            layer.trainable = trainable[layer.name]
    logger.info("first convolution: distance of the embeddings %.3g -> %.3g", before, after)
    return FirstConvolutionFit(float(before), float(after))


def initialise(model: keras.Model, faces_gray: NDArray[np.uint8], recipe: Recipe) -> None:
    """Bring a new ``gray-resnet50`` to where fine-tuning starts (steps 1 and 2).

    Args:
        model: built by ``gray_resnet50.build``, in any precision; changed in place.
        faces_gray: ``(n, side, side)`` uint8, the training part; the first few thousand
            are used.
        recipe: gives the input size.

    Raises:
        DataError: the ImageNet weights cannot be had.
    """
    colour = load_colour_network(recipe.input_size)
    # Distances of a few percent of an embedding are below what bfloat16 can tell.
    gray = build(input_size=recipe.input_size, heads={"expression": 1})
    start_from_colour(gray, colour)
    fit_first_convolution(gray, colour, faces_gray[:_MOST_FACES])
    for layer in gray.layers:
        if layer.weights and layer.name != "expression":
            model.get_layer(layer.name).set_weights(layer.get_weights())
