"""The protocol of a runtime and the choice between its two implementations."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.errors import UnknownNameError

if TYPE_CHECKING:
    from inference.bundle import Bundle


class Runtime(Protocol):
    """Runs a network. An instance belongs to one thread."""

    def logits(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Classify ``(n, side, side)`` uint8 faces -> ``(n, 8)`` float32 logits; n may be 0."""
        ...

    def heads(self, faces_gray: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        """The logits of every head of the bundle's card, ``(n, classes)``.

        A network that reads clips takes ``(n, side, side, frames)``.
        """
        ...

    def embeddings(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the heads look at: ``(n, side, side)`` uint8 faces -> ``(n, width)`` float32.

        Raises:
            BundleIncompatibleError: the network has no such output.
        """
        ...


def as_input(faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    """``(n, side, side[, frames])`` uint8 -> ``(n, [frames,] side, side, 1)`` float32."""
    if faces_gray.ndim == 4:
        faces_gray = np.moveaxis(faces_gray, 3, 1)
    return faces_gray[..., None].astype(np.float32)


#: ``litert`` is the product's; ``keras`` serves GPU servers and is the reference.
RUNTIMES: dict[str, str] = {
    "litert": "inference.runtime.litert:LiteRTRuntime",
    "keras": "inference.runtime.keras:KerasRuntime",
}


def load_runtime(name: str, bundle: Bundle) -> Runtime:
    """Open a bundle in the runtime of this name.

    Raises:
        UnknownNameError: no such runtime.
        BundleCorruptError: the runtime cannot open the bundle's file.
    """
    if name not in RUNTIMES:
        raise UnknownNameError("runtime", name, RUNTIMES)
    module, factory = RUNTIMES[name].split(":")
    runtime: Runtime = getattr(importlib.import_module(module), factory)(bundle)
    return runtime
