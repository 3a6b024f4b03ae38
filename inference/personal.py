"""One person's resting face, taken into account.

Some faces at rest look a little sad or stern to a network, and to people who do not know them.
Who shows their resting face for some seconds gives a baseline: by how much each expression is seen
in it more strongly than in other people's neutral faces. That excess is taken back, in part,
wherever it is that person's face that is read.

It is kept from doing harm by four limits: it only weakens, never strengthens an expression; only
by what lies above most people's resting faces; less the shorter the baseline was; and never below
a fixed factor. Whether it makes readings better has *not* been measured: the data sets at hand
have no person's resting face beside their other faces. So it is shown wherever it was used, every
stored result names it, and it can be switched off by deleting it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.labels import LABELS, Expression

#: Log probabilities of a resting face: the mean, and how far faces lie from it (standard
#: deviation). From the flagship's answers to the 435 faces of FER2013's held-back Training part
#: that most of ten people (FER+) called neutral.
USUAL_LOG = np.log([0.662, 0.021, 0.0092, 0.077, 0.0164, 0.0055, 0.0028, 0.0239])
USUAL_SPREAD = np.array([0.32, 1.46, 1.32, 1.16, 1.42, 1.22, 1.47, 0.63])
#: A baseline of so many seconds is believed by half.
HALF_BELIEVED_S = 4.0
#: No expression is weakened by more than this factor.
STRONGEST = 3.0
_FLOOR = 1e-6


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is taken back for one person.

    Attributes:
        id: Names it in every result that it was used for.
        model_version: Whose answers it was made from; for another model it says nothing.
        shift: ``(8,)`` added to log probabilities; never above 0.
    """

    id: str
    model_version: str
    shift: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.shift) != len(LABELS) or not all(
            -np.log(STRONGEST) - 1e-6 <= one <= 0.0 for one in self.shift
        ):
            raise ValueError(f"A baseline has no such shift: {self.shift}.")

    def apply(self, probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
        """Answers with the person's excess taken back: ``(..., 8)`` -> ``(..., 8)``."""
        weighted = probabilities * np.exp(np.asarray(self.shift, np.float32))
        out: NDArray[np.float32] = weighted / weighted.sum(axis=-1, keepdims=True)
        return out


def shift_of(log_means: Sequence[float], seconds: float) -> tuple[float, ...]:
    """What to take back for somebody with this resting face.

    Args:
        log_means: ``(8,)`` mean log probabilities over the seconds of rest.
        seconds: How long it was seen and could be judged.

    Returns:
        ``(8,)`` in the order of ``LABELS``, each from ``-log(STRONGEST)`` to 0. What lies within
        one standard deviation of other people's resting faces is left alone.
    """
    excess = np.asarray(log_means, np.float64) - (USUAL_LOG + USUAL_SPREAD)
    belief = seconds / (seconds + HALF_BELIEVED_S)
    taken = belief * np.clip(excess, 0.0, None)
    taken[LABELS.index(Expression.NEUTRAL)] = 0.0
    return tuple(float(-one) for one in np.minimum(taken, np.log(STRONGEST)))


def mean_logs(probabilities: NDArray[np.float32]) -> tuple[float, ...]:
    """Mean log probabilities of ``(n, 8)`` answers, n at least 1: ``(8,)``."""
    logs = np.log(np.maximum(probabilities, _FLOOR)).mean(axis=0)
    return tuple(float(one) for one in logs)
