"""Life of a job: who may take it, who has it, and what happens when its worker dies.

The row decides, messages only wake workers. A worker claims a row under a token of its own and
writes while the row still names that token: one that was given up for dead and wakes again
finds another token, or none, and writes nothing. docs/decisions/2026-11-21-uploads.md tells why.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from emotionweb.clips.models import Annotation, Clip, Job, Photo
from emotionweb.journal import services as journal

logger = logging.getLogger(__name__)

Kind, State = Job.Kind, Job.State

OPEN = (State.WAITING, State.RUNNING)
CLIP_KINDS = (Kind.ANNOTATE, Kind.RENDER)
PHOTO_KINDS = (Kind.PHOTO,)
#: Seconds between two signs of life.
HEARTBEAT_S = 2.0
#: A worker that gave none for so long is taken for dead; SQLite may let it wait 20 s for a lock.
STALE_AFTER = timedelta(seconds=30)
#: Seconds for a worker that was asleep, as with the lid of a laptop, to give one after all.
SECOND_CHANCE_S = 2 * HEARTBEAT_S
#: So often may a worker die of one job.
MAX_ATTEMPTS = 3
#: A message that nobody took by then is of no use: the sweep sends another one.
MESSAGE_EXPIRES_S = 60
#: Messages of one sweep for jobs of one kind.
WAKES_AT_ONCE = 4


class LostError(Exception):
    """The job is not ours any more: deleted, ended, or another worker's."""


# === Into the line ===


def enqueue(
    user_id: int,
    kind: Job.Kind,
    thing: Clip | Photo,
    options: dict[str, object] | None = None,
    now: datetime | None = None,
) -> Job:
    """Put a job into the line and wake a worker once the transaction is committed.

    Args:
        user_id: Whose it is.
        kind: What is to be done.
        thing: With which clip or photo.
        options: Of the kind, as JSON.
        now: Time, aware.

    Returns:
        The new job, or the one of that kind which is open for that clip already.
    """
    of = {"clip": thing} if isinstance(thing, Clip) else {"photo": thing}
    try:
        with transaction.atomic():
            job = Job.objects.create(
                user_id=user_id,
                kind=kind,
                options=options or {},
                created_at=now or timezone.now(),
                **of,
            )
    except IntegrityError:
        open_one = Job.objects.filter(kind=kind, state__in=OPEN, **of).first()
        if open_one is None:
            raise
        return open_one
    transaction.on_commit(lambda: wake(kind))
    return job


def wake(kind: str) -> None:
    """Tell a worker that there is something to do; without a broker the sweep will."""
    from emotionweb.clips import tasks

    task = tasks.work_photos if kind in PHOTO_KINDS else tasks.work
    try:
        task.apply_async(expires=MESSAGE_EXPIRES_S)
    except (BrokerError, OSError) as error:
        logger.warning("No worker could be woken, the sweep will try again: %s", error)


def wake_for_waiting() -> None:
    """Wake workers for jobs that wait.

    Their message may be lost, or expired unread, or went to a worker that has no place free while
    another one has.
    """
    for kinds in (CLIP_KINDS, PHOTO_KINDS):
        waiting = Job.objects.filter(state=State.WAITING, kind__in=kinds)
        for _job in waiting.values_list("pk")[:WAKES_AT_ONCE]:
            wake(kinds[0])


# === Out of the line ===


@transaction.atomic
def claim(holder: str, kinds: Sequence[Job.Kind], now: datetime) -> Job | None:
    """Take the job whose turn it is.

    First come people of whom the fewest jobs run, among them who was not served for longest,
    and of each person the oldest job. So somebody with one clip does not wait for fifty of
    somebody else.

    Args:
        holder: Token of this claim; nobody else ever had it.
        kinds: Of which kinds.
        now: Time, aware.

    Returns:
        The job, running now, or ``None`` where nothing waits.
    """
    waiting = Job.objects.filter(state=State.WAITING, kind__in=kinds)
    # Two workers that look at the same time look one after the other.
    locked = waiting.select_for_update().order_by("pk")
    rows = list(locked.values_list("pk", "user_id", "created_at"))
    if not rows:
        return None
    users = {user_id for _pk, user_id, _created_at in rows}
    same = Job.objects.filter(user__in=users, kind__in=kinds)
    running = Counter(same.filter(state=State.RUNNING).values_list("user_id", flat=True))
    served = dict(same.values_list("user_id").annotate(Max("started_at")))

    def turn(row: tuple[UUID, int, datetime]) -> tuple[object, ...]:
        pk, user_id, created_at = row
        last = served.get(user_id)
        return (running[user_id], last.timestamp() if last else 0.0, created_at, pk)

    job = Job.objects.get(pk=min(rows, key=turn)[0])
    job.state = State.RUNNING
    job.stage = Job.Stage.READING
    job.progress = 0.0
    job.holder = holder
    job.started_at = job.heartbeat_at = now
    job.attempts += 1
    job.save()
    return job


# === While it runs ===


