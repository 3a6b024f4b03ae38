"""The tables of the search for the best crop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inference.align import CropConfig
from inference.evaluation.crop_search import CropSearch
from inference.evaluation.tables import Cell, Table, percent, points_cell, whole


def marginals(found: CropSearch) -> Table:
    """Mean accuracy by each choice, over all choices of the others.

    The best of fifty noisy crops looks better than it is; a mean over ten of them hardly.
    """
    choices: list[tuple[str, Callable[[CropConfig], float]]] = [
        ("scale", lambda config: config.scale),
        ("raised by", lambda config: config.raise_by),
        ("upright", lambda config: float(config.upright)),
    ]
    rows = []
    for name, choice in choices:
        for value in sorted({choice(score.config) for score in found.scores}):
            shown = ("no", "yes")[int(value)] if name == "upright" else f"{value:.2f}"
            of_value = [s.accuracy for s in found.scores if choice(s.config) == value]
            rows.append(
                (
                    f"{name} {shown}",
                    (Cell(str(len(of_value))), Cell(percent(float(np.mean(of_value)), 2))),
                )
            )
    return Table("Mean accuracy by choice", "", ("crops", "accuracy"), tuple(rows))


def crops(found: CropSearch) -> Table:
    """Every crop that was tried, the best first."""
    return Table(
        f"Crops of the same faces; the data set's own reach {percent(found.bare)}",
        "Points against the model's present crop, on the same faces.",
        ("n", "accuracy", "points"),
        tuple(
            (
                f"scale {score.config.scale:.2f}, raised by {score.config.raise_by:.2f}, "
                f"{'upright' if score.config.upright else 'as it lies'}",
                (whole(score.n), Cell(percent(score.accuracy)), points_cell(score.gain)),
            )
            for score in found.scores
        ),
    )
