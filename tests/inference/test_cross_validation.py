"""Folds share no person, are repeatable, and a head learns over a face network."""

import json

import numpy as np
import pytest

from inference.data.faces import FaceSet
from inference.errors import DataError
from inference.training.cross_validate import CrossValidation, FoldResult, person_folds
from tests.drawn_faces import drawn_clips


def _clips(seed):
    """Classes and persons of 200 clips: up to five of a person, of unequal classes."""
    rng = np.random.default_rng(seed)
    group = np.repeat([f"S{i:03}" for i in range(81)], rng.integers(1, 5, 81))
    classes = rng.choice(5, len(group), p=[0.2, 0.1, 0.25, 0.1, 0.35])
    return classes.astype(np.int64), group


@pytest.mark.parametrize("seed", range(5))
def test_no_person_is_in_two_folds_and_classes_are_spread(seed):
    classes, group = _clips(seed)
    which = person_folds(classes, group, 5, seed)
    for person in np.unique(group):
        assert len(set(which[group == person])) == 1
    for label in range(5):
        counts = np.bincount(which[classes == label], minlength=5)
        assert counts.max() - counts.min() <= 4
    assert (which == person_folds(classes, group, 5, seed)).all()
    assert (which != person_folds(classes, group, 5, seed + 1)).any()


def test_folds_need_persons():
    classes, group = _clips(0)
    with pytest.raises(DataError, match="know the person"):
        person_folds(classes, np.where(group == "S000", "", group), 5, 0)
    with pytest.raises(DataError, match="3 persons cannot be dealt out to 5"):
        person_folds(np.array([0, 1, 2]), np.array(["a", "b", "c"]), 5, 0)


def test_mean_and_standard_error_are_of_the_folds():
    found = CrossValidation.of([FoldResult(0, 4, 10, 9), FoldResult(1, 4, 20, 20)])
    assert found.mean == pytest.approx(0.95)
    assert found.standard_error == pytest.approx(0.05)
    assert found.clips == 30


def _five_classes(clips: FaceSet) -> FaceSet:
    """Without the classes that CK+48 does not have here."""
    return clips.take(np.flatnonzero(np.isin(clips.expression, (1, 2, 3, 4, 6))))


@pytest.mark.slow
def test_a_head_learns_how_drawn_expressions_unfold(bundle, tmp_path):
    from inference.training.cross_validate import cross_validate_head
    from inference.training.temporal import TemporalConfig, embed_clips

    clips = _five_classes(drawn_clips(96, frames=3))
    found = cross_validate_head(bundle, clips, tmp_path, folds=3)
    assert found.mean > 0.8  # chance is 0.2
    before = (tmp_path / "folds.json").read_text()
    again = cross_validate_head(bundle, clips, tmp_path, folds=3)
    assert again == found
    assert (tmp_path / "folds.json").read_text() == before
    assert [row["fold"] for row in json.loads(before)] == [0, 1, 2]
    embedded = embed_clips(bundle, clips, TemporalConfig(variants=2))
    assert embedded.embeddings.shape[:3] == (3, found.clips, 3)
    assert np.abs(embedded.embeddings[1] - embedded.embeddings[0]).max() > 0
