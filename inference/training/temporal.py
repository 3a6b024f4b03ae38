"""Learning the temporal head over a face bundle's embeddings."""

from __future__ import annotations

from dataclasses import dataclass, field

import keras
import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.data.faces import FaceSet
from inference.labels import LABEL_SETS
from inference.models import Recipe
from inference.models.temporal_head import build
from inference.runtime import load_runtime
from inference.training.augment import AugmentConfig, augment
from inference.training.examples import Examples, examples

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
