"""A file that every browser plays and seeks, in place of one that they do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from inference.video.convert import Conversion, convert
from inference.video.pulse import Pulse

_MAX_SIDE = 1280


def make_proxy(
    path: Path,
    out: Path,
    *,
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> None:
    """Write a clip as H.264 and AAC in MP4, upright, at most 1280 pixels on its longer side.

    Every picture keeps its time to a ninety-thousandth of a second; the file begins at 0.

    Args:
        path: the clip.
        out: where the proxy will stand, when it is whole.
        on_progress: told the time that was reached.
        should_stop: asked a few times a second.

    Raises:
        ClipError: the clip cannot be read.
        StoppedError: ``should_stop`` said so.
        OSError: the disk is full.
    """
    convert(path, out, Conversion(max_side=_MAX_SIDE), None, Pulse(0.0, on_progress, should_stop))
