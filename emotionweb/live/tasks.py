"""Housekeeping that beat asks for."""

from celery import shared_task
from django.utils import timezone

from emotionweb.live import services


@shared_task(name="live.sweep")
def sweep() -> None:
    """End the sessions whose socket has not been heard of for too long."""
    services.sweep(timezone.now())
