"""The training worker: takes the next run and lives beside its process until that ends.

The process is another one so that its memory goes back when it is over, so that it can be
stopped in the middle of a step, and so that what TensorFlow does to a process stays there.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from emotionweb.training import files, jobs, runs, words
from emotionweb.training.models import Run

logger = logging.getLogger(__name__)

_POLL_S = 0.5
_GRACE_S = 5.0
_GIB = 1024**3


def work(now: datetime | None = None) -> int:
    """Do the runs that wait, one after the other; returns how many."""
    done = 0
    while not jobs.stopping.is_set():
        run = runs.claim(uuid4().hex, now or timezone.now())
        if run is None:
            break
        supervise(run)
        done += 1
    return done


def supervise(run: Run) -> None:
    """Start the process of a run that we hold, and see to its end."""
    log = files.absolute(run.path) / files.LOG
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603  (our own program)
            command(run),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=settings.BASE_DIR,
            env={**os.environ, **environment()},
            start_new_session=True,
        )
    too_much = False
    try:
        while process.poll() is None and not jobs.stopping.is_set() and not too_much:
            too_much = resident_bytes(process.pid) > memory_limit()
            jobs.stopping.wait(_POLL_S)
    finally:
        code = _end(process)
    _settle(run, code, too_much=too_much)


def command(run: Run) -> list[str]:
    """How the process of a run is started."""
    manage = str(Path(settings.BASE_DIR) / "manage.py")
    return [
        sys.executable,
        manage,
        "run_training",
        str(run.pk),
        run.holder,
        "--parent",
        str(os.getpid()),
    ]


def environment() -> Mapping[str, str]:
    """Bounds of the threads of everything that has threads of its own."""
    threads = str(settings.TRAINING_THREADS)
    return {
        "TF_NUM_INTRAOP_THREADS": threads,
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "PYTHONUNBUFFERED": "1",
    }


def memory_limit() -> int:
    """Bytes that a training may hold in memory.

    Not the address space: TensorFlow reserves many times what it uses.
    """
    if settings.TRAINING_MEMORY_BYTES:
        return int(settings.TRAINING_MEMORY_BYTES)
    there: int = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(3 * _GIB, there // 2)


def resident_bytes(pid: int) -> int:
    """What a process holds in memory; 0 where that cannot be known."""
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((line for line in text.splitlines() if line.startswith("VmRSS:")), "")
    return int(line.split()[1]) * 1024 if line else 0


def _end(process: subprocess.Popen[bytes]) -> int:
    """Wait for the process, or end it where it still runs; returns its exit code."""
    if process.poll() is None:
        process.terminate()
        deadline = time.monotonic() + _GRACE_S
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if process.poll() is None:
            process.kill()
    return process.wait()


def _settle(run: Run, code: int, *, too_much: bool) -> None:
    """What becomes of a run whose process ended without a word; else it has said so itself."""
    ours = runs.ours(run.pk, run.holder)
    row = ours.first()
    if row is None:
        return
    if too_much:
        kept = words.keep("memory", limit_mb=memory_limit() >> 20)
        ours.update(state=Run.State.FAILED, problem=kept, holder="", finished_at=timezone.now())
    elif jobs.stopping.is_set():
        runs.give_back(row)
    else:
        logger.warning("The process of run %s ended with code %s.", run.pk, code)
        runs.take_back(Run.objects.filter(pk=run.pk), timezone.now())
