"""Training of one architecture, resumable at the end of every epoch."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import keras

from inference import models
from inference.data.faces import FaceSet
from inference.errors import DataError
from inference.labels import LABEL_SETS
from inference.models import Recipe
from inference.models.registry import load_function
from inference.training.callbacks import Curves, EpochStart, Validation
from inference.training.examples import Examples, examples, heads_of
from inference.training.feed import Batches
from inference.training.optimise import compile_model
from inference.training.start import load_trained, take_over_weights, teach

logger = logging.getLogger(__name__)

CONFIG_FILE = "config.json"
_BACKUP_FOLDER = "backup"
#: Faces at a time where nothing is learnt.
_EVALUATION_BATCH = 256


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Everything that decides what a run computes.

    Attributes:
        architecture: key of the registry.
        recipe: how it is trained.
        seed: of weights, order and augmentation.
        start_from: a trained network to take weights from, and to be taught by.
        deterministic: give up fast kernels whose result depends on the order of threads.
    """

    architecture: str
    recipe: Recipe
    seed: int = 0
    start_from: str = ""
    deterministic: bool = False

    @classmethod
    def of(cls, architecture: str, *, seed: int = 0, **changes: Any) -> TrainConfig:
        """The architecture's own recipe, with what the caller wants different.

        Raises:
            UnknownNameError: no such architecture.
        """
        own = {k: changes.pop(k) for k in ("start_from", "deterministic") if k in changes}
        wanted = {k: v for k, v in changes.items() if v is not None}
        recipe = replace(models.architecture(architecture).recipe, **wanted)
        if recipe.label_set not in LABEL_SETS:
            raise DataError(f"There is no label set “{recipe.label_set}”.")
        return cls(architecture=architecture, recipe=recipe, seed=seed, **own)


def read_config(run: Path) -> TrainConfig:
    """The configuration of the run in a folder.

    Raises:
        DataError: there is none.
    """
    try:
        raw = json.loads((run / CONFIG_FILE).read_text())
        return TrainConfig(**{**raw, "recipe": Recipe.from_dict(raw["recipe"])})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{run} is not the folder of a training run: {error}") from error


def train(
    faces: FaceSet,
    config: TrainConfig,
    out: Path,
    *,
    validation: FaceSet | None = None,
    resume: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> keras.Model:
    """Train and leave ``trained.keras`` (all heads) in ``out``.

    Args:
        faces: the training part.
        config: everything that decides the result.
        out: folder of the run; gets ``config.json``, ``curves.json`` and ``.png``, the
            backup of the last epoch and the trained network.
        validation: a part held back, measured after every epoch; recipes that stop early
            or wait for a plateau need it.
        resume: go on from the backup in ``out`` if there is one. Every epoch has its own
            seed, so a resumed run sees the same batches as an uninterrupted one.
        callbacks: the caller's own, after ours.

    Returns:
        The trained network.

    Raises:
        DataError: data that do not fit the recipe, or a network to start from that cannot
            be read.
    """
    recipe, entry = config.recipe, models.architecture(config.architecture)
    if validation is None and (recipe.plateau_patience or recipe.stop_patience):
        raise DataError("This recipe watches the validation accuracy: it needs a part held back.")
    # What it starts from knows every class: corrections of some of them are enough.
    shown = examples(faces, recipe, entry.frames, every_class=not config.start_from)
    watched = None
    if validation is not None:
        watched = examples(validation, recipe, entry.frames, every_class=False)
    out.mkdir(parents=True, exist_ok=True)
    backup = out / _BACKUP_FOLDER
    if not resume:
        _forget(out)
    (out / CONFIG_FILE).write_text(json.dumps(asdict(config), indent=1) + "\n")
    keras.utils.set_random_seed(config.seed)
    if config.deterministic and keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    model, shown = _start(config, shown)
    data = Batches(shown, recipe, config.seed)
    compile_model(model, recipe, len(data))
    watching: list[keras.callbacks.Callback] = []
    if watched is not None:
        if recipe.ema_momentum > 0:
            watching.append(keras.callbacks.SwapEMAWeights(swap_on_epoch=False))
        watching.append(
            Validation(
                out,
                plateau_patience=recipe.plateau_patience,
                plateau_factor=recipe.plateau_factor,
                stop_patience=recipe.stop_patience,
            )
        )
    everything = slice(None)
    model.fit(
        data,
        epochs=recipe.epochs,
        shuffle=False,  # the data set does it, from the epoch's own seed
        validation_data=(watched.inputs(everything), watched.targets, watched.weights)
        if watched
        else None,
        validation_batch_size=_EVALUATION_BATCH,
        callbacks=[
            EpochStart(data),
            keras.callbacks.BackupAndRestore(str(backup), delete_checkpoint=False),
            *watching,
            Curves(out),
            *callbacks,
        ],
        verbose=1 if sys.stdout.isatty() else 2,
    )
    # Keras swaps the averaged weights in at the end of fit().
    partial = out / "trained.partial.keras"
    model.save(partial)
    partial.replace(out / "trained.keras")
    return model


def _start(config: TrainConfig, shown: Examples) -> tuple[keras.Model, Examples]:
    """The network as training finds it, and what it is shown with its teacher's word in it."""
    recipe, entry = config.recipe, models.architecture(config.architecture)
    keras.config.set_dtype_policy("mixed_bfloat16" if recipe.mixed_precision else "float32")
    try:
        model = models.build(
            config.architecture, input_size=recipe.input_size, heads=heads_of(recipe)
        )
    finally:
        keras.config.set_dtype_policy("float32")
    if config.start_from:
        source = load_trained(Path(config.start_from))
        take_over_weights(model, source)
        if recipe.teacher_weight:
            shown = shown.taught(teach(source, shown), recipe.teacher_weight)
    elif entry.initialiser:
        load_function(entry.initialiser)(model, shown.pictures, recipe)
    return model, shown


def _forget(out: Path) -> None:
    """Remove what an earlier run left in the folder."""
    left = ("curves.json", "curves.png", "validation.json", "best.weights.h5")
    for stale in (*(out / name for name in left), *(out / _BACKUP_FOLDER).glob("**/*")):
        if stale.is_file():
            stale.unlink()
