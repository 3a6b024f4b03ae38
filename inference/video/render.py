"""A copy of a clip with boxes and words burnt in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.video.convert import Conversion, convert
from inference.video.decode import Picture
from inference.video.draw import Label, draw_labels
from inference.video.pulse import Pulse

_CRF = 20


def render(
    path: Path,
    out: Path,
    overlay: Callable[[float], Sequence[Label]],
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    comment: str = "",
) -> None:
    """Write a clip as H.264 and AAC in MP4, upright, in its own size and with its own times.

    Args:
        path: the clip.
        out: where the copy will stand, when it is whole.
        overlay: time of a picture -> what is drawn on it.
        on_progress: told the time that was reached.
        should_stop: asked a few times a second.
        comment: kept in the file: what drew this, and from what.

    Raises:
        ClipError: the clip cannot be read.
        StoppedError: ``should_stop`` said so.
        OSError: the disk is full.
    """

    def drawn(picture: Picture) -> NDArray[np.uint8] | None:
        labels = overlay(picture.at_s)
        if not labels:
            return None
        bgr = np.ascontiguousarray(picture.bgr())
        draw_labels(bgr, labels)
        return bgr

    convert(
        path,
        out,
        Conversion(crf=_CRF, comment=comment),
        drawn,
        Pulse(0.0, on_progress, should_stop),
    )
