"""Whether one model is worse than another, from what both say of the same faces. Pure numbers.

The test is one of non-inferiority: a candidate has to show that it is not worse by more than a
margin, so with few test faces it has to be clearly better (Walker and Nowacki, "Understanding
equivalence and noninferiority testing", JGIM 2011).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.calibrate import softmax
from inference.evaluation.bootstrap import Interval, compare, score_intervals
from inference.evaluation.metrics import Scores
from inference.evaluation.reliability import reliability, risk_coverage
from inference.labels import LABELS

#: What the lower end of the paired 95 % interval of macro F1 may lie below zero.
MACRO_F1_MARGIN = 0.02
#: The same of the F1 of one expression ...
CLASS_F1_MARGIN = 0.10
#: ... of which there are at least so many test faces; of fewer, chance decides.
GATED_FROM = 50
#: What the expected calibration error of the confidence may be higher.
CALIBRATION_MARGIN = 0.02
#: How many times as long a face may take in LiteRT.
LATENCY_FACTOR = 2.0
MARGINS: Mapping[str, float] = {
    "macro_f1": MACRO_F1_MARGIN,
    "class_f1": CLASS_F1_MARGIN,
    "gated_from": GATED_FROM,
    "calibration": CALIBRATION_MARGIN,
    "latency_factor": LATENCY_FACTOR,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """What one version says of the faces of a test set.

    Attributes:
        predicted: ``(n,)`` int64, indices into ``LABELS``.
        confidence: ``(n,)`` float32, chance that the prediction is right as the card has it.
        probabilities: ``(n, 8)`` float32 at the card's first temperature.
        unsure_below: the card's threshold on the confidence.
    """

    predicted: NDArray[np.int64]
    confidence: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    unsure_below: float

    @classmethod
    def of(
        cls,
        logits: NDArray[np.float32],
        temperature: float,
        confidence_temperature: float,
        unsure_below: float,
    ) -> Answers:
        """From ``(n, 8)`` logits and what the card says of them."""
        probabilities = softmax(logits, temperature)
        predicted = probabilities.argmax(axis=1).astype(np.int64)
        sharp = softmax(logits, confidence_temperature)
        return cls(predicted, sharp[np.arange(len(logits)), predicted], probabilities, unsure_below)

    def take(self, rows: NDArray[np.intp]) -> Answers:
        """Those about some of the faces."""
        return Answers(
            self.predicted[rows],
            self.confidence[rows],
            self.probabilities[rows],
            self.unsure_below,
        )


def scores_of(
    truth: NDArray[np.int64], answers: Answers, groups: NDArray[np.str_]
) -> dict[str, Any]:
    """One side of the report, as JSON.

    Args:
        truth: ``(n,)`` indices into ``LABELS``.
        answers: about the same faces.
        groups: ``(n,)`` what is resampled whole, see ``inference.evaluation.bootstrap``.

    Returns:
        ``n``, ``accuracy`` and ``macro_f1`` with ``value``, ``low``, ``high``; ``by_class``:
        expression -> ``n``, ``precision``, ``recall``, ``f1``; ``confusion`` (rows the truth);
        ``ece_confidence``, ``reliability`` with ``count``, ``confidence``, ``accuracy`` by
        bin; ``sure_share``, ``risk_of_sure``.
    """
    found = Scores.of(truth, answers.predicted, LABELS)
    around = score_intervals(truth, answers.predicted, len(LABELS), groups=groups)
    right = answers.predicted == truth
    bins = reliability(answers.confidence, right)
    sure = float(np.mean(answers.confidence >= answers.unsure_below))
    report: dict[str, Any] = plain(
        {
            "n": found.n,
            "accuracy": asdict(around.accuracy),
            "macro_f1": asdict(around.macro_f1),
            "by_class": {
                name: {
                    "n": int(found.support[i]),
                    "precision": asdict(around.precision[i]),
                    "recall": asdict(around.recall[i]),
                    "f1": asdict(around.f1[i]),
                }
                for i, name in enumerate(LABELS)
            },
            "confusion": found.confusion.tolist(),
            "ece_confidence": bins.expected_error,
            "reliability": {
                "count": bins.count,
                "confidence": bins.confidence,
                "accuracy": bins.accuracy,
            },
            "unsure_below": answers.unsure_below,
            "sure_share": sure,
            "risk_of_sure": risk_coverage(answers.confidence, right).risk_at(sure)
            if sure
            else None,
        }
    )
    return report


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a comparison.

    Attributes:
        differences: candidate minus active, for the report.
        reasons: codes with numbers that speak against it; none: it may be promoted.
        remarks: the same of what is reported and not gated.
    """

    differences: dict[str, Any]
    reasons: tuple[dict[str, Any], ...]
    remarks: tuple[dict[str, Any], ...]


