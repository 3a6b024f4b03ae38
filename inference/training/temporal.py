"""Learning the temporal head over a face bundle's embeddings."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle, Card, write_card
from inference.data.faces import FaceSet
from inference.labels import LABEL_SETS
from inference.models import Recipe
from inference.models.augmentation import AugmentConfig
from inference.models.temporal_head import build
from inference.runtime import load_runtime
from inference.training.augment import augment
from inference.training.examples import Examples, examples
from inference.training.export import library_versions, put_in_place, write_networks
from inference.training.folds import person_folds
from inference.training.tune import fit_temperature

FRAMES = 3


@dataclass(frozen=True, slots=True)
class TemporalConfig:
    """How the head is trained.

    Attributes:
        label_set: key of ``labels.LABEL_SETS``.
        epochs: passes over all variants of all clips.
        batch_size: clips in a step.
        learning_rate: of AdamW, constant.
        weight_decay: of AdamW.
        label_smoothing: share of the target that is spread over all classes.
        variants: augmented copies of each clip, beside the clip itself.
        seed: of weights, order and augmentation.
        augment: ranges of the random changes; the frames of a clip change alike.
    """

    label_set: str = "clips"
    epochs: int = 40
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 0.05
    label_smoothing: float = 0.05
    variants: int = 15
    seed: int = 0
    augment: AugmentConfig = field(
        default_factory=lambda: AugmentConfig(
            rotation_deg=10, scale=0.08, shift=0.05, gamma=0.3, erase_chance=0.0
        )
    )


@dataclass(frozen=True, slots=True)
class EmbeddedClips:
    """Clips as a face network sees them.

    Attributes:
        embeddings: ``(variants + 1, clips, frames, width)`` float32, the clip itself first.
        classes: ``(clips,)`` int64.
        group: ``(clips,)`` the person in each.
    """

    embeddings: NDArray[np.float32]
    classes: NDArray[np.int64]
    group: NDArray[np.str_]


def clip_examples(faces: FaceSet, label_set: str) -> tuple[Examples, NDArray[np.str_]]:
    """The clips of a data set, and the person in each."""
    shown = examples(
        faces,
        Recipe(label_set=label_set, input_size=faces.faces_gray.shape[1]),
        FRAMES,
        every_class=False,
    )
    return shown, faces.group[shown.rows]


def embed_clips(bundle: Bundle, faces: FaceSet, config: TemporalConfig) -> EmbeddedClips:
    """Run every clip and its augmented variants through the face network, in LiteRT.

    Raises:
        DataError: no clip of enough frames, or faces of another size than the bundle's.
        BundleIncompatibleError: the bundle gives no embedding.
    """
    shown, group = clip_examples(faces, config.label_set)
    runtime = load_runtime("litert", bundle)
    rng = np.random.default_rng(config.seed)
    rows = []
    for variant in range(config.variants + 1):
        pictures = augment(shown.pictures, rng, config.augment) if variant else shown.pictures
        frames = np.moveaxis(pictures, 3, 1)
        flat = runtime.embeddings(frames.reshape(-1, *frames.shape[2:]))
        rows.append(flat.reshape(len(frames), FRAMES, -1))
    return EmbeddedClips(np.stack(rows), shown.targets["expression"].argmax(axis=1), group)


def train_head(
    clips: EmbeddedClips, index: NDArray[np.intp], config: TemporalConfig
) -> keras.Model:
    """Fit the head to the clips at ``index``, all variants of them."""
    keras.utils.set_random_seed(config.seed)
    classes = len(LABEL_SETS[config.label_set])
    embeddings = clips.embeddings[:, index]
    variants, _, frames, width = embeddings.shape
    model = build(width=width, frames=frames, heads={"expression": classes})
    model.compile(
        optimizer=keras.optimizers.AdamW(config.learning_rate, weight_decay=config.weight_decay),
        loss={
            "expression": keras.losses.CategoricalCrossentropy(
                from_logits=True, label_smoothing=config.label_smoothing
            )
        },
    )
    targets = np.tile(np.eye(classes, dtype=np.float32)[clips.classes[index]], (variants, 1))
    model.fit(
        embeddings.reshape(-1, frames, width),
        {"expression": targets},
        batch_size=config.batch_size,
        epochs=config.epochs,
        verbose=0,
    )
    return model


def make_head_bundle(
    faces: Bundle,
    clips: EmbeddedClips,
    out: Path,
    config: TemporalConfig,
    *,
    training: Mapping[str, Any],
    metrics: Mapping[str, Any],
) -> Bundle:
    """Fit the head to all clips and write its bundle, whole or not at all.

    The temperature is fitted on clips held back by person from a second, throw-away fit: a
    head asked about what it has learnt is always sure.

    Args:
        faces: the face network under it.
        clips: of ``embed_clips`` with that network.
        out: folder of the bundle.
        config: of the head and of ``clips``.
        training: what the card shall say of the data.
        metrics: of the cross-validation.
    """
    labels = tuple(LABEL_SETS[config.label_set])
    held = person_folds(clips.classes, clips.group, 5, config.seed) == 0
    trial = train_head(clips, np.flatnonzero(~held), config)
    logits = trial.predict(clips.embeddings[0, held], verbose=0)["expression"]
    truth = np.eye(len(labels), dtype=np.float32)[clips.classes[held]]
    temperature = round(fit_temperature(logits, truth), 4)
    network = train_head(clips, np.arange(len(clips.classes)), config)
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        card = Card(
            architecture="temporal-head",
            labels=labels,
            input_size=faces.card.input_size,
            crop=faces.card.crop,
            quality=faces.card.quality,
            temperature=temperature,
            confidence_temperature=temperature,
            unsure_below=0.0,
            mixed_above=0.5,
            heads={"expression": labels},
            frames=FRAMES,
            embedding_of=faces.version,
            training={**training, "config": asdict(config)},
            metrics=dict(metrics),
            libraries=library_versions(),
            files=write_networks(network, partial),
        )
        write_card(partial, card)
        put_in_place(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Bundle.load(out, labels=labels)
