"""A job in the hands of this worker, with the thread that says so every two seconds."""

from __future__ import annotations

import logging
import os
import socket
import threading
from contextlib import AbstractContextManager
from types import TracebackType
from uuid import uuid4

from django.db import DatabaseError, connection
from django.utils import timezone

from emotionweb.clips import jobs
from emotionweb.clips.jobs import LostError
from emotionweb.clips.models import Job
from inference.errors import StoppedError

logger = logging.getLogger(__name__)


def new_holder() -> str:
    """A token that names this process for people who look, and this one claim for everybody."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{uuid4().hex[:16]}"


class Held:
    """What the code that does a job may ask and say.

    Entering starts the signs of life, leaving ends them; they come from a thread of their own, so
    that a step that takes long does not look like a death.

    Args:
        job: As ``jobs.claim`` gave it.
        stopping: Set when this process is about to end.
    """

    def __init__(self, job: Job, stopping: threading.Event) -> None:
        self.job = job
        self.holder = job.holder
        self.lost = False
        self.cancelled = False
        self._stopping = stopping
        self._stage, self._progress = job.stage, job.progress
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"beat-{job.pk}", daemon=True)

    def __enter__(self) -> Held:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._thread.join()

    def say(self, stage: Job.Stage, progress: float) -> None:
        """Say how far the job is; it is stored with the next sign of life.

        Args:
            stage: What is being done.
            progress: 0..1 over all stages.
        """
        self._stage, self._progress = stage, min(max(progress, 0.0), 1.0)

    def should_stop(self) -> bool:
        """Whether to drop everything: cancelled, lost, or the process is about to end."""
        return self.cancelled or self.lost or self._stopping.is_set()

    def check(self) -> None:
        """Raise ``StoppedError`` where ``should_stop``."""
        if self.should_stop():
            raise StoppedError

    def holding(self) -> AbstractContextManager[Job]:
        """A short transaction in which the job is certainly ours; see ``jobs.holding``."""
        return jobs.holding(self.job, self.holder)

    def _beat(self) -> None:
        try:
            while not self._ended.wait(jobs.HEARTBEAT_S):
                self._beat_once()
                if self.lost:
                    return
        finally:
            connection.close()

    def _beat_once(self) -> None:
        try:
            asked = jobs.beat(self.job.pk, self.holder, self._stage, self._progress, timezone.now())
        except LostError:
            self.lost = True
        except DatabaseError as error:
            # Somebody may take the job meanwhile; then the next beat that arrives tells us.
            logger.warning("No sign of life could be given for job %s: %s", self.job.pk, error)
            connection.close()
        else:
            self.cancelled = self.cancelled or asked
