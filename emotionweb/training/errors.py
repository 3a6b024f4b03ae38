"""What the services refuse. Each has sentences that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence


class TrainingError(Exception):
    """Base of what this app refuses on purpose; ``str()`` is a sentence."""


class DatasetRefused(TrainingError):  # noqa: N818  (not an accident, a refusal)
    """A data set that cannot be taken, changed or deleted."""


class TestSetRefused(TrainingError):  # noqa: N818  (not an accident, a refusal)
    """A test set that cannot be frozen."""

    __test__ = False  # its name begins with "Test"


class RunRefused(TrainingError):  # noqa: N818  (not an accident, a refusal)
    """A run that cannot be asked for, or not now."""


class ReviewRefused(TrainingError):  # noqa: N818  (not an accident, a refusal)
    """A given face that cannot be decided about: it is gone."""


class PromotionRefused(TrainingError):  # noqa: N818  (not an accident, a refusal)
    """A version that may not answer.

    Attributes:
        reasons: sentences.
        overridable: whether a stated reason of the administrator's is enough.
    """

    def __init__(self, reasons: Sequence[str], *, overridable: bool = True) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)
        self.overridable = overridable
