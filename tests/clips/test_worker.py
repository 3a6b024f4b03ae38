"""How many jobs a process does at a time, and the real worker, stopped and killed in the middle."""

import re
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings

from emotionweb import launcher
from emotionweb.clips import jobs, worker
from emotionweb.clips.models import Job
from emotionweb.clips.worker import Slots
from tests.clips.films import film
from tests.clips.installation import Installation

PATIENCE_S = 90


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


# === Places ===


class Line:
    """Jobs that are counted only; each waits for ``go``."""

    def __init__(self, waiting: int) -> None:
        self.waiting = waiting
        self.running = self.most = self.done = 0
        self.go = threading.Event()
        self._lock = threading.Lock()

    def work_one(self, kinds: Sequence[Job.Kind], stopping: threading.Event) -> bool:
        with self._lock:
            if not self.waiting:
                return False
            self.waiting -= 1
            self.running += 1
            self.most = max(self.most, self.running)
        self.go.wait(20)
        with self._lock:
            self.running -= 1
            self.done += 1
        return True


def in_threads(count: int, act: Callable[[], None]) -> list[threading.Thread]:
    threads = [threading.Thread(target=act) for _number in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_long_jobs_never_take_every_thread() -> None:
    line = Line(5)
    slots = Slots(jobs.CLIP_KINDS, 2, line.work_one)
    messages = in_threads(5, slots.work)
    wait_until(lambda: sum(thread.is_alive() for thread in messages) == 2, 10)
    line.go.set()
    for thread in messages:
        thread.join()
    assert (line.done, line.most) == (5, 2)


def test_a_job_that_comes_at_the_last_moment_is_not_left_lying() -> None:
    line = Line(1)
    line.go.set()
    slots = Slots(jobs.CLIP_KINDS, 1, lambda *args: late(*args))

    def late(kinds: Sequence[Job.Kind], stopping: threading.Event) -> bool:
        if line.work_one(kinds, stopping):
            return True
        if line.done == 1:  # it has seen that nothing waits and still has its place
            line.waiting = 1
            slots.work()  # this message finds no place
            assert line.done == 1
        return False

    slots.work()
    assert line.done == 2


def test_an_error_gives_the_place_back() -> None:
    def broken(kinds: Sequence[Job.Kind], stopping: threading.Event) -> bool:
        raise ZeroDivisionError

    slots = Slots(jobs.CLIP_KINDS, 1, broken)
    for _time in range(2):
        with pytest.raises(ZeroDivisionError):
            slots.work()


def test_a_process_that_ends_begins_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = threading.Event()
    monkeypatch.setattr(worker, "_stopping", stopping)
    line = Line(2)
    line.go.set()
    worker.stop()
    Slots(jobs.CLIP_KINDS, 1, line.work_one).work()
    assert line.done == 0


@pytest.mark.parametrize(("clip_jobs", "threads"), [(1, "3"), (4, "6")])
def test_the_launcher_gives_sweeps_a_thread_of_their_own(clip_jobs: int, threads: str) -> None:
    command = list(launcher.programs([], clip_jobs)[1].command)
    assert command[command.index("--concurrency") + 1] == threads


def test_beat_asks_for_the_sweep_more_often_than_workers_are_missed() -> None:
    sweep = settings.CELERY_BEAT_SCHEDULE["clips.sweep"]["schedule"]
    assert sweep < jobs.STALE_AFTER.total_seconds()


# === The real thing ===


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    running = Installation(tmp_path)
    yield running
    running.stop()


@pytest.mark.slow
@pytest.mark.services
def test_a_job_survives_a_lost_message_a_stop_and_a_kill(
    installation: Installation, tmp_path: Path
) -> None:
    seconds, fps = 300, 30
    installation.prepare(film(tmp_path / "long.mp4", seconds, fps, (160, 120)))
    installation.start("beat", "--pidfile=")
    assert installation.job() == ("waiting", 0, 0)

    # Nobody was told of the job: the sweep finds it.
    first = installation.start_worker()
    wait_until(lambda: installation.job()[2] > 0)
    assert installation.job()[:2] == ("running", 1)

    # A worker that is told to end gives its job back in time.
    first.send_signal(signal.SIGTERM)
    assert first.wait(15) == 0
    assert installation.job()[:2] == ("waiting", 0)

    # One that is killed says nothing; the row goes stale, and the next worker gets it.
    second = installation.start_worker()
    wait_until(lambda: installation.job()[:2] == ("running", 1) and installation.job()[2] > 0)
    second.send_signal(signal.SIGKILL)
    second.wait()
    assert installation.job()[:2] == ("running", 1)

    installation.start_worker()
    wait_until(lambda: installation.job()[0] == "done")
    assert installation.job() == ("done", 2, 5)
    assert installation.ask("SELECT frames FROM clips_annotation") == [(seconds * fps,)]
    rows = installation.ask('SELECT "index" FROM clips_sampleblock ORDER BY "index"')
    assert rows == [(number,) for number in range(5)]
    assert installation.ask("SELECT COUNT(*) FROM clips_track") == [(1,)]
    lines = installation.log.read_text().splitlines()
    assert not [line for line in lines if re.search("Traceback|ERROR|Error", line)]
