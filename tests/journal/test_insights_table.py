from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.journal.insights.hours import local_hours
from emotionweb.journal.insights.report import About, report
from emotionweb.journal.insights.table import DayTable, daily_moods, shown_within_model
from emotionweb.journal.shown_index import ENOUGH_SECONDS, shown_index
from inference.labels import LABELS

FIRST = date(2026, 1, 5)  # a Monday


def table(felt: np.ndarray, **more: object) -> DayTable:
    n = len(felt)
    whole = {
        "first": FIRST,
        "felt": felt,
        "check_ins": np.isfinite(felt).astype(np.int64),
        "part_felt": np.full((n, 4), np.nan),
        "part_rest": np.full((n, 4), np.nan),
        "hour_felt": np.full(24, np.nan),
        "hour_days": np.zeros(24, dtype=np.int64),
        "tag_ids": [],
        "tagged": np.zeros((n, 0), dtype=bool),
        "tracker_ids": [],
        "tracked": np.full((n, 0), np.nan),
        "seconds": np.zeros(n),
        "shares": np.zeros((n, len(LABELS))),
        "models": np.full(n, -1),
    }
    return DayTable(**{**whole, **more})


def looks(happy: np.ndarray) -> np.ndarray:
    """Shares with so much of happiness and the rest neutral."""
    shares = np.zeros((len(happy), len(LABELS)))
    shares[:, 0], shares[:, 1] = 1 - happy, happy
    return shares


# === Hours ===


@given(
    st.lists(st.integers(0, 2_000_000_000), max_size=40),
    st.sampled_from(
        ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
    ),
)
def test_hours_are_those_of_the_wall(epochs: list[int], place: str) -> None:
    walls = [datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(place)).hour for at in epochs]
    assert local_hours(np.array(epochs, dtype=np.int64), place).tolist() == walls


def test_the_hours_of_the_day_the_clocks_change() -> None:
    midnight = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    epochs = [int((midnight + timedelta(hours=hour)).timestamp()) for hour in range(5)]
    assert local_hours(np.array(epochs), "Europe/Berlin").tolist() == [0, 1, 2, 2, 3]


# === Days ===


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 23), st.integers(1, 5)), min_size=1, max_size=60
    )
)
def test_a_day_is_the_mean_of_its_check_ins(rows: list[tuple[int, int, int]]) -> None:
    days, hours, moods = np.array(rows, dtype=np.int64).T
    found = daily_moods(days, hours, moods, 10)
    for day in range(10):
        of_day = [mood for one, _, mood in rows if one == day]
        morning = [mood for one, hour, mood in rows if one == day and 5 <= hour < 12]
        others = [mood for one, hour, mood in rows if one == day and not 5 <= hour < 12]
        for column, expected in (
            (found["felt"][day], of_day),
            (found["part_felt"][day, 1], morning),
            (found["part_rest"][day, 1], others),
        ):
            mean = np.mean(expected) if expected else np.nan
            assert column == pytest.approx(mean, nan_ok=True)
    assert found["check_ins"].sum() == len(rows)
    assert found["hour_days"].tolist() == [
        len({day for day, at, _ in rows if at == hour}) for hour in range(24)
    ]


def test_too_little_observed_is_no_index_and_models_are_not_mixed() -> None:
    seconds = np.array([ENOUGH_SECONDS, ENOUGH_SECONDS - 1, ENOUGH_SECONDS, 900.0, 900.0])
    one = table(
        np.full(5, 3.0),
        seconds=seconds,
        shares=looks(np.array([0.2, 0.9, 0.4, 0.8, 0.6])),
        models=np.array([0, 0, 0, 1, 1]),
    )
    assert one.shown.tolist() == pytest.approx([0.2, np.nan, 0.4, 0.8, 0.6], nan_ok=True)
    assert one.shown[0] == pytest.approx(shown_index(one.shares[0]))
    within = shown_within_model(one)
    assert within.tolist() == pytest.approx([-0.1, np.nan, 0.1, 0.1, -0.1], nan_ok=True)


# === The report ===


def test_what_was_planted_stands_out_and_the_rest_does_not() -> None:
    draw = np.random.default_rng(4)
    tagged = draw.random((200, 3)) < 0.4
    sleep = draw.normal(7, 1, size=200)
    felt = 3 + 0.7 * tagged[:, 0] + 0.4 * (sleep - 7) + 0.5 * draw.normal(size=200)
    seconds = np.where(draw.random(200) < 0.5, 1200.0, 0.0)
    happy = np.clip(0.3 + 0.1 * (felt - 3) + 0.05 * draw.normal(size=200), 0, 1)
    found = report(
        table(
            felt,
            tag_ids=[7, 8, 9],
            tagged=tagged,
            tracker_ids=[5, 6],
            tracked=np.column_stack([sleep, draw.normal(size=200)]),
            seconds=seconds,
            shares=looks(happy),
            models=np.where(seconds > 0, 0, -1),
        )
    )
    out = {(one.about, one.key, one.shown) for one in found.standing_out}
    assert {(About.TAG, 7, False), (About.TRACKER, 5, False), (About.AGREEMENT, 0, True)} <= out
    assert not out & {(About.TAG, 8, False), (About.TAG, 9, False), (About.TRACKER, 6, False)}
    (agreement,) = found.about(About.AGREEMENT, shown=True)
    assert agreement.seconds == seconds.sum()
    assert found.shown_days == found.both_days == int((seconds > 0).sum())


def test_a_range_without_anything_has_nothing_to_say() -> None:
    found = report(table(np.full(90, np.nan)))
    assert found.standing_out == []
    assert (found.felt_days, found.better, found.harder, found.partings) == (0, None, None, [])
    assert all(one.effect is None for one in found.comparisons)


def test_the_same_days_say_the_same() -> None:
    draw = np.random.default_rng(8)
    days = table(draw.uniform(1, 5, size=90), tag_ids=[1], tagged=draw.random((90, 1)) < 0.5)
    assert report(days) == report(days)


def test_two_days_are_named_and_not_those_that_are_hidden() -> None:
    felt = np.full(30, 3.0)
    felt[4], felt[9], felt[20] = 5.0, 4.8, 1.5
    found = report(table(felt))
    assert (found.better, found.harder) == (4, 20)
    assert report(table(felt), unnamed={4}).better == 9
    assert report(table(np.full(30, 3.2))).better is None


def test_days_part_where_the_ranks_do() -> None:
    felt = np.linspace(1, 5, 40)
    happy = np.linspace(0.1, 0.9, 40)
    happy[2] = 0.95
    found = report(
        table(
            felt,
            seconds=np.full(40, 600.0),
            shares=looks(happy),
            models=np.zeros(40, dtype=np.int64),
        )
    )
    assert [one.row for one in found.partings] == [2]
    assert found.partings[0].shown_rank > found.partings[0].felt_rank
