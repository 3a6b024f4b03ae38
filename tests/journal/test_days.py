from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.accounts.timezones import zone
from emotionweb.journal.days import local_day


def at(wall: str, timezone: str, fold: int = 0) -> datetime:
    """The instant at which a clock in that zone shows this; ``fold`` 1 is its second time."""
    moment = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(timezone), fold=fold)
    return moment.astimezone(UTC)


@pytest.mark.parametrize(
    ("wall", "timezone", "day_start_hour", "day"),
    [
        ("2026-11-21 23:59:59", "Europe/Berlin", 0, "2026-11-21"),
        ("2026-11-22 00:00:00", "Europe/Berlin", 0, "2026-11-22"),
        # A night owl.
        ("2026-11-22 03:59:59", "Europe/Berlin", 4, "2026-11-21"),
        ("2026-11-22 04:00:00", "Europe/Berlin", 4, "2026-11-22"),
        ("2026-01-01 00:30:00", "Asia/Shanghai", 4, "2025-12-31"),
        # Far from Greenwich on both sides.
        ("2026-06-01 00:10:00", "Pacific/Kiritimati", 0, "2026-06-01"),
        ("2026-06-01 23:50:00", "Pacific/Pago_Pago", 0, "2026-06-01"),
        ("2026-06-01 00:10:00", "Asia/Kathmandu", 0, "2026-06-01"),
        # In Berlin 02:00 becomes 03:00 on 29 March 2026: the day that starts at 2 starts at 3.
        ("2026-03-29 01:59:59", "Europe/Berlin", 2, "2026-03-28"),
        ("2026-03-29 03:00:00", "Europe/Berlin", 2, "2026-03-29"),
        # In Santiago midnight itself is left out on 6 September 2026.
        ("2026-09-05 23:59:59", "America/Santiago", 0, "2026-09-05"),
        ("2026-09-06 01:00:00", "America/Santiago", 0, "2026-09-06"),
    ],
)
def test_the_day_is_the_one_on_the_persons_clock(
    wall: str, timezone: str, day_start_hour: int, day: str
) -> None:
    assert local_day(at(wall, timezone), timezone, day_start_hour) == date.fromisoformat(day)


@pytest.mark.parametrize("day_start_hour", [2, 3])
def test_an_hour_that_comes_twice_is_one_day(day_start_hour: int) -> None:
    """In Berlin 02:30 comes twice on 25 October 2026."""
    first = at("2026-10-25 02:30", "Europe/Berlin")
    second = at("2026-10-25 02:30", "Europe/Berlin", fold=1)
    assert second - first == timedelta(hours=1)
    days = {local_day(moment, "Europe/Berlin", day_start_hour) for moment in (first, second)}
    assert days == {date(2026, 10, 25 if day_start_hour == 2 else 24)}


@given(
    st.integers(1_577_836_800, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.timedeltas(timedelta(0), timedelta(days=3)),
    st.sampled_from(
        ["UTC", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe", "Asia/Gaza"]
    ),
    st.integers(0, 23),
)
def test_days_never_run_backwards(
    instant: datetime, later: timedelta, timezone: str, day_start_hour: int
) -> None:
    first = local_day(instant, timezone, day_start_hour)
    assert local_day(instant + later, timezone, day_start_hour) >= first


def test_the_same_instant_is_another_day_elsewhere() -> None:
    instant = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert local_day(instant, "UTC", 0) == date(2026, 11, 21)
    assert local_day(instant, "Asia/Shanghai", 0) == date(2026, 11, 22)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        local_day(datetime(2026, 11, 21), "UTC", 0)  # noqa: DTZ001


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe/"])
def test_an_unknown_zone_counts_as_utc(name: str) -> None:
    assert zone(name) == ZoneInfo("UTC")
