"""What a source hands to the journal: ten seconds of one person, not yet in the database."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from inference.labels import LABELS


@dataclass(frozen=True, slots=True)
class ObservationDraft:
    """One stretch of time in which a face was in sight.

    Attributes:
        start: Aware, UTC.
        seconds: Of scored frames; the weight of ``means``.
        unsure_seconds: In which the face was there but could not be judged.
        means: Mean probability of each of the eight labels over ``seconds``, in the order of
            ``inference.labels.LABELS``; zeros where nothing was scored.
        model_version: Of the model that made the numbers.
    """

    start: datetime
    seconds: float
    unsure_seconds: float
    means: tuple[float, ...]
    model_version: str

    def __post_init__(self) -> None:
        if self.start.utcoffset() != timedelta(0):
            raise ValueError(f"An observation starts at a time in UTC, not {self.start!r}.")
        if len(self.means) != len(LABELS):
            raise ValueError(f"An observation has {len(LABELS)} means, not {len(self.means)}.")
        numbers = (self.seconds, self.unsure_seconds, *self.means)
        if not all(math.isfinite(number) and number >= 0.0 for number in numbers):
            raise ValueError(f"An observation has no such numbers: {numbers}.")

    @property
    def end(self) -> datetime:
        """Start plus the time a face was in sight."""
        return self.start + timedelta(seconds=self.seconds + self.unsure_seconds)

    def cut(self, end: datetime) -> ObservationDraft | None:
        """The part before ``end``, or ``None`` where nothing is left.

        What was seen is taken as spread evenly: the frames themselves are gone.
        """
        length = (self.end - self.start).total_seconds()
        kept = (end.astimezone(UTC) - self.start).total_seconds()
        if kept >= length:
            return self
        if kept <= 0.0:
            return None
        share = kept / length
        return replace(
            self, seconds=self.seconds * share, unsure_seconds=self.unsure_seconds * share
        )
