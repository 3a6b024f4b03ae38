"""One day in the order of time: what was said and what was recorded, each at its own clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from emotionweb.accounts.timezones import zone
from emotionweb.journal import checkins, services
from emotionweb.journal.history import days as days_module
from emotionweb.journal.history.days import HistoryDay, ModelChange
from emotionweb.journal.history.line import Line, draw
from emotionweb.journal.models import CheckIn
from emotionweb.journal.summaries import SourceSummary
from emotionweb.journal.walltimes import is_twice


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened at one time; exactly one of the two is there.

    Attributes:
        at: When it began.
        timezone: IANA name of the zone it was made in; the clock on the page is that one.
        moved: Whether the entry before was made in another zone, or, of the first one, whether its
            zone is not the one that the person lives in now.
        again: Whether that clock showed this time for the second time (the clocks went back).
    """

    at: datetime
    timezone: str
    moved: bool
    again: bool
    check_in: CheckIn | None = None
    source: SourceSummary | None = None


class Timeline(NamedTuple):
    """A day with everything in it.

    Attributes:
        found: The day from afar; ``shown`` is ``None`` without camera, which is not neutral.
        entries: In the order of time.
        line: The chart of the day.
        previous: Nearest day before with something in it.
        next: Likewise after.
    """

    found: HistoryDay
    entries: Sequence[Entry]
    line: Line
    previous: date | None
    next: date | None

    @property
    def check_ins(self) -> list[CheckIn]:
        return [one.check_in for one in self.entries if one.check_in]

    @property
    def model_changes(self) -> list[ModelChange]:
        return days_module.model_changes([self.found])

    @property
    def sources(self) -> list[SourceSummary]:
        return [one.source for one in self.entries if one.source]


def timeline(user_id: int, day: date, home: str) -> Timeline | None:
    """One day, or ``None`` where the person has nothing on it.

    Args:
        user_id: Whose.
        day: The day.
        home: IANA name of the zone of their profile.
    """
    found = days_module.load(user_id, day, day, with_hidden=True).get(day)
    if found is None:
        return None
    said = checkins.of_day(user_id, day) if found.felt else []
    detail = services.day_detail(user_id, day) if found.shown else None
    sources = detail.sources if detail else ()
    previous, following = days_module.neighbours(user_id, day)
    return Timeline(
        found=found,
        entries=entries(said, sources, home),
        line=draw(user_id, day, said, sources),
        previous=previous,
        next=following,
    )


def entries(said: Sequence[CheckIn], sources: Sequence[SourceSummary], home: str) -> list[Entry]:
    """Put what was said and what was recorded into the order of time.

    The order is that of the instants: the clock of an entry may show less than that of the one
    before it, after a flight to the west or when the clocks went back.
    """
    raw: list[tuple[datetime, str, CheckIn | None, SourceSummary | None]] = [
        *((one.at, one.timezone, one, None) for one in said),
        *((one.start, one.timezone, None, one) for one in sources),
    ]
    ordered = sorted(raw, key=lambda one: one[0])
    before = [home, *(one[1] for one in ordered)]
    return [
        Entry(
            at=at,
            timezone=name,
            moved=zone(name) != zone(earlier),
            again=is_twice(at, name) and at.astimezone(zone(name)).fold == 1,
            check_in=check_in,
            source=source,
        )
        for (at, name, check_in, source), earlier in zip(ordered, before, strict=False)
    ]
