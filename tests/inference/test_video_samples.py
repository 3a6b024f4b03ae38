"""Columns of samples: bytes, seconds, weights."""

import math

import numpy as np
import pytest

from inference.errors import DataError
from inference.labels import LABELS
from inference.reasons import UnsureReason
from inference.results import FaceResult
from inference.video.samples import REASONS, Samples, Seconds


def _face(raw=1, unsure=None, top="happiness", mixed=()):
    probabilities = np.full(8, 0.02, np.float32)
    probabilities[LABELS.index(top)] = 0.86
    return FaceResult(
        track_id=raw,
        box_xyxy=(10.0, 20.0, 60.5, 80.25),
        roll_deg=0.0,
        detection_score=0.9,
        probabilities=probabilities,
        smoothed=probabilities,
        confidence=0.9,
        label=None if unsure else top,
        mixed=mixed,
        unsure=unsure,
        scored=unsure in (None, UnsureReason.NOT_CONFIDENT),
    )


def _clip(rate=10.0, seconds=3.0, raws=(1,), **face):
    times = [i / rate for i in range(round(rate * seconds))]
    return Samples.of_faces([(at, _face(raw, **face)) for at in times for raw in raws], times)


def _same(a, b):
    return all(
        np.array_equal(x, y) and x.dtype == y.dtype
        for x, y in zip(a._columns(), b._columns(), strict=True)
    )


def test_what_the_pipeline_said_stands_in_the_columns():
    faces = [
        (0.5, _face(3, mixed=("happiness", "surprise"))),
        (0.7, _face(4, unsure=UnsureReason.TURNED_AWAY)),
    ]
    samples = Samples.of_faces(faces, [0.5, 0.6, 0.7])
    assert samples.raw.tolist() == [3, 4]
    assert samples.box_xyxy[0].tolist() == [10.0, 20.0, 60.5, 80.25]
    assert [LABELS[i] for i in samples.label[:1]] == ["happiness"]
    assert samples.label[1] == -1
    assert samples.reason[0] == 0
    assert REASONS[samples.reason[1] - 1] is UnsureReason.TURNED_AWAY
    named = [name for i, name in enumerate(LABELS) if samples.mixed[0] >> i & 1]
    assert named == ["happiness", "surprise"]
    assert samples.frames_s.tolist() == [0.5, 0.6, 0.7]


def test_bytes_come_back_the_same_and_are_few():
    samples = _clip(30.0, 60.0, raws=(1, 2))
    data = samples.to_bytes()
    again = Samples.from_bytes(memoryview(data))
    assert _same(samples, again)
    assert math.isnan(again.before_s)
    assert len(data) < 10 * len(samples)
    seconds = samples.by_second()
    assert _same(seconds, Seconds.from_bytes(seconds.to_bytes()))


def test_nothing_is_possible_too():
    empty = Samples.from_bytes(Samples.empty().to_bytes())
    assert len(empty) == 0
    assert empty.probabilities.shape == (0, 8)
    assert len(empty.weights_s()) == 0
    assert len(Seconds.from_bytes(empty.by_second().to_bytes())) == 0
    assert len(Samples.concat([])) == len(Seconds.concat([])) == 0


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[:-1],
        lambda data: data[:5],
        lambda data: b"nope" + data[4:],
        lambda data: data[:4] + b"\xff" + data[5:],
        lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:],
    ],
    ids=["cut", "stump", "other kind", "other version", "one bit"],
)
def test_spoilt_bytes_are_refused(spoil):
    with pytest.raises(DataError):
        Samples.from_bytes(spoil(_clip().to_bytes()))


def test_seconds_are_not_samples():
    with pytest.raises(DataError):
        Seconds.from_bytes(_clip().to_bytes())


def test_a_frame_stands_for_the_time_since_the_one_before_it_at_most_a_second():
    times = [0.0, 0.2, 0.5, 4.0]
    samples = Samples.of_faces([(at, _face()) for at in times], times)
    assert samples.weights_s().tolist() == pytest.approx([0.0, 0.2, 0.3, 1.0])


def test_a_frame_without_a_face_ends_the_time_of_the_one_before_it():
    samples = Samples.of_faces([(0.0, _face()), (1.0, _face())], [0.0, 0.9, 1.0])
    assert samples.weights_s().tolist() == pytest.approx([0.0, 0.1])


def test_seconds_add_up_to_the_time_of_the_samples():
    samples = _clip(7.0, 20.0, raws=(1, 5))
    seconds = samples.by_second()
    for raw in (1, 5):
        mine = seconds.raw == raw
        assert seconds.seconds[mine].sum() == pytest.approx(19 + 6 / 7, abs=1e-4)
        assert seconds.seconds[mine].max() <= 1.0 + 1e-6
        assert seconds.second[mine].tolist() == list(range(20))
    assert seconds.means[:, LABELS.index("happiness")] == pytest.approx(0.86, abs=1e-3)


def test_unsure_time_is_counted_apart_and_changes_no_mean():
    times = [i / 10 for i in range(11)]
    faces = [
        (at, _face(unsure=UnsureReason.TOO_DARK if i > 5 else None)) for i, at in enumerate(times)
    ]
    seconds = Samples.of_faces(faces, times).by_second()
    assert seconds.seconds.sum() == pytest.approx(0.5)
    assert seconds.unsure.sum() == pytest.approx(0.5)
    assert seconds.means[0, LABELS.index("happiness")] == pytest.approx(0.86, abs=1e-3)


def test_blocks_put_together_are_the_whole():
    whole = _clip(10.0, 5.0, raws=(1, 2))
    times = whole.frames_s
    cuts = [times < 2.35, (times >= 2.35) & (times < 4.0), times >= 4.0]
    parts, before = [], math.nan
    for part in cuts:
        rows = np.isin(whole.at_s, times[part])
        columns = [column[rows] for column in whole._columns()[:-1]]
        parts.append(Samples(*columns, times[part], before_s=before))
        before = float(times[part][-1])
    assert _same(Samples.concat(parts[::-1]), whole)
    joined = Seconds.concat([part.by_second() for part in parts])
    expected = whole.by_second()
    assert joined.raw.tolist() == expected.raw.tolist()
    assert joined.second.tolist() == expected.second.tolist()
    assert joined.seconds == pytest.approx(expected.seconds, abs=1e-5)
    assert joined.means == pytest.approx(expected.means, abs=2e-3)


def test_taking_one_face_keeps_its_weights():
    samples = _clip(raws=(1, 2))
    mine = samples.take(samples.raw == 2)
    assert set(mine.raw.tolist()) == {2}
    assert mine.weights_s() == pytest.approx(samples.weights_s()[samples.raw == 2])


def test_columns_that_do_not_fit_are_refused():
    good = _clip()._columns()
    with pytest.raises(ValueError, match="column"):
        Samples(good[0][:-1], *good[1:])
    with pytest.raises(ValueError, match="order of time"):
        Samples(good[0], good[1][::-1].copy(), *good[2:])
