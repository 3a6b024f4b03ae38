"""The gate's measures, one by one."""

import numpy as np
import pytest

from inference.quality import QualityConfig, gate, sharpness, turn
from inference.reasons import UnsureReason
from tests.inference.pictures import blurred, portrait

CONFIG = QualityConfig(
    min_width_px=30, min_sharpness=0.02, min_brightness=30, max_brightness=220, max_turn=0.6
)
BOX = np.array([0, 0, 100, 100], np.float32)
FRONTAL = np.array([(30, 40), (70, 40), (50, 60), (50, 80)], np.float32)


def _crop():
    return portrait(48, 48, face_px=40)[..., 1].copy()


def test_a_good_face_passes():
    assert gate(_crop(), BOX, FRONTAL, CONFIG) is None


def test_small_is_measured_in_the_frame():
    assert gate(_crop(), BOX * 0.29, FRONTAL, CONFIG) is UnsureReason.TOO_SMALL
    assert gate(_crop(), BOX * 0.31, FRONTAL, CONFIG) is None


def test_dark_and_bright():
    assert gate(_crop() // 8, BOX, FRONTAL, CONFIG) is UnsureReason.TOO_DARK
    assert gate(220 + _crop() // 8, BOX, FRONTAL, CONFIG) is UnsureReason.TOO_BRIGHT


def test_sharpness_falls_with_blur_and_not_with_light():
    crop = _crop()
    values = [sharpness(blurred(crop, sigma)) for sigma in (0.5, 1.0, 2.0, 4.0)]
    assert values == sorted(values, reverse=True)
    assert sharpness((crop * 0.5).astype(np.uint8)) == pytest.approx(sharpness(crop), rel=0.05)
    assert gate(blurred(crop, 6.0), BOX, FRONTAL, CONFIG) is UnsureReason.TOO_BLURRED


def test_a_flat_crop_has_no_sharpness():
    assert sharpness(np.full((48, 48), 128, np.uint8)) == 0.0


@pytest.mark.parametrize(("nose_x", "expected"), [(50, 0.0), (60, 0.5), (40, 0.5), (70, 1.0)])
def test_turn_is_the_noses_place_between_the_eyes(nose_x, expected):
    points = FRONTAL.copy()
    points[2, 0] = nose_x
    assert turn(points) == pytest.approx(expected)


def test_turn_does_not_depend_on_roll():
    points = FRONTAL.copy()
    points[2] = (60, 60)
    angle = np.deg2rad(25)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert turn((points @ rotation.T).astype(np.float32)) == pytest.approx(turn(points), abs=1e-4)


def test_a_turned_face_is_refused():
    points = FRONTAL.copy()
    points[2, 0] = 68
    assert gate(_crop(), BOX, points, CONFIG) is UnsureReason.TURNED_AWAY


def test_without_keypoints_nobody_is_turned():
    assert turn(np.full((4, 2), np.nan, np.float32)) == 0.0
