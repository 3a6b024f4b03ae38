"""Does jobs: takes the next one, and makes of whatever goes wrong a reason that can be read.

Nothing of ``inference`` beyond its errors is imported before there is a job: the web process
imports this module, too, when it wakes a worker.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from django.db import DatabaseError
from django.utils import timezone

from emotionweb.clips import annotating, jobs, photo_reading, rendering
from emotionweb.clips.held import Held, new_holder
from emotionweb.clips.jobs import LostError
from emotionweb.clips.models import Job
from emotionweb.clips.problems import NO_ROOM, ProblemError
from inference.errors import (
    BundleError,
    ClipError,
    PhotoError,
    StoppedError,
    UnknownNameError,
)

logger = logging.getLogger(__name__)

DOERS: Mapping[str, Callable[[Held], None]] = {
    Job.Kind.ANNOTATE: annotating.annotate_clip,
    Job.Kind.RENDER: rendering.render_clip,
    Job.Kind.PHOTO: photo_reading.read_photo,
}


def work_one(kinds: Sequence[Job.Kind], stopping: threading.Event) -> bool:
    """Do the job whose turn it is.

    Args:
        kinds: Of which kinds.
        stopping: Set when this process is about to end.

    Returns:
        Whether there was one, however it ended.
    """
    job = jobs.claim(new_holder(), kinds, timezone.now())
    if job is None:
        return False
    with Held(job, stopping) as held:
        do(held)
    return True


def do(held: Held) -> None:
    """Do a job that is held, to its end or to a reason why there is none."""
    try:
        DOERS[held.job.kind](held)
    except LostError:
        logger.info("Job %s is not ours any more.", held.job.pk)
    except StoppedError:
        _stopped(held)
    except DatabaseError:
        # Nothing can be written now. Without signs of life the sweep takes the job back.
        logger.exception("Job %s was left for lack of a database.", held.job.pk)
    except Exception as error:
        problem = problem_of(error)
        if problem in ("internal", "model"):
            logger.exception("Job %s failed.", held.job.pk)
        _end(held, Job.State.FAILED, problem)


def problem_of(error: Exception) -> str:
    """The key of ``strings.PROBLEMS`` that says to a person what happened."""
    if isinstance(error, ProblemError | ClipError | PhotoError):
        return error.code
    if isinstance(error, BundleError | UnknownNameError):
        return "model"
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return "disk_full"
    return "internal"


def _stopped(held: Held) -> None:
    if held.lost:
        return
    if held.cancelled:
        _end(held, Job.State.CANCELLED)
    else:  # the process ends; somebody else begins anew
        jobs.give_back(held.job, held.holder)


def _end(held: Held, state: Job.State, problem: str = "") -> None:
    with suppress(LostError), held.holding() as row:
        jobs.forget_half_made(row)
        jobs.finish(row, state, timezone.now(), problem)
