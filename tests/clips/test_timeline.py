import numpy as np
import pytest

from emotionweb.accounts.models import User
from emotionweb.clips import tracks
from emotionweb.clips.models import Clip
from emotionweb.clips.timeline import boxes, timeline
from inference.labels import LABELS
from tests.clips.results import Face, make_clip, track_of

HAPPY, SAD = LABELS.index("happiness"), LABELS.index("sadness")


def half_and_half(at_s: float) -> str | None:
    if at_s <= 20.0:
        return "happiness"
    return "sadness" if at_s <= 30.0 else None


@pytest.fixture
def clip(alice: User) -> Clip:
    """Happy to 20 s, sad to 30, unsure to 40; then nobody."""
    return make_clip(alice, [Face(1, 0, 40, half_and_half)], length_s=60.0)


def draw(clip: Clip, start: float, end: float, bins: int) -> dict[str, np.ndarray]:
    (one,) = timeline(clip, list(clip.annotation.tracks.all()), start, end, bins)["tracks"]
    return {
        "mean": np.array(one["mean"]).reshape(bins, len(LABELS)),
        "seen": np.array(one["seen"]),
        "unsure": np.array(one["unsure"]),
    }


@pytest.mark.parametrize("bins", [6, 60, 600])
def test_bins_say_the_same_from_seconds_and_from_samples(clip: Clip, bins: int) -> None:
    """Six bins of ten seconds come from the stored seconds, the others from the samples."""
    drawn = draw(clip, 0.0, 60.0, bins)
    each = bins // 6
    assert drawn["seen"].reshape(6, each).mean(axis=1).round().tolist() == [100] * 4 + [0, 0]
    assert drawn["unsure"].reshape(6, each).mean(axis=1).round().tolist() == [0, 0, 0, 100, 0, 0]
    top = drawn["mean"].reshape(6, each, 8).mean(axis=1).argmax(axis=1)
    assert top[:3].tolist() == [HAPPY, HAPPY, SAD]
    assert not drawn["mean"][3 * each :].any()


def test_a_probability_is_its_part_of_255(clip: Clip) -> None:
    drawn = draw(clip, 2.0, 12.0, 5)
    assert drawn["mean"][:, HAPPY].tolist() == [round(0.86 * 255)] * 5


def test_a_bin_that_is_shorter_than_a_sample_is_full(clip: Clip) -> None:
    """Five samples a second, four hundred bins: a sample stands for the time before it."""
    drawn = draw(clip, 19.9, 20.1, 400)
    assert set(drawn["seen"]) == {100}
    assert drawn["mean"][:, :].argmax(axis=1).tolist() == [HAPPY] * 200 + [SAD] * 200


def test_outside_of_the_clip_there_is_nothing(clip: Clip) -> None:
    drawn = draw(clip, 50.0, 90.0, 40)
    assert not drawn["seen"].any()


def test_a_split_in_the_middle_of_a_second_divides_it(clip: Clip) -> None:
    second = tracks.split(clip.user_id, clip.pk, track_of(clip).pk, 10.5)
    both = list(clip.annotation.tracks.all())
    found = timeline(clip, both, 10.0, 12.0, 1)["tracks"]
    assert {one["id"]: one["seen"] for one in found} == {track_of(clip).pk: [25], second.pk: [75]}


def test_boxes_are_parts_of_the_picture(clip: Clip) -> None:
    found = boxes(clip, list(clip.annotation.tracks.all()), 39.9, 41.0)
    assert found["frames"] == [40.0, 40.2, 40.4, 40.6, 40.8, 41.0]
    (one,) = found["tracks"]
    assert one["t"] == [40.0]
    assert one["box"] == [[1562, 1667, 2812, 4167]]
    assert (one["label"], one["reason"], one["confidence"]) == ([-1], [6], [0])


def test_boxes_of_a_stretch_over_two_blocks(clip: Clip) -> None:
    (one,) = boxes(clip, list(clip.annotation.tracks.all()), 19.5, 20.5)["tracks"]
    assert one["t"] == [19.6, 19.8, 20.0, 20.2, 20.4]
    assert one["label"] == [HAPPY] * 3 + [SAD] * 2
    assert one["confidence"] == [90] * 5


def test_a_clip_without_faces_has_an_empty_timeline(bob: User) -> None:
    clip = make_clip(bob)
    assert timeline(clip, [], 0.0, 60.0, 10)["tracks"] == []
    assert len(boxes(clip, [], 0.0, 60.0)["frames"]) == 301
