"""Frames from strangers."""

import numpy as np
import pytest

from inference.errors import (
    FrameError,
    FrameNotAnImageError,
    FrameTooLargeError,
    FrameTruncatedError,
)
from inference.frames import FrameLimits, decode_jpeg, jpeg_size
from tests.inference.pictures import jpeg, jpeg_header, portrait


def test_it_decodes_colour_as_bgr():
    blue = np.zeros((32, 48, 3), np.uint8)
    blue[..., 0] = 200
    frame = decode_jpeg(jpeg(blue))
    assert frame.shape == (32, 48, 3)
    assert frame[..., 0].mean() > 180
    assert frame[..., 2].mean() < 20


def test_gray_is_the_luma_of_the_same_picture():
    data = jpeg(portrait())
    gray = decode_jpeg(data, colour=False)
    weights = np.array([0.114, 0.587, 0.299])
    assert gray.shape == (240, 320)
    assert np.abs(decode_jpeg(data) @ weights - gray).mean() < 2.0


def test_dimensions_are_checked_before_pixels():
    with pytest.raises(FrameTooLargeError, match="20000 × 20000 pixels"):
        decode_jpeg(jpeg_header(20_000, 20_000))


def test_a_picture_of_a_few_pixels_is_refused():
    with pytest.raises(FrameTooLargeError, match="8 × 8"):
        jpeg_size(jpeg(np.zeros((8, 8, 3), np.uint8)))


def test_too_many_bytes_are_refused_unread():
    with pytest.raises(FrameTooLargeError, match="KB"):
        decode_jpeg(b"\xff\xd8\xff" + bytes(2_000), limits=FrameLimits(max_bytes=1_000))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe0" + bytes(200),
    ],
)
def test_what_is_no_jpeg_is_named_so(data):
    with pytest.raises(FrameNotAnImageError):
        decode_jpeg(data)


@pytest.mark.parametrize("keep", [0.95, 0.6, 0.3])
def test_a_truncated_picture_is_an_error_not_half_a_picture(keep):
    data = jpeg(portrait())
    with pytest.raises(FrameTruncatedError):
        decode_jpeg(data[: int(len(data) * keep)])


def test_any_damage_is_a_frame_error_or_a_frame():
    """Flipped bytes never get out as another kind of exception."""
    rng = np.random.default_rng(0)
    original = np.frombuffer(jpeg(portrait(64, 48, face_px=20)), np.uint8)
    refused = 0
    for _ in range(300):
        damaged = original.copy()
        where = rng.integers(0, len(damaged), 8)
        damaged[where] = rng.integers(0, 256, 8)
        try:
            assert decode_jpeg(damaged.tobytes()).shape[2] == 3
        except FrameError:
            refused += 1
    assert refused > 100
