import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.journal.insights.bootstrap import (
    ENOUGH_DAYS,
    Bootstrap,
    block_days,
    differences,
    discoveries,
    rank_correlation,
    ranks,
    sides_of_middle,
)
from tests.journal.made_up_people import Kind, felt


def stretches(draw: np.random.Generator, days: int, count: int) -> np.ndarray:
    """Whether a day has a tag: yes and no come in stretches, as they do in a life."""
    state = np.empty((days, count))
    state[0] = draw.normal(size=count)
    for day in range(1, days):
        state[day] = 0.4 * state[day - 1] + np.sqrt(1 - 0.4**2) * draw.normal(size=count)
    return state > draw.uniform(0, 1.3, size=count)


# === Draws ===


@pytest.mark.parametrize(("days", "length"), [(1, 7), (90, 7), (343, 7), (365, 14), (3652, 21)])
def test_stretches_are_whole_weeks(days: int, length: int) -> None:
    assert block_days(days) == length


def test_a_resample_is_made_of_stretches_and_the_same_each_time() -> None:
    numbers = np.arange(1.0, 22.0)[:, None]
    once, again = (Bootstrap(21, resamples=50).sums(numbers) for _ in range(2))
    assert np.array_equal(once, again)
    of_stretch = [sum(range(start, start + 7)) for start in range(1, 16)]
    possible = {a + b + c for a in of_stretch for b in of_stretch for c in of_stretch}
    assert set(once.ravel().tolist()) <= possible
    assert len(set(once.ravel().tolist())) > 10


def test_a_range_shorter_than_a_stretch_is_one_stretch() -> None:
    assert Bootstrap(3, resamples=5).sums(np.ones((3, 1))).tolist() == [[3.0]] * 5


# === Differences ===


def test_a_difference_is_that_of_the_means_with_days_on_both_sides() -> None:
    values = np.array([5.0, 4.0] * 15 + [2.0, np.nan] * 15)
    sides = np.arange(60)[:, None] < 30
    (effect,) = differences(Bootstrap(60), values, sides)
    assert effect is not None
    assert effect.value == pytest.approx(2.5)
    assert (effect.days, effect.others) == (30, 15)
    assert (effect.mean, effect.other_mean) == (pytest.approx(4.5), pytest.approx(2.0))
    assert effect.low < 2.5 < effect.high


def test_with_fewer_than_ten_days_on_one_side_nothing_is_said() -> None:
    draw = np.random.default_rng(3)
    values = draw.normal(3, 1, size=100)
    for days, answered in ((ENOUGH_DAYS - 1, False), (ENOUGH_DAYS, True)):
        sides = np.arange(100)[:, None] < days
        for side in (sides, ~sides):
            (effect,) = differences(Bootstrap(100), values, side)
            assert (effect is not None) is answered
    assert differences(Bootstrap(100), values, np.zeros((100, 0), dtype=bool)) == []
    assert differences(Bootstrap(40), np.full(40, np.nan), np.ones((40, 1), dtype=bool)) == [None]


def test_what_never_varies_is_no_difference() -> None:
    (effect,) = differences(Bootstrap(60), np.full(60, 4.0), (np.arange(60) % 2 == 0)[:, None])
    assert effect is not None
    assert (effect.value, effect.low, effect.high, effect.p) == (0.0, 0.0, 0.0, 1.0)


def test_intervals_hold_the_truth_and_little_is_found_where_there_is_nothing() -> None:
    """95 % intervals, a false discovery on about one page in ten: both measured at 90 days."""
    draw = np.random.default_rng(5)
    held, pages = [], []
    for row in felt(150, 90, Kind(), seed=1):
        found = differences(Bootstrap(90), row, stretches(draw, 90, 20))
        known = [one for one in found if one is not None]
        held += [one.low <= 0.0 <= one.high for one in known]
        pages.append(any(discoveries([one.p for one in known])))
    assert 0.93 <= np.mean(held) <= 0.97
    assert np.mean(pages) <= 0.15


def test_a_real_difference_is_found() -> None:
    draw = np.random.default_rng(6)
    days = felt(40, 180, Kind(), seed=2)
    sides = stretches(draw, 180, 40)
    found = []
    for row, side in zip(days, sides.T, strict=True):
        (effect,) = differences(Bootstrap(180), row + 0.6 * side, side[:, None])
        if effect is not None:
            found.append(effect.low > 0.0)
    assert np.mean(found) > 0.9


# === Ranks ===


def test_ranks_share_the_place_of_equal_values() -> None:
    assert ranks(np.array([3.0, 1.0, 3.0, 2.0])).tolist() == [3.5, 1.0, 3.5, 2.0]


@given(st.lists(st.integers(1, 5), min_size=2, max_size=60))
def test_ranks_always_sum_to_the_same(values: list[int]) -> None:
    n = len(values)
    assert ranks(np.array(values, dtype=float)).sum() == pytest.approx(n * (n + 1) / 2)


def test_a_rank_correlation_sees_order_only() -> None:
    first = np.random.default_rng(1).normal(size=60)
    for second, value in ((np.exp(3 * first), 1.0), (-(first**3), -1.0)):
        effect = rank_correlation(Bootstrap(60), first, second)
        assert effect is not None
        assert effect.value == pytest.approx(value)
        assert -1.0 <= effect.low <= effect.high <= 1.0


def test_a_rank_correlation_is_that_of_the_textbook() -> None:
    # Spearman's by 1 - 6 sum(d^2) / (n (n^2 - 1)), for ranks without ties.
    draw = np.random.default_rng(2)
    first, second = draw.normal(size=40), draw.normal(size=40)
    effect = rank_correlation(Bootstrap(40), first, second)
    d = ranks(first) - ranks(second)
    assert effect is not None
    assert effect.value == pytest.approx(1 - 6 * (d**2).sum() / (40 * (40**2 - 1)))


def test_a_number_that_never_changes_or_is_rarely_there_has_no_correlation() -> None:
    draw = np.random.default_rng(1)
    other = draw.normal(size=60)
    assert rank_correlation(Bootstrap(60), np.full(60, 7.0), other) is None
    rare = np.where(np.arange(60) < 2 * ENOUGH_DAYS - 1, draw.normal(size=60), np.nan)
    assert rank_correlation(Bootstrap(60), rare, other) is None
    assert sides_of_middle(np.full(5, np.nan), np.ones(5)) == (0, 0)
    assert sides_of_middle(np.array([1.0, 2, 3, 4, 4]), np.array([1.0, 1, 1, 1, np.nan])) == (2, 2)


# === Many comparisons ===


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    # Their own example (1995, section 3.2), at 0.05: the first four of fifteen.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    p += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert discoveries(p, rate=0.05) == [True] * 4 + [False] * 11
    assert discoveries(list(reversed(p)), rate=0.05) == [False] * 11 + [True] * 4
    assert discoveries([]) == []
    assert discoveries([0.2, 0.9]) == [False, False]
