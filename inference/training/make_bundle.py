"""From the folder of a finished run to a tuned, measured bundle."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from inference import models
from inference.align import CropConfig
from inference.bundle import EMBEDDING, Bundle, Card, write_card
from inference.data.faces import FaceSet
from inference.evaluation.evaluate import evaluate
from inference.labels import FER2013_LABELS, LABEL_SETS, LABELS
from inference.quality import QualityConfig
from inference.training.export import (
    inference_network,
    library_versions,
    put_in_place,
    write_networks,
)
from inference.training.start import load_trained
from inference.training.train import read_config
from inference.training.tune import tune, tune_temperatures
from inference.training.tune_like import Tuner


def make_bundle(
    run: Path,
    out: Path,
    *,
    held_back: FaceSet,
    report_on: Mapping[str, FaceSet],
    data: Mapping[str, Any],
    tuner: Tuner | None = None,
) -> Bundle:
    """Export, tune on the faces held back, report on others.

    The bundle appears whole or not at all.

    Args:
        run: folder written by ``training.train.train``.
        out: folder of the bundle; one that is there is replaced in the end.
        held_back: faces that training did not learn from.
        report_on: name -> faces whose numbers go on the card.
        data: what the card shall say of the training data: name, hash, counts.
        tuner: chooses temperatures and thresholds; ``tune`` where there is none.

    Raises:
        DataError: the run is not finished, or the faces held back cannot tune the gate.
    """
    config = read_config(run)
    trained = load_trained(run / "trained.keras")
    partial = out.with_name(f".{out.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        size, labels = config.recipe.input_size, tuple(LABEL_SETS[config.recipe.label_set])
        network = inference_network(trained, config.architecture, size)
        files = write_networks(network, partial)
        heads = {
            head: FER2013_LABELS if head == "fer2013" else labels
            for head in network.output
            if head != EMBEDDING
        }
        card = Card(
            architecture=config.architecture,
            labels=labels,
            input_size=size,
            crop=CropConfig(),
            quality=QualityConfig(),
            temperature=1.0,
            confidence_temperature=1.0,
            unsure_below=0.0,
            mixed_above=0.5,
            heads=heads,
            frames=models.architecture(config.architecture).frames,
            # Of the network it started from the name, not where it lay on this machine.
            training={
                **data,
                "config": {**asdict(config), "start_from": Path(config.start_from).name},
            },
            libraries=library_versions(),
            files=files,
        )
        # Only the product's own labels go through detector and gate.
        tuned = tuner or (tune if labels == LABELS else tune_temperatures)
        card = tuned(Bundle(partial, card), held_back)
        metrics = {
            name: evaluate(Bundle(partial, card), faces) for name, faces in report_on.items()
        }
        write_card(partial, replace(card, metrics=metrics))
        Bundle.load(partial, labels=labels)
        put_in_place(partial, out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Bundle.load(out, labels=labels)
