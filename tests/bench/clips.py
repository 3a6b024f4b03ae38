"""Annotating a clip, stage by stage, beside PyAV's bare decoding and ``fer``'s ``Video.analyze``.

    python -m tests.bench.clips [--seconds 20] [--fer PYTHON]

``--fer`` names the Python of an environment of its own, see ``tests.bench.frame``. Both then
analyse every frame of the same file in turns, each with all cores, from the path to the result.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np

from inference.bundle import Bundle
from inference.pipeline import FacePipeline, PipelineConfig
from inference.stream import FaceStream
from inference.tracking import Tracker, TrackingConfig
from inference.video.annotate import AnnotateSettings, annotate
from inference.video.decode import ClipReader
from inference.video.proxy import make_proxy
from tests.bench.frame import BUNDLE
from tests.bench.report import machine
from tests.inference.pictures import portrait
from tests.video_files import every, write_clip

ROUNDS = 5

#: Runs in the other environment: analyses the clip each time a line comes, prints the seconds.
#: Waiting a millisecond for a key after every frame is taken out, which is in ``fer``'s favour.
_FER = """
import sys, tempfile, time
import cv2
cv2.waitKey = lambda delay=0: -1
from fer.fer import FER
from fer.classes import Video
detector = FER(mtcnn=False)
picture = cv2.VideoCapture(sys.argv[1]).read()[1]
detector.detect_emotions(picture)
print("ready", flush=True)
for _ in sys.stdin:
    with tempfile.TemporaryDirectory() as folder:
        video = Video(sys.argv[1], outdir=folder)
        started = time.perf_counter()
        found = video.analyze(
            detector, save_frames=False, save_video=False, annotate_frames=False,
            zip_images=False, use_async_io=False,
        )
        print(time.perf_counter() - started, len(found), flush=True)
"""


def make_clip(path: Path, seconds: float) -> int:
    """640x360, 30 frames a second, one face that moves in a whole scene; returns the frames."""
    times = every(seconds)
    pictures = [
        portrait(
            640,
            360,
            face_px=100 + 6 * np.cos(at),
            centre=(0.43 + 0.04 * np.sin(at * 1.3), 0.35 + 0.02 * np.cos(at)),
        )
        for at in times
    ]
    write_clip(path, pictures, times, encoder={"preset": "medium"}, sound="aac")
    return len(times)


def best_s(run: Callable[[], object]) -> float:
    """The best of some rounds; the first one warms up."""
    taken = []
    for _ in range(ROUNDS + 1):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return min(taken[1:])


def bare(path: Path, threads: str) -> None:
    """PyAV and nothing else."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.thread_type = threads
        if threads == "NONE":
            video.codec_context.thread_count = 1
        for _ in container.decode(video):
            pass


def stages(path: Path, bundle: Bundle) -> dict[str, float]:
    """Seconds of each stage alone, one after another on one thread."""
    pipeline = FacePipeline.load(bundle, PipelineConfig(detector="blazeface-full"))
    pictures = list(ClipReader(path))
    out = {
        "bare decoding, one thread": best_s(lambda: bare(path, "NONE")),
        "bare decoding, all cores": best_s(lambda: bare(path, "AUTO")),
        "gray": best_s(lambda: [picture.gray().shape for picture in pictures]),
    }
    grays = [picture.gray() for picture in pictures]
    colours = [picture.bgr() for picture in pictures]

    def look() -> list:
        stream = FaceStream(Tracker(TrackingConfig(keep_lost_s=3.0)))
        return [
            (p.at_s, pipeline.look(lambda g=gray: g, lambda c=colour: c, stream, p.at_s))
            for p, gray, colour in zip(pictures, grays, colours, strict=True)
        ]

    out["find or follow, cut out, judge quality"] = best_s(look)
    seen = look()
    out["classify"] = best_s(lambda: [pipeline.judge(faces, at) for at, faces in seen])
    return out


def whole(path: Path, bundle: Bundle, rate: float) -> int:
    """From the path to the result, with opening the model; returns the frames with a face."""
    blocks = list(annotate(path, bundle, AnnotateSettings(rate=rate)))
    return sum(block.frames - block.frames_without_face for block in blocks)


def against_fer(python: str, path: Path, bundle: Bundle, frames: int) -> tuple[float, float]:
    """Seconds of ``fer`` and of ours for every frame, in the middle one of three turns by ratio.

    Both numbers of a turn are taken one after the other, so a busy host slows both.
    """
    ours, theirs = [], []
    with subprocess.Popen(
        [python, "-c", _FER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as fer:
        assert fer.stdin is not None
        assert fer.stdout is not None
        while (line := fer.stdout.readline().strip()) != "ready":
            assert line or fer.poll() is None, "fer did not start"
        for _ in range(3):
            fer.stdin.write("go\n")
            fer.stdin.flush()
            while len(words := fer.stdout.readline().split()) != 2 or not words[1].isdigit():
                assert fer.poll() is None, "fer died"
            theirs.append(float(words[0]))
            assert int(words[1]) > 0.9 * frames, "fer missed the face"
            started = time.perf_counter()
            assert whole(path, bundle, 0.0) == frames
            ours.append(time.perf_counter() - started)
        fer.stdin.close()
    turns = zip(theirs, ours, strict=True)
    return sorted(turns, key=lambda turn: turn[0] / turn[1])[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--fer", metavar="PYTHON", help="a Python that has fer==25.10.3")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    bundle = Bundle.load(BUNDLE)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        frames = make_clip(path, args.seconds)
        print("| stage, or the whole | ms a frame of the clip | times real time |")
        print("|---|---|---|")
        rows = stages(path, bundle)
        assert whole(path, bundle, 0.0) == frames, "a face was missed"
        rows["annotate, every frame"] = best_s(lambda: whole(path, bundle, 0.0))
        rows["decode at 5 a second"] = best_s(lambda: list(ClipReader(path, rate=5.0)))
        rows["annotate, 5 a second"] = best_s(lambda: whole(path, bundle, 5.0))
        rows["proxy"] = best_s(lambda: make_proxy(path, Path(folder) / "proxy.mp4"))
        for name, seconds in rows.items():
            print(f"| {name} | {seconds / frames * 1e3:.2f} | {args.seconds / seconds:.1f} |")
        if args.fer:
            theirs, ours = against_fer(args.fer, path, bundle, frames)
            print(
                f"every frame, all cores: fer {frames / theirs:.1f} frames/s, "
                f"ours {frames / ours:.1f}: {theirs / ours:.1f}x"
            )


if __name__ == "__main__":
    main()
