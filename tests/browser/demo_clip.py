"""Adds a clip to a made-up person: `python -m tests.browser.demo_clip EMAIL`.

The film is real and its boxes are what our detector finds in it; the expressions are generated,
always the same, and say so by their model version: the astronaut smiles all the time.
"""

import argparse
import math
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from emotionweb.accounts.models import User  # noqa: E402
from emotionweb.clips import corrections, files, markers, tracks  # noqa: E402
from emotionweb.clips.models import Annotation, Clip, Job, SampleBlock  # noqa: E402
from inference.detectors.registry import load_detector  # noqa: E402
from inference.labels import LABELS  # noqa: E402
from inference.video.samples import Samples  # noqa: E402
from tests.browser.clips import two_people  # noqa: E402
from tests.browser.demo import MODEL  # noqa: E402
from tests.video_files import write_clip  # noqa: E402

SECONDS, RATE, SAMPLES = 150, 10, 5
WIDTH, HEIGHT = 640, 360
#: What each face tends to, in turns: indices of labels with weights.
TURNS = ({0: 4}, {1: 5, 2: 1}, {0: 3, 1: 1}, {2: 4}, {3: 2, 0: 2}, {1: 6}, {0: 5, 4: 1})


def fill(email: str) -> None:
    """Make the clip as an upload and a job would have left it."""
    person = User.objects.get(email=email)
    now = datetime.now(UTC)
    clip = Clip(
        user=person, name="Sunday at the table.mp4", created_at=now, timezone=person.timezone,
        day_start_hour=0, duration_s=float(SECONDS), width=WIDTH, height=HEIGHT,
        frame_rate=float(RATE), container="mp4", video_codec="h264",
        recorded_at=now - timedelta(days=6, hours=3), recorded_from=Clip.RecordedFrom.FILE,
    )  # fmt: skip
    clip.path = files.clip_source(person.pk, clip.pk)
    path = files.absolute(clip.path)
    files.make_folder(path.parent)
    boxes = _film(path)
    clip.size = path.stat().st_size
    clip.save()
    job = Job.objects.create(
        user=person, clip=clip, kind=Job.Kind.ANNOTATE, state=Job.State.DONE, progress=1.0,
        created_at=now, started_at=now, finished_at=now,
    )  # fmt: skip
    samples = _samples(boxes)
    annotation = Annotation.objects.create(
        clip=clip, job=job, created_at=now, finished_at=now, model_version=MODEL,
        detector="blazeface-full", rate=SAMPLES, end_s=float(SECONDS), frames=len(boxes),
        frames_without_face=sum(len(found) == 0 for found in boxes),
    )  # fmt: skip
    SampleBlock.objects.create(
        annotation=annotation, index=0, start_s=0.0, end_s=float(SECONDS),
        samples=samples.to_bytes(), seconds=samples.by_second().to_bytes(),
    )  # fmt: skip
    tracks.make_tracks(annotation)
    clip.annotation = annotation
    clip.save()
    _remarks(person.pk, clip, annotation)


def _film(path: Path) -> list[NDArray[np.float32]]:
    """Write the film; returns the boxes of every frame that a job would look at."""
    pictures = [
        two_people(number / (RATE * SECONDS) * 8 % 1, WIDTH, HEIGHT)
        for number in range(RATE * SECONDS)
    ]
    times = [number / RATE for number in range(len(pictures))]
    written = path.with_suffix(".mp4")
    write_clip(written, pictures, times, muxer={"movflags": "faststart"})
    written.rename(path)
    detector = load_detector("blazeface-full")
    found = [detector.detect(picture).boxes_xyxy for picture in pictures[:: RATE // SAMPLES]]
    return [boxes[boxes[:, 0].argsort()] for boxes in found]


def _samples(boxes: list[NDArray[np.float32]]) -> Samples:
    chance = np.random.default_rng(5)
    moods = [_mood(chance, len(boxes)) for _face in range(2)]
    rows = [
        (frame, face, box)
        for frame, found in enumerate(boxes)
        for face, box in enumerate(found[:2])
        # The second one leaves the table for a while.
        if not (face == 1 and 260 < frame < 370)
    ]
    frames = np.array([frame for frame, _face, _box in rows])
    faces = np.array([face for _frame, face, _box in rows])
    probabilities = np.stack([moods[face][frame] for frame, face, _box in rows])
    sure = probabilities.max(axis=1) > 0.42
    times = np.arange(len(boxes)) / SAMPLES
    return Samples(
        raw=(faces + 1).astype(np.int32),
        at_s=times[frames],
        box_xyxy=np.stack([box for _frame, _face, box in rows]).astype(np.float32),
        probabilities=probabilities.astype(np.float16),
        label=np.where(sure, probabilities.argmax(axis=1), -1).astype(np.int8),
        confidence=np.where(sure, probabilities.max(axis=1), 0).astype(np.float16),
        reason=np.where(sure, 0, 6).astype(np.uint8),
        mixed=np.zeros(len(rows), np.uint8),
        frames_s=times,
        before_s=math.nan,
    )


def _mood(chance: np.random.Generator, count: int) -> NDArray[np.float64]:
    """Probabilities that stay for a while, then go over into others, ``(count, 8)``."""
    weights = np.full((count, len(LABELS)), 0.12)
    at = 0
    while at < count:
        until = at + int(chance.integers(25, 110))
        for label, weight in TURNS[chance.integers(len(TURNS))].items():
            weights[at:until, label] += weight
        at = until
    kernel = np.hanning(15) / np.hanning(15).sum()
    smooth = np.stack([np.convolve(column, kernel, "same") for column in weights.T], axis=1)
    smooth *= chance.uniform(0.75, 1.25, smooth.shape)
    return smooth / smooth.sum(axis=1, keepdims=True)


def _remarks(user_id: int, clip: Clip, annotation: Annotation) -> None:
    """A name, who is the person, corrections, markers, and a stretch that is left out."""
    first, second = annotation.tracks.order_by("number")[:2]
    tracks.rename(user_id, clip.pk, second.pk, "Anna")
    tracks.set_me(user_id, clip.pk, first.pk, True)
    for track, start, end, expression in [
        (first, 12.0, 19.0, 1),
        (first, 44.0, 47.5, 0),
        (second, 20.0, 26.0, 0),
        (first, 70.0, 73.0, 2),
        (second, 90.0, 99.0, 1),
        (second, 118.4, 118.4, 2),
    ]:
        corrections.say(
            user_id, clip.pk, track_id=track.pk, start_s=start, end_s=end, expression=expression
        )
    markers.add(user_id, clip.pk, kind="marker", start_s=31.0, end_s=31.0, text="the letter")
    markers.add(user_id, clip.pk, kind="excluded", start_s=132.0, end_s=144.0, text="phone call")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.browser.demo_clip")
    parser.add_argument("email")
    fill(parser.parse_args(arguments).email)


if __name__ == "__main__":
    main(sys.argv[1:])
