"""Choosing temperature and thresholds on faces held back from training.

Each limit of the quality gate is put where a measured degradation starts to cost: the
level at which accuracy has fallen by ``TOLERATED_LOSS`` against the same faces undegraded.
The reporting set is never looked at here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle, Card
from inference.calibrate import confidence, softmax
from inference.data.faces import FaceSet, label_distribution
from inference.detectors import load_detector
from inference.errors import DataError
from inference.evaluation.end_to_end import near
from inference.evaluation.placed import Placement, place, strongest_in_place
from inference.evaluation.rules import plurality
from inference.models import Recipe
from inference.pipeline import FacePipeline, PipelineConfig
from inference.quality import QualityConfig, sharpness, turn
from inference.runtime import load_runtime
from inference.training.examples import examples

logger = logging.getLogger(__name__)

#: Accuracy a degraded face may lose before it is called unsure.
TOLERATED_LOSS = 0.08
#: Share of held-back faces at 100 pixels that may be unsure. Below the 15 % promised for
#: the reporting set, because shares differ from set to set.
UNSURE_BUDGET = 0.125
#: The nose lies beyond an eye: a profile. Of those the data hold too few to measure a limit.
PROFILE = 1.25
#: Fewer faces than this measure nothing.
_ENOUGH_FACES = 50
#: Share of faces with two labels in earnest, see ``_mixed_threshold``.
_MIXED_VOTES = 0.3

_SIZES_PX = (100, 64, 48, 40, 32, 28, 24, 20, 16)
_BLURS_PX = (0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
_EXPOSURES = (1.0, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05)
_OVEREXPOSURES = (1.0, 1.3, 1.6, 2.0, 2.5, 3.0, 4.0, 5.0)
#: Read noise of a small camera sensor at high gain, in gray levels.
_SENSOR_NOISE = 3.0


def fit_temperature(logits: NDArray[np.float32], distribution: NDArray[np.float32]) -> float:
    """The temperature of least cross-entropy to ``(n, 8)`` distributions.

    By golden-section search in log T.
    """
    low, high = np.log(0.3), np.log(5.0)
    golden = (np.sqrt(5) - 1) / 2

    def loss(log_t: float) -> float:
        p = softmax(logits, float(np.exp(log_t)))
        return float(-np.mean(np.sum(distribution * np.log(p + 1e-9), axis=1)))

    for _ in range(40):
        a, b = high - golden * (high - low), low + golden * (high - low)
        if loss(a) < loss(b):
            high = b
        else:
            low = a
    return float(np.exp((low + high) / 2))


@dataclass(frozen=True, slots=True)
class _Measured:
    """Placed faces that were found: what the gate looks at, and whether the network was right."""

    widths: NDArray[np.float64]
    brightness: NDArray[np.float64]
    sharpness: NDArray[np.float64]
    turns: NDArray[np.float64]
    right: NDArray[np.bool_]
    confidence: NDArray[np.float32]
    missed: int


def _measure(pipeline: FacePipeline, faces: FaceSet, placement: Placement) -> _Measured | None:
    """What the gate would see; ``None`` where too few faces are found to measure anything."""
    truth = plurality(faces.votes)
    detector = load_detector(pipeline.config.detector)
    crops, rows, widths, turns = [], [], [], []
    for row, frame in enumerate(place(faces.faces_gray, placement)):
        best = strongest_in_place(detector.detect(frame), placement)
        if not len(best):
            continue
        crops.append(pipeline.crops(np.ascontiguousarray(frame[..., 0]), best)[0])
        rows.append(row)
        widths.append(float(best.boxes_xyxy[0, 2] - best.boxes_xyxy[0, 0]))
        turns.append(turn(best.keypoints_xy[0]))
    if len(crops) < _ENOUGH_FACES:
        return None
    probabilities = pipeline.classify(np.stack(crops))
    return _Measured(
        widths=np.array(widths),
        brightness=np.array([cv2.mean(crop)[0] for crop in crops]),
        sharpness=np.array([sharpness(crop) for crop in crops]),
        turns=np.array(turns),
        right=probabilities.argmax(axis=1) == truth[rows],
        confidence=confidence(probabilities, pipeline.bundle.card.confidence_exponent),
        missed=len(faces) - len(rows),
    )


def _limit(
    pipeline: FacePipeline,
    faces: FaceSet,
    placements: Sequence[Placement],
    quantity: Callable[[_Measured], NDArray[np.float64]],
) -> float:
    """Median of a quantity between the last tolerable placement and the first that is not.

    ``placements`` go from undegraded to hopeless.
    """
    reference: float | None = None
    before = float("nan")
    for placement in placements:
        measured = _measure(pipeline, faces, placement)
        if measured is None:
            break
        # A face that is not found costs nobody a wrong label; it is not the gate's business.
        accuracy = float(measured.right.mean())
        median = float(np.median(quantity(measured)))
        logger.info("%s: accuracy %.3f, median %.3f", placement, accuracy, median)
        reference = accuracy if reference is None else reference
        if accuracy < reference - TOLERATED_LOSS:
            return (before + median) / 2
        before = median
    return before


def _turn_limit(measured: _Measured) -> float:
    """Where the faces turned further are certainly wrong as often as degradation is tolerated.

    Turned faces are few: a run of bad luck among them is no limit, so the upper end of the 95 %
    interval of their accuracy has to lie below what is tolerated.
    """
    tolerated = float(measured.right.mean()) - TOLERATED_LOSS
    order = np.argsort(-measured.turns)
    # Accuracy of the k most turned faces, for every k; at least 20 to mean anything.
    k = np.arange(1, len(order) + 1)
    accuracy = np.cumsum(measured.right[order]) / k
    upper = accuracy + 1.96 * np.sqrt(accuracy * (1 - accuracy) / k)
    below = np.flatnonzero(upper[20:] < tolerated)
    if not len(below):
        return float(measured.turns.max())
    return float(measured.turns[order[below[-1] + 20]])


def tune_temperatures(bundle: Bundle, held_back: FaceSet) -> Card:
    """Choose both temperatures on faces held back from training, see ``tune``.

    The first is fitted to the distribution of the votes where people voted, the second to
    the one label that most of them gave; without votes both are fitted to the data set's
    own label, by any label set.
    """
    recipe = Recipe.from_dict(bundle.card.training["config"]["recipe"])
    shown = examples(held_back, recipe, bundle.card.frames, every_class=False)
    logits = load_runtime("litert", bundle).logits(shown.pictures)
    distribution = shown.targets["expression"]
    agreed = np.sort(distribution, axis=1)
    clear = agreed[:, -1] > agreed[:, -2]
    majority = np.eye(distribution.shape[1], dtype=np.float32)[distribution.argmax(axis=1)]
    return replace(
        bundle.card,
        temperature=round(fit_temperature(logits, distribution), 4),
        confidence_temperature=round(fit_temperature(logits[clear], majority[clear]), 4),
    )


def tune(bundle: Bundle, held_back: FaceSet) -> Card:
    """Choose temperature and thresholds on faces held back from training.

    Args:
        bundle: with any thresholds; its networks are used.
        held_back: faces not trained on and not reported on.

    Returns:
        The bundle's card with new temperatures, ``quality``, ``unsure_below`` and
        ``mixed_above``.
    """
    used = plurality(held_back.votes) >= 0
    distribution, _ = label_distribution(held_back.votes)
    card = tune_temperatures(bundle, held_back)
    logits = load_runtime("litert", bundle).logits(held_back.faces_gray)
    pipeline = FacePipeline.load(Bundle(bundle.path, card), PipelineConfig(redetect_s=0.0))
    labelled = held_back.take(np.flatnonzero(used))

    base = _measure(pipeline, labelled, Placement())
    if base is None:
        raise DataError(f"In {len(labelled)} held-back faces too few are found to tune a gate.")
    quality = QualityConfig(
        min_width_px=_limit(pipeline, labelled, [near(px) for px in _SIZES_PX], lambda m: m.widths),
        min_sharpness=_limit(
            pipeline,
            labelled,
            [Placement(blur_sigma=sigma) for sigma in _BLURS_PX],
            lambda m: m.sharpness,
        ),
        min_brightness=_limit(
            pipeline,
            labelled,
            [Placement(exposure=e, noise_sigma=_SENSOR_NOISE) for e in _EXPOSURES],
            lambda m: m.brightness,
        ),
        max_brightness=_limit(
            pipeline,
            labelled,
            [Placement(exposure=e) for e in _OVEREXPOSURES],
            lambda m: m.brightness,
        ),
        max_turn=min(_turn_limit(base), PROFILE),
    )
    passed = (
        (base.widths >= quality.min_width_px)
        & (base.sharpness >= quality.min_sharpness)
        & (base.brightness >= quality.min_brightness)
        & (base.brightness <= quality.max_brightness)
        & (base.turns <= quality.max_turn)
    )
    refused = base.missed + int(np.count_nonzero(~passed))
    spare = round(UNSURE_BUDGET * len(labelled)) - refused
    if spare < 0:
        raise DataError(
            f"The quality gate alone refuses {refused} of {len(labelled)} good faces: "
            "the detector or the network does not fit these data."
        )
    unsure_below = float(np.sort(base.confidence[passed])[int(spare)])
    return replace(
        card,
        quality=_rounded(quality),
        unsure_below=round(unsure_below, 3),
        mixed_above=_mixed_threshold(softmax(logits, card.temperature), distribution),
    )


def _mixed_threshold(
    probabilities: NDArray[np.float32], distribution: NDArray[np.float32]
) -> float:
    """The threshold at which the pictures called mixed agree best with the votes.

    A picture is mixed in earnest when two labels got at least ``_MIXED_VOTES`` of its
    votes each; the threshold of best F1 is taken.
    """
    second_voted = np.sort(distribution, axis=1)[:, -2] >= _MIXED_VOTES
    second = np.sort(probabilities, axis=1)[:, -2]
    best, chosen = -1.0, 0.3
    for threshold in np.arange(0.15, 0.45, 0.01):
        called = second > threshold
        marked = int(np.sum(called)) + int(np.sum(second_voted))
        f1 = 2 * int(np.sum(called & second_voted)) / max(marked, 1)
        if f1 > best:
            best, chosen = float(f1), round(float(threshold), 2)
    return chosen


def _rounded(quality: QualityConfig) -> QualityConfig:
    return QualityConfig(
        min_width_px=round(quality.min_width_px, 1),
        min_sharpness=round(quality.min_sharpness, 4),
        min_brightness=round(quality.min_brightness, 1),
        max_brightness=round(quality.max_brightness, 1),
        max_turn=round(quality.max_turn, 3),
    )
