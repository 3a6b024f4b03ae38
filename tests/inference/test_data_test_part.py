"""Test sets: what is set apart, and what learning is kept away from."""

from pathlib import Path

import numpy as np
import pytest

from inference.data.faces import FaceSet
from inference.data.stored import joined, load_faces, named, save_faces
from inference.data.test_part import alike, best_labels, pick_test_part
from inference.errors import DataError
from tests.training.faces import distinct_clips, distinct_faces


def with_split(faces: FaceSet, split: list[str]) -> FaceSet:
    return FaceSet.of(
        faces.faces_gray,
        faces.expression,
        votes=faces.votes,
        split=split,
        group=faces.group,
        clip=faces.clip,
        source=faces.source,
    )


class TestPick:
    def test_it_takes_a_fifth_of_every_class(self) -> None:
        faces = distinct_faces(400)
        picked = pick_test_part(faces)
        counts = np.bincount(faces.expression[picked], minlength=8)
        assert counts.tolist() == [10] * 8

    def test_it_is_the_same_for_the_same_seed_only(self) -> None:
        faces = distinct_faces(160)
        assert (pick_test_part(faces, seed=1) == pick_test_part(faces, seed=1)).all()
        assert (pick_test_part(faces, seed=1) != pick_test_part(faces, seed=2)).any()

    def test_it_never_separates_a_person(self) -> None:
        faces = distinct_clips(80)
        picked = pick_test_part(faces)
        assert 0.1 < picked.mean() < 0.3
        assert not set(faces.group[picked]) & set(faces.group[~picked])

    def test_copies_stay_on_one_side(self) -> None:
        once = distinct_faces(80)
        brighter = FaceSet.of(
            np.clip(once.faces_gray.astype(int) + 10, 0, 255).astype(np.uint8), once.expression
        )
        faces = joined([once, brighter])
        picked = pick_test_part(faces)
        assert picked.any()
        assert (picked[:80] == picked[80:]).all()

    def test_the_data_sets_own_test_splits_come_first(self) -> None:
        faces = distinct_faces(400)
        rank = np.zeros(400, int)
        for label in range(8):  # the last ten of each label
            rank[np.flatnonzero(faces.expression == label)[-10:]] = 1
        split = ["PrivateTest" if r else "Training" for r in rank]
        picked = pick_test_part(with_split(faces, split))
        assert (picked == (rank == 1)).all()

    def test_faces_without_a_label_are_left(self) -> None:
        faces = distinct_faces(80)
        unknown = FaceSet.of(faces.faces_gray)
        assert not pick_test_part(unknown).any()

    def test_no_faces_are_no_error(self) -> None:
        assert len(pick_test_part(joined([]))) == 0


def test_votes_speak_louder_than_the_own_label() -> None:
    votes = np.zeros((3, 10), np.float32)
    votes[0, 4] = 10  # anger
    votes[1, :2] = 5  # a draw
    faces = FaceSet.of(np.zeros((3, 48, 48), np.uint8), [1, 1, 1], votes=votes)
    assert best_labels(faces).tolist() == [4, -1, 1]


class TestAlike:
    def test_it_finds_the_mirrored_copy_and_nothing_else(self) -> None:
        test, faces = distinct_faces(40, seed=1), distinct_faces(40, seed=2)
        pictures = faces.faces_gray.copy()
        pictures[7] = test.faces_gray[3][:, ::-1]
        hit = alike(FaceSet.of(pictures, faces.expression), test)
        assert np.flatnonzero(hit).tolist() == [7]

    def test_a_person_of_whom_one_face_is_known_goes_as_a_whole(self) -> None:
        clips = distinct_clips(24)
        test = clips.take(np.array([0]))
        hit = alike(clips, test)
        assert set(clips.group[hit]) == {"P000"}
        assert hit.sum() == (clips.group == "P000").sum()

    def test_nothing_is_like_nothing(self) -> None:
        faces = distinct_faces(4)
        assert not alike(faces, joined([])).any()
        assert alike(joined([]), faces).shape == (0,)


class TestStored:
    def test_it_comes_back_as_it_was(self, tmp_path: Path) -> None:
        faces = with_split(distinct_clips(6), ["Training"] * 18)
        save_faces(tmp_path / "faces.npz", faces)
        again = load_faces(tmp_path / "faces.npz")
        for name in ("faces_gray", "expression", "votes", "split", "group", "clip", "source"):
            assert (getattr(again, name) == getattr(faces, name)).all()
        assert [p.name for p in tmp_path.iterdir()] == ["faces.npz"]

    @pytest.mark.parametrize("cut", [0, 10, 1000])
    def test_a_cut_off_file_is_said(self, tmp_path: Path, cut: int) -> None:
        path = tmp_path / "faces.npz"
        save_faces(path, distinct_faces(4))
        path.write_bytes(path.read_bytes()[:cut])
        with pytest.raises(DataError, match="cannot be read"):
            load_faces(path)

    def test_a_missing_file_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="are gone"):
            load_faces(tmp_path / "faces.npz")

    def test_two_sets_do_not_share_persons(self) -> None:
        clips = distinct_clips(2)
        both = joined([named(clips, "a"), named(clips, "b")])
        assert len(set(both.group)) == 2 * len(set(clips.group))
        singles = named(distinct_faces(2), "a")
        assert singles.group.tolist() == ["", ""]
        assert singles.source.tolist() == ["a: drawn 0", "a: drawn 1"]
