"""One frame, one thread: JPEG to result, stage by stage, beside the PyPI package ``fer``.

    python -m tests.bench.frame [--fer PYTHON]

``--fer`` names the Python of an environment of its own with ``fer==25.10.3``,
``setuptools<81`` and ``opencv-contrib-python<5``; docs/benchmarks.md has the two lines
that make it. Both then analyse the same 640x480 picture in turns.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np

from inference.pipeline import FacePipeline, PipelineConfig
from inference.stream import FaceStream
from tests.bench.report import best_median_ms, machine
from tests.inference.pictures import jpeg, portrait

BUNDLE = Path(__file__).parents[2] / "models" / "flagship"

#: Runs in the other environment: reads a path, prints the median of one round in ms.
_FER = """
import statistics, sys, time
import cv2
from fer.fer import FER
picture = cv2.imread(sys.argv[1])
if sys.argv[2] == "one":
    import tensorflow
    cv2.setNumThreads(1)
    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
detector = FER(mtcnn=False)
detector.detect_emotions(picture)
print("ready", flush=True)
for _ in sys.stdin:
    taken = []
    for _ in range(12):
        started = time.perf_counter()
        faces = detector.detect_emotions(picture)
        taken.append(time.perf_counter() - started)
    print(statistics.median(taken) * 1e3, len(faces), flush=True)
"""


def moving_face(width: int, height: int, count: int = 100) -> list[bytes]:
    """A face that sways and comes closer, ten frames a second, as JPEGs."""
    return [
        jpeg(
            portrait(
                width,
                height,
                face_px=height * (0.36 + 0.03 * np.cos(i / 7)),
                centre=(0.5 + 0.05 * np.sin(i / 5), 0.5 + 0.03 * np.cos(i / 9)),
            ),
            quality=80,
        )
        for i in range(count)
    ]


def stages(width: int, height: int, redetect_s: float) -> dict[str, float]:
    """Best of five medians of each stage in ms, and the mean of the whole."""
    pipeline = FacePipeline.load(BUNDLE, PipelineConfig(redetect_s=redetect_s))
    frames = moving_face(width, height)
    stream, at = FaceStream(), 0.0
    rounds = []
    for _ in range(6):
        results = []
        for frame in frames:
            at += 0.1
            results.append(pipeline.analyse_jpeg(frame, stream, at))
        assert all(len(result.faces) == 1 for result in results), "a face was missed"
        taken = [result.stages_ms for result in results]
        rounds.append(
            {stage: statistics.median(t[stage] for t in taken) for stage in taken[0]}
            | {"mean": statistics.fmean(t["total"] for t in taken)}
        )
    warm = rounds[1:]
    return {stage: min(r[stage] for r in warm) for stage in warm[0]}


def against_fer(python: str, threads: str) -> tuple[float, float]:
    """Milliseconds of ``FER(mtcnn=False).detect_emotions`` and of ours, in turns.

    Ours starts from the decoded picture too, detects in every frame and has one thread.

    Args:
        python: of the other environment.
        threads: ``"all"`` leaves ``fer`` its default, a thread a core; ``"one"`` is even.
    """
    # The whole scene: what a cascade costs depends on how much there is to look at.
    picture = portrait(640, 480, face_px=115, centre=(0.43, 0.3))
    pipeline = FacePipeline.load(BUNDLE, PipelineConfig(redetect_s=0.0))
    assert len(pipeline.analyse(picture).faces) == 1
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        cv2.imwrite(str(path), picture)
        with subprocess.Popen(
            [python, "-c", _FER, str(path), threads],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as fer:
            assert fer.stdin is not None
            assert fer.stdout is not None
            while (line := fer.stdout.readline().strip()) != "ready":
                assert line or fer.poll() is None, "fer did not start"
            for _ in range(5):
                fer.stdin.write("go\n")
                fer.stdin.flush()
                ms, faces = fer.stdout.readline().split()
                assert int(faces) == 1, "fer did not find the face"
                theirs.append(float(ms))
                ours.append(best_median_ms(lambda: pipeline.analyse(picture), times=100, rounds=1))
            fer.stdin.close()
    return min(theirs), min(ours)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fer", metavar="PYTHON", help="a Python that has fer==25.10.3")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    print(machine())
    print("| frame | detection | decode | detect | classify | median | mean |")
    print("|---|---|---|---|---|---|---|")
    for width, height in ((320, 240), (480, 360), (640, 480)):
        for name, redetect_s in (("every frame", 0.0), ("followed, as live", 0.35)):
            ms = stages(width, height, redetect_s)
            cells = [ms[stage] for stage in ("decode", "detect", "classify", "total", "mean")]
            numbers = " | ".join(f"{cell:.2f}" for cell in cells)
            print(f"| {width}x{height} | {name} | {numbers} |")
    if args.fer:
        for threads in ("all", "one"):
            theirs, ours = against_fer(args.fer, threads)
            print(
                f"640x480, decoded: fer {theirs:.1f} ms on {threads} cores, "
                f"ours {ours:.2f} ms on one: {theirs / ours:.1f}x"
            )


if __name__ == "__main__":
    main()
