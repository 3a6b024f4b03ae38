from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.journal.shown_index import (
    ENOUGH_DAYS,
    ENOUGH_SECONDS,
    REFERENCE_DAYS,
    Difference,
    day_index,
    differences,
    mid_ranks,
    shown_index,
)
from tests.journal.observations import means

FIRST = date(2024, 1, 1)


def days(count: int, every: int = 1) -> list[date]:
    return [FIRST + timedelta(days=every * number) for number in range(count)]


@pytest.mark.parametrize(
    ("shares", "index"),
    [
        ({"happiness": 1.0}, 1.0),
        ({"sadness": 0.5, "anger": 0.5}, -1.0),
        ({"fear": 0.2, "disgust": 0.1, "happiness": 0.4}, 0.1),
        ({"surprise": 0.6, "contempt": 0.4}, 0.0),
        ({}, 0.0),
    ],
)
def test_the_index_is_happiness_less_the_four(shares: dict[str, float], index: float) -> None:
    assert shown_index(means(**shares)) == pytest.approx(index)


def test_a_day_of_a_few_minutes_has_no_index() -> None:
    assert day_index(ENOUGH_SECONDS - 0.1, means(happiness=1.0)) is None
    assert day_index(ENOUGH_SECONDS, means(happiness=1.0)) == pytest.approx(1.0)


def test_equal_values_share_the_middle_of_their_ranks() -> None:
    ranks = mid_ranks(np.array([1.0, 2.0, 3.0, 9.0]), np.array([1.0, 2.0, 2.0, 3.0]))
    assert ranks.tolist() == [0.125, 0.5, 0.875, 1.0]


def test_days_before_there_are_enough_have_no_difference() -> None:
    some = days(ENOUGH_DAYS)
    level = dict.fromkeys(some, 3.0)
    assert list(differences(level, level)) == [some[-1]]
    assert differences(level, level)[some[-1]] == Difference(0.5, 0.5, ENOUGH_DAYS)


def test_a_day_with_only_one_of_the_two_has_none_and_counts_for_none() -> None:
    some = days(ENOUGH_DAYS + 1)
    felt = dict.fromkeys(some, 3.0)
    shown = dict.fromkeys(some[1:], 0.1)
    assert list(differences(felt, shown)) == [some[-1]]
    assert differences(felt, dict.fromkeys(some[2:], 0.1)) == {}


def test_a_smile_on_a_bad_day_is_shown_above_felt() -> None:
    some = days(20)
    felt = {day: 2.0 + number % 3 for number, day in enumerate(some)} | {some[-1]: 1.0}
    shown = {day: number % 5 / 10 for number, day in enumerate(some)} | {some[-1]: 0.9}
    last = differences(felt, shown)[some[-1]]
    assert last == Difference(felt=0.025, shown=0.975, days=20)
    assert (last.value, last.step) == (pytest.approx(0.95), 2)


def test_later_days_change_nothing_about_a_day() -> None:
    some = days(60)
    chance = np.random.default_rng(1)
    felt = dict(zip(some, chance.integers(1, 6, 60).astype(float), strict=True))
    shown = dict(zip(some, chance.normal(size=60), strict=True))
    whole = differences(felt, shown)
    until = {day: felt[day] for day in some[:40]}
    assert differences(until, shown) == {day: whole[day] for day in whole if day in until}


def test_only_the_last_year_counts() -> None:
    some = days(2, every=REFERENCE_DAYS)
    close = [some[1] - timedelta(days=number) for number in range(ENOUGH_DAYS)]
    level = dict.fromkeys([*some, *close], 3.0)
    assert differences(level, level)[some[1]].days == ENOUGH_DAYS


def test_a_new_model_begins_with_ranks_of_its_own() -> None:
    some = days(2 * ENOUGH_DAYS)
    level = dict.fromkeys(some, 3.0)
    models = {day: number >= ENOUGH_DAYS for number, day in enumerate(some)}
    found = differences(level, level, models)
    assert sorted(found) == [some[ENOUGH_DAYS - 1], some[-1]]
    assert {one.days for one in found.values()} == {ENOUGH_DAYS}


@given(st.lists(st.tuples(st.floats(1, 5), st.floats(-1, 1)), min_size=1, max_size=40))
def test_ranks_lie_between_0_and_1_and_do_not_know_the_scale(
    pairs: list[tuple[float, float]],
) -> None:
    some = days(len(pairs))
    felt = dict(zip(some, (mood for mood, _ in pairs), strict=True))
    shown = dict(zip(some, (index for _, index in pairs), strict=True))
    found = differences(felt, shown)
    stretched = {day: 2.0 * value for day, value in shown.items()}
    assert differences(felt, stretched) == found
    for one in found.values():
        assert 0.0 < one.felt < 1.0
        assert 0.0 < one.shown < 1.0
        assert -2 <= one.step <= 2
