"""What workers do; each is a line over a service."""

from __future__ import annotations

from typing import Any

from celery import Task, shared_task
from celery.signals import worker_shutting_down
from django.utils import timezone

from emotionweb.training import checking, clean, jobs, runs


@shared_task(name="training.check")
def check() -> None:
    """Check the data sets that wait."""
    checking.work()


@shared_task(name="training.work")
def work() -> None:
    """Train what waits; runs in the training worker, one at a time."""
    from emotionweb.training import worker

    worker.work()


@shared_task(name="training.sweep")
def sweep() -> None:
    """Take back what dead workers held, and wake workers for what waits."""
    now = timezone.now()
    checking.sweep(now)
    runs.sweep(now)
    if checking.is_waiting():
        jobs.wake("training.check")
    if runs.is_waiting():
        jobs.wake("training.work")


@shared_task(name="training.clean")
def clean_up() -> None:
    """Remove what killed uploads and deleted rows left."""
    clean.remove_orphans(timezone.now())


@worker_shutting_down.connect
def stop(**kwargs: Any) -> None:
    """What runs goes back into the line; the next worker goes on with it."""
    jobs.stopping.set()


BY_NAME: dict[str, Task[[], None]] = {task.name: task for task in (check, work, sweep, clean_up)}
