"""Training of one architecture, resumable at the end of every epoch."""

from __future__ import annotations

import json
import logging
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from inference import models
from inference.data.faces import FaceSet, label_distribution
from inference.labels import FER2013_LABELS, LABELS
from inference.models.registry import ARCHITECTURES
from inference.training.augment import AugmentConfig, augment, mix
from inference.training.start import load_trained, take_over_weights, teach

logger = logging.getLogger(__name__)

HEADS = {"expression": len(LABELS), "fer2013": len(FER2013_LABELS)}
_BACKUP_FOLDER = "backup"


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """Everything that decides what a run computes.

    Attributes:
        architecture: key of the registry.
        epochs: passes over the data.
        batch_size: faces in a step.
        learning_rate: peak of the cosine schedule.
        weight_decay: AdamW's.
        warmup_epochs: linear warm-up.
        ema_momentum: of the averaged weights.
        fer2013_weight: weight of the auxiliary FER2013 head's loss. Its labels agree with
            FER+ on 63 % of the faces; as a second task they still teach the trunk.
        mix_chance: chance of a face to be blended with another, see ``augment.mix``.
        start_from: a trained network to take weights from.
        teacher_weight: share of what that network says in the targets.
        mixed_precision: compute in bfloat16 (2.6 times faster than float32 on a CPU with
            AVX-512 BF16); the exported network is float32.
        seed: of weights, order and augmentation.
        augment: ranges of the random changes.
    """

    architecture: str
    epochs: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    warmup_epochs: float
    ema_momentum: float
    fer2013_weight: float = 0.3
    mix_chance: float = 0.0
    start_from: str = ""
    teacher_weight: float = 0.0
    mixed_precision: bool = True
    seed: int = 0
    input_size: int = 48
    augment: AugmentConfig = field(default_factory=AugmentConfig)

    @classmethod
    def from_recipe(cls, architecture: str, **overrides: Any) -> TrainConfig:
        """The architecture's own recipe, with what the caller wants different."""
        recipe = asdict(ARCHITECTURES[architecture].recipe)
        changes = {k: v for k, v in overrides.items() if v is not None}
        return cls(architecture=architecture, **{**recipe, **changes})


class _AugmentedFaces(keras.utils.PyDataset):
    """Batches of one epoch, the same for the same seed and epoch however often it is resumed."""

    def __init__(
        self, faces: FaceSet, config: TrainConfig, taught: dict[str, NDArray[np.float32]]
    ) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self._faces = faces
        self._config = config
        self.seed = config.seed
        distribution, self._weight = label_distribution(faces.votes)
        self._targets = {
            "expression": distribution,
            "fer2013": np.eye(len(FER2013_LABELS), dtype=np.float32)[faces.fer2013],
        }
        for head, said in taught.items():
            share = config.teacher_weight
            self._targets[head] = (1 - share) * self._targets[head] + share * said
        self.start_epoch(0)

    def __len__(self) -> int:
        return len(self._faces) // self._config.batch_size

    def start_epoch(self, epoch: int) -> None:
        self._epoch = epoch
        rng = np.random.default_rng((self._config.seed, epoch))
        self._order = rng.permutation(len(self._faces))

    def __getitem__(self, step: int) -> tuple[NDArray[np.float32], dict[str, Any], dict[str, Any]]:
        size = self._config.batch_size
        index = self._order[step * size : (step + 1) * size]
        rng = np.random.default_rng((self._config.seed, self._epoch, step))
        pictures = augment(self._faces.faces_gray[index], rng, self._config.augment)
        pictures, (expression, fer2013, weight) = mix(
            pictures,
            [
                self._targets["expression"][index],
                self._targets["fer2013"][index],
                self._weight[index],
            ],
            rng,
            self._config.mix_chance,
        )
        targets = {"expression": expression, "fer2013": fer2013}
        weights = {"expression": weight, "fer2013": np.ones(len(index), np.float32)}
        return pictures[..., None].astype(np.float32), targets, weights


class _EpochStart(keras.callbacks.Callback):
    """Seeds everything random for the epoch: a resumed run draws what an uninterrupted one does."""

    def __init__(self, data: _AugmentedFaces) -> None:
        super().__init__()
        self._data = data

    def on_epoch_begin(self, epoch: int, _logs: dict[str, float] | None = None) -> None:
        self._data.start_epoch(epoch)
        for layer in self.model.layers:
            # Dropout's state is not among the saved weights.
            generator = getattr(layer, "seed_generator", None)
            if generator is not None:
                generator.state.assign([self._data.seed, epoch])


