"""Equal and nearly equal pictures, within and across splits."""

import cv2
import numpy as np
import pytest

from inference.data import read
from inference.data.duplicates import drop_duplicates, find_duplicates
from inference.data.faces import FaceSet
from inference.data.similarity import same_pictures
from inference.errors import DataError
from tests.inference.data_files import scene


def _jpeg(picture):
    return cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 50])[1], 0)


def _shifted(picture, dx, dy):
    matrix = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    return cv2.warpAffine(picture, matrix, (48, 48), borderMode=cv2.BORDER_REPLICATE)


def _watermarked(picture):
    out = picture.copy()
    cv2.putText(out, "stock", (4, 44), cv2.FONT_HERSHEY_SIMPLEX, 0.4, 255, 1, cv2.LINE_AA)
    return cv2.addWeighted(picture, 0.7, out, 0.3, 0)


COPIES = {
    "exact": lambda p: p.copy(),
    "darker": lambda p: (p * 0.6).astype(np.uint8),
    "brighter and flatter": lambda p: (p * 0.5 + 120).astype(np.uint8),
    "gamma": lambda p: (255 * (p / 255) ** 1.5).astype(np.uint8),
    "jpeg": _jpeg,
    "one pixel": lambda p: _shifted(p, 1, 0),
    "one pixel each way": lambda p: _shifted(p, -1, 1),
    "watermark": _watermarked,
}


@pytest.fixture(scope="module")
def scenes():
    return np.stack([scene(seed) for seed in range(120)])


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("copy", COPIES)
def test_a_planted_copy_is_found_and_nothing_else(scenes, copy, mirrored):
    planted = COPIES[copy](scenes[17])
    faces = np.concatenate([scenes, (planted[:, ::-1] if mirrored else planted)[None]])
    pairs = same_pictures(faces)
    assert pairs.first.tolist() == [17]
    assert pairs.second.tolist() == [120]
    assert pairs.mirrored.tolist() == [mirrored]


def test_unrelated_pictures_are_not_the_same(scenes):
    assert len(same_pictures(scenes)) == 0


def test_flat_pictures_and_empty_sets_have_no_pairs():
    assert len(same_pictures(np.full((5, 48, 48), 7, np.uint8))) == 0
    assert len(same_pictures(np.empty((0, 48, 48), np.uint8))) == 0
    report = find_duplicates(FaceSet.of(np.empty((0, 48, 48), np.uint8)))
    assert report.to_dict()["pairs"] == 0


def test_faces_of_another_side_are_compared_too():
    faces = np.stack([scene(seed, 64) for seed in (1, 2, 1)])
    assert same_pictures(faces).second.tolist() == [2]


@pytest.fixture
def leaking(scenes):
    """Ten rows and copies of row 0 (exact, PublicTest), 1 (mirrored, PrivateTest), 2 (Training)."""
    copies = [scenes[0], scenes[1][:, ::-1], _shifted(scenes[2], 1, 0)]
    split = ["Training"] * 8 + ["PublicTest"] * 2 + ["PublicTest", "PrivateTest", "Training"]
    return FaceSet.of(
        np.concatenate([scenes[:10], copies]), np.arange(13) % 3, split=split, source=np.arange(13)
    )


def test_the_report_says_where_they_are(leaking):
    report = find_duplicates(leaking)
    assert report.to_dict() == {
        "pairs": 3,
        "exact": 1,
        "mirrored": 1,
        "groups": 3,
        "faces": 6,
        "across_splits": 2,
        "by_splits": {
            "PrivateTest and Training": 1,
            "PublicTest and Training": 1,
            "Training": 1,
        },
        "disagreeing_labels": 3,
    }
    assert report.group[[0, 10, 1, 11, 2, 12, 5]].tolist() == [0, 0, 1, 1, 2, 2, -1]
    assert "PublicTest and Training: 1 pairs" in report.summary()


@pytest.mark.parametrize(
    ("options", "lost"),
    [
        ({"across_only": True}, {"0", "1"}),
        ({"across_only": True, "keep": "training"}, {"10", "11"}),
        ({}, {"0", "1", "12"}),
    ],
)
def test_dropping_leaves_each_picture_in_one_split(leaking, options, lost):
    left = drop_duplicates(leaking, **options)
    assert set(leaking.source) - set(left.source) == lost
    assert not len(find_duplicates(left).across)


def test_a_copy_of_a_copy_counts(scenes):
    """a = b and b = c, while a and c alone are too far apart: all three are one picture."""
    chain = np.stack([_shifted(scenes[3], dx, 0) for dx in (0, 2, 4)])
    faces = FaceSet.of(chain, split=["Training", "Training", "PublicTest"])
    assert len(find_duplicates(faces).pairs) == 2
    assert drop_duplicates(faces, across_only=True).split.tolist() == ["PublicTest"]


def test_pictures_of_one_person_or_clip_are_meant_to_be_alike(scenes):
    twice = scenes[[0, 0, 1, 1, 2, 2]]
    faces = FaceSet.of(twice, group=["a", "a", "", "", "b", "c"], clip=["", "", "k", "k", "", ""])
    assert find_duplicates(faces).pairs.first.tolist() == [4]


def test_only_test_or_training_can_be_kept(leaking):
    with pytest.raises(DataError, match="“test” or “training”"):
        drop_duplicates(leaking, keep="both")


@pytest.mark.slow
def test_fer2013s_public_splits_leak(reference_data):
    """The numbers in the account of ``inference.data.similarity``."""
    report = find_duplicates(read(reference_data)[0]).to_dict()
    assert report["pairs"] == 5207
    assert report["by_splits"]["PublicTest and Training"] == 1016
