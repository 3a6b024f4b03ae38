"""Small real trainings: it learns, resumes, exports, and refuses what it cannot use."""

import io

import cv2
import numpy as np
import pytest

from inference.data import read
from inference.data.faces import FaceSet, label_distribution, split_holdout
from inference.errors import DataError
from inference.evaluation.placed import Placement, place
from inference.evaluation.rules import every, plurality, strict
from inference.labels import LABELS
from inference.models.augmentation import AugmentConfig
from inference.training.augment import augment

VOTES = np.array(
    [
        [8, 2, 0, 0, 0, 0, 0, 0, 0, 0],  # clear neutral
        [4, 4, 1, 1, 0, 0, 0, 0, 0, 0],  # a tie
        [1, 1, 1, 3, 1, 1, 1, 1, 0, 0],  # sadness by plurality, and alone when singles go
        [3, 2, 2, 0, 0, 0, 0, 0, 3, 0],  # neutral and unknown tie
        [0, 0, 0, 0, 0, 0, 0, 0, 1, 9],  # not a face
    ],
    np.float32,
)


def test_the_three_rules_keep_what_their_authors_keep():
    assert strict(VOTES).tolist() == [0, -1, 3, -1, -1]
    assert plurality(VOTES).tolist() == [0, -1, 3, -1, -1]
    assert every(VOTES).tolist() == [0, 0, 3, 0, 0]


def test_strict_wants_more_than_half():
    votes = np.array([[5, 5, 0, 0, 0, 0, 0, 0, 0, 0], [6, 4, 0, 0, 0, 0, 0, 0, 0, 0]], np.float32)
    assert strict(votes).tolist() == [-1, 0]


def test_votes_become_a_distribution_weighted_by_how_many_could_tell():
    distribution, weight = label_distribution(VOTES)
    assert distribution.sum(axis=1) == pytest.approx(np.ones(5))
    assert distribution[0, :2] == pytest.approx([0.8, 0.2])
    assert weight.tolist() == pytest.approx([1.0, 1.0, 1.0, 0.7, 0.0])


def _drawn(n, seed=0):
    """Two kinds of drawn faces: mouth up (happiness) and mouth down (sadness)."""
    rng = np.random.default_rng(seed)
    faces = np.full((n, 48, 48), 160, np.uint8)
    votes = np.zeros((n, 10), np.float32)
    for i in range(n):
        happy = i % 2 == 0
        x, y = rng.integers(21, 27), rng.integers(30, 35)
        for eye in (-9, 9):
            cv2.circle(faces[i], (int(x + eye), 16), 3, 30, -1)
        start, end = (20, 160) if happy else (200, 340)
        centre = (int(x), int(y) if happy else int(y) + 6)
        cv2.ellipse(faces[i], centre, (10, 7), 0, start, end, 30, 2)
        votes[i, 1 if happy else 3] = 10
    expression = votes.argmax(axis=1)
    noisy = np.clip(faces + rng.normal(0, 8, faces.shape), 0, 255).astype(np.uint8)
    return FaceSet.of(noisy, expression, votes=votes)


def _parquet(path, faces, usages):
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
    columns = {
        "image": [cv2.imencode(".png", face)[1].tobytes() for face in faces.faces_gray],
        "usage": usages,
        "emotion": [names[i] for i in faces.fer2013],
    }
    for i, label in enumerate((*LABELS, "unknown", "NF")):
        columns[label] = faces.votes[:, i].astype(int)
    pq.write_table(pa.table(columns), path)
    return path


def test_a_parquet_file_is_read_by_usage(tmp_path):
    faces = _drawn(10)
    path = _parquet(tmp_path / "faces.parquet", faces, ["Training"] * 7 + ["PublicTest"] * 3)
    read_faces, report = read(path)
    assert {name: sum(n.values()) for name, n in report.counts.items()} == {
        "Training": 7,
        "PublicTest": 3,
    }
    assert (read_faces.part("Training").faces_gray == faces.faces_gray[:7]).all()
    assert (read_faces.part("PublicTest").fer2013 == faces.fer2013[7:]).all()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda path: path.unlink(), "There is no file"),
        (lambda path: path.write_bytes(b"emotion,pixels,Usage\n"), "no face that can be used"),
        (lambda path: path.write_bytes(path.read_bytes()[:-50]), "not a parquet file"),
        (lambda path: _drop_column(path), "lacks the column contempt"),
    ],
)
def test_data_that_cannot_be_used_are_refused_in_one_sentence(tmp_path, spoil, sentence):
    path = _parquet(tmp_path / "faces.parquet", _drawn(4), ["Training"] * 4)
    spoil(path)
    with pytest.raises(DataError, match=sentence):
        read(path)


def _drop_column(path):
    import pyarrow.parquet as pq

    table = pq.read_table(path).drop_columns(["contempt"])
    buffer = io.BytesIO()
    pq.write_table(table, buffer)
    path.write_bytes(buffer.getvalue())


def test_the_held_back_part_is_the_same_for_the_same_seed_and_shares_nothing():
    faces = _drawn(40)
    rest, held = split_holdout(faces, 0.25, seed=3)
    again, _ = split_holdout(faces, 0.25, seed=3)
    assert (len(rest), len(held)) == (30, 10)
    assert (rest.faces_gray == again.faces_gray).all()
    together = {face.tobytes() for face in (*rest.faces_gray, *held.faces_gray)}
    assert len(together) == 40


def test_augmentation_is_seeded_and_keeps_the_original():
    faces = _drawn(16).faces_gray
    before = faces.copy()
    first = augment(faces, np.random.default_rng(1), AugmentConfig())
    second = augment(faces, np.random.default_rng(1), AugmentConfig())
    assert (first == second).all()
    assert (faces == before).all()
    assert first.shape == faces.shape
    assert (first != faces).mean() > 0.5


def test_augmentation_of_nothing_only_mirrors():
    faces = _drawn(32).faces_gray
    still = AugmentConfig(
        rotation_deg=0,
        scale=0,
        shift=0,
        gamma=0,
        degrade_chance=0,
        noise_chance=0,
        erase_chance=0,
    )
    out = augment(faces, np.random.default_rng(0), still)
    mirrored, same = (
        np.abs(out - reference.astype(int)).mean(axis=(1, 2)) < 2
        for reference in (faces[:, :, ::-1], faces)
    )
    assert (mirrored | same).all()
    assert 4 < np.sum(mirrored & ~same) < 28


def test_a_placed_face_is_where_it_was_put():
    (frame,) = place(_drawn(1).faces_gray, Placement(face_px=96, frame_wh=(320, 240)))
    inner = cv2.resize(frame[72:168, 112:208, 0], (48, 48), interpolation=cv2.INTER_AREA)
    original = _drawn(1).faces_gray[0]
    assert np.corrcoef(inner.ravel(), original.ravel())[0, 1] > 0.95