class _Curves(keras.callbacks.Callback):
    """Appends each epoch's numbers to ``curves.json``; a resumed run goes on in the file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        rows = json.loads(self._path.read_text()) if self._path.exists() else []
        rows = [row for row in rows if row["epoch"] < epoch]
        rows.append({"epoch": epoch, **{k: round(float(v), 5) for k, v in (logs or {}).items()}})
        self._path.write_text(json.dumps(rows, indent=1) + "\n")
        logger.info("epoch %d: %s", epoch, rows[-1])


@keras.saving.register_keras_serializable("inference")
class WarmupCosine(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up, then half a cosine down to zero at ``total_steps``."""

    def __init__(self, peak: float, warmup_steps: int, total_steps: int) -> None:
        self.peak = peak
        self.warmup_steps = warmup_steps
        self.total_steps = total_steps

    def __call__(self, step: Any) -> Any:
        step = ops.cast(step, "float32")
        rise = (step + 1.0) / max(self.warmup_steps, 1)
        done = (step - self.warmup_steps) / max(self.total_steps - self.warmup_steps, 1)
        fall = 0.5 * (1.0 + ops.cos(math.pi * ops.clip(done, 0.0, 1.0)))
        return self.peak * ops.minimum(rise, fall)

    def get_config(self) -> dict[str, Any]:
        return {
            "peak": self.peak,
            "warmup_steps": self.warmup_steps,
            "total_steps": self.total_steps,
        }


def _compile(model: keras.Model, config: TrainConfig, steps_per_epoch: int) -> None:
    schedule = WarmupCosine(
        config.learning_rate,
        round(config.warmup_epochs * steps_per_epoch),
        config.epochs * steps_per_epoch,
    )
    # In a short run a long memory would still hold the untrained weights.
    momentum = min(config.ema_momentum, 1.0 - 20.0 / (config.epochs * steps_per_epoch + 20.0))
    optimizer = keras.optimizers.AdamW(
        schedule, weight_decay=config.weight_decay, use_ema=True, ema_momentum=momentum
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    model.compile(
        optimizer=optimizer,
        loss={
            "expression": keras.losses.CategoricalCrossentropy(from_logits=True),
            "fer2013": keras.losses.CategoricalCrossentropy(from_logits=True),
        },
        loss_weights={"expression": 1.0, "fer2013": config.fer2013_weight},
        weighted_metrics={"expression": ["accuracy"], "fer2013": ["accuracy"]},
    )


def train(faces: FaceSet, config: TrainConfig, out: Path, *, resume: bool = False) -> keras.Model:
    """Train and leave ``trained.keras`` (averaged weights, both heads) in ``out``.

    Args:
        faces: the training part.
        config: everything that decides the result.
        out: folder of the run; gets ``config.json``, ``curves.json``, the backup of the
            last epoch and the trained network.
        resume: go on from the backup in ``out`` if there is one. Every epoch has its own
            seed, so a resumed run sees the same batches as an uninterrupted one.

    Returns:
        The trained network.
    """
    out.mkdir(parents=True, exist_ok=True)
    backup = out / _BACKUP_FOLDER
    if not resume:
        for stale in (out / "curves.json", *backup.glob("**/*")):
            if stale.is_file():
                stale.unlink()
    (out / "config.json").write_text(json.dumps(asdict(config), indent=1) + "\n")
    keras.utils.set_random_seed(config.seed)
    keras.config.set_dtype_policy("mixed_bfloat16" if config.mixed_precision else "float32")
    try:
        model = models.build(config.architecture, input_size=config.input_size, heads=HEADS)
    finally:
        keras.config.set_dtype_policy("float32")
    taught: dict[str, NDArray[np.float32]] = {}
    if config.start_from:
        source = load_trained(Path(config.start_from))
        take_over_weights(model, source)
        if config.teacher_weight:
            taught = teach(source, faces.faces_gray)
    data = _AugmentedFaces(faces, config, taught)
    _compile(model, config, len(data))
    model.fit(
        data,
        epochs=config.epochs,
        shuffle=False,  # the data set does it, from the epoch's own seed
        callbacks=[
            _EpochStart(data),
            keras.callbacks.BackupAndRestore(str(backup), delete_checkpoint=False),
            _Curves(out / "curves.json"),
        ],
        verbose=2,
    )
    # Keras swaps the averaged weights in at the end of fit().
    partial = out / "trained.partial.keras"
    model.save(partial)
    partial.replace(out / "trained.keras")
    return model
