"""What a source hands to the journal: ten seconds of one person, not yet in the database."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from inference.labels import LABELS

_ROUNDING = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class ObservationDraft:
    """One stretch of time in which a face was in sight.

    Attributes:
        start: When the face came into sight; aware, UTC.
        end: Last moment it was in sight, likewise. In between it may have been away.
        seconds: Of scored frames; the weight of ``means``.
        unsure_seconds: In which the face was there but could not be judged.
        means: Mean probability of each of the eight labels over ``seconds``, in the order of
            ``inference.labels.LABELS``; zeros where nothing was scored.
        model_version: Of the model that made the numbers.
        calibration: Id of the personal baseline they went through, or "".
    """

    start: datetime
    end: datetime
    seconds: float
    unsure_seconds: float
    means: tuple[float, ...]
    model_version: str
    calibration: str = ""

    def __post_init__(self) -> None:
        for at in (self.start, self.end):
            if at.utcoffset() != timedelta(0):
                raise ValueError(f"An observation starts and ends at a time in UTC, not {at!r}.")
        if len(self.means) != len(LABELS):
            raise ValueError(f"An observation has {len(LABELS)} means, not {len(self.means)}.")
        numbers = (self.seconds, self.unsure_seconds, *self.means)
        if not all(math.isfinite(number) and number >= 0.0 for number in numbers):
            raise ValueError(f"An observation has no such numbers: {numbers}.")
        in_sight = timedelta(seconds=self.seconds + self.unsure_seconds)
        if self.end - self.start + _ROUNDING < in_sight:
            raise ValueError(f"An observation of {in_sight} does not end at {self.end!r}.")

    def cut(self, end: datetime) -> ObservationDraft | None:
        """The part before ``end``, or ``None`` where nothing is left.

        What was seen is taken as spread evenly: the frames themselves are gone.
        """
        if end >= self.end:
            return self
        if end <= self.start:
            return None
        share = (end - self.start) / (self.end - self.start)
        return replace(
            self,
            end=end.astimezone(UTC),
            seconds=self.seconds * share,
            unsure_seconds=self.unsure_seconds * share,
        )