def beat(job_id: UUID, holder: str, stage: str, progress: float, now: datetime) -> bool:
    """Give a sign of life and say how far the job is.

    Returns:
        Whether to stop: the person asked for it.

    Raises:
        LostError: The job is not ours any more.
    """
    ours = _ours(job_id, holder)
    if not ours.update(heartbeat_at=now, stage=stage, progress=progress):
        raise LostError
    return ours.filter(cancel_asked=True).exists()


@contextmanager
def holding(job: Job, holder: str) -> Iterator[Job]:
    """A short transaction in which the job is certainly ours, and its person still there.

    Yields:
        The row as it is now, locked.

    Raises:
        LostError: The job is not ours any more; nothing was written.
    """
    with transaction.atomic():
        # The person comes first everywhere: an account that is deleted waits for us, or we for it.
        if not journal.lock_person(job.user_id):
            raise LostError
        row = _ours(job.pk, holder).select_for_update(of=("self",)).first()
        if row is None:
            raise LostError
        yield row


def finish(row: Job, state: Job.State, now: datetime, problem: str = "", **details: object) -> None:
    """End a job whose row is locked by ``holding``."""
    row.state = state
    row.finished_at = now
    row.problem = problem
    row.problem_details = details
    row.holder = ""
    if state == State.DONE:
        row.progress = 1.0
    row.save()


def give_back(job: Job, holder: str) -> None:
    """Put a job back into the line, as when the worker is told to stop; it does not count."""
    _ours(job.pk, holder).update(
        state=State.WAITING, holder="", stage="", progress=0.0, attempts=F("attempts") - 1
    )


def _ours(job_id: UUID, holder: str) -> QuerySet[Job]:
    return Job.objects.filter(pk=job_id, holder=holder, state=State.RUNNING)


# === When the worker died ===


def sweep(now: datetime, second_chance_s: float = SECOND_CHANCE_S) -> int:
    """Take back the jobs of workers that gave no sign of life for too long.

    Args:
        now: Time, aware.
        second_chance_s: Seconds to wait before judging: after the whole machine slept, every
            worker looks dead for a moment.

    Returns:
        How many were taken back; a second call finds none.
    """
    unheard = Job.objects.filter(state=State.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    found = list(unheard.values_list("pk", "heartbeat_at"))
    if found:
        time.sleep(second_chance_s)
    return sum(_take_back(pk, heard_at, now) for pk, heard_at in found)


@transaction.atomic
def _take_back(job_id: UUID, heard_at: datetime | None, now: datetime) -> bool:
    dead = Job.objects.filter(pk=job_id, state=State.RUNNING, heartbeat_at=heard_at)
    user_id = dead.values_list("user_id", flat=True).first()
    if user_id is None or not journal.lock_person(user_id):
        return False
    row = dead.select_for_update(of=("self",)).first()
    if row is None:
        return False
    logger.warning("The worker of job %s is gone (attempt %s).", row.pk, row.attempts)
    if row.cancel_asked:
        finish(row, State.CANCELLED, now)
    elif row.attempts >= MAX_ATTEMPTS:
        finish(row, State.FAILED, now, "worker_died", attempts=row.attempts)
    else:
        row.state, row.holder, row.stage, row.progress = State.WAITING, "", "", 0.0
        row.save()
    forget_half_made(row)
    return True


def forget_half_made(job: Job) -> None:
    """Delete what an attempt left unfinished."""
    Annotation.objects.filter(job=job, finished_at=None).delete()


# === What the person asks ===


@transaction.atomic
def cancel(user_id: int, job_id: UUID, now: datetime) -> Job | None:
    """Stop a job of this person: one that waits at once, one that runs within seconds.

    Returns:
        The job; ``None`` where the person has none of that id.
    """
    row = _own_locked(user_id, job_id)
    if row is None:
        return None
    if row.state == State.WAITING:
        finish(row, State.CANCELLED, now)
    elif row.state == State.RUNNING:
        row.cancel_asked = True
        row.save(update_fields=["cancel_asked"])
    return row


@transaction.atomic
def retry(user_id: int, job_id: UUID, now: datetime) -> Job | None:
    """Put a job that failed or was cancelled into the line again, at its end.

    Returns:
        The job that is open now; ``None`` where the person has none of that id.
    """
    row = _own_locked(user_id, job_id)
    if row is None or row.state not in (State.FAILED, State.CANCELLED):
        return row
    rivals = Job.objects.filter(kind=row.kind, clip=row.clip_id, photo=row.photo_id)
    if (open_one := rivals.filter(state__in=OPEN).first()) is not None:
        return open_one
    row.state, row.problem, row.problem_details = State.WAITING, "", {}
    row.attempts, row.progress, row.stage, row.cancel_asked = 0, 0.0, "", False
    row.created_at, row.finished_at = now, None
    row.save()
    kind = row.kind
    transaction.on_commit(lambda: wake(kind))
    return row


def _own_locked(user_id: int, job_id: UUID) -> Job | None:
    if not journal.lock_person(user_id):
        return None
    jobs = Job.objects.filter(pk=job_id, user_id=user_id)
    return jobs.select_for_update(of=("self",)).first()
