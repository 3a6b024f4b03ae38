"""What a file is, and why it cannot be read."""

from datetime import UTC, datetime
from fractions import Fraction

import av
import pytest
from PIL import Image

from inference.errors import (
    ClipError,
    DamagedClipError,
    EmptyFileError,
    EncryptedClipError,
    NotAVideoError,
    NoVideoError,
    TruncatedClipError,
)
from inference.video.probe import probe
from tests import video_files
from tests.video_files import every, face_clip, gray_steps, swaying_face, write_clip

FASTSTART = {"movflags": "+faststart"}


def test_an_ordinary_mp4(tmp_path):
    info = probe(face_clip(tmp_path / "a.mp4", 2.0, sound="aac"))
    assert info.duration_s == pytest.approx(2.0, abs=0.05)
    assert (info.width, info.height, info.rotation_deg) == (320, 240, 0)
    assert info.frame_rate == pytest.approx(30.0)
    assert (info.container, info.video_codec, info.pixel_format) == ("mp4", "h264", "yuv420p")
    assert info.has_audio
    assert info.recorded_at is None
    assert info.unplayable == ""


@pytest.mark.parametrize(
    ("name", "how", "container", "unplayable"),
    [
        ("a.mov", {}, "mov", ""),
        ("a.mkv", {}, "mkv", "container"),
        ("a.avi", {"codec": "mpeg4"}, "avi", "container"),
        ("a.ts", {}, "mpegts", "container"),
        ("a.webm", {"codec": "libvpx"}, "webm", ""),
        ("a.webm", {"codec": "libvpx-vp9", "sound": "libopus"}, "webm", ""),
        ("a.mp4", {"codec": "libx265"}, "mp4", "codec"),
        ("a.mp4", {"codec": "mpeg4"}, "mp4", "codec"),
        ("a.mp4", {"pixels": "yuv420p10le"}, "mp4", "codec"),
        ("a.mp4", {"pixels": "yuv444p"}, "mp4", "codec"),
        ("a.mov", {"sound": "pcm_s16le"}, "mov", "codec"),
        ("a.mp4", {"muxer": {"movflags": "frag_keyframe+empty_moov"}}, "mp4", ""),
    ],
)
def test_containers_and_what_browsers_play(tmp_path, name, how, container, unplayable):
    info = probe(face_clip(tmp_path / name, 0.5, **how))
    assert info.container == container
    assert info.unplayable == unplayable
    assert info.duration_s == pytest.approx(0.5, abs=0.1)


def test_the_name_does_not_matter(tmp_path):
    path = face_clip(tmp_path / "a.webm", 0.5, codec="libvpx").rename(tmp_path / "holiday.mp4")
    assert probe(path).container == "webm"


def test_a_browsers_recording_has_a_length_though_it_does_not_say(tmp_path):
    times = [0.0, 0.1, 0.13, 0.5, 0.9, 1.4, 1.5]
    path = video_files.recorded_by_browser(tmp_path / "a.webm", times)
    with av.open(str(path)) as container:
        assert container.duration is None
    info = probe(path)
    assert info.duration_s == pytest.approx(1.5, abs=0.1)
    assert info.unplayable == "no_index"
    assert info.container == "webm"
    assert info.has_audio


@pytest.mark.parametrize(
    ("counter_clockwise", "clockwise"), [(0, 0), (90, 270), (180, 180), (270, 90)]
)
def test_a_turned_phone(tmp_path, counter_clockwise, clockwise):
    path = face_clip(tmp_path / "a.mp4", 0.2, turn_deg=counter_clockwise)
    info = probe(path)
    assert info.rotation_deg == clockwise
    expected = (240, 320) if clockwise in {90, 270} else (320, 240)
    assert (info.width, info.height) == expected


def test_pixels_that_are_no_squares(tmp_path):
    info = probe(face_clip(tmp_path / "a.mp4", 0.2, shape=Fraction(4, 3)))
    assert (info.width, info.height) == (427, 240)


