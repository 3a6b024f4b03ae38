"""Which classes a network is asked for, and what it answers in them."""

from dataclasses import replace

import numpy as np
import pytest

from inference.bundle import Bundle
from inference.data.faces import FaceSet
from inference.errors import BundleIncompatibleError, DataError
from inference.evaluation.views import (
    class_columns,
    label_set_of,
    mapped_probabilities,
    mapped_truth,
    true_labels,
    views,
)
from inference.labels import FER2013_LABELS, LABEL_SETS, LABELS

NEUTRAL, HAPPINESS, SURPRISE, SADNESS, ANGER, DISGUST, FEAR, CONTEMPT = range(8)


def _faces(expression, votes=None):
    n = len(expression)
    return FaceSet.of(np.zeros((n, 48, 48), np.uint8), np.array(expression), votes=votes)


def _votes(*tops):
    votes = np.zeros((len(tops), 10), np.float32)
    votes[np.arange(len(tops)), tops] = 10
    return votes


def _knowing(bundle, label_set):
    labels = tuple(LABEL_SETS[label_set])
    return Bundle(bundle.path, replace(bundle.card, labels=labels, heads={"expression": labels}))


def test_disgust_is_anger_among_six_and_fear_is_nobody_among_five():
    truth = np.array([ANGER, DISGUST, FEAR, NEUTRAL, CONTEMPT, -1])
    assert mapped_truth(truth, "six").tolist() == [0, 0, 1, 5, -1, -1]
    assert mapped_truth(truth, "five").tolist() == [0, 1, -1, -1, -1, -1]
    assert [FER2013_LABELS[i] for i in mapped_truth(truth[:4], "fer2013")] == [
        "anger",
        "disgust",
        "fear",
        "neutral",
    ]


def test_probabilities_of_one_class_are_added_and_those_of_none_dropped():
    row = np.array([[0.1, 0.1, 0.05, 0.05, 0.2, 0.2, 0.1, 0.2]], np.float32)
    six = mapped_probabilities(row, class_columns("ferplus8", "six"))
    assert six.sum() == pytest.approx(1)
    assert six[0, 0] == pytest.approx(0.4 / 0.8)  # anger and disgust; contempt is gone
    five = mapped_probabilities(row, class_columns("ferplus8", "five"))
    assert five[0].tolist() == pytest.approx([x / 0.6 for x in (0.2, 0.2, 0.1, 0.05, 0.05)])


@pytest.mark.parametrize("name", LABEL_SETS)
def test_a_set_is_itself(name):
    assert label_set_of(tuple(LABEL_SETS[name])) == name
    assert class_columns(name, name).tolist() == list(range(len(LABEL_SETS[name])))


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("six", "five", "“anger” is not one of its classes"),  # six cannot tell disgust from anger
        ("five", "six", "no class for “fear”"),
        ("five", "ferplus8", "no class for “neutral”"),
        ("fer2013", "ferplus8", "no class for “contempt”"),
    ],
)
def test_a_set_that_a_network_cannot_tell_is_refused_in_one_sentence(source, target, sentence):
    with pytest.raises(BundleIncompatibleError, match=sentence):
        class_columns(source, target)


def test_unknown_labels_are_refused():
    with pytest.raises(BundleIncompatibleError, match="no label set of this program"):
        label_set_of(("cat", "dog"))


def test_faces_without_votes_have_no_ferplus_label():
    votes = _votes(HAPPINESS, FEAR)
    votes[1] = 0
    found = true_labels(_faces([HAPPINESS, FEAR], votes))
    assert {rule: labels.tolist() for rule, labels in found.items()} == {
        "strict": [HAPPINESS, -1],
        "plurality": [HAPPINESS, -1],
        "all": [HAPPINESS, -1],
        "own": [HAPPINESS, FEAR],
    }
    assert set(true_labels(_faces([HAPPINESS]))) == {"own"}


def test_every_question_of_ferplus_data_is_asked_once(bundle):
    truth = [NEUTRAL, HAPPINESS, SURPRISE, SADNESS, ANGER, DISGUST, FEAR]
    logits = {
        "expression": 9 * np.eye(8, dtype=np.float32)[truth],
        "fer2013": 9 * np.eye(7, dtype=np.float32)[mapped_truth(np.array(truth), "fer2013")],
    }
    found = views(bundle, _faces(truth, _votes(*truth)), logits)
    keys = [view.key for view in found]
    assert keys[:3] == ["ferplus8/strict", "ferplus8/plurality", "ferplus8/all"]
    assert keys[3] == "fer2013/own/fer2013-head"
    assert len(set(keys)) == len(keys)
    assert {"fer2013/own", "six/own", "five/own", "six/plurality"} <= set(keys)
    assert "ferplus8/own" not in keys  # FER2013's annotators knew no contempt
    assert all(view.right.all() for view in found)
    by_key = {view.key: view for view in found}
    assert len(by_key["five/own"].rows) == 5
    assert by_key["five/own"].rows.tolist() == [1, 2, 3, 4, 5]


def test_the_answer_is_the_likeliest_of_the_sets_own_classes(bundle):
    # Most likely contempt, which FER2013 does not know, then fear.
    logits = np.zeros((1, 8), np.float32)
    logits[0, [CONTEMPT, FEAR]] = 5, 4
    found = views(bundle, _faces([FEAR], _votes(CONTEMPT)), {"expression": logits})
    by_key = {view.key: view for view in found}
    assert by_key["ferplus8/plurality"].right.all()
    assert by_key["fer2013/own"].right.all()


def test_the_confidence_is_of_the_label_that_is_shown(bundle):
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (50, 8)).astype(np.float32)
    truth = rng.integers(0, 8, 50)
    (view, *_) = views(bundle, _faces(truth, _votes(*truth)), {"expression": logits})
    sharper = bundle.card.confidence_temperature < bundle.card.temperature
    assert ((view.confidence > view.probabilities.max(axis=1)) == sharper).all()
    assert view.confidence.max() <= 1 + 1e-6


def test_a_network_of_five_classes_is_asked_what_it_knows(bundle):
    truth = [ANGER, HAPPINESS, FEAR]
    logits = np.eye(5, dtype=np.float32)[[0, 2, 4]]
    found = views(_knowing(bundle, "five"), _faces(truth), {"expression": logits})
    assert [view.key for view in found] == ["five/own"]
    assert found[0].rows.tolist() == [0, 1]
    assert found[0].right.all()


def test_data_that_have_none_of_the_classes_are_refused(bundle):
    five = _knowing(bundle, "five")
    with pytest.raises(BundleIncompatibleError, match="No face of the data has one"):
        views(five, _faces([FEAR, NEUTRAL]), {"expression": np.zeros((2, 5), np.float32)})
    with pytest.raises(DataError, match="neither votes nor labels"):
        views(bundle, _faces([-1]), {"expression": np.zeros((1, len(LABELS)), np.float32)})
