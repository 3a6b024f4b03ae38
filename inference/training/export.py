"""From a trained network to the files of a bundle."""

from __future__ import annotations

import tempfile
from importlib.metadata import version
from pathlib import Path

import keras

from inference import models
from inference.bundle import KERAS_FILE, TFLITE_FILE
from inference.errors import DataError
from inference.files import file_sha256, write_atomically

#: Versions worth knowing when a bundle behaves unlike its card.
_LIBRARIES = ("keras", "tensorflow", "tensorflow-cpu", "ai-edge-litert", "numpy")


def inference_network(trained: keras.Model, architecture: str, input_size: int) -> keras.Model:
    """The float32 network with the expression head alone.

    A network trained in mixed precision is rebuilt in float32 before conversion; its
    auxiliary head has done its work.

    Args:
        trained: a model with an output named ``expression``.
        architecture: the registry's name for it.
        input_size: side of its input in pixels.

    Returns:
        ``(n, input_size, input_size, 1)`` float32 in 0..255 -> ``(n, 8)`` logits.
    """
    heads = {name: int(output.shape[-1]) for name, output in trained.output.items()}
    if "expression" not in heads:
        raise DataError("The trained network has no output named “expression”.")
    rebuilt = models.build(architecture, input_size=input_size, heads=heads)
    rebuilt.set_weights(trained.get_weights())
    return keras.Model(rebuilt.input, rebuilt.output["expression"], name=architecture)


def convert_to_tflite(network: keras.Model) -> bytes:
    """Convert with weights in int8, activations in float32 (dynamic-range quantisation)."""
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        network.export(folder, format="tf_saved_model", verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        flat: bytes = converter.convert()
    return flat


def write_networks(network: keras.Model, out: Path) -> dict[str, str]:
    """Write ``model.keras`` and ``model.tflite``; returns name -> SHA-256 for the card."""
    out.mkdir(parents=True, exist_ok=True)
    partial = out / f".partial.{KERAS_FILE}"
    network.save(partial)
    partial.replace(out / KERAS_FILE)
    write_atomically(out / TFLITE_FILE, convert_to_tflite(network))
    return {name: file_sha256(out / name) for name in (KERAS_FILE, TFLITE_FILE)}


def library_versions() -> dict[str, str]:
    """The installed versions of the libraries that make and run bundles."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found
