"""Batches: shuffled, augmented, blended, and the same again after a restart."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from inference.models import Recipe
from inference.runtime.base import as_input
from inference.training.augment import augment, mix
from inference.training.examples import Examples


class Batches(keras.utils.PyDataset):
    """Batches of one epoch, the same for the same seed and epoch however often it is resumed."""

    def __init__(self, shown: Examples, recipe: Recipe, seed: int) -> None:
        super().__init__(workers=1, use_multiprocessing=False, max_queue_size=16)
        self._examples = shown
        self._recipe = recipe
        self.seed = seed
        self.start_epoch(0)

    def __len__(self) -> int:
        # A last, smaller batch would compile a second graph and weigh its faces more.
        return max(1, len(self._examples) // self._recipe.batch_size)

    def start_epoch(self, epoch: int) -> None:
        """Draw the epoch's order."""
        self._epoch = epoch
        rng = np.random.default_rng((self.seed, epoch))
        self._order = rng.permutation(len(self._examples))

    def __getitem__(self, step: int) -> tuple[NDArray[np.float32], dict[str, Any], dict[str, Any]]:
        size = self._recipe.batch_size
        index = self._order[step * size : (step + 1) * size]
        rng = np.random.default_rng((self.seed, self._epoch, step))
        pictures = augment(self._examples.pictures[index], rng, self._recipe.augment)
        heads = list(self._examples.targets)
        pictures, blended = mix(
            pictures,
            [self._examples.targets[head][index] for head in heads]
            + [self._examples.weights[head][index] for head in heads],
            rng,
            self._recipe.mix_chance,
        )
        return (
            as_input(pictures),
            dict(zip(heads, blended, strict=False)),
            dict(zip(heads, blended[len(heads) :], strict=True)),
        )
