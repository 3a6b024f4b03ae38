"""Opening a clip: which formats are read, where its time begins, which way is up.

Time. Every time in this package is a container timestamp minus the container's first one. In
Chromium 156 ``mediaTime`` and ``currentTime`` are the container's timestamps themselves: a file
that begins at 3 s begins there at 3 s (measured with MP4 by edit list and without, fragmented
MP4, and WebM), while other browsers let every file begin at 0. So the two are the same only for
files that begin at 0; ``probe`` says of all others that they need a proxy, which begins at 0.
A track that begins later than the other one, such as a picture half a second after the sound,
keeps that distance both here and in Chromium.
"""

from __future__ import annotations

import logging
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import av.error
import cv2
import numpy as np
from av.container import InputContainer
from av.container.core import Flags
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from inference.errors import (
    DamagedClipError,
    EmptyFileError,
    NotAVideoError,
    NoVideoError,
    TruncatedClipError,
)
from inference.video.containers import Layout, read_layout

#: Containers by FFmpeg's names. Play lists (hls, dash, concat) are not among them: they make
#: the reader open other files and addresses.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,ogg,flv,asf,wtv,mxf,dv,rm,gif,apng,"
    "ivf,nut,mp3,wav,aac,flac,aiff,amr,h264,hevc,m4v,obu"
)
#: Nothing but the file itself is opened.
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": FORMATS}

#: Where packets have decoding times only, as in AVI: presentation times are made from them.
_GEN_PTS = int(cast(Any, Flags.gen_pts).value)

logging.getLogger("libav").setLevel(logging.CRITICAL)  # damaged files would fill the log


@dataclass(frozen=True, slots=True)
class Upright:
    """From a stored picture to one as it is meant to be seen.

    Attributes:
        width: in pixels, when upright and with square pixels.
        height: likewise.
        transposed: columns and rows change places first,
        flipped_x: then left and right,
        flipped_y: and top and bottom.
    """

    width: int
    height: int
    transposed: bool = False
    flipped_x: bool = False
    flipped_y: bool = False

    @classmethod
    def of(cls, frame: VideoFrame, stream: VideoStream) -> Upright:
        """What the display matrix and the shape of the pixels ask for."""
        matrix: Any = frame.side_data.get("DISPLAYMATRIX")
        a, b, c, d = _quarter_turns(bytes(matrix)) if matrix is not None else (1, 0, 0, 1)
        width, height = frame.width, frame.height
        shape = stream.sample_aspect_ratio
        if shape and shape > 0:
            width = max(1, round(width * float(shape)))
        if a == 0:
            return cls(height, width, True, c < 0, b < 0)
        return cls(width, height, False, a < 0, d < 0)

    @property
    def rotation_deg(self) -> int:
        """Clockwise turn of the stored picture: 0, 90, 180 or 270; mirroring aside."""
        if self.transposed:
            return 90 if self.flipped_x else 270
        return 180 if self.flipped_y else 0

    def apply(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Turn ``(h, w)`` or ``(h, w, 3)`` pixels; one of another size is scaled."""
        if self.transposed:
            picture = cv2.transpose(picture)
        if self.flipped_x or self.flipped_y:
            code = -1 if self.flipped_x and self.flipped_y else int(self.flipped_x)
            picture = cv2.flip(picture, code)
        if picture.shape[:2] != (self.height, self.width):
            # Browsers may change the size in the middle of a recording.
            picture = cv2.resize(picture, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        return picture


@dataclass(frozen=True, slots=True)
class Source:
    """An open clip.

    Attributes:
        container: PyAV's.
        video: the stream of pictures.
        origin_s: the container's first timestamp.
        layout: what its own structure says, see ``containers``.
    """

    container: InputContainer
    video: VideoStream
    origin_s: float
    layout: Layout

    def at_s(self, pts: int | None, time_base: Any) -> float | None:
        """Time of a frame or packet."""
        return None if pts is None else float(pts * time_base) - self.origin_s


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open a clip for reading.

    Raises:
        ClipError: it cannot be.
    """
    layout = _check(path)
    try:
        container = av.open(str(path), "r", container_options=_OPTIONS, metadata_errors="replace")
    except av.error.FFmpegError as error:
        if layout.known:
            raise DamagedClipError from None
        raise NotAVideoError from error
    with container:
        container.flags |= _GEN_PTS
        video = _pictures_of(container)
        start = cast("int | None", container.start_time)
        if start is not None:
            origin = start / av.time_base
        elif video.start_time is not None and video.time_base is not None:
            origin = float(video.start_time * video.time_base)
        else:
            origin = 0.0
        yield Source(container, video, origin, layout)


def _check(path: Path) -> Layout:
    size = path.stat().st_size
    if size == 0:
        raise EmptyFileError
    layout = read_layout(path)
    if layout.cut:
        raise TruncatedClipError
    return layout


def _pictures_of(container: InputContainer) -> VideoStream:
    """The stream to look at: not the cover of a song."""
    streams = [
        stream
        for stream in container.streams.video
        if not stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
    ]
    if not streams:
        if container.streams.audio or container.streams.video:
            raise NoVideoError
        raise NotAVideoError
    best = container.streams.best("video")
    stream = next((s for s in streams if best is not None and s.index == best.index), streams[0])
    if cast(Any, stream.codec_context) is None:  # no decoder for it
        raise DamagedClipError
    return stream


def _quarter_turns(matrix: bytes) -> tuple[int, int, int, int]:
    """The nearest quarter turn, perhaps mirrored, of a 3x3 display matrix.

    A point ``(x, y)`` goes to ``(a x + c y, b x + d y)``; 16.16 fixed point, rows
    ``a b u / c d v / x y w`` (ISO/IEC 14496-12, 6.2.2).
    """
    a, b, _, c, d = struct.unpack("=5i", matrix[:20])
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return (-1 if a < 0 else 1, 0, 0, -1 if d < 0 else 1)
    return (0, -1 if b < 0 else 1, -1 if c < 0 else 1, 0)
