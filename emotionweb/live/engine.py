"""The analysis threads of a process, and the lane that each session has to them.

A lane holds at most two frames: the one that is being analysed or stands in line, and the
newest one after it. What stands in line for the threads are lanes, not frames, so every session
gets its turn and nobody's queue can grow. docs/decisions/2026-11-21-live-engine.md tells why.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from inference.bundle import Bundle
    from inference.personal import Baseline
    from inference.results import FaceResult, FrameResult
    from inference.stream import FaceStream

logger = logging.getLogger(__name__)

#: After so many seconds a bundle that could not be used is tried again.
RETRY_S = 30.0


class Pipeline(Protocol):
    """What the engine needs of ``inference.pipeline.FacePipeline``."""

    def analyse_jpeg(self, data: bytes, stream: FaceStream, at: float) -> FrameResult: ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture on its way; ``at`` is the arrival in seconds of the monotonic clock."""

    seq: int
    jpeg: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a frame: a result with the person's own face in it, or an error."""

    frame: Frame
    result: FrameResult | None
    own: FaceResult | None
    error: Exception | None


class Lane:
    """One session's way into the engine and back.

    ``put``, ``select`` and ``rest`` belong to one thread (the event loop's); ``deliver`` is called
    in the engine's threads, in the order of the frames, with the lane locked: it must only hand
    the answer on.
    """

    def __init__(
        self, line: SimpleQueue[Lane | None], stream: FaceStream, deliver: Callable[[Answer], None]
    ) -> None:
        self._line = line
        self._stream = stream
        self._deliver = deliver
        self._lock = threading.Lock()
        self._current: Frame | None = None
        self._next: Frame | None = None
        self._selected: int | None = None
        self._resting = False

    def put(self, frame: Frame) -> Frame | None:
        """Hand in a frame; returns the waiting one that it replaced, if any."""
        with self._lock:
            self._resting = False
            if self._current is not None:
                replaced, self._next = self._next, frame
                return replaced
            self._current = frame
        self._line.put(self)
        return None

    def select(self, track_id: int) -> None:
        """The person says which face is theirs; holds from the next frame on."""
        # The stream itself is only touched by the thread that has the lane.
        with self._lock:
            self._selected = track_id

    def rest(self) -> Frame | None:
        """Take back the frame that waits behind the current one, for a pause.

        After the current one no picture is remembered until the next comes.
        """
        with self._lock:
            taken, self._next = self._next, None
            self._resting = True
            self._forget_if_idle()
        return taken

    def run(self, pipeline: Pipeline) -> None:
        """Analyse the current frame, deliver, and stand in line again if there is a next."""
        frame = self._current
        if frame is None:
            return
        answer = self._analyse(frame, pipeline)
        # One step: were the lane free before the answer is out, the next one could overtake it;
        # were it free later, a browser that knows the answer could have its next frame dropped.
        with self._lock:
            self._deliver(answer)
            self._current, self._next = self._next, None
            self._forget_if_idle()
            again = self._current is not None
        if again:
            self._line.put(self)

    def _forget_if_idle(self) -> None:
        if self._resting and self._current is None:
            self._stream.forget_picture()

    def _analyse(self, frame: Frame, pipeline: Pipeline) -> Answer:
        try:
            with self._lock:
                selected, self._selected = self._selected, None
            if selected is not None:
                self._stream.select(selected)
            result = pipeline.analyse_jpeg(frame.jpeg, self._stream, frame.at)
            return Answer(frame, result, self._stream.own_track(result), None)
        except Exception as error:
            # One frame must not take the thread, and with it every other session, down.
            return Answer(frame, None, None, error)


class _Worker(threading.Thread):
    """A thread and the pipeline that only it uses; another one may be put in its place."""

    def __init__(self, number: int, line: SimpleQueue[Lane | None], pipeline: Pipeline) -> None:
        super().__init__(name=f"engine-{number}", daemon=True)
        self._line = line
        self.pipeline = pipeline

    def run(self) -> None:
        while (lane := self._line.get()) is not None:
            lane.run(self.pipeline)
            # Or the last session of the day, with its last picture, stays until the next comes.
            del lane


