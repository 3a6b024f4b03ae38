"""What django-axes asks of us: who tries to log in, and what to answer after too many tries."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def login_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str | None:
    """Return the address that is tried, in lower case: another spelling is not another account."""
    given = credentials or (request.POST if request else {})
    name = given.get("username") or given.get("email")
    return name.lower() if name else None


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """Say that one has to wait, and for how long."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
