"""Jobs as the list of clips, Today and the polling script show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from emotionweb.clips import strings
from emotionweb.clips.models import Job

#: Before so much is done, nobody can say how long the rest takes.
ETA_FROM_PROGRESS, ETA_FROM_S = 0.02, 3.0
#: Rows that the list asks for again and again.
ROWS = 100

State = Job.State


@dataclass(frozen=True, slots=True)
class JobRow:
    """One clip or photo and how far it is.

    Attributes:
        id: Of the job.
        thing: Of the clip or photo: the same through several jobs.
        kind: ``Job.Kind``.
        name: Of the clip or photo.
        state: ``Job.State``.
        words: The state in words.
        stage: ``Job.Stage`` or "".
        progress: 0..1 over all stages.
        eta_s: Seconds that are left, where that can be said.
        problem: Why it failed, as a sentence; "" otherwise.
        duration_s: Length of the clip, where it is known.
        created_at: When it was asked for.
        url: The page of the clip or photo.
        cancel_url: Where it is stopped; "" where there is nothing to stop.
        retry_url: Where it is tried again; "" where there is no reason to.
    """

    id: str
    thing: str
    kind: str
    name: str
    state: str
    words: str
    stage: str
    progress: float
    eta_s: int | None
    problem: str
    duration_s: float | None
    created_at: datetime
    url: str
    cancel_url: str
    retry_url: str

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (State.WAITING, State.RUNNING)

    def as_json(self) -> dict[str, object]:
        """For ``JsonResponse``."""
        return asdict(self)


def job_rows(user_id: int, things: Iterable[UUID] | None = None) -> list[JobRow]:
    """One row for each clip and photo of a person: its open job, else its newest; newest first.

    Args:
        user_id: The person.
        things: Ids of clips and photos; without them the ``ROWS`` jobs that are newest count.
    """
    jobs = Job.objects.filter(user_id=user_id).select_related("clip", "photo")
    if things is not None:
        wanted = list(things)
        jobs = jobs.filter(Q(clip__in=wanted) | Q(photo__in=wanted))
    chosen: dict[UUID | None, Job] = {}
    newest_first = jobs.order_by("-created_at")
    for job in newest_first if things is not None else newest_first[:ROWS]:
        thing = job.clip_id or job.photo_id
        known = chosen.setdefault(thing, job)
        if job.state in (State.WAITING, State.RUNNING) and known.state not in (
            State.WAITING,
            State.RUNNING,
        ):
            chosen[thing] = job
    now = timezone.now()
    return [row_of(job, now) for job in chosen.values()]


def recent_jobs(user_id: int, n: int) -> list[JobRow]:
    """The ``n`` newest rows of ``job_rows``."""
    return job_rows(user_id)[:n]


def row_of(job: Job, now: datetime) -> JobRow:
    """A job as a row; its clip or photo should have been fetched with it."""
    thing = job.clip or job.photo
    assert thing is not None  # the database sees to that
    page = "clips:player" if job.clip_id else "clips:photo"
    way = [thing.pk, job.pk]
    can_stop = job.state in (State.WAITING, State.RUNNING) and not job.cancel_asked
    ended_early = job.state in (State.FAILED, State.CANCELLED)
    can_retry = ended_early and job.problem not in strings.IN_THE_FILE
    return JobRow(
        id=str(job.pk),
        thing=str(thing.pk),
        kind=job.kind,
        name=thing.name,
        state=job.state,
        words=strings.words(job),
        stage=job.stage,
        progress=round(job.progress, 4),
        eta_s=eta_s(job, now),
        problem=strings.problem_sentence(job.problem, job.problem_details),
        duration_s=job.clip.duration_s if job.clip else None,
        created_at=job.created_at,
        url=reverse(page, args=[thing.pk]),
        cancel_url=reverse("clips:cancel", args=way) if can_stop else "",
        retry_url=reverse("clips:retry", args=way) if can_retry else "",
    )


def eta_s(job: Job, now: datetime) -> int | None:
    """Seconds until a running job is done, if it goes on as it went so far."""
    if job.state != State.RUNNING or job.started_at is None or job.progress < ETA_FROM_PROGRESS:
        return None
    spent = (now - job.started_at).total_seconds()
    if spent < ETA_FROM_S:
        return None
    return round(spent * (1.0 - job.progress) / job.progress)
