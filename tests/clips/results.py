"""Clips whose results are made up, stored as a job would store them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from django.utils import timezone

from emotionweb.accounts.models import User
from emotionweb.clips import tracks
from emotionweb.clips.models import Annotation, Clip, SampleBlock, Track
from inference.labels import LABELS
from inference.reasons import UnsureReason
from inference.video.samples import REASONS, Samples

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
BOX = (100.0, 60.0, 180.0, 150.0)


@dataclass(frozen=True)
class Face:
    """One face of a made-up clip.

    ``shows`` gives the expression at a time, ``None`` for unsure; ``box`` where it is.
    """

    raw: int
    start_s: float
    end_s: float
    shows: Callable[[float], str | None] | str | None = "happiness"
    box: Callable[[float], Sequence[float]] | Sequence[float] = BOX

    def label(self, at_s: float) -> str | None:
        return self.shows(at_s) if callable(self.shows) else self.shows

    def box_at(self, at_s: float) -> Sequence[float]:
        return self.box(at_s) if callable(self.box) else self.box


def samples_of(
    faces: Sequence[Face], frames_s: Sequence[float], before_s: float = math.nan
) -> Samples:
    """The samples of some frames."""
    rows = [
        (face, at)
        for at in frames_s
        for face in faces
        if face.start_s - 1e-9 <= at <= face.end_s + 1e-9
    ]
    labels = [face.label(at) for face, at in rows]
    indices = [-1 if label is None else LABELS.index(label) for label in labels]
    probabilities = np.full((len(rows), len(LABELS)), 0.02, np.float16)
    for row, index in enumerate(indices):
        probabilities[row, max(index, 0)] = 0.86
    unsure = 1 + REASONS.index(UnsureReason.NOT_CONFIDENT)
    return Samples(
        raw=np.array([face.raw for face, _at in rows], np.int32),
        at_s=np.array([at for _face, at in rows], np.float64),
        box_xyxy=np.array([face.box_at(at) for face, at in rows], np.float32).reshape(-1, 4),
        probabilities=probabilities,
        label=np.array(indices, np.int8),
        confidence=np.array([0.0 if i < 0 else 0.9 for i in indices], np.float16),
        reason=np.array([unsure if i < 0 else 0 for i in indices], np.uint8),
        mixed=np.zeros(len(rows), np.uint8),
        frames_s=np.array(frames_s, np.float64),
        before_s=before_s,
    )


def make_clip(
    user: User,
    faces: Sequence[Face] = (),
    *,
    length_s: float = 60.0,
    recorded_at: datetime | None = NOON,
    rate: float = 5.0,
    name: str = "garden.mp4",
    created_at: datetime | None = None,
    annotated: bool = True,
) -> Clip:
    """A clip of 640x360; a frame was looked at every ``1 / rate`` seconds."""
    count = Clip.objects.count()
    clip = Clip.objects.create(
        user=user,
        name=name,
        path=f"clips/{user.pk}/{count}/source",
        size=1000,
        created_at=created_at or NOON + timedelta(days=30, seconds=count),
        timezone=user.timezone,
        day_start_hour=user.day_start_hour,
        duration_s=length_s,
        width=640,
        height=360,
        frame_rate=30.0,
        container="mp4",
        recorded_at=recorded_at,
        recorded_from="file" if recorded_at else "",
    )
    if annotated:
        show(clip, annotate(clip, faces, length_s=length_s, rate=rate))
    return clip


def annotate(
    clip: Clip,
    faces: Sequence[Face],
    *,
    length_s: float = 60.0,
    rate: float = 5.0,
    block_s: float = 20.0,
    start_s: float = 0.0,
) -> Annotation:
    """A finished reading with its tracks, in several blocks; not shown yet."""
    annotation = Annotation.objects.create(
        clip=clip,
        created_at=timezone.now(),
        finished_at=timezone.now(),
        model_version="m-1",
        detector="blazeface-full",
        rate=rate,
        start_s=start_s,
        end_s=length_s,
    )
    frames = (start_s + np.arange(int((length_s - start_s) * rate) + 1) / rate).tolist()
    before, empty = math.nan, 0
    for index in range(int((length_s - start_s) // block_s) + 1):
        low, high = start_s + index * block_s, start_s + (index + 1) * block_s
        own = [at for at in frames if low <= at < high]
        if not own:
            continue
        samples = samples_of(faces, own, before)
        empty += len(own) - len(np.unique(samples.at_s))
        before = own[-1]
        SampleBlock.objects.create(
            annotation=annotation,
            index=index,
            start_s=low,
            end_s=min(high, length_s),
            samples=samples.to_bytes(),
            seconds=samples.by_second().to_bytes(),
        )
    annotation.frames, annotation.frames_without_face = len(frames), empty
    annotation.save()
    tracks.make_tracks(annotation)
    return annotation


def show(clip: Clip, annotation: Annotation) -> None:
    """Put a reading in its place."""
    clip.annotation = annotation
    clip.save(update_fields=["annotation"])


def track_of(clip: Clip, number: int = 1) -> Track:
    """A track of the reading that is shown."""
    assert clip.annotation is not None
    return clip.annotation.tracks.get(number=number)
