"""A day in the order of time, and its line: clocks that change, and people who travel."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from emotionweb.accounts.models import User
from emotionweb.journal.history.line import day_start
from emotionweb.journal.history.timeline import Timeline, timeline
from tests.journal.observations import draft, observe
from tests.journal.test_history_days import minutes, say

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def page_of(user: User, day: date) -> Timeline:
    page = timeline(user.pk, day, user.timezone)
    assert page is not None
    return page


def share(x: str) -> float:
    return float(x.removesuffix("%")) / 100


def test_what_was_said_and_seen_is_in_the_order_of_time(alice: User) -> None:
    late = say(alice, NOON + timedelta(hours=6))
    source = observe(alice, minutes(NOON))
    early = say(alice, NOON - timedelta(hours=3))
    entries = page_of(alice, NOON.date()).entries
    assert [one.check_in and one.check_in.pk for one in entries] == [early.pk, None, late.pk]
    assert entries[1].source is not None
    assert entries[1].source.id == source


def test_a_day_with_nothing_is_no_day_and_anothers_is_not_seen(alice: User, bob: User) -> None:
    say(bob, NOON)
    observe(bob, minutes(NOON))
    assert timeline(alice.pk, NOON.date(), "UTC") is None
    say(alice, NOON)
    page = page_of(alice, NOON.date())
    assert len(page.entries) == 1
    assert page.line.bands == []
    assert page.found.shown is None


def test_the_line_has_points_and_bands_where_they_belong(alice: User) -> None:
    say(alice, NOON - timedelta(hours=12), mood=5)
    say(alice, NOON, mood=1)
    observe(alice, minutes(NOON + timedelta(hours=6), 15, happiness=0.5))
    line = page_of(alice, NOON.date()).line
    assert [(share(one.x), one.mood) for one in line.points] == [(0.0, 5), (0.5, 1)]
    assert line.points[0].y < line.points[1].y
    assert len(line.links) == 1
    (band,) = line.bands
    assert (share(band.x), share(band.width)) == (0.75, pytest.approx(1 / 48, abs=1e-3))
    assert band.seconds == pytest.approx(900)
    assert band.height == 40
    assert [part.name for part in band.parts] == ["neutral", "happiness"]
    assert band.start == NOON + timedelta(hours=6)


def test_bands_are_the_lower_the_less_was_seen_and_unsure_is_drawn_as_such(alice: User) -> None:
    observe(alice, [draft(NOON, seconds=0.0, unsure_seconds=10.0)])
    (band,) = page_of(alice, NOON.date()).line.bands
    assert [part.name for part in band.parts] == ["unsure"]
    assert band.mix == ()
    assert band.height == 10


def test_a_new_model_within_the_day_is_marked_where_it_took_over(alice: User) -> None:
    observe(alice, [draft(NOON, model_version="m-1")])
    observe(alice, [draft(NOON + timedelta(hours=3), model_version="m-2")])
    (turn,) = page_of(alice, NOON.date()).line.turns
    assert (turn.version, turn.at) == ("m-2", NOON + timedelta(hours=3))
    assert share(turn.x) == pytest.approx(0.625)


@pytest.mark.parametrize(
    ("day", "hours", "midnights"),
    [("2026-03-29", 23, 2), ("2026-10-25", 25, 2), ("2026-06-01", 24, 2)],
)
def test_a_day_on_which_the_clocks_change_is_as_long_as_it_was(
    alice: User, day: str, hours: int, midnights: int
) -> None:
    alice.timezone = "Europe/Berlin"
    noon = datetime.fromisoformat(f"{day} 12:00").replace(tzinfo=BERLIN)
    say(alice, noon.astimezone(UTC))
    line = page_of(alice, date.fromisoformat(day)).line
    assert line.hours == hours
    assert [tick.text for tick in line.ticks].count("00:00") == midnights
    at_noon = next(tick for tick in line.ticks if tick.text == "12:00")
    assert at_noon.x == line.points[0].x
    assert [tick.text for tick in line.ticks] == [f"{hour % 24:02}:00" for hour in range(0, 25, 3)]


def test_an_hour_that_comes_twice_keeps_its_order_and_says_so(alice: User) -> None:
    alice.timezone = "Europe/Berlin"
    first = datetime(2026, 10, 25, 2, 40, tzinfo=BERLIN)
    second = datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1)
    later = say(alice, second.astimezone(UTC), mood=2)
    earlier = say(alice, first.astimezone(UTC), mood=4)
    entries = page_of(alice, first.date()).entries
    assert [one.check_in for one in entries] == [earlier, later]
    assert [one.again for one in entries] == [False, True]


def test_a_day_of_travel_has_both_clocks_in_the_true_order(alice: User) -> None:
    """From Shanghai to Berlin: the clock goes back, the day is thirty-one hours long."""
    alice.timezone = "Asia/Shanghai"
    start = datetime(2026, 9, 24, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    morning = say(alice, start.astimezone(UTC))
    alice.timezone = "Europe/Berlin"
    landed = datetime(2026, 9, 24, 18, tzinfo=BERLIN).astimezone(UTC)
    evening = say(alice, landed)
    page = page_of(alice, date(2026, 9, 24))
    assert [one.check_in for one in page.entries] == [morning, evening]
    assert [one.moved for one in page.entries] == [True, True]  # at home is Berlin
    assert page.line.hours == 30
    texts = [tick.text for tick in page.line.ticks]
    assert texts[:5] == ["00:00", "03:00", "06:00", "09:00", "12:00"]
    assert texts[-3:] == ["18:00", "21:00", "00:00"]


def test_west_over_the_date_line_the_same_day_comes_again(alice: User) -> None:
    alice.timezone = "Pacific/Auckland"
    say(alice, datetime(2026, 6, 10, 20, tzinfo=ZoneInfo("Pacific/Auckland")).astimezone(UTC))
    alice.timezone = "America/Los_Angeles"
    say(alice, datetime(2026, 6, 10, 8, tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC))
    page = page_of(alice, date(2026, 6, 10))
    assert [one.timezone for one in page.entries] == ["Pacific/Auckland", "America/Los_Angeles"]
    assert page.line.hours == 43
    assert all(0 <= share(point.x) <= 1 for point in page.line.points)


def test_a_day_that_starts_at_four_is_drawn_from_four_to_four(alice: User) -> None:
    alice.timezone, alice.day_start_hour = "Europe/Berlin", 4
    at = datetime(2026, 3, 15, 3, 59, tzinfo=BERLIN)
    say(alice, at.astimezone(UTC))
    page = page_of(alice, date(2026, 3, 14))
    assert page.line.hours == 24
    assert share(page.line.points[0].x) == pytest.approx(1.0, abs=1e-3)
    assert page.line.ticks[0].text == "06:00"


@pytest.mark.parametrize(
    ("zone", "hour", "utc"),
    [
        ("Europe/Berlin", 2, "2026-03-29 01:00"),  # two o'clock is left out: three it is
        ("Europe/Berlin", 0, "2026-03-28 23:00"),
        ("America/Santiago", 0, "2026-03-29 03:00"),
        ("Mars/Olympus_Mons", 4, "2026-03-29 04:00"),
    ],
)
def test_the_start_of_a_day_is_read_off_the_wall(zone: str, hour: int, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert day_start(date(2026, 3, 29), zone, hour) == expected


def test_a_session_over_the_end_of_the_day_stays_within_the_drawing(alice: User) -> None:
    night = datetime(2026, 3, 14, 23, 59, 55, tzinfo=UTC)
    observe(alice, [draft(night, seconds=10.0)])
    line = page_of(alice, date(2026, 3, 14)).line
    assert line.hours == pytest.approx(24 + 5 / 3600)
    (band,) = line.bands
    assert share(band.x) + share(band.width) <= 1.0
