"""The player page of a long clip: what the server does for it, and how much it sends.

    python -m tests.bench.clip_page [--hours 2] [--faces 4] [--rate 5]

The result is made up (four faces that come and go, 36,000 moments), stored as a job stores it, in
an SQLite database of its own.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

_folder = tempfile.TemporaryDirectory(prefix="emotionweb-bench-")  # gone with the process
os.environ["EMOTIONWEB_DATA_DIR"] = _folder.name
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from emotionweb.accounts.models import User  # noqa: E402
from emotionweb.clips import corrections, markers, mine, tracks  # noqa: E402
from emotionweb.clips.clip_data import clip_data  # noqa: E402
from emotionweb.clips.exports.content import Content  # noqa: E402
from emotionweb.clips.exports.serving import KINDS  # noqa: E402
from emotionweb.clips.models import Annotation, Clip, SampleBlock  # noqa: E402
from emotionweb.clips.timeline import boxes, timeline  # noqa: E402
from inference.labels import LABELS  # noqa: E402
from inference.video.samples import Samples  # noqa: E402
from tests.bench.report import machine  # noqa: E402

BLOCK_S = 60.0


def block(rng: np.random.Generator, frames_s: np.ndarray, faces: int, before_s: float) -> Samples:
    """A minute in which each face is there nine times out of ten."""
    there = rng.random((len(frames_s), faces)) < 0.9
    frame, face = np.nonzero(there)
    n = len(frame)
    slow = np.sin(frames_s[frame, None] / (20 + 7 * np.arange(len(LABELS))) + face[:, None])
    raised = np.exp(3 * slow + rng.normal(0, 0.3, (n, len(LABELS))))
    probabilities = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float16)
    unsure = probabilities.max(axis=1) < 0.35
    probabilities[rng.random(n) < 0.03] = 0
    x = 100 + 200 * face + 20 * np.sin(frames_s[frame] / 5)
    box = np.stack([x, x * 0 + 100, x + 90, x * 0 + 210], axis=1).astype(np.float32)
    return Samples(
        raw=(face + 1).astype(np.int32),
        at_s=frames_s[frame],
        box_xyxy=box + rng.normal(0, 0.5, box.shape).astype(np.float32),
        probabilities=probabilities,
        label=np.where(unsure, -1, probabilities.argmax(axis=1)).astype(np.int8),
        confidence=np.where(unsure, 0, probabilities.max(axis=1)).astype(np.float16),
        reason=np.where(unsure, 6, 0).astype(np.uint8),
        mixed=np.zeros(n, np.uint8),
        frames_s=frames_s,
        before_s=before_s,
    )


def make(hours: float, faces: int, rate: float) -> Clip:
    """A clip with its result, a few remarks and corrections."""
    user = User.objects.create_user("bench@example.org", "correct horse battery", name="Bench")
    length = hours * 3600
    clip = Clip.objects.create(
        user=user, name="long.mp4", path="clips/1/1/source", size=1, created_at=timezone.now(),
        timezone="Europe/Berlin", day_start_hour=4, duration_s=length, width=1280, height=720,
        container="mp4", recorded_at=timezone.now(), recorded_from="file",
    )  # fmt: skip
    annotation = Annotation.objects.create(
        clip=clip, created_at=timezone.now(), finished_at=timezone.now(), model_version="bench",
        detector="blazeface-full", rate=rate, end_s=length, frames=round(length * rate),
    )  # fmt: skip
    rng, before = np.random.default_rng(1), math.nan
    frames = np.arange(round(length * rate)) / rate
    for index in range(math.ceil(length / BLOCK_S)):
        own = frames[(frames >= index * BLOCK_S) & (frames < (index + 1) * BLOCK_S)]
        samples = block(rng, own, faces, before)
        before = float(own[-1])
        SampleBlock.objects.create(
            annotation=annotation, index=index, start_s=index * BLOCK_S,
            end_s=(index + 1) * BLOCK_S, samples=samples.to_bytes(),
            seconds=samples.by_second().to_bytes(),
        )  # fmt: skip
    tracks.make_tracks(annotation)
    clip.annotation = annotation
    clip.save()
    first = annotation.tracks.get(number=1)
    for minute in range(0, round(length / 60), 4):
        corrections.say(
            user.pk, clip.pk, track_id=first.pk, start_s=minute * 60, end_s=minute * 60 + 5,
            expression=minute % len(LABELS),
        )  # fmt: skip
    markers.add(user.pk, clip.pk, kind="excluded", start_s=600, end_s=900, text="break")
    return Clip.objects.select_related("annotation").get(pk=clip.pk)


class Taken(NamedTuple):
    """Medians of some runs: seconds on the clock, and seconds of the processor.

    On a machine that others use too the second is what it would take alone.
    """

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.3f} | {self.processor:.3f}"

    def __add__(self, other: tuple[float, ...]) -> Taken:  # type: ignore[override]
        return Taken(self.clock + other[0], self.processor + other[1])


def taken(run: Callable[[], Any], times: int = 5) -> tuple[Taken, Any]:
    """How long it takes, and what the last run gave."""
    clock, processor, out = [], [], None
    for _ in range(times):
        started, worked = time.perf_counter(), time.process_time()
        out = run()
        processor.append(time.process_time() - worked)
        clock.append(time.perf_counter() - started)
    return Taken(statistics.median(clock), statistics.median(processor)), out


def size(value: Any) -> int:
    return len(json.dumps(value, separators=(",", ":")).encode())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--faces", type=int, default=4)
    parser.add_argument("--rate", type=float, default=5.0)
    args = parser.parse_args()
    call_command("migrate", verbosity=0)
    clip = make(args.hours, args.faces, args.rate)
    user = clip.user
    own = list(clip.annotation.tracks.all())
    length = clip.duration_s
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)

    print(machine())
    print(f"{args.hours:g} h, {args.faces} faces, {args.rate:g} samples a second")
    print("| | seconds | of the processor | bytes |")
    print("|---|---|---|---|")
    rows: list[tuple[str, Callable[[], Any]]] = [
        ("clip_data", lambda: clip_data(clip, user)),
        ("timeline, whole clip, 1,200 bins", lambda: timeline(clip, own, 0, length, 1200)),
        ("timeline, ten minutes, 1,200 bins", lambda: timeline(clip, own, 3000, 3600, 1200)),
        ("boxes, one minute", lambda: boxes(clip, own, 3000, 3060)),
    ]
    opened = Taken(0.0, 0.0)
    for name, run in rows:
        seconds, found = taken(run)
        opened = opened if "ten" in name else opened + seconds
        print(f"| {name} | {seconds} | {size(found):,} |")
    print(f"| **opening the page: data, timeline, boxes** | {opened} | |")
    seconds, response = taken(lambda: client.get(f"/clips/{clip.pk}/"))
    print(f"| the page itself, by HTTP | {seconds} | {len(response.content):,} |")
    for kind, (_type, make_export) in KINDS.items():
        seconds, written = taken(lambda m=make_export: sum(map(len, m(Content.of(clip)))), 1)
        print(f"| export {kind} | {seconds} | {written:,} |")
    own[0].is_me = True
    own[0].save()
    seconds, _ = taken(lambda: mine.sync(clip), 1)
    print(f"| this is me: into the journal | {seconds} | |")
    database = Path(os.environ["EMOTIONWEB_DATA_DIR"], "emotionweb.sqlite3")
    print(f"| the database | | | {database.stat().st_size:,} |")


if __name__ == "__main__":
    main()
