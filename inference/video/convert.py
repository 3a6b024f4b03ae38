"""Writing a clip anew as H.264 and AAC in MP4, picture by picture at its own time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import av.error
import cv2
import numpy as np
from av.container.output import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from inference.errors import DamagedClipError
from inference.video.decode import Picture, use_threads
from inference.video.pulse import Pulse
from inference.video.sound import Sound
from inference.video.source import Source, Upright, opened

#: Fine enough for every frame rate in use.
_TIME_BASE = Fraction(1, 90_000)
#: A browser that seeks decodes from the key frame before: at most this long.
_GOP_S = 2.0
_I_PICTURE = 1
#: Without B pictures every picture is written when it is shown, and the file begins at 0.
_ENCODER = {"preset": "veryfast", "crf": "23", "bf": "0", "forced-idr": "1", "g": "600"}
#: The index stands at the front, so that playing begins before the file has been read.
_MUXER = {"movflags": "+faststart", "movie_timescale": "90000"}

#: What makes of a picture, upright, the one that is written; ``None`` leaves it as it is.
Change = Callable[[Picture], "NDArray[np.uint8] | None"]


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a clip is written.

    Attributes:
        max_side: longer side of the picture in pixels at most; 0 leaves it.
        crf: of x264, smaller is better.
        comment: kept in the file, where players show what a file says of itself.
    """

    max_side: int = 0
    crf: int = 23
    comment: str = ""


def convert(
    path: Path,
    out: Path,
    how: Conversion,
    change: Change | None,
    pulse: Pulse,
) -> None:
    """Write a clip; the file is there whole or not at all.

    Raises:
        ClipError: the clip cannot be read.
        StoppedError: ``pulse`` said so.
        OSError: the disk is full.
    """
    draft = out.with_name(f"{out.name}.part")
    try:
        with (
            opened(path) as source,
            av.open(str(draft), "w", format="mp4", options=_MUXER) as container,
        ):
            if how.comment:
                container.metadata["comment"] = how.comment
            _write(source, container, how, change, pulse)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def _write(
    source: Source,
    container: OutputContainer,
    how: Conversion,
    change: Change | None,
    pulse: Pulse,
) -> None:
    use_threads(source.video)
    pictures = _Pictures(source, container, how, change, pulse)
    sound = Sound(source, container)
    waiting: list[Packet[Any]] = []
    streams = [source.video] if sound.stream is None else [source.video, sound.stream]
    packets = source.container.demux(streams)
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError:
            packet = None  # the rest of the file cannot be read
        if packet is None:
            break
        if packet.stream.index != source.video.index:
            # The file's header is written with the first packet, and names the picture's size.
            waiting.append(packet)
            if pictures.track is not None:
                sound.take(waiting)
                waiting = []
            continue
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in frames:
            pictures.take(cast(VideoFrame, frame))
    if pictures.track is None:
        raise DamagedClipError
    sound.take(waiting)
    pictures.end()
    sound.end()


class _Pictures:
    def __init__(
        self,
        source: Source,
        container: OutputContainer,
        how: Conversion,
        change: Change | None,
        pulse: Pulse,
    ) -> None:
        self._source, self._container = source, container
        self._how, self._change, self._pulse = how, change, pulse
        self._last_at = self._last_key = float("-inf")
        self._last_step = round(_TIME_BASE.denominator / 30)
        rate = source.video.average_rate
        self._rate = rate if rate and 0 < rate <= 240 else Fraction(30)
        #: ``None`` before the first picture, whose size it has.
        self.track: VideoStream | None = None
        self._track = container.add_stream("libx264", rate=self._rate)

    def take(self, frame: VideoFrame) -> None:
        at = self._source.at_s(frame.pts, frame.time_base)
        if at is None or at <= self._last_at or frame.is_corrupt:
            return
        self._pulse.beat(at)
        if self.track is None:
            self._upright = Upright.of(frame, self._source.video)
            self._begin(frame)
        written = self._converted(Picture(at, frame, self._upright))
        written.pts, written.time_base = round(at / _TIME_BASE), _TIME_BASE
        if at - self._last_key >= _GOP_S:
            written.pict_type = _I_PICTURE
            self._last_key = at
        else:
            written.pict_type = 0
        self._mux(self._track.encode(written))
        if np.isfinite(self._last_at):
            self._last_step = max(round((at - self._last_at) / _TIME_BASE), 1)
        self._last_at = at

    def end(self) -> None:
        self._mux(self._track.encode(None))

    def _begin(self, frame: VideoFrame) -> None:
        upright, longest = self._upright, self._how.max_side
        shrink = min(1.0, longest / max(upright.width, upright.height)) if longest else 1.0
        # H.264 with colour at half size has even sides.
        self._size = (
            max(2, int(upright.width * shrink) & ~1),
            max(2, int(upright.height * shrink) & ~1),
        )
        track = self.track = self._track
        track.width, track.height = self._size
        track.pix_fmt = "yuv420p"
        track.options = {**_ENCODER, "crf": str(self._how.crf)}
        context = track.codec_context
        context.time_base = _TIME_BASE
        context.framerate = Fraction(self._rate)
        context.colorspace, context.color_range = frame.colorspace, 1
        context.color_primaries = frame.color_primaries
        context.color_trc = frame.color_trc

    def _converted(self, picture: Picture) -> VideoFrame:
        changed = self._change(picture) if self._change is not None else None
        if changed is not None:
            return _from_bgr(changed, self._size, picture.frame)
        width, height = self._size
        upright = picture.upright
        stored = (height, width) if upright.transposed else (width, height)
        frame = picture.frame
        if (frame.width, frame.height, frame.format.name) != (*stored, "yuv420p"):
            frame = frame.reformat(*stored, format="yuv420p", threads=1)
        if not (upright.transposed or upright.flipped_x or upright.flipped_y):
            return frame
        return _turned(frame, upright, self._size)

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            # Players take this from the time of the next one, but the last has none.
            packet.duration = round(self._last_step * _TIME_BASE / packet.time_base)
            self._container.mux(packet)


def _from_bgr(bgr: NDArray[np.uint8], size: tuple[int, int], like: VideoFrame) -> VideoFrame:
    if (bgr.shape[1], bgr.shape[0]) != size:
        bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(bgr), format="bgr24")
    return frame.reformat(format="yuv420p", dst_colorspace=like.colorspace, threads=1)


def _turned(frame: VideoFrame, upright: Upright, size: tuple[int, int]) -> VideoFrame:
    """Turn plane by plane: no colour is converted."""
    width, height = size
    turned = VideoFrame(width, height, "yuv420p")
    for old, new in zip(frame.planes, turned.planes, strict=True):
        part = Upright(
            new.width, new.height, upright.transposed, upright.flipped_x, upright.flipped_y
        )
        rows = np.frombuffer(cast(Any, old), np.uint8).reshape(old.height, old.line_size)
        pixels = part.apply(np.ascontiguousarray(rows[:, : old.width]))
        padded = np.zeros((new.height, new.line_size), np.uint8)
        padded[:, : new.width] = pixels
        new.update(padded.tobytes())
    return turned