class Engine:
    """Threads with a pipeline each.

    Args:
        open_bundle: Opens the bundle in a folder, in the background.
        load: Makes a pipeline of it; called once for each thread.
        new_stream: Makes the memory of one session, with the person's baseline, if there is one.
        threads: Number of threads.
    """

    def __init__(
        self,
        open_bundle: Callable[[Path], Bundle],
        load: Callable[[Bundle], Pipeline],
        new_stream: Callable[[Baseline | None], FaceStream],
        threads: int,
    ) -> None:
        self._open_bundle = open_bundle
        self._load = load
        self._new_stream = new_stream
        self._threads = threads
        self._line: SimpleQueue[Lane | None] = SimpleQueue()
        self._workers: list[_Worker] = []
        self._loading = threading.Lock()
        self._state = threading.Lock()
        self._started: Future[str] | None = None
        self._followed: object = None
        self._following = False
        self._refused: object = None
        self._try_again_at = 0.0

    def start(self, bundle: Path) -> Future[str]:
        """Begin to load unless that has begun; returns at once.

        Returns:
            The version of the model as soon as one thread is ready, or the error that prevented
            it. After an error the next call tries again.
        """
        with self._state:
            started = self._started
            if started is None or (started.done() and not self._is_ready()):
                started = self._started = Future()
                # A socket that goes away while it waits must not cancel the start for others.
                started.set_running_or_notify_cancel()
                self._followed = _identity(bundle)
                _in_background(self._start, bundle, started)
            return started

    def open_lane(
        self, deliver: Callable[[Answer], None], baseline: Baseline | None = None
    ) -> Lane:
        """Open a session's lane; it ends when nobody refers to it any more."""
        return Lane(self._line, self._new_stream(baseline), deliver)

    def swap(self, bundle: Path) -> str:
        """Go over to another bundle; takes as long as loading it.

        The frames that arrive meanwhile are answered by the old one; each thread changes
        between two frames.

        Returns:
            The version of the new model.

        Raises:
            inference.errors.BundleError: It cannot be used; the old one goes on.
        """
        with self._loading:
            if not self._workers:
                raise RuntimeError("The engine has not started: there is nothing to go over from.")
            opened = self._open_bundle(bundle)
            pipelines = [self._load(opened) for _ in self._workers]
            for worker, pipeline in zip(self._workers, pipelines, strict=True):
                worker.pipeline = pipeline
        return opened.version

    def follow(self, bundle: Path) -> None:
        """Swap in the background if this is not the bundle that runs.

        Cheap enough to be called by every session every few seconds. A bundle that cannot be
        used is tried again now and then, and as soon as its files change, for it may have been
        caught while it was being copied; the log has it once.
        """
        identity = _identity(bundle)
        with self._state:
            if not self._is_ready() or self._following or identity in (None, self._followed):
                return
            if identity == self._refused and time.monotonic() < self._try_again_at:
                return
            self._following = True
        _in_background(self._follow, bundle, identity)

    def close(self) -> None:
        """End the threads after the frames that stand in line."""
        with self._loading:
            workers, self._workers = self._workers, []
        for _ in workers:
            self._line.put(None)
        for worker in workers:
            worker.join()

    def _is_ready(self) -> bool:
        started = self._started
        return started is not None and started.done() and started.exception() is None

    def _start(self, bundle: Path, started: Future[str]) -> None:
        with self._loading:
            try:
                opened = self._open_bundle(bundle)
                for number in range(self._threads):
                    worker = _Worker(number, self._line, self._load(opened))
                    self._workers.append(worker)
                    worker.start()
                    if number == 0:
                        started.set_result(opened.version)
            except Exception as error:
                logger.exception("The model in %s cannot be used.", bundle)
                if not started.done():
                    started.set_exception(error)

    def _follow(self, bundle: Path, identity: object) -> None:
        try:
            version = self.swap(bundle)
        except Exception:
            if identity != self._refused:
                logger.exception("The model in %s cannot be used; the one before goes on.", bundle)
            self._refused, self._try_again_at = identity, time.monotonic() + RETRY_S
        else:
            self._followed = identity
            logger.info("Changed to the model %s.", version)
        finally:
            self._following = False


def _in_background(target: Callable[..., None], *args: object) -> None:
    threading.Thread(target=target, args=args, name="engine-load", daemon=True).start()


def _identity(bundle: Path) -> object:
    """What changes when a bundle is replaced; ``None`` while there is none to be read."""
    from inference.bundle import CARD_FILE, TFLITE_FILE

    try:
        files = [(bundle / name).stat() for name in (CARD_FILE, TFLITE_FILE)]
    except OSError:
        return None
    return [(file.st_dev, file.st_ino, file.st_size, file.st_mtime_ns) for file in files]
