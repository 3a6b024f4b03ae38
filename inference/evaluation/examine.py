"""The whole examination of a bundle on one set of faces, through the network the product runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.data.faces import FaceSet, label_distribution
from inference.errors import BundleIncompatibleError, DataError
from inference.evaluation import end_to_end
from inference.evaluation.bootstrap import compare, score_intervals
from inference.evaluation.metrics import Scores, top_k_accuracy
from inference.evaluation.placed import Placement
from inference.evaluation.reliability import brier, cross_entropy, reliability, risk_coverage
from inference.evaluation.results import Calibration, Evaluation, Measured, Reference
from inference.evaluation.views import View, label_set_of, mapped_truth, true_labels, views
from inference.labels import LABELS
from inference.pipeline import FacePipeline, PipelineConfig
from inference.runtime import load_runtime

#: Faces of which the loss end to end is measured; 20 placements of each take a while.
PLACED_FACES = 1000


def examine(
    bundle: Bundle,
    faces: FaceSet,
    *,
    data: str = "",
    split: str = "",
    reference: bool = True,
    placements: Sequence[Placement] | None = None,
    placed_faces: int = PLACED_FACES,
) -> Evaluation:
    """Measure a bundle on the faces of one split.

    Args:
        bundle: any label set of ``LABEL_SETS``, also a network that reads clips.
        faces: of the size the network takes.
        data: name of the data set, for the report.
        split: name of the split, for the report.
        reference: also run ``model.keras``, where it is there; imports Keras.
        placements: of the loss end to end; ``None`` is the whole grid, empty leaves it out.
        placed_faces: how many faces are placed, a random sample.

    Raises:
        DataError: no faces, none with a label, or faces of another size.
        BundleIncompatibleError: the labels do not fit the data.
    """
    if not len(faces):
        raise DataError("There are no faces to evaluate on.")
    if faces.side != bundle.card.input_size:
        raise DataError(
            f"The faces are {faces.side} pixels wide; the model takes {bundle.card.input_size}."
        )
    faces, pictures = _inputs(bundle, faces)
    logits = load_runtime("litert", bundle).heads(pictures)
    measured = tuple(_measure(view, faces) for view in views(bundle, faces, logits))
    placed, gate = _placed(bundle, faces, placements, placed_faces)
    return Evaluation(
        version=bundle.version,
        data=data,
        split=split,
        n=len(faces),
        faces=faces,
        measured=measured,
        calibration=tuple(
            _calibration(m.view, faces, bundle.card.unsure_below)
            for m in measured
            if m.view.classes == bundle.labels and m.view.head == "expression"
        ),
        reference=(
            _reference(bundle, faces, pictures, logits)
            if reference and bundle.keras_path.exists()
            else None
        ),
        placed=placed,
        gate=gate,
    )


def _inputs(bundle: Bundle, faces: FaceSet) -> tuple[FaceSet, NDArray[np.uint8]]:
    """One row for each input of the network: a face, or the last frame of a clip."""
    frames = bundle.card.frames
    if frames == 1:
        return faces, faces.faces_gray
    from inference.training.examples import clip_rows

    rows = clip_rows(faces, frames)
    return faces.take(rows[:, -1]), np.moveaxis(faces.faces_gray[rows], 1, 3)


def units(faces: FaceSet) -> NDArray[np.str_]:
    """``(n,)``: what is resampled whole, a person or else a clip; ``""`` stands alone."""
    person = np.char.add("person ", faces.group)
    clip = np.char.add("clip ", faces.clip)
    return np.where(faces.group != "", person, np.where(faces.clip != "", clip, ""))


def _measure(view: View, faces: FaceSet) -> Measured:
    return Measured(
        view=view,
        scores=Scores.of(view.truth, view.predicted, view.classes),
        intervals=score_intervals(
            view.truth, view.predicted, len(view.classes), groups=units(faces)[view.rows]
        ),
        top2=top_k_accuracy(view.probabilities, view.truth, 2),
        top3=top_k_accuracy(view.probabilities, view.truth, 3),
    )


def _calibration(view: View, faces: FaceSet, unsure_below: float) -> Calibration:
    one_hot = np.eye(len(view.classes))[view.truth]
    votes = faces.votes[view.rows]
    voted = votes[:, : len(LABELS)].sum(axis=1) > 0
    to_votes = float("nan")
    if view.classes == LABELS and voted.any():
        people, _ = label_distribution(votes[voted])
        to_votes = cross_entropy(view.probabilities[voted], people)
    return Calibration(
        key=view.key,
        n=len(view.rows),
        distribution=reliability(view.probabilities.max(axis=1), view.right),
        confidence=reliability(view.confidence, view.right),
        risk=risk_coverage(view.confidence, view.right),
        unsure_below=unsure_below,
        sure=float(np.mean(view.confidence >= unsure_below)),
        brier=brier(view.probabilities, one_hot),
        log_loss=cross_entropy(view.probabilities, one_hot),
        votes_cross_entropy=to_votes,
    )


def _reference(
    bundle: Bundle,
    faces: FaceSet,
    pictures: NDArray[np.uint8],
    logits: dict[str, NDArray[np.float32]],
) -> Reference:
    float_logits = load_runtime("keras", bundle).heads(pictures)
    pairs = zip(views(bundle, faces, float_logits), views(bundle, faces, logits), strict=True)
    group = units(faces)
    return Reference(
        agreement={
            head: float(np.mean(said.argmax(axis=1) == float_logits[head].argmax(axis=1)))
            for head, said in logits.items()
        },
        gain={
            a.key: compare(
                a.truth, a.predicted, b.predicted, len(a.classes), groups=group[a.rows]
            ).accuracy
            for a, b in pairs
        },
    )


def _placed(
    bundle: Bundle, faces: FaceSet, placements: Sequence[Placement] | None, count: int
) -> tuple[tuple[end_to_end.PlacedScore, ...], dict[str, Any] | None]:
    """Loss end to end and the gate's report, on a random sample of the faces with a label."""
    chosen = end_to_end.grid() if placements is None else placements
    if not chosen or bundle.card.frames > 1:
        return (), None
    labels = true_labels(faces)
    rule = "plurality" if "plurality" in labels else "own"
    truth = mapped_truth(labels[rule], label_set_of(bundle.labels))
    usable = np.flatnonzero(truth >= 0)
    if not len(usable):
        raise BundleIncompatibleError("No face of the data has one of the model's labels.")
    order = np.random.default_rng(0).permutation(usable)
    rows = np.sort(order[:count])
    pipeline = FacePipeline.load(bundle, PipelineConfig(redetect_s=0.0))
    scores = end_to_end.score_placed(
        pipeline, faces.faces_gray[rows], truth[rows], chosen, units(faces)[rows]
    )
    gate = None
    if bundle.labels == LABELS and rule == "plurality":
        seen = end_to_end.analyse_placed(pipeline, faces.faces_gray[rows], Placement())
        gate = end_to_end.gate_report(seen, faces.votes[rows])
    return tuple(scores), gate
