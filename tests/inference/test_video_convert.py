"""Files that are written: every picture at its time, upright, with the sound in step."""

import errno
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from inference.errors import ClipError, StoppedError
from inference.video.decode import ClipReader, frames
from inference.video.draw import Label
from inference.video.probe import probe
from inference.video.proxy import make_proxy
from inference.video.render import render
from tests import video_files
from tests.video_files import corner, every, face_clip, gray_steps, swaying_face, write_clip

UNEVEN = [0.0, 0.033, 0.05, 0.4, 0.41, 0.9, 1.5, 1.501, 2.25, 3.0]
ORANGE = (20, 120, 250)


def _times(path):
    return [picture.at_s for picture in ClipReader(path)]


def _clicks_s(path):
    """When the sound of a file clicks, on the file's own timeline."""
    with av.open(str(path)) as container:
        sound = [(float(f.time), f.to_ndarray()[0]) for f in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
        origin = container.start_time / av.time_base
    found = []
    for at, samples in sound:
        loud = np.flatnonzero(np.abs(samples.astype(float)) > 0.2 * np.ptp([-1.0, 1.0]) / 2)
        if len(loud):
            found.append(at - origin + loud[0] / rate)
    return [at for i, at in enumerate(found) if not i or at - found[i - 1] > 0.1]


@pytest.mark.parametrize(
    ("name", "how", "later_s"),
    [
        ("a.mkv", {}, 0.0),
        ("a.webm", {"codec": "libvpx", "muxer": {"live": "1"}}, 0.0),
        ("a.mp4", {"codec": "libx265"}, 0.0),
        ("a.mp4", {"pixels": "yuv420p10le"}, 0.0),
        ("a.mp4", {}, 3.0),
        ("a.webm", {"codec": "libvpx"}, 3.0),
    ],
    ids=["mkv", "recording", "hevc", "10 bit", "late mp4", "late webm"],
)
def test_a_proxy_has_the_same_pictures_at_the_same_times(tmp_path, name, how, later_s):
    times = [at + later_s for at in UNEVEN]
    path = write_clip(tmp_path / name, gray_steps(len(times)), times, **how)
    proxy = tmp_path / "proxy.mp4"
    make_proxy(path, proxy)
    assert probe(path).unplayable
    info = probe(proxy)
    assert info.unplayable == ""
    assert (info.video_codec, info.pixel_format) == ("h264", "yuv420p")
    source, made = list(frames(path)), list(frames(proxy))
    assert [at for at, _ in made] == pytest.approx([at for at, _ in source], abs=1e-4)
    assert [at for at, _ in made] == pytest.approx(UNEVEN, abs=1e-3)
    for (_, before), (_, after) in zip(source, made, strict=True):
        assert np.abs(before.astype(int) - after).mean() < 4


def test_an_avi_too(tmp_path):
    path = face_clip(tmp_path / "a.avi", 1.0, codec="mpeg4", sound="mp3")
    make_proxy(path, tmp_path / "proxy.mp4")
    assert _times(tmp_path / "proxy.mp4") == pytest.approx(_times(path), abs=1e-3)
    assert probe(tmp_path / "proxy.mp4").has_audio


def test_the_index_stands_in_front_and_key_frames_are_never_far(tmp_path):
    times = every(7.0, 10.0)
    path = write_clip(tmp_path / "a.mkv", swaying_face(times, 160, 120), times)
    proxy = tmp_path / "proxy.mp4"
    make_proxy(path, proxy)
    data = proxy.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(proxy)) as container:
        keys = [float(p.pts * p.time_base) for p in container.demux(video=0) if p.is_keyframe]
    assert len(keys) >= 4
    assert np.diff([*keys, 7.0]).max() <= 2.0 + 1e-6


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920), (321, 241)])
def test_a_proxy_is_small_and_has_even_sides(tmp_path, width, height):
    times = every(0.1)
    path = write_clip(
        tmp_path / "a.mkv", swaying_face(times, width, height), times, codec="mjpeg",
        pixels="yuvj444p",
    )  # fmt: skip
    make_proxy(path, tmp_path / "proxy.mp4")
    info = probe(tmp_path / "proxy.mp4")
    assert max(info.width, info.height) <= 1280
    assert info.width % 2 == info.height % 2 == 0
    assert info.width / info.height == pytest.approx(width / height, rel=0.02)
    assert info.unplayable == ""


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("drawn", [False, True])
def test_what_is_written_stands_upright(tmp_path, turn, mirrored, drawn):
    path = write_clip(
        tmp_path / "a.mp4", [corner()] * 4, every(4 / 30), turn_deg=turn, mirrored=mirrored
    )
    out = tmp_path / "out.mp4"
    if drawn:
        render(path, out, lambda at: [Label((40.0, 40.0, 60.0, 60.0), "", (0, 0, 0))])
    else:
        make_proxy(path, out)
    assert probe(out).rotation_deg == 0
    (_, before), (_, after) = next(iter(frames(path))), next(iter(frames(out)))
    assert before.shape == after.shape
    assert np.abs(before.astype(int) - after).mean() < 8


