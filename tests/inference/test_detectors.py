"""Every detector behind the one protocol."""

import numpy as np
import pytest

from inference.detectors import DETECTORS, Detections, load_detector
from inference.errors import UnknownNameError
from tests.inference.pictures import no_face, portrait, two_faces

IN_PROCESS = ["blazeface-short", "blazeface-full", "haar"]
#: mtcnn imports TensorFlow, which takes its seconds.
ALL = [*IN_PROCESS, pytest.param("mtcnn", marks=pytest.mark.slow)]


@pytest.mark.parametrize("name", ALL)
def test_it_finds_the_face_where_it_is(name):
    found = load_detector(name).detect(portrait(centre=(0.4, 0.6), face_px=90))
    x1, y1, x2, y2 = found.boxes_xyxy[0]
    assert len(found) == 1
    assert abs((x1 + x2) / 2 - 0.4 * 320) < 12
    assert abs((y1 + y2) / 2 - 0.6 * 240) < 16
    assert 70 < x2 - x1 < 115
    assert 0.5 < found.scores[0] <= 1.0


@pytest.mark.parametrize("name", ALL)
def test_boxes_of_all_detectors_mean_the_same(name):
    """Each is brought into BlazeFace's terms, so that one crop rule fits all."""
    picture = portrait(face_px=100)
    reference = load_detector("blazeface-short").detect(picture).boxes_xyxy[0]
    box = load_detector(name).detect(picture).boxes_xyxy[0]
    width = reference[2] - reference[0]
    assert np.abs(box - reference).max() < 0.16 * width


@pytest.mark.parametrize("name", IN_PROCESS)
def test_a_picture_without_a_face_gives_the_empty_shape(name):
    found = load_detector(name).detect(no_face())
    assert found.boxes_xyxy.shape == (0, 4)
    assert found.keypoints_xy.shape == (0, 4, 2)
    assert len(found) == 0


@pytest.mark.parametrize("name", ["blazeface-short", "blazeface-full"])
def test_two_faces_are_two_faces(name):
    found = load_detector(name).detect(two_faces())
    centres = sorted(float(x) for x in found.boxes_xyxy[:, [0, 2]].mean(axis=1))
    assert len(found) == 2
    assert abs(centres[0] - 100) < 12
    assert abs(centres[1] - 340) < 12


@pytest.mark.parametrize("name", ["blazeface-short", "blazeface-full"])
def test_keypoints_are_eyes_nose_and_mouth(name):
    eye_0, eye_1, nose, mouth = load_detector(name).detect(portrait()).keypoints_xy[0]
    assert eye_0[0] < nose[0] < eye_1[0]
    assert max(eye_0[1], eye_1[1]) < nose[1] < mouth[1]


@pytest.mark.parametrize("size", [(1920, 1080), (120, 160), (64, 48), (500, 60)])
def test_any_frame_size_goes_through_the_letterbox(size):
    width, height = size
    face = min(width, height) * 0.45
    found = load_detector("blazeface-short").detect(portrait(width, height, face_px=face))
    assert len(found) <= 1
    if size != (500, 60):  # a face of 27 in 500 pixels is beyond the short range
        assert abs(found.boxes_xyxy[0][[0, 2]].mean() - width / 2) < 0.2 * face


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UnknownNameError, match="blazeface-short"):
        load_detector("yolo")
    assert set(DETECTORS) >= {"blazeface-short", "blazeface-full", "haar", "mtcnn"}


def test_detections_that_do_not_fit_together_are_refused():
    with pytest.raises(ValueError, match="do not fit"):
        Detections(np.zeros((2, 4)), np.zeros(1), np.zeros((1, 4, 2)))
