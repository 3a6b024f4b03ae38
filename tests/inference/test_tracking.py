"""Stable numbers, smoothing by time, and whose face it is."""

import math

import numpy as np
import pytest

from inference.detectors import Detections
from inference.flow import follow
from inference.tracking import Tracker, TrackingConfig
from tests.inference.pictures import no_face, portrait


def _seen(*boxes):
    boxes = np.array(boxes, np.float32).reshape(-1, 4)
    return Detections(
        boxes, np.full(len(boxes), 0.9, np.float32), np.zeros((len(boxes), 4, 2), np.float32)
    )


LEFT = (20, 50, 80, 110)
RIGHT = (200, 40, 290, 130)


def test_ids_stay_when_the_detector_changes_its_order():
    tracker = Tracker()
    first = [t.id for t in tracker.update(_seen(LEFT, RIGHT), 0.0)]
    second = [t.id for t in tracker.update(_seen(RIGHT, LEFT), 0.1)]
    assert second == first[::-1]


def test_a_quick_movement_keeps_the_id():
    tracker = Tracker()
    (before,) = tracker.update(_seen((100, 50, 160, 110)), 0.0)
    (after,) = tracker.update(_seen((133, 50, 193, 110)), 0.1)
    assert after.id == before.id


def test_a_face_elsewhere_is_somebody_else():
    tracker = Tracker()
    (before,) = tracker.update(_seen(LEFT), 0.0)
    (after,) = tracker.update(_seen(RIGHT), 0.1)
    assert after.id != before.id


def test_a_short_loss_is_survived_and_a_long_one_is_not():
    tracker = Tracker(TrackingConfig(keep_lost_s=1.0))
    (first,) = tracker.update(_seen(LEFT), 0.0)
    tracker.update(_seen(), 0.5)
    (again,) = tracker.update(_seen(LEFT), 0.9)
    tracker.update(_seen(), 1.0)
    (later,) = tracker.update(_seen(LEFT), 2.5)
    assert again.id == first.id
    assert later.id != first.id


def _track(**config):
    tracker = Tracker(TrackingConfig(**config))
    (track,) = tracker.update(_seen(LEFT), 0.0)
    return track


@pytest.mark.parametrize("fps", [5, 30])
def test_smoothing_depends_on_time_not_on_the_frame_rate(fps):
    track = _track(smoothing_s=0.5)
    happy, sad = np.eye(8, dtype=np.float32)[[1, 3]]
    track.smooth(sad, 0.0)
    for frame in range(1, fps + 1):
        smoothed = track.smooth(happy, frame / fps)
    assert smoothed[1] == pytest.approx(1 - math.exp(-1 / 0.5), abs=1e-4)
    assert smoothed.sum() == pytest.approx(1.0, abs=1e-5)


def test_smoothing_starts_anew_after_a_long_gap():
    track = _track()
    happy, sad = np.eye(8, dtype=np.float32)[[1, 3]]
    track.smooth(sad, 0.0)
    assert track.smooth(happy, 60.0)[1] == 1.0


def test_the_largest_most_central_face_is_the_persons_own():
    tracker = Tracker()
    _, right = tracker.update(_seen(LEFT, RIGHT), 0.0)
    assert tracker.own(0.0, (320, 240)) is right


def test_own_stays_own_when_a_larger_face_comes():
    tracker = Tracker()
    (mine,) = tracker.update(_seen(LEFT), 0.0)
    tracker.own(0.0, (320, 240))
    tracker.update(_seen(LEFT, RIGHT), 0.1)
    assert tracker.own(0.1, (320, 240)).id == mine.id


def test_a_passer_by_is_not_taken_for_the_person_who_left_for_a_moment():
    tracker = Tracker(TrackingConfig(own_lost_s=2.0))
    tracker.update(_seen(LEFT), 0.0)
    tracker.own(0.0, (320, 240))
    tracker.update(_seen(RIGHT), 1.0)
    assert tracker.own(1.0, (320, 240)) is None
    (other,) = tracker.update(_seen(RIGHT), 2.5)
    assert tracker.own(2.5, (320, 240)) is other


def test_a_weak_detection_continues_a_track_but_opens_none():
    weak = _seen(LEFT)
    weak.scores[:] = 0.55
    tracker = Tracker()
    assert tracker.update(weak, 0.0) == []
    (track,) = tracker.update(_seen(LEFT), 0.1)
    assert tracker.update(weak, 0.2) == [track]


def test_who_chose_their_face_and_left_is_not_guessed_among_others():
    tracker = Tracker()
    mine, _ = tracker.update(_seen(LEFT, RIGHT), 0.0)
    tracker.select(mine.id)
    tracker.own(0.0, (320, 240))
    middle = (120, 60, 180, 120)
    for at in (1.0, 2.0, 30.0):
        tracker.update(_seen(RIGHT, middle), at)
        assert tracker.own(at, (320, 240)) is None
    (alone,) = tracker.update(_seen(LEFT), 60.0)
    assert tracker.own(60.0, (320, 240)) is alone


def test_a_click_decides():
    tracker = Tracker()
    left, _ = tracker.update(_seen(LEFT, RIGHT), 0.0)
    tracker.select(left.id)
    assert tracker.own(0.0, (320, 240)) is left
    tracker.select(999)
    assert tracker.own(0.0, (320, 240)) is left


class TestFlow:
    """Following without detecting."""

    box = np.array([113, 73, 207, 167], np.float32)  # the face of portrait(face_px=94)

    @staticmethod
    def _gray(**place):
        return portrait(face_px=place.pop("face_px", 94), **place)[..., 1].copy()

    def test_a_shift_is_followed(self):
        move = follow(self._gray(), self._gray(centre=(0.52, 0.48)), self.box)
        moved = move.move_box(self.box) - self.box
        assert moved == pytest.approx([6.4, -4.8, 6.4, -4.8], abs=0.8)

    def test_growing_is_followed(self):
        move = follow(self._gray(), self._gray(face_px=99), self.box)
        assert move.zoom == pytest.approx(99 / 94, abs=0.015)

    def test_turning_moves_the_keypoints(self):
        move = follow(self._gray(), self._gray(roll_deg=6.0), self.box)
        right_of_centre = np.array([[200.0, 120.0]], np.float32)
        turned = move.move_points(right_of_centre)[0]
        assert turned[1] - 120 == pytest.approx(40 * math.sin(math.radians(6)), abs=1.0)

    def test_a_face_that_is_gone_is_not_followed(self):
        gone = no_face()[..., 1].copy()
        assert follow(self._gray(), gone, self.box) is None

    def test_a_box_outside_the_frame_is_not_followed(self):
        outside = np.array([400, 300, 500, 400], np.float32)
        assert follow(self._gray(), self._gray(), outside) is None
