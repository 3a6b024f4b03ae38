"""What a clip is, before anything is done with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import av
import av.error
from av.video.frame import VideoFrame

from inference.errors import ClipTooLargeError, DamagedClipError, EncryptedClipError
from inference.video.source import Source, Upright, opened

#: 8192 x 4320 is the largest size in use.
MAX_PIXELS = 8192 * 4352
#: A frame rate above this is a time base that was mistaken for one.
_MAX_RATE = 240.0
#: Packets tried before a file is called damaged.
_PACKETS = 300
#: A file that begins later than this is shown at other times by other browsers.
_LATE_S = 0.001
_VIDEO = {
    "mp4": {"h264", "vp9", "av1"},
    "mov": {"h264"},
    "webm": {"vp8", "vp9", "av1"},
}
_AUDIO = {"aac", "mp3", "mp3float", "opus", "vorbis", "flac", "libopus", "libvorbis"}
_PIXELS = {"yuv420p", "yuvj420p", "nv12"}


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """What a file says of itself.

    Attributes:
        duration_s: ``None`` where it does not say and cannot be read through.
        width: of the upright picture, in square pixels.
        height: likewise.
        rotation_deg: clockwise, by which the stored picture is turned: 0, 90, 180 or 270.
        frame_rate: frames a second on average, ``None`` where unknown.
        container: "mp4", "mov", "webm", "mkv", "avi", or FFmpeg's first name.
        video_codec: FFmpeg's name, such as "h264".
        pixel_format: FFmpeg's name, such as "yuv420p".
        has_audio: whether there is sound.
        recorded_at: aware; when the camera says it recorded.
        unplayable: why a browser needs a proxy: "container", "codec" or "no_index" (it cannot
            seek), else "".
    """

    duration_s: float | None
    width: int
    height: int
    rotation_deg: int
    frame_rate: float | None
    container: str
    video_codec: str
    pixel_format: str
    has_audio: bool
    recorded_at: datetime | None
    unplayable: str


def probe(path: Path) -> ClipInfo:
    """Open a file, decode its first picture and say what it is.

    Raises:
        ClipError: one of its kinds, with a sentence for the person.
    """
    with opened(path) as source:
        frame = first_frame(source)
        upright = Upright.of(frame, source.video)
        rate = source.video.average_rate
        container = source.layout.kind or source.container.format.name.split(",")[0]
        codec = source.video.codec_context.codec.canonical_name
        duration = _duration_s(source)
        info = ClipInfo(
            duration_s=duration,
            width=upright.width,
            height=upright.height,
            rotation_deg=upright.rotation_deg,
            frame_rate=float(rate) if rate and 0 < rate <= _MAX_RATE else None,
            container=container,
            video_codec=codec,
            pixel_format=frame.format.name,
            has_audio=bool(source.container.streams.audio),
            recorded_at=_recorded_at(source),
            unplayable=_unplayable(source, container, codec, frame.format.name),
        )
    if info.duration_s is None:
        return _with_measured_duration(info, path)
    return info


def first_frame(source: Source) -> VideoFrame:
    """Decode the first picture.

    Raises:
        EncryptedClipError: it needs a key.
        DamagedClipError: it cannot be decoded for another reason.
        ClipTooLargeError: it has too many pixels.
    """
    stream = source.video
    if stream.width * stream.height > MAX_PIXELS:
        raise ClipTooLargeError
    if stream.codec_tag in {"encv", "drmi"} or "enc_key_id" in stream.metadata:
        raise EncryptedClipError
    try:
        for number, packet in enumerate(source.container.demux(stream)):
            if packet.has_sidedata("encryption_info") or packet.has_sidedata(
                "encryption_init_info"
            ):
                raise EncryptedClipError
            try:
                for frame in packet.decode():
                    if frame.width * frame.height > MAX_PIXELS:
                        raise ClipTooLargeError
                    return frame
            except av.error.FFmpegError:
                pass
            if number >= _PACKETS:
                break
    except av.error.FFmpegError:
        pass
    raise DamagedClipError


def _duration_s(source: Source) -> float | None:
    container, stream = source.container, source.video
    if source.layout.kind in {"mkv", "webm"} and source.origin_s > _LATE_S:
        return None  # some writers count from 0, others from the first picture
    if container.duration is not None and container.duration > 0:
        return float(container.duration) / av.time_base
    if stream.duration is not None and stream.time_base is not None and stream.duration > 0:
        return float(stream.duration * stream.time_base)
    return None


def _with_measured_duration(info: ClipInfo, path: Path) -> ClipInfo:
    """Read through a file that does not say how long it is; nothing is decoded."""
    end: float | None = None
    with opened(path) as source:
        try:
            for packet in source.container.demux(source.video):
                at = source.at_s(packet.pts, packet.time_base)
                if at is not None:
                    length = float((packet.duration or 0) * packet.time_base)
                    end = max(end or 0.0, at + length)
        except av.error.FFmpegError:
            pass
    return replace(info, duration_s=end)


def _unplayable(source: Source, container: str, codec: str, pixels: str) -> str:
    if container not in _VIDEO or abs(source.origin_s) > _LATE_S:
        return "container"
    if codec not in _VIDEO[container] or pixels not in _PIXELS:
        return "codec"
    if any(s.codec_context.codec.canonical_name not in _AUDIO for s in _sounds(source)):
        return "codec"
    if not source.layout.indexed or _duration_s(source) is None:
        return "no_index"
    return ""


def _sounds(source: Source) -> list[av.AudioStream]:
    return [s for s in source.container.streams.audio if s.codec_context is not None]


def _recorded_at(source: Source) -> datetime | None:
    """What the camera wrote; a time without a zone could be any hour, so it is none."""
    for metadata in (source.container.metadata, source.video.metadata):
        for key in ("com.apple.quicktime.creationdate", "creation_time", "date"):
            try:
                at = datetime.fromisoformat(metadata.get(key, ""))
            except ValueError:
                continue
            # Cameras whose clock was never set say 1904 or 1970.
            if at.tzinfo is not None and datetime(1990, 1, 2, tzinfo=UTC) <= at:
                return at
    return None
