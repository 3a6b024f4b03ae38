"""The best network so far, whoever stops a training and whenever."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from inference.errors import DataError
from inference.files import write_atomically

WEIGHTS_FILE, STATE_FILE = "best.weights.npz", "best.json"


class DivergedError(DataError):
    """The loss is not a number any more."""


class BestSoFar(keras.callbacks.Callback):
    """Keeps the weights of the pass of least validation loss in files, and ends with them.

    What is kept are the weights that were validated: with averaged weights (``SwapEMAWeights``
    before this one in the list) the average. A resumed training goes on with what it finds.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._validated: list[np.ndarray] | None = None
        self._least = math.inf

    def on_train_begin(self, _logs: dict[str, float] | None = None) -> None:
        state = best_of(self._folder)
        if state is not None and (self._folder / WEIGHTS_FILE).exists():
            self._least = state[1]

    def on_test_batch_begin(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if batch == 0:
            self._validated = self.model.get_weights()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        found = logs or {}
        loss = float(found.get("val_expression_loss", found.get("val_loss", math.inf)))
        if self._validated is None or not loss < self._least:
            return
        self._least = loss
        buffer = io.BytesIO()
        np.savez(buffer, *self._validated)
        write_atomically(self._folder / WEIGHTS_FILE, buffer.getvalue())
        text = json.dumps({"epoch": epoch, "loss": loss})
        write_atomically(self._folder / STATE_FILE, text.encode())

    def on_train_end(self, _logs: dict[str, float] | None = None) -> None:
        path = self._folder / WEIGHTS_FILE
        if path.exists():
            with np.load(path, allow_pickle=False) as stored:
                self.model.set_weights([stored[name] for name in stored.files])


def best_of(folder: Path) -> tuple[int, float] | None:
    """The pass (from 0) that ``BestSoFar`` kept in a folder, and its loss."""
    try:
        state = json.loads((folder / STATE_FILE).read_text())
        return int(state["epoch"]), float(state["loss"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


class Watch(keras.callbacks.Callback):
    """Tells the caller how far training is and lets it end it, also in the middle of a pass.

    Args:
        on_epoch: called after each whole pass with its number from 1.
        should_stop: asked after every step with the number of whole passes and the share of
            the present one that is done.
    """

    def __init__(
        self, on_epoch: Callable[[int], None], should_stop: Callable[[int, float], bool]
    ) -> None:
        super().__init__()
        self._on_epoch = on_epoch
        self._should_stop = should_stop
        self._epoch = 0
        self._cut = False

    def on_epoch_begin(self, epoch: int, _logs: dict[str, float] | None = None) -> None:
        self._epoch, self._cut = epoch, False

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        if not math.isfinite(float((logs or {}).get("loss", 0.0))):
            raise DivergedError("The loss is not a number any more.")
        steps = int(self.params.get("steps") or 1)
        if batch + 1 < steps and self._should_stop(self._epoch, (batch + 1) / steps):
            self._cut = True
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, _logs: dict[str, float] | None = None) -> None:
        if self._cut:
            return
        self._on_epoch(epoch + 1)
        if self._should_stop(epoch + 1, 0.0):
            self.model.stop_training = True
