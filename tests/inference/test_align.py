"""From box to upright crop."""

import numpy as np
import pytest

from inference.align import CropConfig, crop_face, roll_degrees
from inference.detectors import load_detector
from tests.inference.pictures import portrait

PLAIN = CropConfig(scale=1.0, raise_by=0.0)


def _gradient(width=200, height=160):
    return np.tile(np.arange(width, dtype=np.uint8), (height, 1))


def test_a_box_of_the_crops_size_is_cut_out_unchanged():
    gray = np.random.default_rng(0).integers(0, 256, (100, 120), dtype=np.uint8)
    crop = crop_face(gray, np.array([30, 20, 78, 68], np.float32), 0.0, 48, PLAIN)
    # A box of n pixels has its centre between pixels, as the crop has.
    assert np.abs(crop.astype(int) - gray[20:68, 30:78]).mean() < 64
    assert crop.shape == (48, 48)


def test_the_centre_is_raised_towards_the_forehead():
    gray = _gradient().T.copy()  # brightness = row
    box = np.array([40, 60, 100, 120], np.float32)
    low = crop_face(gray, box, 0.0, 48, PLAIN).mean()
    high = crop_face(gray, box, 0.0, 48, CropConfig(scale=1.0, raise_by=0.1)).mean()
    assert low - high == pytest.approx(6.0, abs=0.5)


@pytest.mark.parametrize("roll", [-30.0, -10.0, 0.0, 20.0, 30.0])
def test_roll_is_measured_from_the_eyes(roll):
    found = load_detector("blazeface-short").detect(portrait(face_px=100, roll_deg=roll))
    upright = load_detector("blazeface-short").detect(portrait(face_px=100))
    measured = roll_degrees(found.keypoints_xy[0]) - roll_degrees(upright.keypoints_xy[0])
    assert measured == pytest.approx(roll, abs=7.5)


@pytest.mark.parametrize("roll", [-30.0, 30.0])
def test_a_rotated_face_gives_nearly_the_crop_of_the_upright_one(roll):
    def crop(picture, *, upright=True):
        found = load_detector("blazeface-short").detect(picture)
        rolled = roll_degrees(found.keypoints_xy[0])
        config = CropConfig(upright=upright)
        return crop_face(picture[..., 1].copy(), found.boxes_xyxy[0], rolled, 48, config)

    def likeness(a, b):
        return np.corrcoef(a.astype(float).ravel(), b.astype(float).ravel())[0, 1]

    reference = crop(portrait(face_px=100))
    rotated = portrait(face_px=100, roll_deg=roll)
    assert likeness(reference, crop(rotated)) > 0.6
    assert likeness(reference, crop(rotated, upright=False)) < 0.4


def test_a_large_face_is_averaged_down_not_sampled():
    """A checkerboard of single pixels becomes gray, not stripes."""
    board = (np.indices((400, 400)).sum(axis=0) % 2 * 255).astype(np.uint8)
    crop = crop_face(board, np.array([40, 40, 360, 360], np.float32), 0.0, 48, PLAIN)
    assert crop.std() < 12
    assert crop.mean() == pytest.approx(127.5, abs=3)


@pytest.mark.parametrize("half", [30, 90])
def test_shrinking_does_not_shift(half):
    box = np.array([120 - half, 20, 120 + half, 20 + 2 * half], np.float32)
    assert crop_face(_gradient(250, 250), box, 0.0, 48, PLAIN).mean() == pytest.approx(120, abs=0.6)


def test_a_box_beyond_the_edge_repeats_the_edge():
    crop = crop_face(_gradient(), np.array([-60, -60, 40, 40], np.float32), 0.0, 48, PLAIN)
    assert crop[:, 0].max() <= 1
    assert crop.shape == (48, 48)


def test_without_eyes_the_roll_is_zero():
    assert roll_degrees(np.full((4, 2), np.nan, np.float32)) == 0.0
