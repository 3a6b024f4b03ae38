"""From a trained network to the files of a bundle."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import h5py
import keras
import numpy as np
from numpy.typing import NDArray

from inference import models
from inference.bundle import EMBEDDING, KERAS_FILE, TFLITE_FILE
from inference.errors import DataError
from inference.files import file_sha256, write_atomically

_WEIGHTS_MEMBER = "model.weights.h5"
#: Versions worth knowing when a bundle behaves unlike its card.
_LIBRARIES = ("keras", "tensorflow", "tensorflow-cpu", "ai-edge-litert", "numpy")


def inference_network(trained: keras.Model, architecture: str, input_size: int) -> keras.Model:
    """The float32 network with all heads, its kernels rounded to what is stored.

    A network trained in mixed precision is rebuilt in float32 before conversion.

    Args:
        trained: a model with an output named ``expression``.
        architecture: the registry's name for it.
        input_size: side of its input in pixels.

    Returns:
        ``(n, input_size, input_size, 1)`` float32 in 0..255 -> dict of logits, and of what
        the heads look at, ``embedding``, where the network has a layer of that name.
    """
    heads = {
        name: int(output.shape[-1]) for name, output in trained.output.items() if name != EMBEDDING
    }
    if "expression" not in heads:
        raise DataError("The trained network has no output named “expression”.")
    rebuilt = models.build(architecture, input_size=input_size, heads=heads)
    rebuilt.set_weights([_rounded(w) for w in trained.get_weights()])
    outputs = dict(rebuilt.output)
    if EMBEDDING in {layer.name for layer in rebuilt.layers}:
        outputs[EMBEDDING] = rebuilt.get_layer(EMBEDDING).output
    return keras.Model(rebuilt.input, outputs, name=rebuilt.name)


def _rounded(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Kernels in half precision; statistics and biases, which are few, as they are."""
    return weights.astype(np.float16).astype(np.float32) if weights.ndim > 1 else weights


def convert_to_tflite(network: keras.Model) -> bytes:
    """Convert to LiteRT's format: weights in int8, activations in float32 (dynamic range)."""
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
    _halve_weights(partial)
    partial.replace(out / KERAS_FILE)
    write_atomically(out / TFLITE_FILE, convert_to_tflite(network))
    return {name: file_sha256(out / name) for name in (KERAS_FILE, TFLITE_FILE)}


def _halve_weights(path: Path) -> None:
    """Store the kernels of a ``.keras`` file in half precision, which they were rounded to.

    Keras reads them into float32 variables again; the file is half as large.
    """
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    source = h5py.File(io.BytesIO(members[_WEIGHTS_MEMBER]), "r")
    smaller = io.BytesIO()
    with source, h5py.File(smaller, "w") as target:

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Dataset):
                narrow = item.ndim > 1 and item.dtype == np.float32
                target.create_dataset(
                    name, data=item[()].astype(np.float16) if narrow else item[()]
                )
            else:
                target.require_group(name)
            twin = target[name]
            for key, value in item.attrs.items():
                twin.attrs[key] = value

        source.visititems(copy)
    members[_WEIGHTS_MEMBER] = smaller.getvalue()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def library_versions() -> dict[str, str]:
    """The installed versions of the libraries that make and run bundles."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except ModuleNotFoundError:
            continue
    return found


def put_in_place(partial: Path, out: Path) -> None:
    """Rename a finished folder over an older one, which stays whole until then."""
    former = out.with_name(f".{out.name}.former")
    shutil.rmtree(former, ignore_errors=True)
    if out.exists():
        out.rename(former)
    partial.rename(out)
    shutil.rmtree(former, ignore_errors=True)
