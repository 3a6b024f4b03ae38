"""What the early notice finds in made-up people; tests.bench.notice measures it in full."""

from dataclasses import replace

import numpy as np
import pytest

from emotionweb.journal.insights import decline
from emotionweb.journal.insights.decline import Settings, look
from tests.journal.made_up_people import Kind, detected, false_notices, felt

SETTINGS = Settings()


def one(values: np.ndarray) -> decline.Look:
    return look(values[None], SETTINGS)


def days(usual: float, low: float, since: int) -> np.ndarray:
    """A person who varies a little, with a drop that began some days ago."""
    draw = np.random.default_rng(1)
    values = usual + 0.4 * draw.normal(size=SETTINGS.days)
    values[len(values) - since :] += low - usual
    return values


# === The numbers that were promised ===


def test_flat_series_get_few_notices() -> None:
    """At most one in two person-years; 60 made-up people over two years each."""
    values = felt(60, SETTINGS.days + 730, Kind(), seed=11)
    assert false_notices(values, SETTINGS) / 60 <= 1.0


def test_a_lasting_drop_of_a_point_is_found_within_14_days() -> None:
    at = SETTINGS.days + 5
    values = felt(400, at + 14, Kind(), seed=12, drop=1.0, drop_at=at)
    assert detected(values, SETTINGS, at, within=14) >= 0.8


# === Cases ===


def test_a_lasting_drop_is_found_with_its_length_and_levels() -> None:
    found = one(days(3.8, 2.6, since=12))
    assert found.declined[0]
    assert 10 <= found.days[0] <= 16
    assert found.usual[0] == pytest.approx(3.8, abs=0.15)
    assert found.recent[0] == pytest.approx(2.6, abs=0.4)


def test_some_bad_days_are_no_decline() -> None:
    for since in (0, 1, 2, 3):
        assert not one(days(3.8, 1.5, since=since)).declined[0]


def test_better_days_are_no_decline() -> None:
    assert not one(days(3.0, 4.2, since=20)).declined[0]


def test_a_decline_that_is_over_is_none_any_more() -> None:
    values = days(3.8, 2.4, since=30)
    values[-15:] += 1.4
    assert not one(values).declined[0]


def test_with_little_known_nothing_is_said() -> None:
    values = days(3.8, 2.4, since=14)
    values[: SETTINGS.baseline_days - SETTINGS.baseline_needed + 1] = np.nan
    found = one(values)
    assert not found.declined[0]
    assert found.ratio[0] == 0.0
    assert np.isnan(found.usual[0])
    assert not one(np.full(SETTINGS.days, np.nan)).declined[0]


def test_a_few_check_ins_in_weeks_are_no_decline() -> None:
    values = days(3.8, 1.5, since=14)
    values[-14:] = np.where(np.arange(14) % 4 == 0, values[-14:], np.nan)
    assert not one(values).declined[0]


def test_weeks_with_a_bad_monday_are_usual() -> None:
    draw = np.random.default_rng(2)
    values = 3.6 + 0.2 * draw.normal(size=SETTINGS.days)
    values[np.arange(SETTINGS.days) % 7 == 3] -= 1.5
    assert not one(values).declined[0]


def test_somebody_who_always_says_three_is_told_nothing_for_a_two() -> None:
    values = np.full(SETTINGS.days, 3.0)
    values[-1] = 2.0
    assert not one(values).declined[0]
    values[-10:] = 2.0
    assert one(values).declined[0]


def test_many_people_are_looked_at_as_each_alone() -> None:
    values = felt(12, SETTINGS.days, Kind(), seed=4, drop=1.2, drop_at=SETTINGS.days - 12)
    together = look(values, SETTINGS)
    for row in range(12):
        alone = one(values[row])
        assert alone.declined[0] == together.declined[row]
        assert alone.ratio[0] == pytest.approx(together.ratio[row])


def test_a_trimmed_mean_leaves_out_both_ends() -> None:
    values = np.array([[1.0, 2, 3, 4, 5, 6, 7, 8, 9, 100, np.nan], [np.nan] * 11])
    found = decline.trimmed_mean(values, 0.1)
    assert found[0] == pytest.approx(5.5)
    assert np.isnan(found[1])


def test_days_that_hang_together_count_for_less() -> None:
    draw = np.random.default_rng(3)
    loose = draw.normal(size=(1, 180))
    tied = np.repeat(draw.normal(size=(1, 60)), 3, axis=1)
    free = replace(SETTINGS, prior_pairs=1.0)
    assert decline.long_run_variance(tied, free)[0] > 2 * decline.long_run_variance(loose, free)[0]
