"""Sets of faces: what fits together, splits that keep persons whole, targets, drawn faces."""

import numpy as np
import pytest

from inference.data.faces import FaceSet, split_holdout, targets
from inference.errors import DataError
from inference.labels import FER2013_LABELS, LABELS
from tests.drawn_faces import drawn_clips, drawn_faces


def _blank(n, **columns):
    return FaceSet.of(np.zeros((n, 48, 48), np.uint8), **columns)


def test_columns_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="3 faces do not go with a column clip"):
        _blank(3, clip=["a", "b"])
    with pytest.raises(DataError, match="votes of shape"):
        _blank(3, votes=np.zeros((3, 8), np.float32))
    with pytest.raises(DataError, match="squares"):
        FaceSet.of(np.zeros((2, 48, 40), np.uint8))


def test_the_own_label_is_known_by_fer2013s_numbers():
    numbers = _blank(9, expression=[*range(8), -1]).fer2013
    names = [FER2013_LABELS[i] if i >= 0 else None for i in numbers]
    assert names == [*LABELS[:7], None, None]


def test_targets_are_votes_else_the_label_else_nothing():
    votes = np.zeros((3, 10), np.float32)
    votes[0, [1, 3, 8]] = 5, 3, 2
    distribution, weight = targets(_blank(3, expression=[4, 2, -1], votes=votes))
    assert distribution[0, [1, 3]] == pytest.approx([5 / 8, 3 / 8])
    assert distribution[1].tolist() == np.eye(8)[2].tolist()
    assert weight.tolist() == pytest.approx([0.8, 1.0, 0.0])


@pytest.mark.parametrize("n", [1, 2, 37, 1000])
@pytest.mark.parametrize("fraction", [0.0, 0.05, 0.5, 1.0])
def test_without_persons_the_first_of_a_seeded_order_are_held_back(n, fraction):
    """The thresholds of shipped bundles were chosen on this part."""
    faces = _blank(n, source=np.arange(n))
    rest, held = split_holdout(faces, fraction, seed=5)
    order = np.random.default_rng(5).permutation(n)
    cut = round(n * fraction)
    assert held.source.astype(int).tolist() == sorted(order[:cut])
    assert rest.source.astype(int).tolist() == sorted(order[cut:])


@pytest.mark.parametrize("seed", range(5))
def test_persons_and_clips_are_never_separated(seed):
    faces = drawn_clips(60, labels=LABELS[:5])
    rest, held = split_holdout(faces, 0.25, seed)
    assert set(rest.group).isdisjoint(held.group)
    assert len(held) == pytest.approx(45, abs=8)
    nameless = FaceSet.of(faces.faces_gray, clip=faces.clip)
    rest, held = split_holdout(nameless, 0.25, seed)
    assert set(rest.clip).isdisjoint(held.clip)
    assert len(held) == 45


def test_a_set_without_splits_is_wholly_any_split():
    faces = drawn_faces(4)
    assert faces.split_or_all("Training") is faces
    with pytest.raises(DataError, match="the data have no splits"):
        faces.part("Training")


def test_drawn_faces_are_balanced_and_the_same_for_the_same_seed():
    faces, again, other = (drawn_faces(40, labels=LABELS[:5], seed=s) for s in (3, 3, 4))
    assert np.bincount(faces.expression).tolist() == [8] * 5
    assert (faces.faces_gray == again.faces_gray).all()
    assert (faces.faces_gray != other.faces_gray).mean() > 0.9
    assert drawn_faces(3, side=64).faces_gray.shape == (3, 64, 64)
    assert len(drawn_faces(0)) == 0


def test_drawn_clips_end_in_an_expression():
    clips = drawn_clips(16, frames=4)
    assert len(clips) == 64
    assert len(set(clips.clip)) == 16
    surprise = clips.take(np.flatnonzero(clips.expression == LABELS.index("surprise")))
    mouth = surprise.faces_gray[:, 28:44, 16:32].reshape(2, 4, -1).min(axis=2).astype(int)
    assert len(set(surprise.group)) == 2
    # The pose stays, the parts move.
    change = np.abs(np.diff(surprise.faces_gray[:4].astype(int), axis=0)).mean()
    assert 2 < change < 40
    assert mouth.shape == (2, 4)