def judge(
    truth: NDArray[np.int64],
    active: Answers,
    candidate: Answers,
    groups: NDArray[np.str_],
    latency_ms: tuple[float, float],
) -> Verdict:
    """Hold a candidate against the active version on the same faces.

    Args:
        truth: ``(n,)`` indices into ``LABELS``.
        active: what the version says that answers now.
        candidate: what the one says that wants its place.
        groups: ``(n,)`` what is resampled whole.
        latency_ms: median of one face, active and candidate, measured in turns.
    """
    paired = compare(truth, active.predicted, candidate.predicted, len(LABELS), groups=groups)
    support = np.bincount(truth, minlength=len(LABELS))
    calibration = _error(candidate, truth) - _error(active, truth)
    ratio = latency_ms[1] / max(latency_ms[0], 1e-9)
    reasons: list[dict[str, Any]] = []
    remarks: list[dict[str, Any]] = []
    if paired.macro_f1.low < -MACRO_F1_MARGIN:
        reasons.append(_against("macro_f1", paired.macro_f1, MACRO_F1_MARGIN))
    for i, name in enumerate(LABELS):
        if not support[i]:
            remarks.append({"code": "class_missing", "expression": name})
        elif paired.f1[i].low < -CLASS_F1_MARGIN:
            entry = _against("class_f1", paired.f1[i], CLASS_F1_MARGIN)
            entry |= {"expression": name, "n": int(support[i])}
            if support[i] >= GATED_FROM:
                reasons.append(entry)
            else:
                remarks.append({**entry, "code": "class_f1_small"})
    if calibration > CALIBRATION_MARGIN:
        reasons.append({"code": "calibration", "value": calibration, "margin": CALIBRATION_MARGIN})
    if ratio > LATENCY_FACTOR:
        reasons.append({"code": "latency", "ratio": ratio, "factor": LATENCY_FACTOR})
    differences = {
        "accuracy": asdict(paired.accuracy),
        "macro_f1": asdict(paired.macro_f1),
        "f1": {
            name: {
                **asdict(paired.f1[i]),
                "n": int(support[i]),
                "gated": bool(support[i] >= GATED_FROM),
            }
            for i, name in enumerate(LABELS)
        },
        "ece_confidence": calibration,
        "latency_ratio": ratio,
        "chance_of_no_gain": paired.chance_of_no_gain,
    }
    return Verdict(plain(differences), tuple(plain(reasons)), tuple(plain(remarks)))


def _error(answers: Answers, truth: NDArray[np.int64]) -> float:
    return reliability(answers.confidence, answers.predicted == truth).expected_error


def _against(code: str, found: Interval, margin: float) -> dict[str, Any]:
    return {"code": code, **asdict(found), "margin": margin}


def worst_errors(truth: NDArray[np.int64], answers: Answers, most: int = 24) -> NDArray[np.intp]:
    """Rows of the errors made with most confidence, the worst first, ``(<= most,)``."""
    wrong = np.flatnonzero(answers.predicted != truth)
    order = np.argsort(-answers.confidence[wrong], kind="stable")
    rows: NDArray[np.intp] = wrong[order][:most]
    return rows


def plain(value: Any) -> Any:
    """Numpy's numbers as Python's; ``nan``, which JSON does not know, as ``None``."""
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(entry) for entry in value]
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else round(float(value), 5)
    if isinstance(value, np.integer):
        return int(value)
    return value
