"""Optimiser, schedule and losses of a recipe."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from inference.errors import UnknownNameError
from inference.models import Recipe


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


def compile_model(model: keras.Model, recipe: Recipe, steps_per_epoch: int) -> None:
    """Make a network ready for ``fit``.

    Raises:
        UnknownNameError: an optimiser or schedule that we do not know.
    """
    total = recipe.epochs * steps_per_epoch
    rate: Any = recipe.learning_rate
    if recipe.schedule == "cosine":
        rate = WarmupCosine(rate, round(recipe.warmup_epochs * steps_per_epoch), total)
    elif recipe.schedule != "constant":
        raise UnknownNameError("schedule", recipe.schedule, ("cosine", "constant"))
    average: dict[str, Any] = {}
    if recipe.ema_momentum > 0:
        # In a short run a long memory would still hold the untrained weights.
        momentum = min(recipe.ema_momentum, 1.0 - 20.0 / (total + 20.0))
        average = {"use_ema": True, "ema_momentum": momentum}
    if recipe.optimizer == "adamw":
        optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.weight_decay, **average)
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    elif recipe.optimizer == "adam":
        optimizer = keras.optimizers.Adam(rate, **average)
    elif recipe.optimizer == "sgd":
        optimizer = keras.optimizers.SGD(rate, momentum=recipe.momentum, **average)
    else:
        raise UnknownNameError("optimiser", recipe.optimizer, ("adamw", "adam", "sgd"))
    heads = list(model.output)
    share = {"expression": 1.0, "fer2013": recipe.fer2013_weight}
    model.compile(
        optimizer=optimizer,
        loss={head: keras.losses.CategoricalCrossentropy(from_logits=True) for head in heads},
        loss_weights={head: share[head] for head in heads},
        weighted_metrics={head: ["accuracy"] for head in heads},
    )
