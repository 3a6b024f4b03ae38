"""One number for what a day showed, and how far it lies from what was felt.

Felt is one number of 1 to 5, shown is a mix of eight expressions. Nobody has a scale on which the
two are the same thing, so nothing is converted: both are brought to the person's own ranks, and
only the ranks are compared.

1.  The *index of shown* is the share of happiness less the shares of sadness, anger, disgust and
    fear: from -1 (nothing but these) to +1 (nothing but happiness). Neutral, surprise and contempt
    count for nothing, since they lean to neither side. It is the positive minus the negative
    share, as in the affect balance of Bradburn (The Structure of Psychological Well-Being, 1969),
    here of expressions in a face and not of feelings.
2.  A day has an index only with :data:`ENOUGH_SECONDS` of sure answers.
3.  The *rank* of a value is the share of the reference days below it, and half of those equal to
    it (mid-rank): 0.5 is a day like the middle one of this person.
4.  The reference of a day are the days of the :data:`REFERENCE_DAYS` up to it that have both
    numbers and were seen by the same version of the model, at least :data:`ENOUGH_DAYS` of them,
    itself included. So a day keeps its difference, whatever comes later, and a new model, which
    may read the same face differently, begins with ranks of its own.
5.  The *difference* is the rank of shown less the rank of felt: above 0 the face looked brighter,
    compared with this person's other days, than the person said to feel.

Pure functions, no database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from inference.labels import LABELS, Expression

#: Seconds of sure answers that a day needs. A few smiles more or less should not turn it over.
ENOUGH_SECONDS = 300.0
#: How far back the days lie that a day is compared with, itself included.
REFERENCE_DAYS = 365
#: With fewer days a rank moves by more than 1/14 with each new one.
ENOUGH_DAYS = 14
#: From this distance of the ranks on the two count as apart, and from the next one as far apart.
APART, FAR_APART = 0.2, 0.5

PLUS = (Expression.HAPPINESS,)
MINUS = (Expression.SADNESS, Expression.ANGER, Expression.DISGUST, Expression.FEAR)
_WEIGHTS = np.array([(name in PLUS) - float(name in MINUS) for name in LABELS])


class Difference(NamedTuple):
    """How a day compares with the person's other days.

    Attributes:
        felt: Rank of what was felt, 0..1.
        shown: Rank of what was shown, 0..1.
        days: How many days the ranks are over.
    """

    felt: float
    shown: float
    days: int

    @property
    def value(self) -> float:
        """Rank of shown less rank of felt, -1..1."""
        return self.shown - self.felt

    @property
    def step(self) -> int:
        """-2 (looked much lower than felt) … 0 (alike) … 2 (looked much higher than felt)."""
        size = abs(self.value)
        return int(np.sign(self.value)) * ((size >= APART) + (size >= FAR_APART))


def shown_index(means: Sequence[float]) -> float:
    """Return the index of shown, -1..1.

    Args:
        means: Mean probabilities in the order of ``LABELS``, shape (8,), that sum to 1.
    """
    return float(np.dot(_WEIGHTS, np.asarray(means, dtype=float)))


def day_index(seconds: float, means: Sequence[float]) -> float | None:
    """The index of a day, or ``None`` where too little was observed to say.

    Args:
        seconds: Of sure answers.
        means: As in :func:`shown_index`.
    """
    return shown_index(means) if seconds >= ENOUGH_SECONDS else None


def mid_ranks(values: NDArray[np.float64], reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each value the share of the reference below it plus half of the share equal.

    Args:
        values: Shape (n,).
        reference: Shape (m,), not empty.
    """
    ordered = np.sort(reference)
    below = np.searchsorted(ordered, values, side="left")
    up_to = np.searchsorted(ordered, values, side="right")
    return (below + up_to) / (2.0 * len(ordered))


def differences(
    felt: Mapping[date, float],
    shown: Mapping[date, float],
    models: Mapping[date, Hashable] | None = None,
) -> dict[date, Difference]:
    """Return the difference of each day that has one.

    Args:
        felt: Mean mood of the days with a check-in.
        shown: Index of the days with enough observed.
        models: Of each day in ``shown`` what saw it; days are compared with days of the same.
            Left out, all days count as seen by the same.
    """
    groups: dict[Hashable, list[date]] = defaultdict(list)
    for day in sorted(felt.keys() & shown.keys()):
        groups[models[day] if models else None].append(day)
    found: dict[date, Difference] = {}
    for days in groups.values():
        ordinals = np.array([day.toordinal() for day in days])
        moods = np.array([felt[day] for day in days], dtype=float)
        indexes = np.array([shown[day] for day in days], dtype=float)
        firsts = np.searchsorted(ordinals, ordinals - REFERENCE_DAYS, side="right")
        for at, first in enumerate(firsts):
            window = slice(int(first), at + 1)
            if at + 1 - first < ENOUGH_DAYS:
                continue
            found[days[at]] = Difference(
                felt=_own_rank(moods[window]),
                shown=_own_rank(indexes[window]),
                days=int(at + 1 - first),
            )
    return found


def _own_rank(values: NDArray[np.float64]) -> float:
    """The mid-rank of the last value among all of them."""
    last = values[-1]
    return float(((values < last).sum() + (values <= last).sum()) / (2 * len(values)))
