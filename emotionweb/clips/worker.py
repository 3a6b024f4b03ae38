"""How many jobs a worker process does at a time.

The process has a pool of threads. A job takes one of them for minutes, so only so many threads may
have one: the others are for what takes a moment, above all for the sweep.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from django.conf import settings

from emotionweb.clips import jobs, runner
from emotionweb.clips.models import Job

_stopping = threading.Event()


class Slots:
    """Places for jobs of some kinds in this process.

    Args:
        kinds: Of jobs.
        number: Of places.
        work_one: Does one job; returns whether there was one.
    """

    def __init__(
        self,
        kinds: Sequence[Job.Kind],
        number: int,
        work_one: Callable[[Sequence[Job.Kind], threading.Event], bool] = runner.work_one,
    ) -> None:
        self._kinds = kinds
        self._free = threading.BoundedSemaphore(number)
        self._again = threading.Event()
        self._work_one = work_one

    def work(self) -> None:
        """Do jobs until none waits; where no place is free, those who have one do it."""
        self._again.set()
        # Whoever is about to leave looks here once more: a job that came in the moment between
        # its last look and its leaving is not left lying.
        while self._again.is_set() and self._free.acquire(blocking=False):
            try:
                self._again.clear()
                while not _stopping.is_set() and self._work_one(self._kinds, _stopping):
                    pass
            finally:
                self._free.release()
            if _stopping.is_set():
                return


clip_slots = Slots(jobs.CLIP_KINDS, settings.CLIP_JOBS_AT_ONCE)
photo_slots = Slots(jobs.PHOTO_KINDS, 1)


def stop() -> None:
    """Finish nothing and begin nothing more: the process is about to end."""
    _stopping.set()
