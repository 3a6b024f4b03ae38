"""Looking inside a network: what its layers see in a face, and where a label comes from.

Reads ``model.keras``; the LiteRT file keeps no layers. Imports Keras.
"""

from __future__ import annotations

import keras
import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.calibrate import softmax
from inference.errors import BundleCorruptError, BundleIncompatibleError, UnknownNameError
from inference.evaluation.activation_map import BY_GRADIENT, EXACT, ActivationMap
from inference.models import norm as _registers_layers  # noqa: F401  (for load_model)
from inference.runtime.base import as_input

#: Side of the square that is covered in an occlusion map, and the step between squares, as
#: shares of the crop's side: a whole mouth, moved by less than a lip.
_COVER, _STEP = 1 / 3, 1 / 16


class Explainer:
    """A bundle's network in Keras, opened for looking inside."""

    def __init__(self, bundle: Bundle) -> None:
        """Open ``model.keras``.

        Raises:
            BundleCorruptError: it is not there or cannot be read.
            BundleIncompatibleError: the network reads clips.
        """
        if bundle.card.frames > 1:
            raise BundleIncompatibleError(
                "The model reads clips; only a model of single faces can be explained."
            )
        if not bundle.keras_path.exists():
            raise BundleCorruptError(
                f"The model {bundle.path.name} lacks its file {bundle.keras_path.name}, "
                "without which it cannot be explained."
            )
        try:
            self._model = keras.saving.load_model(bundle.keras_path, compile=False)
        except (ValueError, OSError) as error:
            raise BundleCorruptError(f"{bundle.keras_path.name} cannot be read: {error}") from error
        self._bundle = bundle

    def layers(self) -> tuple[str, ...]:
        """Names of the layers, from the input on."""
        return tuple(
            layer.name
            for layer in self._model.layers
            if not isinstance(layer, keras.layers.InputLayer)
        )

    def features(self, crop_gray: NDArray[np.uint8], layer: str) -> NDArray[np.float32]:
        """What one layer sees in a face.

        Args:
            crop_gray: ``(side, side)`` uint8, as the network takes it.
            layer: one of ``layers()``.

        Returns:
            ``(h, w, channels)`` float32; a layer without places is ``(1, 1, channels)``.

        Raises:
            UnknownNameError: no such layer.
        """
        return self._features(crop_gray, self._layer(layer))

    def activation_map(
        self, crop_gray: NDArray[np.uint8], label: str | None = None
    ) -> ActivationMap:
        """Where a label comes from.

        Where the network ends in global average pooling and one dense layer, the logit *is*
        a sum over places, and the map is exact (Zhou et al., "Learning Deep Features for
        Discriminative Localization", CVPR 2016). Elsewhere the last features are weighed
        with the label's mean gradient (Selvaraju et al., "Grad-CAM", ICCV 2017), which needs
        the TensorFlow backend.

        Args:
            crop_gray: ``(side, side)`` uint8, as the network takes it.
            label: of the bundle's; ``None`` takes the likeliest.

        Raises:
            UnknownNameError: no such label.
            BundleIncompatibleError: the network has no layer with places, or gradients are
                needed on another backend.
        """
        logits = self._logits(crop_gray[None])[0]
        wanted = self._wanted(logits, label)
        pooled = self._pooled_layer()
        if pooled is not None:
            kernel = np.asarray(self._dense().kernel, np.float32)
            contribution = self._features(crop_gray, pooled) @ kernel[:, wanted]
            way, layer = EXACT, pooled
        else:
            way, layer = BY_GRADIENT, self._last_spatial_layer()
            contribution = self._by_gradient(crop_gray, layer, wanted)
        return ActivationMap(
            label=self._bundle.labels[wanted],
            way=way,
            layer=layer.name,
            contribution=contribution.astype(np.float32),
            probabilities=softmax(logits, self._bundle.card.temperature),
        )

    def occlusion_map(
        self, crop_gray: NDArray[np.uint8], label: str | None = None
    ) -> NDArray[np.float32]:
        """What covering a place costs the label.

        A gray square is moved over the face (Zeiler and Fergus, "Visualizing and
        Understanding Convolutional Networks", ECCV 2014). Each of the last layer's places
        sees most of a small face, so a class-activation map says only roughly which part
        matters; this asks the network itself.

        Args:
            crop_gray: ``(side, side)`` uint8, as the network takes it.
            label: of the bundle's; ``None`` takes the likeliest.

        Returns:
            ``(side, side)`` float32: by how much the label's logit falls, mean over the
            squares that cover a pixel. Below 0 the covered place spoke against the label.

        Raises:
            UnknownNameError: no such label.
        """
        side = len(crop_gray)
        cover, step = max(round(side * _COVER), 1), max(round(side * _STEP), 1)
        # Squares reach over the edge, so that the border is covered as often as the middle.
        starts = range(step - cover, side, step)
        places = [
            (slice(max(y, 0), y + cover), slice(max(x, 0), x + cover))
            for y in starts
            for x in starts
        ]
        covered = np.repeat(crop_gray[None], len(places), axis=0)
        for picture, place in zip(covered, places, strict=True):
            picture[place] = round(float(crop_gray.mean()))
        whole = self._logits(crop_gray[None])[0]
        wanted = self._wanted(whole, label)
        cost = whole[wanted] - self._logits(covered)[:, wanted]
        total, times = np.zeros((2, side, side), np.float32)
        for place, fall in zip(places, cost, strict=True):
            total[place] += fall
            times[place] += 1
        mean: NDArray[np.float32] = total / times
        return mean

    def _logits(self, crops_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        said = self._model(as_input(crops_gray), training=False)["expression"]
        return np.asarray(said, np.float32)

    def _wanted(self, logits: NDArray[np.float32], label: str | None) -> int:
        labels = self._bundle.labels
        if label is None:
            return int(np.argmax(logits))
        if label not in labels:
            raise UnknownNameError("label", label, labels)
        return labels.index(label)

    def _layer(self, name: str) -> keras.layers.Layer:
        if name not in self.layers():
            raise UnknownNameError("layer", name, self.layers())
        return self._model.get_layer(name)

    def _dense(self) -> keras.layers.Layer:
        return self._model.get_layer("expression")

    def _features(
        self, crop_gray: NDArray[np.uint8], layer: keras.layers.Layer
    ) -> NDArray[np.float32]:
        inside = keras.Model(self._model.inputs[0], layer.output)
        out = np.asarray(inside(as_input(crop_gray[None]), training=False), np.float32)[0]
        maps: NDArray[np.float32] = out if out.ndim == 3 else out.reshape(1, 1, -1)
        return maps

    def _pooled_layer(self) -> keras.layers.Layer | None:
        """The layer whose averaged features the label's dense layer reads, if it does."""
        if not isinstance(self._dense(), keras.layers.Dense):
            return None
        before = _producer(self._dense())
        while isinstance(before, keras.layers.Dropout):
            before = _producer(before)
        if not isinstance(before, keras.layers.GlobalAveragePooling2D):
            return None
        return _producer(before)

    def _last_spatial_layer(self) -> keras.layers.Layer:
        for layer in reversed(self._model.layers):
            if len(layer.output.shape) == 4 and min(layer.output.shape[1:3]) > 1:
                return layer
        raise BundleIncompatibleError("The model has no layer with places to draw a map of.")

    def _by_gradient(
        self, crop_gray: NDArray[np.uint8], layer: keras.layers.Layer, wanted: int
    ) -> NDArray[np.float32]:
        if keras.backend.backend() != "tensorflow":
            raise BundleIncompatibleError(
                "This model's map needs gradients, for which Keras must run on TensorFlow."
            )
        import tensorflow as tf

        both = keras.Model(self._model.inputs[0], [layer.output, self._dense().output])
        pixels = tf.constant(as_input(crop_gray[None]))
        with tf.GradientTape() as tape:
            tape.watch(pixels)  # layers without weights are recorded, too
            features, logits = both(pixels, training=False)
            logit = logits[0, wanted]
        gradient = np.asarray(tape.gradient(logit, features), np.float32)[0]
        seen: NDArray[np.float32] = np.asarray(features, np.float32)[0]
        weighed: NDArray[np.float32] = seen @ gradient.mean(axis=(0, 1))
        return weighed


def _producer(layer: keras.layers.Layer) -> keras.layers.Layer:
    """The layer that makes a layer's one input."""
    return layer.input._keras_history.operation
