"""Housekeeping that beat asks for."""

from celery import shared_task
from django.utils import timezone

from emotionweb.privacy import services
from emotionweb.privacy.portability import staging


@shared_task(name="privacy.enforce")
def enforce() -> None:
    """Let go of what was kept for as long as its person wanted, and of files nobody imported."""
    services.enforce(timezone.now())
    staging.clean()
