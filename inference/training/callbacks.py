"""What happens between epochs."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import keras

from inference.training.curves import draw_curves
from inference.training.feed import Batches

logger = logging.getLogger(__name__)


class EpochStart(keras.callbacks.Callback):
    """Seeds everything random for the epoch: a resumed run draws what an uninterrupted one does."""

    def __init__(self, data: Batches) -> None:
        super().__init__()
        self._data = data

    def on_epoch_begin(self, epoch: int, _logs: dict[str, float] | None = None) -> None:
        self._data.start_epoch(epoch)
        for layer in self.model.layers:
            # Dropout's state is not among the saved weights.
            generator = getattr(layer, "seed_generator", None)
            if generator is not None:
                generator.state.assign([self._data.seed, epoch])


class Curves(keras.callbacks.Callback):
    """Each epoch's numbers in ``curves.json`` and ``curves.png``; a resumed run goes on in them."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        path = self._folder / "curves.json"
        rows = json.loads(path.read_text()) if path.exists() else []
        rows = [row for row in rows if row["epoch"] < epoch]
        rows.append({"epoch": epoch, **{k: round(float(v), 6) for k, v in (logs or {}).items()}})
        path.write_text(json.dumps(rows, indent=1) + "\n")
        draw_curves(rows, self._folder / "curves.png")
        logger.info("epoch %d: %s", epoch + 1, rows[-1])


class Validation(keras.callbacks.Callback):
    """Learning rate, stopping and the weights that are kept, by validation accuracy.

    Keras' own ``ReduceLROnPlateau`` and ``EarlyStopping`` forget at a restart; this one
    keeps its state and the best weights in files.
    """

    def __init__(
        self, folder: Path, *, plateau_patience: int, plateau_factor: float, stop_patience: int
    ) -> None:
        super().__init__()
        self._best_path = folder / "best.weights.h5"
        self._state_path = folder / "validation.json"
        self._plateau_patience = plateau_patience
        self._plateau_factor = plateau_factor
        self._stop_patience = stop_patience
        self._state: dict[str, Any] = {"best": -1.0, "best_epoch": -1, "reduced_at": -1}

    def on_train_begin(self, _logs: dict[str, float] | None = None) -> None:
        if self._state_path.exists():
            self._state = json.loads(self._state_path.read_text())

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        accuracy = validation_accuracy(logs or {})
        state = self._state
        if accuracy > state["best"]:
            state.update(best=accuracy, best_epoch=epoch)
            self.model.save_weights(self._best_path)
        waited = epoch - max(state["best_epoch"], state["reduced_at"])
        if self._plateau_patience and waited >= self._plateau_patience:
            rate = float(self.model.optimizer.learning_rate) * self._plateau_factor
            self.model.optimizer.learning_rate = rate
            state["reduced_at"] = epoch
            logger.info("no better accuracy for %d epochs: learning rate %.2g", waited, rate)
        if self._stop_patience and epoch - state["best_epoch"] >= self._stop_patience:
            self.model.stop_training = True
        self._state_path.write_text(json.dumps(state) + "\n")

    def on_train_end(self, _logs: dict[str, float] | None = None) -> None:
        if self._stop_patience and self._best_path.exists():
            self.model.load_weights(self._best_path)


def validation_accuracy(logs: dict[str, float]) -> float:
    """Accuracy of the expression head; its name depends on whether it is the only head."""
    return float(logs.get("val_expression_accuracy", logs.get("val_accuracy", -1.0)))
