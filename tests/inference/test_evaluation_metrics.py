"""Scores: by hand, by their identities, and against each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.errors import DataError
from inference.evaluation import metrics
from inference.evaluation.metrics import Scores, confusion_matrix, top_k_accuracy
from inference.evaluation.reliability import brier, cross_entropy, reliability, risk_coverage

# Truth a a a a b b c; said a a b c b a c.
TRUTH = np.array([0, 0, 0, 0, 1, 1, 2])
SAID = np.array([0, 0, 1, 2, 1, 0, 2])


def _drawn(n=400, classes=5, skill=0.6, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, n)
    guess = rng.integers(0, classes, n)
    return truth, np.where(rng.random(n) < skill, truth, guess)


def test_a_small_case_by_hand():
    scores = Scores.of(TRUTH, SAID, ("a", "b", "c"))
    assert scores.confusion.tolist() == [[2, 1, 1], [1, 1, 0], [0, 0, 1]]
    assert scores.n == 7
    assert scores.accuracy == pytest.approx(4 / 7)
    assert scores.support.tolist() == [4, 2, 1]
    assert scores.precision == pytest.approx([2 / 3, 1 / 2, 1 / 2])
    assert scores.recall == pytest.approx([2 / 4, 1 / 2, 1])
    assert scores.f1 == pytest.approx([4 / 7, 1 / 2, 2 / 3])
    assert scores.macro_f1 == pytest.approx((4 / 7 + 1 / 2 + 2 / 3) / 3)


@given(st.integers(2, 8), st.integers(1, 200), st.integers(0, 10**6))
def test_identities_hold_for_any_predictions(classes, n, seed):
    truth, said = _drawn(n, classes, seed=seed)
    scores = Scores.of(truth, said, tuple(map(str, range(classes))))
    occurs = scores.support > 0
    # Accuracy is the mean recall weighted by how often each class occurs.
    assert scores.accuracy == pytest.approx(
        np.average(scores.recall[occurs], weights=scores.support[occurs])
    )
    # F1 is the harmonic mean of precision and recall, 0 where both are.
    p, r = scores.precision[occurs], scores.recall[occurs]
    both = p + r
    harmonic = np.divide(2 * p * r, both, out=np.zeros_like(both), where=both > 0)
    assert scores.f1[occurs] == pytest.approx(harmonic)
    assert np.isnan(scores.f1[~occurs]).all()
    assert scores.confusion.sum() == n
    shares = metrics.normalised(scores.confusion)
    assert shares.sum(axis=1) == pytest.approx(occurs.astype(float))
    assert np.diagonal(shares)[occurs] == pytest.approx(r)


def test_many_matrices_are_scored_as_one_is():
    matrices = np.stack([confusion_matrix(*_drawn(seed=s), 5) for s in range(4)])
    for score in (metrics.accuracy, metrics.macro_f1, metrics.f1, metrics.precision):
        assert score(matrices) == pytest.approx(np.stack([score(m) for m in matrices]))


def test_a_class_that_was_never_said_has_no_precision_and_one_that_never_occurs_no_score():
    scores = Scores.of(np.array([0, 0, 1]), np.array([0, 2, 0]), ("a", "b", "c"))
    assert scores.precision[1] == 0
    assert np.isnan([scores.f1[2], scores.recall[2], scores.precision[2]]).all()
    assert scores.macro_f1 == pytest.approx((scores.f1[0] + 0) / 2)


def test_of_no_faces_nothing_is_defined():
    nothing = np.zeros(0, np.int64)
    scores = Scores.of(nothing, nothing, ("a", "b"))
    assert np.isnan([scores.accuracy, scores.macro_f1]).all()
    assert np.isnan(top_k_accuracy(np.zeros((0, 2)), nothing, 1))


@pytest.mark.parametrize(
    ("truth", "said", "sentence"),
    [
        ([0, 1], [0], "do not go with"),
        ([0, 3], [0, 1], "outside the 3 classes"),
        ([0, 1], [-1, 1], "outside the 3 classes"),
    ],
)
def test_labels_that_do_not_fit_are_refused(truth, said, sentence):
    with pytest.raises(DataError, match=sentence):
        confusion_matrix(np.array(truth), np.array(said), 3)


def test_top_k_grows_from_accuracy_to_one():
    rng = np.random.default_rng(0)
    probabilities, truth = rng.dirichlet(np.ones(6), 300), rng.integers(0, 6, 300)
    tops = [top_k_accuracy(probabilities, truth, k) for k in range(1, 7)]
    assert tops[0] == pytest.approx(np.mean(probabilities.argmax(axis=1) == truth))
    assert tops == sorted(tops)
    assert tops[-1] == 1


class TestReliability:
    def test_by_hand(self):
        # Two faces at 0.9, one right; two at 0.3, both right: gaps 0.4 and 0.7.
        found = reliability(np.array([0.9, 0.9, 0.3, 0.3]), np.array([1, 0, 1, 1], bool), bins=10)
        assert found.expected_error == pytest.approx(0.5 * 0.4 + 0.5 * 0.7)
        assert found.mean_gap == pytest.approx(0.5 * 0.4 - 0.5 * 0.7)
        assert found.count.sum() == 4

    def test_a_calibrated_source_has_next_to_no_error_and_a_boastful_one_its_boast(self):
        rng = np.random.default_rng(1)
        chance = rng.uniform(0.2, 0.8, 40_000)
        right = rng.random(40_000) < chance
        assert reliability(chance, right).expected_error < 0.02
        assert reliability(chance + 0.2, right).expected_error == pytest.approx(0.2, abs=0.01)
        assert reliability(chance + 0.2, right).mean_gap == pytest.approx(0.2, abs=0.01)

    def test_certainty_falls_into_the_last_bin_and_nothing_is_nothing(self):
        found = reliability(np.array([1.0, 1.0000001]), np.array([True, True]))
        assert found.count[-1] == 2
        assert found.expected_error == pytest.approx(0, abs=1e-6)
        assert np.isnan(reliability(np.zeros(0), np.zeros(0, bool)).expected_error)

    @pytest.mark.parametrize("bad", [-0.1, 1.5, float("nan")])
    def test_what_is_no_probability_is_refused(self, bad):
        with pytest.raises(DataError, match="outside 0 to 1"):
            reliability(np.array([bad]), np.array([True]))


class TestRiskCoverage:
    def test_by_hand(self):
        found = risk_coverage(np.array([0.2, 0.9, 0.5, 0.7]), np.array([0, 1, 0, 1], bool))
        assert found.coverage == pytest.approx([0.25, 0.5, 0.75, 1])
        assert found.risk == pytest.approx([0, 0, 1 / 3, 1 / 2])
        assert found.area == pytest.approx((1 / 3 + 1 / 2) / 4)
        assert found.risk_at(0.5) == 0
        assert found.risk_at(1.0) == pytest.approx(0.5)

    def test_all_answered_the_risk_is_the_error_whatever_the_order(self):
        rng = np.random.default_rng(0)
        right, sure = rng.random(500) < 0.7, np.round(rng.random(500), 1)
        order = rng.permutation(500)
        a, b = risk_coverage(sure, right), risk_coverage(sure[order], right[order])
        assert a.risk[-1] == pytest.approx(1 - right.mean())
        assert a.risk == pytest.approx(b.risk)

    def test_a_confidence_that_knows_beats_one_that_does_not(self):
        rng = np.random.default_rng(0)
        chance = rng.uniform(0, 1, 5000)
        right = rng.random(5000) < chance
        knowing, blind = (risk_coverage(c, right).area for c in (chance, rng.random(5000)))
        assert knowing < blind - 0.1
        assert blind == pytest.approx(0.5, abs=0.03)
        assert np.isnan(risk_coverage(np.zeros(0), np.zeros(0, bool)).area)


def test_proper_scores_are_best_for_the_truth():
    rng = np.random.default_rng(0)
    target = rng.dirichlet(np.ones(4), 200)
    other = rng.dirichlet(np.ones(4), 200)
    assert brier(target, target) == 0
    assert brier(np.eye(2)[[0]], np.eye(2)[[1]]) == 2
    entropy = -np.mean(np.sum(target * np.log(target), axis=1))
    assert cross_entropy(target, target) == pytest.approx(entropy)
    assert cross_entropy(other, target) > entropy
