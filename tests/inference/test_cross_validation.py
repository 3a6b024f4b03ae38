"""Folds share no person, are repeatable, and a head learns over a face network."""

from dataclasses import replace

import numpy as np
import pytest

from inference.bundle import write_card
from inference.data.faces import FaceSet
from inference.errors import BundleIncompatibleError, DataError
from inference.labels import LABELS
from inference.training.cross_validate import CrossValidation, FoldResult
from inference.training.folds import person_folds
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
    from inference.clip_opinion import LABELS_OF_CLIPS, ClipOpinion
    from inference.runtime import load_runtime
    from inference.training.cross_validate import validate_head
    from inference.training.temporal import TemporalConfig, embed_clips, make_head_bundle

    config = TemporalConfig(variants=6, epochs=25)
    drawn = _five_classes(drawn_clips(96, frames=3))
    clips = embed_clips(bundle, drawn, config)
    assert clips.embeddings.shape[:3] == (7, len(clips.classes), 3)
    assert np.abs(clips.embeddings[1] - clips.embeddings[0]).max() > 0
    found = validate_head(clips, config, folds=3)
    assert found == validate_head(clips, config, folds=3)
    assert found.mean > 0.8  # chance is 0.2

    head = make_head_bundle(
        bundle, clips, tmp_path / "head", config, training={}, metrics={"folds": 3}
    )
    assert head.labels == LABELS_OF_CLIPS
    opinion = ClipOpinion.load(tmp_path / "head", bundle)
    new = _five_classes(drawn_clips(48, frames=3, seed=1))
    frames = new.faces_gray.reshape(-1, 3, 48, 48)
    seen = load_runtime("litert", bundle).embeddings(new.faces_gray).reshape(len(frames), 3, -1)
    said = opinion.probabilities(seen)
    assert said.sum(axis=1) == pytest.approx(np.ones(len(frames)), abs=1e-5)
    wanted = [LABELS_OF_CLIPS.index(LABELS[i]) for i in new.expression[2::3]]
    assert np.mean(said.argmax(axis=1) == wanted) > 0.8

    other = replace(head.card, embedding_of="another-12345678")
    write_card(tmp_path / "head", other)
    with pytest.raises(BundleIncompatibleError, match="another-12345678"):
        ClipOpinion.load(tmp_path / "head", bundle)
