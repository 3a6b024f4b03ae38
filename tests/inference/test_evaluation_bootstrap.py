"""Intervals that cover what they promise, and a comparison that sees a difference and no ghosts."""

import time

import numpy as np
import pytest

from inference.errors import DataError
from inference.evaluation.bootstrap import compare, resampled_counts, score_intervals
from inference.evaluation.metrics import Scores


def _answers(truth, skill, rng, classes=4):
    """Right with a chance of ``skill``, else any other class."""
    wrong = (truth + rng.integers(1, classes, len(truth))) % classes
    return np.where(rng.random(len(truth)) < skill, truth, wrong)


def test_the_middle_is_the_score_itself():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 500)
    said = _answers(truth, 0.8, rng)
    scores, found = Scores.of(truth, said, tuple("abcd")), score_intervals(truth, said, 4)
    assert found.accuracy.value == scores.accuracy
    assert [i.value for i in found.f1] == pytest.approx(scores.f1)
    for interval in (found.accuracy, found.macro_f1, *found.f1, *found.recall, *found.precision):
        assert interval.low < interval.value < interval.high


def test_drawing_cells_is_drawing_rows():
    """The multinomial shortcut has the mean and the spread of resampled rows."""
    rng = np.random.default_rng(0)
    cells = rng.integers(0, 3, 200)
    quick = resampled_counts(cells, 3, resamples=4000)
    rows = cells[rng.integers(0, 200, (4000, 200))]
    slow = np.stack([(rows == cell).sum(axis=1) for cell in range(3)], axis=1)
    assert (quick.sum(axis=1) == 200).all()
    assert quick.mean(axis=0) == pytest.approx(slow.mean(axis=0), abs=0.6)
    assert np.cov(quick.T) == pytest.approx(np.cov(slow.T), abs=4)


def test_the_same_seed_gives_the_same_interval():
    truth = np.arange(100) % 4
    said = _answers(truth, 0.7, np.random.default_rng(0))
    assert score_intervals(truth, said, 4, seed=1) == score_intervals(truth, said, 4, seed=1)
    assert score_intervals(truth, said, 4, seed=1) != score_intervals(truth, said, 4, seed=2)


def test_intervals_cover_the_truth_as_often_as_they_promise():
    rng = np.random.default_rng(7)
    covered = {"accuracy": 0, "recall": 0}
    trials = 300
    for _ in range(trials):
        truth = rng.integers(0, 4, 400)
        found = score_intervals(truth, _answers(truth, 0.8, rng), 4, resamples=400)
        covered["accuracy"] += found.accuracy.low <= 0.8 <= found.accuracy.high
        covered["recall"] += found.recall[2].low <= 0.8 <= found.recall[2].high
    # 95 % of 300 is 285, give or take 4 of chance, and a percentile interval is a little short.
    assert 0.91 <= covered["accuracy"] / trials <= 0.985
    assert 0.90 <= covered["recall"] / trials <= 0.985


def test_faces_of_one_person_are_drawn_together():
    """Ten frames of a person that say the same are one observation, not ten."""
    rng = np.random.default_rng(3)
    covered_alone = covered_together = 0
    for _ in range(200):
        right = np.repeat(rng.random(40) < 0.7, 10)
        truth = np.zeros(400, np.int64)
        said = np.where(right, 0, 1)
        people = np.repeat(np.arange(40), 10).astype(np.str_)
        alone = score_intervals(truth, said, 2, resamples=300).accuracy
        together = score_intervals(truth, said, 2, resamples=300, groups=people).accuracy
        covered_alone += alone.low <= 0.7 <= alone.high
        covered_together += together.low <= 0.7 <= together.high
    assert covered_together / 200 > 0.88
    assert covered_alone / 200 < 0.6


def test_faces_without_a_name_stand_alone_beside_groups():
    cells = np.array([0, 0, 0, 1, 1])
    groups = np.array(["anna", "anna", "anna", "", ""])
    counts = resampled_counts(cells, 2, resamples=500, groups=groups)
    assert (counts[:, 0] % 3 == 0).all()
    assert (counts[:, 0] // 3 + counts[:, 1] == 3).all()


def test_a_planted_difference_is_seen_and_where_it_is():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 4, 3000)
    first = _answers(truth, 0.80, rng)
    # The second is the first, but right in a third of its errors on class 2.
    second = np.where((truth == 2) & (rng.random(3000) < 0.33), truth, first)
    found = compare(truth, first, second, 4)
    assert found.n == 3000
    assert found.macro_f1.excludes_zero
    assert found.macro_f1.low > 0
    assert found.f1[2].low > 0
    assert found.chance_of_no_gain == 0
    back = compare(truth, second, first, 4)
    assert back.accuracy.value == pytest.approx(-found.accuracy.value)
    assert back.macro_f1.high < 0


def test_noise_is_taken_for_a_difference_as_seldom_as_promised():
    rng = np.random.default_rng(5)
    ghosts = 0
    for _ in range(200):
        truth = rng.integers(0, 4, 600)
        both = (_answers(truth, 0.8, rng) for _ in range(2))
        ghosts += compare(truth, *both, 4, resamples=300).macro_f1.excludes_zero
    assert ghosts / 200 < 0.10


def test_the_same_answers_differ_by_nothing():
    truth = np.arange(200) % 4
    said = _answers(truth, 0.7, np.random.default_rng(0))
    found = compare(truth, said, said, 4)
    assert (found.macro_f1.low, found.macro_f1.high) == (0, 0)
    assert not found.accuracy.excludes_zero
    assert found.chance_of_no_gain == 1


def test_pairing_sees_what_two_intervals_hide():
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 4, 1500)
    first = _answers(truth, 0.8, rng)
    second = np.where(rng.random(1500) < 0.06, truth, first)
    apart = [score_intervals(truth, said, 4).accuracy for said in (first, second)]
    assert apart[0].high > apart[1].low
    assert compare(truth, first, second, 4).accuracy.excludes_zero


def test_it_is_quick():
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 8, 3500)
    said = _answers(truth, 0.8, rng, 8)
    started = time.process_time()
    score_intervals(truth, said, 8, resamples=2000)
    compare(truth, said, _answers(truth, 0.8, rng, 8), 8, resamples=2000)
    assert time.process_time() - started < 3


def test_of_no_faces_there_is_no_interval():
    nothing = np.zeros(0, np.int64)
    with pytest.raises(DataError, match="no faces to resample"):
        score_intervals(nothing, nothing, 4)
    with pytest.raises(DataError, match="no faces to resample"):
        compare(nothing, nothing, nothing, 4)
