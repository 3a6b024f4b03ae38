"""What workers are woken for, and the housekeeping that beat asks for."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from emotionweb.clips import housekeeping, jobs, worker


@shared_task(name="clips.work")
def work() -> None:
    """Read clips and make annotated videos until none waits."""
    worker.clip_slots.work()


@shared_task(name="clips.work_photos")
def work_photos() -> None:
    """Read photos until none waits: nobody's photo stands behind an hour of video."""
    worker.photo_slots.work()


@shared_task(name="clips.sweep")
def sweep() -> None:
    """Take back the jobs of dead workers, and wake workers for what waits."""
    now = timezone.now()
    jobs.sweep(now)
    jobs.wake_for_waiting()
    housekeeping.finish_whole_uploads(now)


@shared_task(name="clips.clean")
def clean() -> None:
    """Remove uploads that were given up, and files that belong to nothing."""
    housekeeping.clean(timezone.now())


@worker_shutting_down.connect
def stop_working(**kwargs: Any) -> None:
    """Let go of the jobs at hand, so that they begin anew elsewhere at once."""
    worker.stop()
