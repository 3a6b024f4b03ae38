"""Stand-ins for what is slow or random: the pipeline with its stream, and the clocks."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np

from emotionweb.live.engine import Engine
from inference.bundle import TFLITE_FILE
from inference.errors import BundleCorruptError
from inference.frames import decode_jpeg
from inference.labels import LABELS
from inference.personal import Baseline
from inference.reasons import UnsureReason
from inference.results import FaceResult, FrameResult

STAGES = {"decode": 0.2, "detect": 1.1, "classify": 0.5, "total": 1.8}


def jpeg(width: int = 64, height: int = 48) -> bytes:
    """A small gray picture."""
    encoded, data = cv2.imencode(".jpg", np.full((height, width, 3), 128, np.uint8))
    assert encoded
    return data.tobytes()


def probabilities(**shares: float) -> np.ndarray:
    """``(8,)``; the rest goes to neutral."""
    vector = np.array([shares.get(name, 0.0) for name in LABELS], np.float32)
    vector[0] += 1.0 - vector.sum()
    return vector


def face(track_id: int = 1, unsure: UnsureReason | None = None, **shares: float) -> FaceResult:
    """A face; without shares it is happy by 0.8."""
    vector = probabilities(**(shares or {"happiness": 0.8}))
    scored = unsure in (None, UnsureReason.NOT_CONFIDENT)
    return FaceResult(
        track_id=track_id,
        box_xyxy=(10.0, 12.5, 30.0, 36.04),
        roll_deg=-3.14,
        detection_score=0.9,
        probabilities=vector if scored else np.zeros(len(LABELS), np.float32),
        smoothed=vector,
        confidence=float(vector.max()) if scored else 0.0,
        label=None if unsure else LABELS[int(vector.argmax())],
        mixed=(),
        unsure=unsure,
        scored=scored,
    )


class FakeStream:
    """Remembers which face was selected, and which frames it went through."""

    def __init__(self, baseline: Baseline | None = None) -> None:
        self.baseline = baseline
        self.selected: int | None = None
        self.times: list[float] = []
        self.has_picture = False

    def forget_picture(self) -> None:
        self.has_picture = False

    def select(self, track_id: int) -> None:
        self.selected = track_id

    def own_track(self, result: FrameResult) -> FaceResult | None:
        wanted = [one for one in result.faces if one.track_id == self.selected]
        return next(iter(wanted or result.faces), None)


@dataclass
class FakeBundle:
    version: str


@dataclass
class FakePipeline:
    """Decodes for real, so that bad pictures fail as they do; finds the faces it is told.

    Attributes:
        hold: While cleared, a frame waits in the thread.
        failure: Raised for every frame, if any.
    """

    bundle: FakeBundle
    faces: tuple[FaceResult, ...] = field(default_factory=lambda: (face(),))
    hold: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    failure: Exception | None = None

    def __post_init__(self) -> None:
        self.hold.set()

    def analyse_jpeg(self, data: bytes, stream: FakeStream, at: float) -> FrameResult:
        self.entered.release()
        assert self.hold.wait(10)
        if self.failure is not None:
            raise self.failure
        height, width, _ = decode_jpeg(data).shape
        stream.times.append(at)
        stream.has_picture = True
        return FrameResult(width, height, self.faces, dict(STAGES), self.bundle.version)


class FakeLoader:
    """Opens folders as bundles: the name of the folder is the version; "broken" fails.

    Attributes:
        opened: The bundles, in the order in which they were opened.
        pipelines: Made of them.
    """

    def __init__(self) -> None:
        self.opened: list[FakeBundle] = []
        self.pipelines: list[FakePipeline] = []

    def open_bundle(self, folder: Path) -> FakeBundle:
        network = folder / TFLITE_FILE
        if "broken" in folder.name or (network.exists() and network.read_bytes() == b"half"):
            raise BundleCorruptError(f"The model {folder.name} is damaged.")
        self.opened.append(FakeBundle(folder.name))
        return self.opened[-1]

    def load(self, bundle: FakeBundle) -> FakePipeline:
        self.pipelines.append(FakePipeline(bundle))
        return self.pipelines[-1]

    def engine(self, threads: int) -> Engine:
        """An engine that loads so; it has not started."""
        return Engine(self.open_bundle, self.load, FakeStream, threads)


class FakeMonotonic:
    """In place of the module ``time``: each look is one step later."""

    def __init__(self, step: float) -> None:
        self.now = 1000.0
        self.step = step

    def monotonic(self) -> float:
        self.now += self.step
        return self.now


class FakeWall:
    """A wall clock that goes only when it is told to."""

    def __init__(self, now: datetime = datetime(2026, 3, 14, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
