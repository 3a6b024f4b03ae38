from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.accounts.timezones import zone
from emotionweb.journal.walltimes import NoSuchTimeError, TwiceError, instant, is_twice

BERLIN = "Europe/Berlin"


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_an_ordinary_time_needs_no_further_word() -> None:
    assert instant(wall("2026-07-01 12:00"), BERLIN) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert instant(wall("2026-07-01 12:00"), BERLIN, 1) == datetime(2026, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("fold", [None, 0, 1])
@pytest.mark.parametrize(
    ("text", "timezone"),
    [
        ("2026-03-29 02:00", BERLIN),
        ("2026-03-29 02:59", BERLIN),
        ("2026-09-06 00:30", "America/Santiago"),
        ("2011-12-30 12:00", "Pacific/Apia"),  # a whole day
    ],
)
def test_a_time_that_was_left_out_is_no_time(text: str, timezone: str, fold: int | None) -> None:
    with pytest.raises(NoSuchTimeError):
        instant(wall(text), timezone, fold)


def test_a_time_that_came_twice_has_to_be_told_apart() -> None:
    twice = wall("2026-10-25 02:30")
    with pytest.raises(TwiceError):
        instant(twice, BERLIN)
    assert instant(twice, BERLIN, 0) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert instant(twice, BERLIN, 1) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert is_twice(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN)
    assert not is_twice(datetime(2026, 10, 25, 2, 0, tzinfo=UTC), BERLIN)


def test_half_an_hour_can_come_twice_as_well() -> None:
    lord_howe = "Australia/Lord_Howe"
    first, second = (instant(wall("2026-04-05 01:45"), lord_howe, fold) for fold in (0, 1))
    assert (second - first).total_seconds() == 1800


@given(
    st.integers(0, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.sampled_from(
        ["UTC", BERLIN, "America/Santiago", "Australia/Lord_Howe", "Asia/Gaza", "Pacific/Apia"]
    ),
)
def test_every_instant_is_found_again_by_its_wall_time(at: datetime, timezone: str) -> None:
    shown = at.astimezone(zone(timezone))
    assert instant(shown.replace(tzinfo=None, fold=0), timezone, shown.fold) == at