def test_the_sound_stays_in_step(tmp_path):
    clicks = [0.5, 1.0, 2.5]
    path = face_clip(tmp_path / "a.mkv", 3.0, rate=10.0, sound="libopus", clicks_s=clicks)
    for write in (make_proxy, lambda source, out: render(source, out, lambda at: [])):
        write(path, tmp_path / "out.mp4")
        assert _clicks_s(tmp_path / "out.mp4") == pytest.approx(clicks, abs=0.01)


def test_sound_that_begins_late_or_has_a_gap_stays_in_step(tmp_path):
    path = face_clip(
        tmp_path / "a.mkv", 3.0, rate=10.0, sound="pcm_s16le", sound_s=(1.0, 3.0),
        clicks_s=[1.5, 2.5],
    )  # fmt: skip
    make_proxy(path, tmp_path / "proxy.mp4")
    assert _clicks_s(tmp_path / "proxy.mp4") == pytest.approx([1.5, 2.5], abs=0.01)
    gap = _with_gap(tmp_path / "gap.mkv", path, 1.8, 2.2)
    make_proxy(gap, tmp_path / "proxy.mp4")
    assert _clicks_s(tmp_path / "proxy.mp4") == pytest.approx([1.5, 2.5], abs=0.01)


def _with_gap(out, path, start_s, end_s):
    """The clip without the sound of a stretch."""
    with av.open(str(path)) as source, av.open(str(out), "w") as target:
        tracks = {s.index: target.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            at = None if packet.pts is None else float(packet.pts * packet.time_base)
            if at is None or (packet.stream.type == "audio" and start_s <= at < end_s):
                continue
            packet.stream = tracks[packet.stream.index]
            target.mux(packet)
    return out


def test_boxes_are_burnt_in_where_and_when_they_belong(tmp_path):
    times = every(2.0, 10.0)
    path = write_clip(tmp_path / "a.mp4", gray_steps(20, 320, 240), times, sound="aac")
    box = (100.0, 80.0, 180.0, 160.0)

    def overlay(at_s):
        return [Label(box, "happiness 87 %", ORANGE, "▲")] if 0.95 < at_s < 1.45 else []

    out = tmp_path / "out.mp4"
    render(path, out, overlay)
    assert _times(out) == pytest.approx(times, abs=1e-4)
    assert probe(out).has_audio
    for (at, before), (_, after) in zip(frames(path), frames(out), strict=True):
        changed = np.abs(before.astype(int) - after).max(axis=2) > 60
        if not 0.95 < at < 1.45:
            assert not changed.any()
            continue
        ys, xs = np.nonzero(changed)
        assert changed[110:130, 98:103].any(axis=1).all()
        assert changed[110:130, 178:183].any(axis=1).all()
        assert changed[157:163, 110:170].any(axis=0).all()
        assert not changed[90:150, 110:170].any()  # the face stays visible
        assert ys.max() < 165
        assert xs.min() > 94
        assert changed[60:78, 105:150].mean() > 0.5  # the words above it
        edge = after[120, 98:103].reshape(-1, 3)
        nearest = edge[np.abs(edge.astype(int) - ORANGE).sum(axis=1).argmin()]
        assert np.abs(nearest.astype(int) - ORANGE).max() < 60


@pytest.mark.parametrize("encoder", [{}, {"colorspace": "bt709"}, {"colorspace": "bt470bg"}])
def test_colours_survive_being_drawn_upon(tmp_path, encoder):
    times = every(0.2)
    drawn = [cv2.resize(picture, (1280, 720)) for picture in swaying_face(times)]
    path = write_clip(tmp_path / "a.mp4", drawn, times, encoder=encoder)
    out = tmp_path / "out.mp4"
    render(path, out, lambda at: [Label((0.0, 0.0, 10.0, 10.0), "", ORANGE)])
    (_, before), (_, after) = next(iter(frames(path))), next(iter(frames(out)))
    difference = (before.astype(int) - after)[100:, 100:]
    assert np.abs(difference.mean(axis=(0, 1))).max() < 3.0  # swscale rounds down, twice


@pytest.mark.parametrize("write", [make_proxy, lambda a, b, **k: render(a, b, lambda at: [], **k)])
def test_stopping_leaves_nothing_behind(tmp_path, write):
    path = face_clip(tmp_path / "a.mkv", 1.0)
    told = []
    with pytest.raises(StoppedError):
        write(path, tmp_path / "out.mp4", should_stop=lambda: True)
    assert [file.name for file in tmp_path.iterdir()] == ["a.mkv"]
    write(path, tmp_path / "out.mp4", on_progress=told.append)
    assert told == sorted(told)
    assert told


def test_what_cannot_be_read_is_not_written(tmp_path):
    path = video_files.without_pictures(tmp_path / "a.mp4", face_clip(tmp_path / "whole.mp4", 0.5))
    with pytest.raises(ClipError):
        make_proxy(path, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_an_oserror(tmp_path, monkeypatch):
    path = face_clip(tmp_path / "a.mkv", 0.5)
    (tmp_path / "out.mp4.part").symlink_to("/dev/full")
    with pytest.raises(OSError) as caught:  # noqa: PT011  (its number is asserted)
        make_proxy(path, tmp_path / "out.mp4")
    assert caught.value.errno == errno.ENOSPC
