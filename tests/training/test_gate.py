"""The verdict about two models, from made-up answers: who is refused, and who is not."""

import numpy as np
import pytest
from django.utils import translation

from emotionweb.training import gate, judge
from emotionweb.training.judge import Answers
from inference.labels import LABELS

ALONE = ("",)


def truth_of(n: int, counts=None, seed: int = 0) -> np.ndarray:
    """Labels: the same number of each, or as told."""
    labels = np.repeat(np.arange(8), counts if counts is not None else n // 8)
    return np.random.default_rng(seed).permutation(labels)


def answers(truth, right: float, *, confidence: float | None = None, seed: int = 1, only=None):
    """Somebody who is right so often, on one class (``only``) or on all; else always right."""
    rng = np.random.default_rng(seed)
    wrong = rng.random(len(truth)) >= right
    if only is not None:
        wrong &= truth == only
    predicted = np.where(wrong, (truth + 1) % 8, truth)
    sure = np.full(len(truth), confidence if confidence is not None else right, np.float32)
    return Answers(predicted, sure, np.eye(8, dtype=np.float32)[predicted], 0.4)


def verdict(truth, active, candidate, latency=(1.0, 1.0)):
    groups = np.full(len(truth), "")
    return judge.judge(truth, active, candidate, groups, latency)


def codes(found) -> list[str]:
    return [reason["code"] for reason in found.reasons]


class TestMacroF1:
    def test_the_same_answers_pass(self) -> None:
        truth = truth_of(800)
        one = answers(truth, 0.8)
        found = verdict(truth, one, one)
        assert found.reasons == found.remarks == ()
        assert found.differences["macro_f1"] == {"value": 0.0, "low": 0.0, "high": 0.0}

    def test_clearly_worse_answers_are_refused_with_their_interval(self) -> None:
        truth = truth_of(800)
        found = verdict(truth, answers(truth, 0.8), answers(truth, 0.6, confidence=0.6, seed=2))
        reason = next(r for r in found.reasons if r["code"] == "macro_f1")
        assert reason["low"] < reason["value"] < reason["high"] < 0
        assert reason["margin"] == judge.MACRO_F1_MARGIN

    def test_better_answers_pass(self) -> None:
        truth = truth_of(800)
        found = verdict(truth, answers(truth, 0.6), answers(truth, 0.8, seed=2))
        assert codes(found) == []
        assert found.differences["chance_of_no_gain"] == 0

    def test_few_faces_that_show_nothing_do_not_pass(self) -> None:
        truth = truth_of(80)
        found = verdict(truth, answers(truth, 0.7), answers(truth, 0.7, seed=2))
        assert "macro_f1" in codes(found)


class TestClasses:
    def test_one_class_that_falls_is_refused(self) -> None:
        truth = truth_of(1600)
        found = verdict(truth, answers(truth, 1.0), answers(truth, 0.7, confidence=1.0, only=6))
        entry = next(r for r in found.reasons if r["code"] == "class_f1")
        assert (entry["expression"], entry["n"]) == ("fear", 200)
        assert found.differences["f1"]["fear"]["gated"]

    def test_with_fewer_than_fifty_faces_it_is_only_said(self) -> None:
        truth = truth_of(0, [400] * 6 + [49, 400])
        found = verdict(truth, answers(truth, 1.0), answers(truth, 0.7, confidence=1.0, only=6))
        assert "class_f1" not in codes(found)
        assert [r["code"] for r in found.remarks] == ["class_f1_small"]
        assert not found.differences["f1"]["fear"]["gated"]

    def test_a_class_without_faces_is_said(self) -> None:
        truth = truth_of(0, [100] * 7 + [0])
        one = answers(truth, 0.9)
        one.predicted[one.predicted == 7] = 0
        found = verdict(truth, one, one)
        assert found.remarks == ({"code": "class_missing", "expression": "contempt"},)
        assert found.differences["f1"]["contempt"]["value"] is None


class TestTheRest:
    @pytest.mark.parametrize(("confidence", "refused"), [(0.8, False), (0.85, True)])
    def test_calibration_may_not_get_worse(self, confidence: float, refused: bool) -> None:
        truth = truth_of(800)
        same = answers(truth, 0.8, confidence=0.8)
        surer = Answers(same.predicted, same.confidence * 0 + confidence, same.probabilities, 0.4)
        assert ("calibration" in codes(verdict(truth, same, surer))) is refused

    @pytest.mark.parametrize(("candidate_ms", "refused"), [(1.99, False), (2.01, True)])
    def test_latency_may_not_double(self, candidate_ms: float, refused: bool) -> None:
        truth = truth_of(400)
        one = answers(truth, 0.9)
        assert ("latency" in codes(verdict(truth, one, one, (1.0, candidate_ms)))) is refused

    def test_persons_are_resampled_whole(self) -> None:
        truth = truth_of(800)
        one, other = answers(truth, 0.8), answers(truth, 0.8, seed=2)
        alone = judge.judge(truth, one, other, np.full(800, ""), (1, 1))
        people = np.array([f"P{i % 10}" for i in range(800)])
        whole = judge.judge(truth, one, other, people, (1, 1))
        assert alone.differences["macro_f1"] != whole.differences["macro_f1"]

    def test_the_worst_errors_come_first(self) -> None:
        truth = truth_of(80)
        one = answers(truth, 0.5)
        one.confidence[:] = np.linspace(0, 1, 80)
        rows = judge.worst_errors(truth, one, most=5)
        assert (one.predicted[rows] != truth[rows]).all()
        assert list(one.confidence[rows]) == sorted(one.confidence[rows], reverse=True)
        assert len(rows) == 5

    def test_a_side_is_plain_json(self) -> None:
        import json

        truth = truth_of(0, [30] * 7 + [0])
        one = answers(truth, 0.9)
        one.predicted[one.predicted == 7] = 0
        side = judge.scores_of(truth, one, np.full(len(truth), ""))
        assert json.loads(json.dumps(side, allow_nan=False)) == side
        assert side["n"] == 210
        assert side["by_class"]["contempt"] == {
            "n": 0,
            **dict.fromkeys(("precision", "recall", "f1"), side["by_class"]["contempt"]["f1"]),
        }
        assert np.sum(side["confusion"]) == 210
        assert list(side["by_class"]) == list(LABELS)


def test_temperatures_make_probabilities_and_confidence() -> None:
    logits = np.array([[2.0, 0, 0, 0, 0, 0, 0, 0]], np.float32)
    soft = Answers.of(logits, 2.0, 0.5, 0.4)
    assert soft.predicted.tolist() == [0]
    assert soft.confidence[0] > 0.88 > 0.4 > soft.probabilities[0, 0] > 0.27


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_reason_has_a_sentence(language: str) -> None:
    entries = [
        {"code": "macro_f1", "value": -0.04, "low": -0.06, "high": -0.02, "margin": 0.02},
        {
            "code": "class_f1",
            "value": -0.2,
            "low": -0.3,
            "high": -0.1,
            "margin": 0.1,
            "expression": "fear",
            "n": 60,
        },
        {
            "code": "class_f1_small",
            "value": -0.2,
            "low": -0.3,
            "high": -0.1,
            "margin": 0.1,
            "expression": "fear",
            "n": 6,
        },
        {"code": "class_missing", "expression": "contempt"},
        {"code": "calibration", "value": 0.05, "margin": 0.02},
        {"code": "latency", "ratio": 2.5, "factor": 2.0},
    ]
    assert {entry["code"] for entry in entries} == set(gate.SENTENCES)
    with translation.override(language):
        said = [gate._say(entry) for entry in entries]
    assert all("%(" not in text and text for text in said)
    if language == "en":
        assert said[0].startswith("Macro F1 may be 0.060 lower")
        assert "from -0.060 to -0.020" in said[0]
