"""`manage.py run_training`: the process of one training; the training worker starts it."""

import contextlib
import ctypes
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

PR_SET_PDEATHSIG = 1


class Command(BaseCommand):
    help = "Runs one training that a worker has claimed. Not meant to be called by hand."
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", type=int)
        parser.add_argument("holder")
        parser.add_argument("--parent", type=int, required=True, help="process that waits for it")

    def handle(self, *args: Any, run: int, holder: str, parent: int, **options: Any) -> None:
        _end_with(parent)
        _stand_back()
        logging.basicConfig(
            level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True
        )
        import cv2

        from emotionweb.training import run_process

        cv2.setNumThreads(1)
        run_process.execute(run, holder)


def _stand_back() -> None:
    """Let the site go first.

    Where Linux groups processes by session, as it does on desktops, a nice value only counts
    among those of the same session, and this process has one of its own: the session itself
    has to be nice (see sched(7), "The autogroup feature").
    """
    if not settings.TRAINING_NICE:
        return
    os.nice(settings.TRAINING_NICE)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(settings.TRAINING_NICE))


def _end_with(parent: int) -> None:
    """Let the kernel end this process when the worker is gone; nobody would look after it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was gone before we could say so
        sys.exit(1)
