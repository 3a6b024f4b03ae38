"""What an evaluation found, as values and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from inference.data.faces import FaceSet
from inference.evaluation.bootstrap import Interval, ScoreIntervals
from inference.evaluation.end_to_end import PlacedScore
from inference.evaluation.metrics import Scores
from inference.evaluation.reliability import Reliability, RiskCoverage
from inference.evaluation.views import View


@dataclass(frozen=True, slots=True)
class Measured:
    """A view with its scores.

    Attributes:
        view: the question and its answers.
        scores: point values.
        intervals: around them, persons and clips resampled whole where they are known.
        top2: share with the true class among the two likeliest.
        top3: among the three likeliest.
    """

    view: View
    scores: Scores
    intervals: ScoreIntervals
    top2: float
    top3: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether the two kinds of probability mean what they say, on one view.

    Attributes:
        key: of the view.
        n: number of faces.
        distribution: of the largest probability at the first temperature, which was
            fitted to how people divide and not to how often the top label is right.
        confidence: of the confidence, at the second temperature, fitted to exactly that.
        risk: what answering only the surest is worth.
        unsure_below: the bundle's threshold on the confidence.
        sure: share of the faces that reach it.
        brier: squared distance of the distribution to the true label.
        log_loss: cross-entropy to the true label in nats.
        votes_cross_entropy: cross-entropy to the people's votes; ``nan`` without votes.
    """

    key: str
    n: int
    distribution: Reliability
    confidence: Reliability
    risk: RiskCoverage
    unsure_below: float
    sure: float
    brier: float
    log_loss: float
    votes_cross_entropy: float


@dataclass(frozen=True, slots=True)
class Reference:
    """The int8 network in LiteRT against the float network in Keras.

    Attributes:
        agreement: head -> share of faces with the same top class.
        gain: key of a view -> accuracy of LiteRT minus that of Keras, paired.
    """

    agreement: dict[str, float]
    gain: dict[str, Interval]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything measured; ``to_dict`` is ``metrics.json``.

    Attributes:
        version: of the bundle.
        data: name of the data set.
        split: of it, ``""`` where it has none.
        n: faces (or clips) examined.
        faces: those faces; ``View.rows`` are rows of them.
        measured: the views, the most telling first.
        calibration: of the views that the network was made for.
        reference: ``None`` where ``model.keras`` is not there or was not asked.
        placed: loss of each placement.
        gate: what the quality gate does at 100 pixels.
    """

    version: str
    data: str
    split: str
    n: int
    faces: FaceSet
    measured: tuple[Measured, ...]
    calibration: tuple[Calibration, ...]
    reference: Reference | None
    placed: tuple[PlacedScore, ...]
    gate: dict[str, Any] | None

    @property
    def main(self) -> Measured:
        """The view that details are shown of: FER+ plurality where there are votes."""
        return next((m for m in self.measured if m.view.rule == "plurality"), self.measured[0])

    @property
    def main_calibration(self) -> Calibration:
        """That of ``main`` where it has one."""
        key = self.main.view.key
        return next((c for c in self.calibration if c.key == key), self.calibration[0])

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and texts; ``None`` for what is not defined."""
        out: dict[str, Any] = _plain(
            {
                "model": self.version,
                "data": self.data,
                "split": self.split,
                "n": self.n,
                "views": {m.view.key: _measured_dict(m) for m in self.measured},
                "calibration": {c.key: _calibration_dict(c) for c in self.calibration},
                "int8_against_float": None if self.reference is None else asdict(self.reference),
                "end_to_end": [score.to_dict() for score in self.placed],
                "gate_at_100_px": self.gate,
            }
        )
        return out


def _measured_dict(measured: Measured) -> dict[str, Any]:
    view, scores, intervals = measured.view, measured.scores, measured.intervals
    return {
        "what": view.title,
        "n": scores.n,
        "accuracy": asdict(intervals.accuracy),
        "macro_f1": asdict(intervals.macro_f1),
        "top2": measured.top2,
        "top3": measured.top3,
        "by_class": {
            name: {
                "n": int(scores.support[i]),
                "precision": asdict(intervals.precision[i]),
                "recall": asdict(intervals.recall[i]),
                "f1": asdict(intervals.f1[i]),
            }
            for i, name in enumerate(view.classes)
        },
        "confusion": scores.confusion.tolist(),
    }


def _calibration_dict(found: Calibration) -> dict[str, Any]:
    return {
        "n": found.n,
        "ece_distribution": found.distribution.expected_error,
        "ece_confidence": found.confidence.expected_error,
        "mean_gap_distribution": found.distribution.mean_gap,
        "mean_gap_confidence": found.confidence.mean_gap,
        "risk_at_coverage": {str(c): found.risk.risk_at(c) for c in (0.5, 0.7, 0.8, 0.9, 1.0)},
        "unsure_below": found.unsure_below,
        "sure_share": found.sure,
        "risk_of_sure": found.risk.risk_at(found.sure),
        "area_under_risk_coverage": found.risk.area,
        "brier": found.brier,
        "log_loss": found.log_loss,
        "votes_cross_entropy": found.votes_cross_entropy,
        "reliability": {
            name: {"n": bins.count, "confidence": bins.confidence, "accuracy": bins.accuracy}
            for name, bins in (
                ("distribution", found.distribution),
                ("confidence", found.confidence),
            )
        },
    }


def _plain(value: Any) -> Any:
    """Numpy's numbers as Python's; ``nan``, which JSON does not know, as ``None``."""
    if isinstance(value, dict):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(value)
    if isinstance(value, np.integer):
        return int(value)
    return value
