"""Days and their sources as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from emotionweb.expressions import expression_mark, expression_title
from inference.labels import LABELS


class MixPart(NamedTuple):
    """One expression's share of the scored time."""

    name: str
    title: str
    mark: str
    share: float


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """What one source added to one day.

    Attributes:
        title: Kind of source in words, such as "Live session".
        delete_url: Address to post to, or "" where the app that made it is gone.
        page_url: Address of its own page, or "" where it has none.
        start: First observation of that day.
        end: Last moment a face was in sight.
        timezone: IANA name of the zone the person was in.
        mix: Strongest first; empty where nothing was scored.
    """

    kind: str
    id: UUID
    title: str
    delete_url: str
    start: datetime
    end: datetime
    timezone: str
    seconds: float
    unsure_seconds: float
    mix: tuple[MixPart, ...]
    page_url: str = ""

    @property
    def top(self) -> str | None:
        """Name of the strongest expression."""
        return self.mix[0].name if self.mix else None


@dataclass(frozen=True, slots=True)
class DaySummary:
    """One day of the journal.

    Attributes:
        timezone: IANA name of the zone the person was in when it ended.
        sessions: Number of sources.
        mix: Strongest first; empty where nothing was scored.
    """

    day: date
    timezone: str
    seconds: float
    unsure_seconds: float
    first_at: datetime
    last_at: datetime
    sessions: int
    mix: tuple[MixPart, ...]

    @property
    def top(self) -> str | None:
        """Name of the strongest expression."""
        return self.mix[0].name if self.mix else None


@dataclass(frozen=True, slots=True)
class DayDetail:
    """A day and what it is made of, in the order of time."""

    log: DaySummary
    sources: Sequence[SourceSummary]


def mix(seconds: float, means: Iterable[float]) -> tuple[MixPart, ...]:
    """Name the shares of the eight expressions, strongest first.

    Args:
        seconds: Scored seconds; without any there is no mix.
        means: In the order of ``LABELS``.
    """
    if seconds <= 0.0:
        return ()
    parts = [
        MixPart(name, expression_title(name), expression_mark(name), share)
        for name, share in zip(LABELS, means, strict=True)
    ]
    return tuple(sorted(parts, key=lambda part: -part.share))
