"""Housekeeping that beat asks for."""

from celery import shared_task
from django.utils import timezone

from emotionweb.journal import checkins
from emotionweb.journal.insights import notices
from emotionweb.journal.reminders import services as reminders


@shared_task(name="journal.purge")
def purge() -> None:
    """Remove for good the check-ins that were deleted too long ago to be undone."""
    checkins.purge(timezone.now())


@shared_task(name="journal.notices")
def look_for_declines() -> None:
    """Look at everybody's last weeks; what was said before is not said again."""
    notices.evaluate_all(timezone.now())


@shared_task(name="journal.reminders")
def send_reminders() -> None:
    """Send the reminders whose time has come; what was sent is not sent again."""
    reminders.send_due(timezone.now())
