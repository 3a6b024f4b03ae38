"""From a clip to samples of the faces in it, a minute at a time.

Three threads work at once, and what each spends its time in lets go of Python's lock: one
decodes (FFmpeg has further threads of its own), one finds, follows and cuts out faces, and the
caller's classifies them. Every frame's faces are one batch; batches over several frames were
measured and gain nothing on a CPU (0.78 ms a face alone, 0.83 in a batch of eight).
Between detections faces are followed, as live (docs/decisions/2026-11-21-follow-faces.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.clip_opinion import ClipOpinion
from inference.pipeline import FacePipeline, PipelineConfig
from inference.results import FaceResult, SeenFace
from inference.stream import FaceStream
from inference.tracking import Tracker, TrackingConfig
from inference.video.ahead import Ahead
from inference.video.decode import ClipReader, Picture
from inference.video.opinions import Opinion, Opinions
from inference.video.pulse import TELL_S, Pulse
from inference.video.samples import Samples
from inference.video.source import opened
from inference.video.thumbnails import Thumbnails

Pixels = NDArray[np.uint8]

#: Memory for decoded pictures that wait.
_WAITING_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class AnnotateSettings:
    """How a clip is annotated.

    Attributes:
        rate: frames a second that are looked at; 0 is every frame.
        start_s: from here.
        end_s: to before here; ``None`` is the end.
        detector: key of ``inference.detectors.DETECTORS``.
        block_s: length of a block.
        keep_lost_s: a face that comes back within this time near where it left keeps its number.
        redetect_s: see ``PipelineConfig``.
        thumbnails: whether pictures of the faces are made.
    """

    rate: float = 5.0
    start_s: float = 0.0
    end_s: float | None = None
    detector: str = "blazeface-full"
    block_s: float = 60.0
    keep_lost_s: float = 3.0
    redetect_s: float = 0.35
    thumbnails: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What was found in one stretch. Stretches without any frame are left out.

    Attributes:
        index: of the stretch; it begins at ``start_s + index * block_s`` of the settings.
        start_s: where it begins.
        end_s: where it ends; of the last one, the time of the last frame.
        samples: of all faces.
        frames: looked at.
        frames_without_face: of those.
        frames_damaged: that could not be decoded.
        faces_jpeg: tracker's number -> JPEG of the face, 96 x 96, upright, in colour; for faces of
            which this block has a better picture than the blocks before it.
        opinions: on stretches of one expression that ended in this block.
    """

    index: int
    start_s: float
    end_s: float
    samples: Samples
    frames: int
    frames_without_face: int
    frames_damaged: int
    faces_jpeg: dict[int, bytes]
    opinions: list[Opinion]


@dataclass(slots=True)
class _Draft:
    index: int
    before_s: float
    damaged_before: int
    frames_s: list[float] = field(default_factory=list)
    faces: list[tuple[float, FaceResult]] = field(default_factory=list)
    without_face: int = 0
    thumbnails: Thumbnails = field(default_factory=Thumbnails)
    opinions: list[Opinion] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Looked:
    at_s: float
    seen: tuple[SeenFace, ...]
    damaged: int
    thumbnails: Thumbnails


def annotate(
    path: Path,
    bundle: Bundle,
    settings: AnnotateSettings | None = None,
    *,
    on_progress: Callable[[float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    clip_model: Bundle | None = None,
) -> Generator[Block]:
    """Look at a clip.

    Args:
        path: the file.
        bundle: the face model.
        settings: see there.
        on_progress: told the time that was reached, a few times a second.
        should_stop: asked as often.
        clip_model: a bundle of ``ClipOpinion``; without one there are no opinions.

    Yields:
        Blocks in order of time, each when it is complete.

    Raises:
        ClipError: the file cannot be read.
        BundleError: the model cannot be used.
        StoppedError: ``should_stop`` said so.
    """
    settings = settings or AnnotateSettings()
    cv2.setNumThreads(1)  # of the process: the threads here are the parallelism
    config = PipelineConfig(detector=settings.detector, redetect_s=settings.redetect_s)
    pipeline = FacePipeline.load(bundle, config)
    opinions = None
    if clip_model is not None:
        opinions = Opinions(ClipOpinion(clip_model, bundle), pipeline)
    reader = ClipReader(path, rate=settings.rate, start_s=settings.start_s, end_s=settings.end_s)
    pulse = Pulse(settings.start_s, on_progress, should_stop)
    draft: _Draft | None = None
    ahead = Ahead(_looked(path, reader, pipeline, settings), 16, tick_s=TELL_S)
    try:
        for item in ahead:
            pulse.beat(item.at_s if item else None)
            if item is None:
                continue
            index = math.floor((item.at_s - settings.start_s) / settings.block_s)
            if draft is None or index > draft.index:
                before = draft.frames_s[-1] if draft else math.nan
                if draft is not None:
                    yield _block(draft, settings, item.damaged, last=False)
                damaged = item.damaged if draft else 0
                draft = _Draft(index, before, damaged)
            faces = pipeline.judge(item.seen, item.at_s)
            draft.frames_s.append(item.at_s)
            draft.faces += [(item.at_s, face) for face in faces]
            draft.without_face += not faces
            draft.thumbnails.update(item.thumbnails)
            if opinions is not None:
                draft.opinions += opinions.add(item.at_s, item.seen, faces)
    finally:
        reader.stopped = True
        ahead.close()
    if draft is not None:
        if opinions is not None:
            draft.opinions += opinions.flush()
        pulse.now(draft.frames_s[-1])
        yield _block(draft, settings, reader.damaged, last=True)


def _looked(
    path: Path, reader: ClipReader, pipeline: FacePipeline, settings: AnnotateSettings
) -> Generator[_Looked]:
    """Runs in the second thread: finds the faces of what the first one decodes."""
    stream = FaceStream(Tracker(TrackingConfig(keep_lost_s=settings.keep_lost_s)))
    with opened(path) as source:
        picture_bytes = max(source.video.width * source.video.height * 3 // 2, 1)
    waiting = min(max(_WAITING_BYTES // picture_bytes, 2), 16)
    best: dict[int, float] = {}
    with closing(Ahead(_decoded(reader), waiting)) as pictures:
        for item in pictures:
            if item is None:
                continue
            picture, damaged = item
            colour = _Once(picture)
            seen = pipeline.look(picture.gray, colour, stream, picture.at_s)
            thumbnails = Thumbnails()
            # Only where the colours were needed anyway: that is every face's first frame too.
            if settings.thumbnails and colour.pixels is not None:
                thumbnails.look(colour.pixels, seen, best)
            yield _Looked(picture.at_s, seen, damaged, thumbnails)


def _decoded(reader: ClipReader) -> Generator[tuple[Picture, int]]:
    for picture in reader:
        yield picture, reader.damaged


def _block(draft: _Draft, settings: AnnotateSettings, damaged: int, *, last: bool) -> Block:
    start = settings.start_s + draft.index * settings.block_s
    return Block(
        index=draft.index,
        start_s=start,
        end_s=draft.frames_s[-1] if last else start + settings.block_s,
        samples=Samples.of_faces(draft.faces, draft.frames_s, draft.before_s),
        frames=len(draft.frames_s),
        frames_without_face=draft.without_face,
        frames_damaged=damaged - draft.damaged_before,
        faces_jpeg=draft.thumbnails.jpegs(),
        opinions=draft.opinions,
    )


class _Once:
    """A picture's colours, made when first asked for."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self.pixels: Pixels | None = None

    def __call__(self) -> Pixels:
        if self.pixels is None:
            self.pixels = self._picture.bgr()
        return self.pixels
