"""Housekeeping that beat asks for."""

from celery import shared_task
from django.utils import timezone

from emotionweb.journal import checkins


@shared_task(name="journal.purge")
def purge() -> None:
    """Remove for good the check-ins that were deleted too long ago to be undone."""
    checkins.purge(timezone.now())
