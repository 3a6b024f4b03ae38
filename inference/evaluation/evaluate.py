"""What a bundle is worth, measured through the path the product runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.calibrate import softmax
from inference.data.faces import FaceSet
from inference.evaluation.placed import Placement, is_in_place, place
from inference.evaluation.rules import RULES, plurality
from inference.labels import LABELS
from inference.pipeline import FacePipeline, FaceResult, PipelineConfig
from inference.runtime import load_runtime


def probabilities_of_crops(
    bundle: Bundle, faces: FaceSet, runtime: str = "litert"
) -> NDArray[np.float32]:
    """Calibrated probabilities of a data set's own crops, ``(n, 8)``."""
    return softmax(load_runtime(runtime, bundle).logits(faces.faces_gray), bundle.card.temperature)


def accuracy_by_rule(
    probabilities: NDArray[np.float32], votes: NDArray[np.float32]
) -> dict[str, dict[str, float]]:
    """Accuracy and number of pictures under each FER+ rule."""
    predicted = probabilities.argmax(axis=1)
    out = {}
    for name, rule in RULES.items():
        truth = rule(votes)
        used = truth >= 0
        out[name] = {
            "accuracy": float(np.mean(predicted[used] == truth[used])),
            "n": int(used.sum()),
        }
    return out


def expected_calibration_error(
    probabilities: NDArray[np.float32], truth: NDArray[np.int64], bins: int = 15
) -> float:
    """Mean gap between confidence and accuracy over equal-width bins (Guo et al., 2017).

    Args:
        probabilities: ``(n, 8)``.
        truth: ``(n,)`` label indices.
        bins: number of bins over 0..1.
    """
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == truth
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(right[which == b].mean() - confidence[which == b].mean()) * np.mean(which == b)
        for b in range(bins)
        if np.any(which == b)
    ]
    return float(np.sum(gaps))


def top_label_agreement(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Share of rows of two ``(n, 8)`` arrays whose largest entry is in the same place."""
    return float(np.mean(a.argmax(axis=1) == b.argmax(axis=1)))


def recall_by_label(
    probabilities: NDArray[np.float32], truth: NDArray[np.int64]
) -> dict[str, dict[str, float]]:
    """Recall and number of pictures for each label that occurs."""
    predicted = probabilities.argmax(axis=1)
    return {
        label: {"recall": float(np.mean(predicted[truth == i] == i)), "n": int(np.sum(truth == i))}
        for i, label in enumerate(LABELS)
        if np.any(truth == i)
    }


@dataclass(frozen=True, slots=True)
class PlacedResult:
    """What the pipeline said of placed faces.

    Attributes:
        faces: for each frame the face where it was put, ``None`` where it was not found.
    """

    faces: list[FaceResult | None]

    def found(self) -> float:
        """Share of frames in which a face was found."""
        return float(np.mean([face is not None for face in self.faces]))

    def unsure(self) -> NDArray[np.bool_]:
        """``(n,)``: no label was given, for whatever reason."""
        return np.array([face is None or face.unsure is not None for face in self.faces])

    def probabilities(self) -> NDArray[np.float32]:
        """``(n, 8)``; zeros where the face was not scored."""
        nothing = np.zeros(len(LABELS), np.float32)
        return np.stack([nothing if f is None else f.probabilities for f in self.faces])


def analyse_placed(
    pipeline: FacePipeline, faces_gray: NDArray[np.uint8], placement: Placement
) -> PlacedResult:
    """Run placed faces through detect, align, crop, gate and network."""
    out: list[FaceResult | None] = []
    for frame in place(faces_gray, placement):
        found = pipeline.analyse(frame).faces
        in_place = (f for f in found if is_in_place(np.array(f.box_xyxy, np.float32), placement))
        out.append(max(in_place, key=lambda face: face.detection_score, default=None))
    return PlacedResult(out)


def gate_report(result: PlacedResult, votes: NDArray[np.float32]) -> dict[str, Any]:
    """How many are unsure, and what saying so is worth (plurality rule)."""
    truth = plurality(votes)
    used = truth >= 0
    unsure = result.unsure()
    predicted = result.probabilities().argmax(axis=1)
    scored = np.array([face is not None and face.scored for face in result.faces])
    right = (predicted == truth) & scored
    reasons: dict[str, int] = {}
    for face in result.faces:
        name = "no_face" if face is None else str(face.unsure or "sure")
        reasons[name] = reasons.get(name, 0) + 1
    return {
        "n": len(unsure),
        "unsure_share": float(unsure.mean()),
        "reasons": reasons,
        "accuracy_of_sure": float(right[used & ~unsure].mean()),
        "accuracy_of_all_scored": float(right[used & scored].mean()),
    }


def evaluate(bundle: Bundle, faces: FaceSet) -> dict[str, Any]:
    """Everything the card reports of one set of faces."""
    probabilities = probabilities_of_crops(bundle, faces)
    truth = plurality(faces.votes)
    used = truth >= 0
    pipeline = FacePipeline.load(bundle, PipelineConfig(redetect_s=0.0))
    placed = analyse_placed(pipeline, faces.faces_gray, Placement())
    reference = probabilities_of_crops(bundle, faces, "keras")
    return {
        "rules": accuracy_by_rule(probabilities, faces.votes),
        "recall_plurality": recall_by_label(probabilities[used], truth[used]),
        "ece_plurality": expected_calibration_error(probabilities[used], truth[used]),
        "keras_agreement": top_label_agreement(probabilities, reference),
        "placed_100px": {"found": placed.found(), **gate_report(placed, faces.votes)},
    }
