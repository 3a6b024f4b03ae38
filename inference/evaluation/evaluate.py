"""The compact numbers that a bundle's card reports of itself."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.data.faces import FaceSet
from inference.evaluation.end_to_end import analyse_placed, gate_report
from inference.evaluation.examine import examine
from inference.evaluation.placed import Placement
from inference.evaluation.results import Evaluation, Measured
from inference.labels import LABELS
from inference.pipeline import FacePipeline, PipelineConfig


def top_label_agreement(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Share of rows of two ``(n, k)`` arrays whose largest entry is in the same place."""
    return float(np.mean(a.argmax(axis=1) == b.argmax(axis=1)))


def evaluate(bundle: Bundle, faces: FaceSet) -> dict[str, Any]:
    """Everything the card reports of one set of faces, each number with its ``n``.

    Args:
        bundle: any label set; what needs FER+ votes or the product's eight labels is left
            out where they are not there.
        faces: of one split.

    Raises:
        DataError: no faces, or none with a label.
        BundleIncompatibleError: the labels do not fit the data.
    """
    found = examine(bundle, faces, placements=())
    out: dict[str, Any] = {"rules": _rules(found)}
    by_key = {measured.view.key: measured for measured in found.measured}
    main = by_key.get("ferplus8/plurality")
    if main is not None:
        out["recall_plurality"] = _recall(main)
        out["macro_f1_plurality"] = main.scores.macro_f1
    own = [m for m in found.measured if m.view.rule == "own"]
    out["own_label"] = {m.view.key: {"accuracy": m.scores.accuracy, "n": m.scores.n} for m in own}
    for calibration in found.calibration:
        if main is None or calibration.key == main.view.key:
            out["ece_distribution"] = calibration.distribution.expected_error
            out["ece_confidence"] = calibration.confidence.expected_error
            out["ece_n"] = calibration.n
    if found.reference is not None:
        out["keras_agreement"] = found.reference.agreement["expression"]
        out["int8_minus_float"] = {
            key: gain.value for key, gain in found.reference.gain.items() if key in _CARD_VIEWS
        }
    if bundle.labels == LABELS and bundle.card.frames == 1 and faces.votes.any():
        pipeline = FacePipeline.load(bundle, PipelineConfig(redetect_s=0.0))
        out["placed_100px"] = gate_report(
            analyse_placed(pipeline, faces.faces_gray, Placement()), faces.votes
        )
    return out


_CARD_VIEWS = ("ferplus8/strict", "ferplus8/plurality", "fer2013/own/fer2013-head")


def _rules(found: Evaluation) -> dict[str, dict[str, float]]:
    native = found.measured[0].view.label_set
    return {
        m.view.rule: {"accuracy": m.scores.accuracy, "n": m.scores.n}
        for m in found.measured
        if m.view.label_set == native and m.view.rule != "own"
    }


def _recall(measured: Measured) -> dict[str, dict[str, float]]:
    scores = measured.scores
    return {
        name: {"recall": float(scores.recall[i]), "n": int(scores.support[i])}
        for i, name in enumerate(scores.classes)
        if scores.support[i]
    }
