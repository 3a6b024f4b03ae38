"""When a reminder is due, by the person's own clock; nothing here asks the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from emotionweb.accounts.timezones import zone
from emotionweb.journal.models import Reminder

#: Who checked in so shortly before it, or since, is not reminded; after as long it is too late.
DONE_BEFORE = timedelta(hours=2)
LATE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a person wanted to be reminded.

    Attributes:
        reminder: Of which it is.
        wall: Date and time on the person's clock, without a zone.
        at: The same as an instant, in UTC.
    """

    reminder: Reminder
    wall: datetime
    at: datetime

    @property
    def key(self) -> str:
        """Which it is of those of its reminder."""
        return self.wall.isoformat(timespec="minutes")


def first_moment(wall: datetime, timezone: str) -> datetime:
    """The first instant, in UTC, at which a clock in that zone shows this or has passed it.

    Of a time that comes twice it is the first; one that is left out is met, to the second, by the
    moment at which the clock jumps over it.
    """
    place = zone(timezone)

    def clock(instant: datetime) -> datetime:
        return instant.astimezone(place).replace(tzinfo=None, fold=0)

    either = [wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)]
    before, after = min(either), max(either)
    if clock(before) == wall:
        return before
    # The jump lies between the two; a clock that is set forward never shows less afterwards.
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if clock(middle) < wall:
            before = max(middle, before + timedelta(seconds=1))
        else:
            after = middle
    return before if clock(before) >= wall else after


def between(
    reminders: Iterable[Reminder], timezone: str, after: datetime, until: datetime
) -> list[Occurrence]:
    """What reminders that are on ask for after an instant and up to another, in order of time.

    Whoever changed a reminder is not reminded of what lay before the change.
    """
    place = zone(timezone)
    # Two days more than the clock says: zones have left out a whole day.
    first = after.astimezone(place).date() - timedelta(days=2)
    last = until.astimezone(place).date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found: list[Occurrence] = []
    for reminder in reminders:
        for day in days:
            if not reminder.on or day.weekday() not in reminder.days:
                continue
            wall = datetime.combine(day, reminder.time)
            at = first_moment(wall, timezone)
            if after < at <= until and at >= reminder.changed_at:
                found.append(Occurrence(reminder, wall, at))
    return sorted(found, key=lambda one: (one.at, one.wall))


def due(
    reminders: Iterable[Reminder], timezone: str, now: datetime, check_ins: Sequence[datetime]
) -> list[Occurrence]:
    """What is due now: its time has come, not too long ago, and there was no check-in about it.

    Args:
        reminders: Of one person.
        timezone: IANA name of the zone they are in.
        now: Aware.
        check_ins: When they checked in; those since ``now - LATE - DONE_BEFORE`` are enough.
    """
    return [
        one
        for one in between(reminders, timezone, now - LATE, now)
        if not any(one.at - DONE_BEFORE <= at <= now for at in check_ins)
    ]
