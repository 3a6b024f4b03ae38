"""Real clips, written with PyAV: the kinds that phones, browsers and cameras leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from tests.inference.pictures import no_face, portrait

Picture = NDArray[np.uint8]

#: Tests wait for these encoders.
_QUICK = {
    "libx264": {"preset": "ultrafast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}
_FINE = Fraction(1, 90_000)
KEY = "00112233445566778899aabbccddeeff"


def write_clip(
    path: Path,
    pictures: Sequence[Picture],
    times_s: Sequence[float],
    *,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    encoder: dict[str, str] | None = None,
    muxer: dict[str, str] | None = None,
    form: str | None = None,
    sound: str = "",
    sound_s: tuple[float, float] | None = None,
    clicks_s: Iterable[float] = (),
    turn_deg: float = 0.0,
    mirrored: bool = False,
    shape: Fraction | None = None,
    metadata: dict[str, str] | None = None,
) -> Path:
    """Write BGR pictures at any times.

    Args:
        path: its ending chooses the container.
        pictures: all of one size.
        times_s: of each.
        codec: of the pictures.
        pixels: format of the pictures.
        encoder: options of the codec.
        muxer: options of the container.
        form: the container, where the ending does not say.
        sound: codec of the sound; none where empty.
        sound_s: from when to when; by default as long as the pictures.
        clicks_s: times at which the sound, else silent, clicks for 10 ms.
        turn_deg: the display matrix, counter-clockwise.
        mirrored: the display matrix mirrors as well.
        shape: of the pixels, width to height.
        metadata: of the file.
    """
    with av.open(str(path), "w", format=form, options=muxer or {}) as container:
        container.metadata.update(metadata or {})
        height, width = pictures[0].shape[:2]
        video = container.add_stream(
            codec, rate=30, options=_QUICK.get(codec, {}) | (encoder or {})
        )
        video.width, video.height, video.pix_fmt = width, height, pixels
        coarse = codec == "mpeg4" or path.suffix == ".avi"
        base = Fraction(1, 30) if coarse else _FINE
        video.codec_context.time_base = base
        if shape is not None:
            video.codec_context.sample_aspect_ratio = shape
        if turn_deg or mirrored:
            video.set_display_rotation(turn_deg, hflip=mirrored)
        audio = container.add_stream(sound, rate=48_000, layout="mono") if sound else None
        if audio is not None:
            start, end = sound_s or (times_s[0], times_s[-1])
            for packet in _encode_sound(audio, start, end, clicks_s):
                container.mux(packet)
        for picture, at in zip(pictures, times_s, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=pixels)
            frame.pts, frame.time_base = round(at / base), base
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return path


def _encode_sound(stream, start_s, end_s, clicks_s):
    rate, length = 48_000, 960
    samples = np.zeros(round((end_s - start_s) * rate), np.float32)
    for at in clicks_s:
        first = round((at - start_s) * rate)
        samples[first : first + rate // 100] = 0.8
    for first in range(0, len(samples) - length + 1, length):
        part = samples[None, first : first + length]
        pcm = np.ascontiguousarray((part * 32767).astype(np.int16))
        frame = av.AudioFrame.from_ndarray(pcm, format="s16", layout="mono")
        frame.sample_rate = rate
        frame.pts, frame.time_base = round(start_s * rate) + first, Fraction(1, rate)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def every(seconds: float, rate: float = 30.0, start_s: float = 0.0) -> list[float]:
    """Evenly spaced times."""
    return [start_s + i / rate for i in range(round(seconds * rate))]


def swaying_face(times_s: Sequence[float], width: int = 320, height: int = 240) -> list[Picture]:
    """The astronaut's face, moving a little."""
    return [
        portrait(
            width,
            height,
            face_px=height * (0.4 + 0.03 * np.cos(at * 2)),
            centre=(0.5 + 0.06 * np.sin(at * 2), 0.5),
        )
        for at in times_s
    ]


def face_clip(path: Path, seconds: float = 2.0, rate: float = 30.0, **how: object) -> Path:
    """A clip of a moving face."""
    times = every(seconds, rate)
    return write_clip(path, swaying_face(times), times, **how)


def gray_steps(count: int, width: int = 160, height: int = 120) -> list[Picture]:
    """Flat pictures, each 10 lighter than the one before it: their number can be read off."""
    return [np.full((height, width, 3), 20 + 10 * i, np.uint8) for i in range(count)]


def corner(width: int = 160, height: int = 120) -> Picture:
    """Black, with the upper left corner red and the upper right one green."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 3, : width // 3] = (0, 0, 255)
    picture[: height // 3, -width // 3 :] = (0, 255, 0)
    return picture


def recorded_by_browser(path: Path, times_s: Sequence[float], **how: object) -> Path:
    """WebM as ``MediaRecorder`` writes it: open ended, no duration, no cues, an uneven rate."""
    pictures = swaying_face(times_s)
    return write_clip(
        path, pictures, times_s, codec="libvpx", muxer={"live": "1"}, form="webm",
        sound="libopus", **how,
    )  # fmt: skip


def sound_only(path: Path) -> Path:
    """A file with a track of sound and no other."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000, layout="mono")
        for packet in _encode_sound(stream, 0.0, 1.0, ()):
            container.mux(packet)
    return path


def encrypted(path: Path) -> Path:
    """Common Encryption (ISO/IEC 23001-7): the pictures need a key."""
    muxer = {"encryption_scheme": "cenc-aes-ctr", "encryption_key": KEY, "encryption_kid": KEY}
    return face_clip(path, 0.5, muxer=muxer)


def cut(path: Path, whole: Path, share: float = 0.6) -> Path:
    """The first part of a file, as a broken download leaves it."""
    data = whole.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def with_hole(path: Path, whole: Path, start: float = 0.45, end: float = 0.55) -> Path:
    """A file with nonsense in the middle of its pictures."""
    data = bytearray(whole.read_bytes())
    first, last = int(len(data) * start), int(len(data) * end)
    data[first:last] = np.random.default_rng(0).bytes(last - first)
    path.write_bytes(data)
    return path


def without_pictures(path: Path, whole: Path) -> Path:
    """An MP4 whose index is right and whose pictures are all nonsense."""
    data = bytearray(whole.read_bytes())
    first, last = data.index(b"mdat") + 4, data.index(b"moov") - 4
    data[first:last] = np.random.default_rng(0).bytes(last - first)
    path.write_bytes(data)
    return path


def repeated(path: Path, clip: Path, seconds: float, muxer: dict[str, str] | None = None) -> Path:
    """A clip over and over until it lasts this long; nothing is encoded anew."""
    with av.open(str(clip)) as source, av.open(str(path), "w", options=muxer or {}) as out:
        stream = source.streams.video[0]
        track = out.add_stream_from_template(stream)
        packets = [packet for packet in source.demux(stream) if packet.size]
        step = packets[1].dts - packets[0].dts
        length = step * len(packets)
        data = [(bytes(p), p.pts, p.dts, p.is_keyframe) for p in packets]
        for turn in range(round(seconds / float(length * stream.time_base))):
            for content, pts, dts, key in data:
                packet = av.Packet(content)
                packet.stream, packet.time_base = track, stream.time_base
                packet.pts, packet.dts = pts + turn * length, dts + turn * length
                packet.duration, packet.is_keyframe = step, key
                out.mux(packet)
    return path


def nobody(times_s: Sequence[float], width: int = 320, height: int = 240) -> list[Picture]:
    """Pictures without a face."""
    return [no_face(width, height)] * len(times_s)
