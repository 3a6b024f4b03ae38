"""What the services refuse. Each has sentences that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence


class TrainingError(Exception):
    """Base of what this app refuses on purpose; ``str()`` is a sentence."""


class DatasetRefused(TrainingError):
    """A data set that cannot be taken, changed or deleted."""


class TestSetRefused(TrainingError):
    """A test set that cannot be frozen."""

    __test__ = False  # its name begins with "Test"


class RunRefused(TrainingError):
    """A run that cannot be asked for, or not now."""


class ReviewRefused(TrainingError):
    """A given face that cannot be decided about: it is gone."""


class PromotionRefused(TrainingError):
    """A version that may not answer.

    Attributes:
        reasons: sentences.
        overridable: whether a stated reason of the administrator's is enough.
    """

    def __init__(self, reasons: Sequence[str], *, overridable: bool = True) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)
        self.overridable = overridable
