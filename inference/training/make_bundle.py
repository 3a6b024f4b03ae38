"""From the folder of a finished run to a tuned, measured bundle."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras

from inference.align import CropConfig
from inference.bundle import Bundle, Card, write_card
from inference.data.faces import split_holdout
from inference.data.parquet import read_parquet
from inference.errors import DataError
from inference.evaluation.evaluate import evaluate
from inference.files import file_sha256
from inference.labels import FER2013_LABELS, LABEL_SETS
from inference.quality import QualityConfig
from inference.training import train as _registers_schedules  # noqa: F401  (for load_model)
from inference.training.export import inference_network, library_versions, write_networks
from inference.training.tune import tune


def make_bundle(run: Path, data: Path, out: Path, *, holdout: float) -> Bundle:
    """Export, tune on the part of Training held back, report on PublicTest.

    Args:
        run: folder written by ``training.train.train``.
        data: the parquet file the run was trained on.
        out: folder of the bundle.
        holdout: share held back, as in training.

    Raises:
        DataError: the run is not finished, or the data lack a split.
    """
    try:
        config: dict[str, Any] = json.loads((run / "config.json").read_text())
        trained = keras.saving.load_model(run / "trained.keras", compile=False)
    except (OSError, ValueError) as error:
        raise DataError(f"{run} is not the folder of a finished run: {error}") from error
    splits = read_parquet(data)
    rest, held_back = split_holdout(splits["Training"], holdout, config["seed"])

    architecture, recipe = config["architecture"], config["recipe"]
    size, labels = recipe["input_size"], tuple(LABEL_SETS[recipe["label_set"]])
    network = inference_network(trained, architecture, size)
    files = write_networks(network, out)
    card = Card(
        architecture=architecture,
        labels=labels,
        input_size=size,
        crop=CropConfig(),
        quality=QualityConfig(),
        temperature=1.0,
        confidence_temperature=1.0,
        unsure_below=0.0,
        mixed_above=0.5,
        heads={head: FER2013_LABELS if head == "fer2013" else labels for head in network.output},
        training={
            "data": "FER2013 Training with FER+ votes, without near copies of PrivateTest",
            "data_sha256": file_sha256(data),
            "faces": len(rest),
            "held_back_for_thresholds": len(held_back),
            "config": config,
        },
        libraries=library_versions(),
        files=files,
    )
    card = tune(Bundle(out, card), held_back)
    card = replace(card, metrics={"PublicTest": evaluate(Bundle(out, card), splits["PublicTest"])})
    write_card(out, card)
    return Bundle.load(out)
