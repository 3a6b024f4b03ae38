"""The pictures of a clip, one after another, by the container's own timestamps."""

from __future__ import annotations

import math
import os
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import av.error
import cv2
import numpy as np
from av.codec.context import CodecContext, ThreadType
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from inference.errors import DamagedClipError
from inference.video.source import Source, Upright, opened

#: Of these the first plane is the gray picture, a byte a pixel.
_LUMA = {
    "yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "yuv440p", "nv12",
    "nv21", "yuv411p", "yuv410p", "gray",
}  # fmt: skip
_FULL_RANGE = 2  # AVCOL_RANGE_JPEG
#: Luma of 16..235 to 0..255, as the conversion to BGR does it.
_STRETCH = np.clip(np.rint((np.arange(256) - 16) * (255 / 219)), 0, 255).astype(np.uint8)
#: A picture may come this much of an interval before it is due, so that rounded timestamps
#: (milliseconds in WebM) do not make every second interval a frame too long.
_EARLY = 0.05
#: Pictures no other one refers to are left undecoded where at least this many fall into an
#: interval; where those that remain come too rarely, all are decoded again.
_MIN_SKIPPED = 2.0
_MAX_GAP = 1.25
_MAX_THREADS = 4
#: After a seek, a first picture this much too late means that the index is wrong.
_SEEK_ERROR_S = 0.5


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded frame; it is turned into pixels only where they are asked for.

    Attributes:
        at_s: its time.
        frame: PyAV's.
        upright: how it is turned.
    """

    at_s: float
    frame: VideoFrame
    upright: Upright

    def gray(self) -> NDArray[np.uint8]:
        """``(H, W)`` uint8, upright, 0..255."""
        name = self.frame.format.name
        if name not in _LUMA:
            gray: NDArray[np.uint8] = cv2.cvtColor(self.bgr(), cv2.COLOR_BGR2GRAY)
            return gray
        plane = self.frame.planes[0]
        rows = np.frombuffer(cast(Any, plane), np.uint8).reshape(plane.height, plane.line_size)
        luma = rows[:, : plane.width]
        if self.frame.color_range == _FULL_RANGE or name.startswith("yuvj") or name == "gray":
            # The decoder uses the memory again.
            luma = np.ascontiguousarray(luma)
        else:
            luma = cv2.LUT(luma, _STRETCH)
        return self.upright.apply(luma)

    def bgr(self) -> NDArray[np.uint8]:
        """``(H, W, 3)`` uint8, upright."""
        pixels = cast("NDArray[np.uint8]", self.frame.to_ndarray(format="bgr24", threads=1))
        return self.upright.apply(pixels)


class ClipReader:
    """Iterates over the pictures of a clip, at a rate or all of them, once.

    Memory does not grow with the clip. Pictures that cannot be decoded are left out and counted;
    of several with the same time, or one that lies before the one before it, the first counts.

    Attributes:
        damaged: packets and pictures that could not be decoded so far.
        upright: of the first picture; what every later one is made to fit.
        stopped: set from another thread, it ends the iteration at the next decoded picture, even
            where pictures before the start are being passed over.
    """

    def __init__(
        self,
        path: Path,
        *,
        rate: float = 0.0,
        start_s: float = 0.0,
        end_s: float | None = None,
    ) -> None:
        self.damaged = 0
        self.stopped = False
        self.upright: Upright | None = None
        self._path = path
        self._interval = 1.0 / rate if rate > 0 else 0.0
        self._start_s, self._end_s = start_s, math.inf if end_s is None else end_s

    def __iter__(self) -> Iterator[Picture]:
        """Read.

        Raises:
            ClipError: the file cannot be opened, or not one of its pictures decoded.
        """
        seen = False
        due = self._start_s
        for picture in self._wanted():
            seen = True
            if self._interval:
                if picture.at_s < due - _EARLY * self._interval:
                    continue
                steps = math.floor((picture.at_s - self._start_s) / self._interval + _EARLY)
                due = self._start_s + (steps + 1) * self._interval
            yield picture
        if not seen and self.damaged and self._start_s == 0.0:
            raise DamagedClipError

    def _wanted(self) -> Iterator[Picture]:
        """All pictures between start and end."""
        seeking = self._start_s > 2.0
        last = -math.inf
        for again in (False, True):
            with opened(self._path) as source, closing(self._decoded(source, seeking)) as pictures:
                early = not seeking
                for picture in pictures:
                    if not early and picture.at_s > self._start_s + _SEEK_ERROR_S and not again:
                        break  # begin again, and read up to there
                    early = True
                    if picture.at_s >= self._end_s:
                        return
                    if picture.at_s >= self._start_s and picture.at_s > last:
                        last = picture.at_s
                        yield picture
                else:
                    return
            seeking = False

    def _decoded(self, source: Source, seeking: bool) -> Generator[Picture]:
        video, context = source.video, source.video.codec_context
        use_threads(video)
        rate = video.average_rate
        sparse = bool(self._interval and rate and float(rate) * self._interval >= _MIN_SKIPPED)
        if sparse:
            context.skip_frame = "NONREF"
        if seeking:
            try:
                target = round((source.origin_s + self._start_s) * av.time_base)
                source.container.seek(target)
            except av.error.FFmpegError:
                pass  # no index: read up to there
        last = -math.inf
        for frame in self._frames(source, context):
            if self.stopped:
                return
            at = source.at_s(frame.pts, frame.time_base)
            if at is None:
                self.damaged += 1
                continue
            if sparse and at - last > _MAX_GAP * self._interval and math.isfinite(last):
                sparse, context.skip_frame = False, "DEFAULT"
            last = at
            if self.upright is None:
                self.upright = Upright.of(frame, video)
            yield Picture(at, frame, self.upright)

    def _frames(self, source: Source, context: CodecContext) -> Iterator[VideoFrame]:
        packets = source.container.demux(source.video)
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:
                self.damaged += 1  # the rest of the file cannot be read
                packet = None
            if packet is None:
                return
            try:
                decoded = packet.decode()
            except av.error.FFmpegError:
                self.damaged += 1
                continue
            for frame in decoded:
                if frame.is_corrupt:
                    self.damaged += 1
                else:
                    yield frame


def use_threads(video: VideoStream) -> None:
    """Decode on all cores, or as many as help: each keeps some pictures in memory."""
    video.thread_type = ThreadType.AUTO
    video.codec_context.thread_count = min(os.cpu_count() or 1, _MAX_THREADS)


def frames(
    path: Path, *, rate: float = 0.0, start_s: float = 0.0, end_s: float | None = None
) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """The pictures of a clip.

    Args:
        path: the file.
        rate: pictures a second at most; 0 is every one.
        start_s: the first time wanted.
        end_s: before this time.

    Yields:
        Time and ``(H, W, 3)`` uint8 BGR, upright.

    Raises:
        ClipError: the file cannot be opened, or not one of its pictures decoded.
    """
    for picture in ClipReader(path, rate=rate, start_s=start_s, end_s=end_s):
        yield picture.at_s, picture.bgr()
