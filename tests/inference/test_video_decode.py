"""Pictures come at their own times, upright, in the colours they have."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from inference.errors import DamagedClipError
from inference.video.decode import ClipReader, frames
from tests import video_files
from tests.video_files import corner, every, gray_steps, swaying_face, write_clip


def _times(path, **how):
    return [at for at, _ in frames(path, **how)]


def _number(picture):
    """Which of ``gray_steps`` it is."""
    return round((float(np.median(picture)) - 20) / 10)


UNEVEN = [0.0, 0.033, 0.05, 0.4, 0.41, 0.9, 1.5, 1.501, 2.25, 3.0]


@pytest.mark.parametrize(
    ("name", "how", "exact_s"),
    [
        ("a.mp4", {}, 1e-5),
        ("a.mp4", {"encoder": {"bf": "0"}}, 1e-5),
        ("a.mov", {}, 1e-4),
        ("a.mkv", {}, 6e-4),
        ("a.webm", {"codec": "libvpx"}, 6e-4),
        ("a.webm", {"codec": "libvpx", "muxer": {"live": "1"}}, 6e-4),
    ],
)
def test_times_are_the_containers_at_any_rate(tmp_path, name, how, exact_s):
    path = write_clip(tmp_path / name, gray_steps(len(UNEVEN)), UNEVEN, **how)
    seen = list(frames(path))
    assert [at for at, _ in seen] == pytest.approx(UNEVEN, abs=exact_s)
    assert [_number(picture) for _, picture in seen] == list(range(len(UNEVEN)))


def test_time_begins_with_the_file_whichever_track_is_first(tmp_path):
    later = [at + 3.0 for at in UNEVEN]
    path = write_clip(tmp_path / "a.mp4", gray_steps(len(UNEVEN)), later)
    assert _times(path) == pytest.approx(UNEVEN, abs=1e-4)
    path = write_clip(
        tmp_path / "b.mp4", gray_steps(len(UNEVEN)), later, sound="aac", sound_s=(2.0, 4.0)
    )
    assert _times(path) == pytest.approx([at + 1.0 for at in UNEVEN], abs=0.03)


def test_avi_has_times_too(tmp_path):
    times = every(1.0)
    path = write_clip(tmp_path / "a.avi", swaying_face(times), times, codec="mpeg4")
    assert _times(path) == pytest.approx(times, abs=1e-3)


@pytest.mark.parametrize("rate", [1.0, 2.0, 5.0, 10.0])
@pytest.mark.parametrize("encoder", [{}, {"bf": "0"}, {"bf": "8", "b_strategy": "0"}])
def test_a_rate_is_kept_on_average(tmp_path, rate, encoder):
    times = every(6.0)
    path = write_clip(tmp_path / "a.mp4", swaying_face(times, 160, 120), times, encoder=encoder)
    seen = _times(path, rate=rate)
    assert len(seen) == pytest.approx(6 * rate, abs=1)
    assert np.diff(seen).max() < 2.0 / rate


def test_every_frame_is_the_rate_of_a_slow_clip(tmp_path):
    path = write_clip(tmp_path / "a.webm", gray_steps(8), every(4.0, 2.0), codec="libvpx")
    assert len(_times(path, rate=5.0)) == 8


@pytest.mark.parametrize("rate", [0.0, 5.0])
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.webm", "live.webm"])
def test_a_part_of_a_clip(tmp_path, name, rate):
    how = {"codec": "libvpx"} if name.endswith("webm") else {"encoder": {"g": "24"}}
    how["muxer"] = {"live": "1"} if "live" in name else {}
    times = every(8.0, 10.0)
    path = write_clip(tmp_path / name, gray_steps(20) * 4, times, **how)
    seen = list(frames(path, rate=rate, start_s=4.0, end_s=6.05))
    assert seen[0][0] == pytest.approx(4.0, abs=0.25 if rate else 1e-3)
    assert 5.75 <= seen[-1][0] < 6.05
    for at, picture in seen:
        assert _number(picture) == round(at * 10) % 20


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("colour", [True, False])
def test_turned_and_mirrored_pictures_stand_upright(tmp_path, turn, mirrored, colour):
    stored = corner()
    path = write_clip(
        tmp_path / "a.mp4", [stored] * 3, every(0.1), turn_deg=turn, mirrored=mirrored
    )
    code = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
    expected = cv2.rotate(stored, code[turn]) if turn else stored
    expected = cv2.flip(expected, 1) if mirrored else expected
    picture = next(iter(ClipReader(path)))
    if colour:
        found = picture.bgr()
    else:
        found, expected = picture.gray(), cv2.cvtColor(expected, cv2.COLOR_BGR2GRAY)
    assert found.shape == expected.shape
    assert np.abs(found.astype(int) - expected).mean() < 6


def test_pixels_that_are_no_squares_become_squares(tmp_path):
    path = write_clip(tmp_path / "a.mp4", [corner()] * 3, every(0.1), shape=Fraction(2, 1))
    (_, picture) = next(iter(frames(path)))
    assert picture.shape == (120, 320, 3)
    assert picture[10, 10, 2] > 150
    assert picture[10, 310, 1] > 150


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.mp4", {}),
        ("a.mp4", {"pixels": "yuvj420p"}),
        ("a.mp4", {"pixels": "yuv420p10le"}),
        ("a.mp4", {"pixels": "yuv444p"}),
        ("a.mp4", {"codec": "libx265"}),
        ("a.mov", {"codec": "mjpeg", "pixels": "yuvj420p"}),
        ("a.mkv", {"codec": "ffv1", "pixels": "bgr0"}),
    ],
)
def test_gray_is_the_gray_of_the_colours(tmp_path, name, how):
    times = every(0.2)
    drawn = swaying_face(times)
    path = write_clip(tmp_path / name, drawn, times, **how)
    picture = next(iter(ClipReader(path)))
    gray = cv2.cvtColor(drawn[0], cv2.COLOR_BGR2GRAY).astype(int)
    assert np.abs(picture.gray() - gray).mean() < 4
    assert np.abs(picture.bgr().astype(int) - drawn[0]).mean() < 7


@pytest.mark.parametrize("size", [(321, 241), (17, 33), (640, 359)])
def test_odd_sizes(tmp_path, size):
    times = every(0.1)
    path = write_clip(tmp_path / "a.mkv", swaying_face(times, *size), times, codec="ffv1",
                      pixels="yuv444p")  # fmt: skip
    picture = next(iter(ClipReader(path)))
    assert picture.gray().shape == (size[1], size[0])
    assert picture.bgr().shape == (size[1], size[0], 3)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_damage_in_the_middle_costs_some_pictures_and_no_more(tmp_path, name):
    times = every(4.0)
    whole = write_clip(
        tmp_path / f"whole-{name}", swaying_face(times), times, encoder={"g": "15", "bf": "0"}
    )
    reader = ClipReader(video_files.with_hole(tmp_path / name, whole))
    seen = [picture.at_s for picture in reader]
    assert seen[0] == 0.0
    assert seen[-1] > 3.5
    assert 40 < len(seen) < len(times)
    assert np.all(np.diff(seen) > 0)
    # In Matroska the reader finds the next whole packet; the lost ones were never seen.
    assert (reader.damaged > 0) == (name == "a.mp4")


def test_damage_everywhere_is_said(tmp_path):
    whole = video_files.face_clip(tmp_path / "whole.mp4", 1.0)
    path = video_files.without_pictures(tmp_path / "a.mp4", whole)
    with pytest.raises(DamagedClipError):
        list(frames(path))


def test_a_browsers_recording_that_was_cut_off_is_read_to_where_it_ends(tmp_path):
    whole = video_files.recorded_by_browser(tmp_path / "whole.webm", every(2.0))
    seen = _times(video_files.cut(tmp_path / "a.webm", whole, 0.6))
    assert 0.3 < seen[-1] < 2.0
