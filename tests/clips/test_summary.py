import numpy as np
import pytest

from emotionweb.accounts.models import User
from emotionweb.clips.ranges import covered, inside, union, without
from emotionweb.clips.reading import load
from emotionweb.clips.summary import ClipSummary, TrackSummary, summarise_clip, summarise_track
from inference.labels import LABELS
from tests.clips.results import Face, make_clip, track_of


def shows(at_s: float) -> str | None:
    """Happy to 10 s, unsure to 12, sad to 20."""
    if at_s <= 10.0:
        return "happiness"
    return None if at_s <= 12.0 else "sadness"


def of_track(user: User, faces: list[Face], *ranges: tuple[float, float]) -> TrackSummary:
    clip = make_clip(user, faces, length_s=30.0)
    return summarise_track(load(clip.annotation_id), track_of(clip).parts, union(ranges))


def test_a_track_in_numbers(alice: User) -> None:
    found = of_track(alice, [Face(1, 0, 20, shows)])
    assert found.seconds == pytest.approx(18.0)
    assert found.unsure_s == pytest.approx(2.0)
    assert found.missed_s == pytest.approx(0.0)
    share = dict(zip(LABELS, found.share, strict=True))
    assert share["happiness"] == pytest.approx(10 / 18)
    assert share["sadness"] == pytest.approx(8 / 18)
    mean = dict(zip(LABELS, found.mean, strict=True))
    assert mean["happiness"] == pytest.approx((10 * 0.86 + 8 * 0.02) / 18, abs=1e-3)
    assert found.transitions == 0  # two seconds of unsure lie between the two


def test_a_change_from_one_sample_to_the_next_is_a_transition(alice: User) -> None:
    found = of_track(
        alice, [Face(1, 0, 20, lambda at: "happiness" if int(at) % 4 < 2 else "anger")]
    )
    assert found.transitions == 10


def test_time_in_which_the_face_was_lost_is_told(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 5), Face(2, 8, 10)], length_s=30.0)
    parts = [[1, None, None], [2, None, None]]
    found = summarise_track(load(clip.annotation_id), parts, ())
    assert found.seconds == pytest.approx(5.0 + 2.2)
    assert found.missed_s == pytest.approx(2.8)


def test_what_is_left_out_counts_for_nothing(alice: User) -> None:
    found = of_track(alice, [Face(1, 0, 20, shows)], (2.1, 4.1), (11.0, 30.0))
    assert found.seconds == pytest.approx(8.0)
    assert found.unsure_s == pytest.approx(1.0)
    assert found.share[LABELS.index("sadness")] == 0.0


def test_a_stretch_that_is_left_out_is_no_transition(alice: User) -> None:
    face = Face(1, 0, 20, lambda at: "happiness" if at <= 10 else "anger")
    assert of_track(alice, [face]).transitions == 1
    assert of_track(alice, [face], (9.9, 10.1)).transitions == 0


def test_a_track_of_nothing(alice: User) -> None:
    clip = make_clip(alice)
    found = summarise_track(load(clip.annotation_id), [[4, None, None]], ())
    assert (found.seconds, found.unsure_s, sum(found.share)) == (0.0, 0.0, 0.0)


def of_clip(user: User, counted: list[int], *ranges: tuple[float, float]) -> ClipSummary:
    clip = make_clip(user, [Face(1, 0, 10), Face(2, 5, 20, None)], length_s=30.0)
    parts = [[[raw, None, None]] for raw in counted]
    return summarise_clip(load(clip.annotation_id), parts, union(ranges))


def test_a_clip_in_numbers(alice: User) -> None:
    found = of_clip(alice, [1, 2])
    assert found.looked_at_s == pytest.approx(30.0)
    assert found.with_face_s == pytest.approx(20.0)
    assert found.unsure_s == pytest.approx(10.0)  # the first face is sure until 10 s
    assert found.missed_s == pytest.approx(10.0)
    assert found.share[LABELS.index("happiness")] == pytest.approx(1.0)


def test_a_track_that_is_left_out_was_not_missed(alice: User) -> None:
    found = of_clip(alice, [1])
    assert found.with_face_s == pytest.approx(10.0)
    assert found.unsure_s == pytest.approx(0.0)
    assert found.missed_s == pytest.approx(10.0)


def test_a_stretch_that_is_left_out_is_neither_seen_nor_missed(alice: User) -> None:
    found = of_clip(alice, [1, 2], (15.0, 25.0))
    assert found.excluded_s == pytest.approx(10.0)
    assert found.looked_at_s == pytest.approx(20.0)
    assert found.with_face_s + found.missed_s == pytest.approx(20.0)


def test_ranges() -> None:
    ranges = union([(5, 7), (1, 2), (6, 9), (3, 3), (2, 3)])
    assert ranges == ((1, 3), (5, 9))
    start, end = np.array([0.0, 1.5, 4.0, 8.0]), np.array([10.0, 6.0, 4.5, 12.0])
    assert covered(start, end, ranges).tolist() == [6.0, 2.5, 0.0, 1.0]
    assert inside(np.array([0.9, 1.0, 3.0, 4.0, 9.1]), ranges).tolist() == [
        False,
        True,
        True,
        False,
        False,
    ]
    assert without((0, 6), ranges) == [(0, 1), (3, 5)]
    assert without((6, 7), ranges) == []
    assert covered(start, end, ()).tolist() == [0.0] * 4
