"""What a clock on the wall showed, as an instant; hours may be left out or come twice."""

from __future__ import annotations

from datetime import UTC, datetime

from emotionweb.accounts.timezones import zone


class NoSuchTimeError(ValueError):
    """The clocks went forward past this time."""


class TwiceError(ValueError):
    """The clocks went back: this time came twice, and it was not said which one is meant."""


def instant(wall: datetime, timezone: str, fold: int | None = None) -> datetime:
    """Return the instant, in UTC, at which a clock in that zone shows this.

    Args:
        wall: Date and time without a zone, as somebody read them off a clock.
        timezone: IANA name, such as "Europe/Berlin".
        fold: 0 for the first, 1 for the second time of an hour that comes twice.

    Raises:
        NoSuchTimeError: Where no clock ever showed this.
        TwiceError: Where it was shown twice and ``fold`` does not say which is meant.
        OverflowError: Where the instant lies outside of the years 1 to 9999.
    """
    place = zone(timezone)
    first, second = (wall.replace(tzinfo=place, fold=which).astimezone(UTC) for which in (0, 1))
    if first == second:
        return first
    if first.astimezone(place).replace(tzinfo=None) != wall.replace(fold=0):
        raise NoSuchTimeError(f"{wall} is left out in {timezone}.")
    if fold is None:
        raise TwiceError(f"{wall} comes twice in {timezone}.")
    return second if fold else first


def is_twice(at: datetime, timezone: str) -> bool:
    """Say whether the clock in that zone shows the time of this instant a second time."""
    place = zone(timezone)
    wall = at.astimezone(place)
    return wall.replace(fold=0).astimezone(UTC) != wall.replace(fold=1).astimezone(UTC)
