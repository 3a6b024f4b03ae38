"""Which day of a person's journal an instant belongs to."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from emotionweb.accounts.timezones import zone


def local_day(instant: datetime, timezone: str, day_start_hour: int) -> date:
    """Return the person's own day of an instant.

    The day is read off the wall clock of the zone, so an hour that a change to or from
    summer time repeats or leaves out needs no rule of its own: both passes of 02:30 are the
    same day, and a start at 02:00 that does not exist is met by 03:00.

    Args:
        instant: An aware time.
        timezone: IANA name, such as "Europe/Berlin".
        day_start_hour: 0..23; before this hour it is still the day before.
    """
    if instant.tzinfo is None:
        raise ValueError("The day of a time without a zone is unknown.")
    wall = instant.astimezone(zone(timezone))
    return wall.date() - timedelta(days=wall.hour < day_start_hour)
