"""Whether a probability means what it says, and what holding back an answer buys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.errors import DataError

#: Equal-width bins of the expected calibration error, as in Guo et al. (2017).
BINS = 15

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reliability:
    """Confidence against accuracy in bins of equal width over 0..1.

    Attributes:
        edges: ``(bins + 1,)``.
        count: ``(bins,)`` faces in each bin.
        confidence: ``(bins,)`` mean confidence; ``nan`` of an empty bin.
        accuracy: ``(bins,)`` share right; ``nan`` of an empty bin.
    """

    edges: Floats
    count: NDArray[np.int64]
    confidence: Floats
    accuracy: Floats

    @property
    def expected_error(self) -> float:
        """Expected calibration error: the mean gap, each bin weighted by its faces.

        Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, equation 3;
        ``nan`` of no faces.
        """
        return self._weighted_mean(np.abs(self.accuracy - self.confidence))

    @property
    def mean_gap(self) -> float:
        """Mean of confidence minus accuracy: above 0 it is too sure of itself, below too modest."""
        return self._weighted_mean(self.confidence - self.accuracy)

    def _weighted_mean(self, gaps: Floats) -> float:
        filled = self.count > 0
        if not filled.any():
            return float("nan")
        return float(np.average(gaps[filled], weights=self.count[filled]))


def reliability(
    confidence: NDArray[np.floating], right: NDArray[np.bool_], bins: int = BINS
) -> Reliability:
    """Sort predictions into bins by their confidence.

    Args:
        confidence: ``(n,)``, 0..1.
        right: ``(n,)``, whether the prediction was true.
        bins: number of bins of equal width.

    Raises:
        DataError: a confidence outside 0..1.
    """
    sure = np.asarray(confidence, np.float64)
    # A sum of probabilities in float32 may pass 1 by a rounding.
    if sure.size and (np.isnan(sure).any() or sure.min() < 0 or sure.max() > 1 + 1e-5):
        raise DataError("A confidence lies outside 0 to 1.")
    which = np.minimum((sure * bins).astype(np.int64), bins - 1)
    count = np.bincount(which, minlength=bins)
    size = np.where(count > 0, count, np.nan)
    return Reliability(
        edges=np.linspace(0.0, 1.0, bins + 1),
        count=count.astype(np.int64),
        confidence=np.bincount(which, sure, bins) / size,
        accuracy=np.bincount(which, right, bins) / size,
    )


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """What is gained by answering only the surest part.

    Attributes:
        coverage: ``(n,)`` share answered, 1/n to 1.
        risk: ``(n,)`` share wrong among those answered.
    """

    coverage: Floats
    risk: Floats

    @property
    def area(self) -> float:
        """Area under the curve, the mean risk over all coverages; ``nan`` of no faces."""
        return float(self.risk.mean()) if self.risk.size else float("nan")

    def risk_at(self, coverage: float) -> float:
        """Share wrong when the surest ``coverage`` (0..1) of the faces are answered."""
        if not self.risk.size:
            return float("nan")
        row = int(np.ceil(coverage * len(self.risk) - 1e-9)) - 1
        return float(self.risk[min(max(row, 0), len(self.risk) - 1)])


def risk_coverage(confidence: NDArray[np.floating], right: NDArray[np.bool_]) -> RiskCoverage:
    """The risk-coverage curve (El-Yaniv and Wiener, JMLR 2010; Geifman and El-Yaniv, NeurIPS 2017).

    Faces of the same confidence share their errors, so that the order of the rows changes
    nothing.

    Args:
        confidence: ``(n,)``, any increasing score.
        right: ``(n,)``.
    """
    n = len(confidence)
    _, group, size = np.unique(-confidence, return_inverse=True, return_counts=True)
    share_wrong = np.bincount(group, ~right, len(size)) / np.maximum(size, 1)
    wrong = np.cumsum(np.repeat(share_wrong, size))
    answered = np.arange(1, n + 1)
    return RiskCoverage(coverage=answered / max(n, 1), risk=wrong / answered)


def brier(probabilities: NDArray[np.floating], target: NDArray[np.floating]) -> float:
    """Mean squared distance of two ``(n, k)`` sets of distributions, 0..2 (Brier, 1950)."""
    if not len(target):
        return float("nan")
    return float(np.mean(np.sum((probabilities - target) ** 2, axis=1)))


def cross_entropy(probabilities: NDArray[np.floating], target: NDArray[np.floating]) -> float:
    """Mean cross-entropy in nats of ``(n, k)`` probabilities to ``(n, k)`` target distributions.

    With one-hot targets it is the negative log-likelihood.
    """
    if not len(target):
        return float("nan")
    logs = np.log(np.maximum(probabilities, 1e-12))
    return float(-np.mean(np.sum(target * logs, axis=1)))
