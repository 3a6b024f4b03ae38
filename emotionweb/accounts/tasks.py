"""Housekeeping that beat asks for."""

from celery import shared_task
from django.core.management import call_command


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Remove logins that have expired."""
    call_command("clearsessions")