def test_odd_sizes(tmp_path):
    times = every(0.2)
    path = write_clip(tmp_path / "a.mkv", swaying_face(times, 321, 241), times, codec="ffv1")
    info = probe(path)
    assert (info.width, info.height) == (321, 241)


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_a_file_that_does_not_begin_at_0_needs_a_proxy(tmp_path, name):
    codec = "libvpx" if name.endswith("webm") else "libx264"
    times = every(1.0, start_s=3.0)
    path = write_clip(tmp_path / name, swaying_face(times), times, codec=codec)
    info = probe(path)
    assert info.unplayable == "container"
    assert info.duration_s == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"creation_time": "2026-03-01T10:20:30Z"}, datetime(2026, 3, 1, 10, 20, 30, tzinfo=UTC)),
        ({"creation_time": "1904-01-01T00:00:00Z"}, None),
        ({"creation_time": "1970-01-01T00:00:00Z"}, None),
        ({}, None),
    ],
    ids=["set", "clock of 1904", "clock of 1970", "none"],
)
def test_when_it_was_recorded(tmp_path, metadata, expected):
    assert probe(face_clip(tmp_path / "a.mp4", 0.2, metadata=metadata)).recorded_at == expected


def test_a_song_with_a_cover_is_no_video(tmp_path):
    path = tmp_path / "a.mp3"
    with av.open(str(path), "w") as container:
        sound = container.add_stream("libmp3lame", rate=48_000, layout="mono")
        cover = container.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 160, 120, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        frame = av.VideoFrame.from_ndarray(gray_steps(1)[0], format="bgr24")
        container.mux(cover.encode(frame.reformat(format="yuvj420p")))
        container.mux(cover.encode(None))
        for packet in video_files._encode_sound(sound, 0.0, 1.0, ()):
            container.mux(packet)
    with pytest.raises(NoVideoError):
        probe(path)


def test_sound_only(tmp_path):
    with pytest.raises(NoVideoError) as caught:
        probe(video_files.sound_only(tmp_path / "a.mp4"))
    assert caught.value.code == "no_video"
    assert str(caught.value).endswith(".")


def test_no_bytes(tmp_path):
    path = tmp_path / "a.mp4"
    path.touch()
    with pytest.raises(EmptyFileError):
        probe(path)


def test_text_with_the_name_of_a_video(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_text("Dear diary, " * 1000)
    with pytest.raises(NotAVideoError):
        probe(path)


def test_a_picture_is_no_video(tmp_path):
    path = tmp_path / "a.mp4"
    Image.new("RGB", (64, 64)).save(path, "PNG")
    with pytest.raises(ClipError):
        probe(path)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{other}'\n",
    ],
    ids=["hls", "concat"],
)
def test_a_play_list_opens_no_other_file(tmp_path, text):
    other = face_clip(tmp_path / "other.ts", 0.2)
    path = tmp_path / "a.mp4"
    path.write_text(text.format(other=other))
    with pytest.raises(NotAVideoError):
        probe(path)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.mp4", {}),
        ("a.mp4", {"muxer": FASTSTART}),
        ("a.mov", {}),
        ("a.webm", {"codec": "libvpx"}),
        ("a.mkv", {}),
        ("a.avi", {"codec": "mpeg4"}),
    ],
    ids=["mp4, index last", "mp4, index first", "mov", "webm", "mkv", "avi"],
)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_file_that_is_cut_off(tmp_path, name, how, share):
    whole = face_clip(tmp_path / f"whole-{name}", 1.0, **how)
    with pytest.raises(TruncatedClipError):
        probe(video_files.cut(tmp_path / name, whole, share))


def test_something_behind_the_end_does_no_harm(tmp_path):
    path = face_clip(tmp_path / "a.mp4", 0.2)
    with path.open("ab") as file:
        file.write(b"appended by somebody else " * 10)
    assert probe(path).unplayable == ""


def test_a_browsers_recording_may_end_anywhere(tmp_path):
    whole = video_files.recorded_by_browser(tmp_path / "whole.webm", every(2.0))
    info = probe(video_files.cut(tmp_path / "a.webm", whole, 0.6))
    assert 0.3 < info.duration_s < 2.0


def test_an_encrypted_one(tmp_path):
    with pytest.raises(EncryptedClipError):
        probe(video_files.encrypted(tmp_path / "a.mp4"))


def test_a_header_with_nonsense_behind_it(tmp_path):
    whole = face_clip(tmp_path / "whole.mp4", 1.0)
    path = video_files.without_pictures(tmp_path / "a.mp4", whole)
    with pytest.raises(DamagedClipError):
        probe(path)
