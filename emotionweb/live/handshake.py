"""What the browser says of itself when it opens a live socket."""

from __future__ import annotations

from contextlib import suppress
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.utils import translation


def requested_session(scope: dict[str, Any]) -> UUID | None:
    """The session that it wants to go on in; nonsense is as good as nothing."""
    values = parse_qs(scope["query_string"].decode("latin-1")).get("session", [""])
    with suppress(ValueError):
        return UUID(values[0])
    return None


def is_calibration(scope: dict[str, Any]) -> bool:
    """Whether this is the guided minute: then nothing is recorded, and no baseline is used."""
    values = parse_qs(scope["query_string"].decode("latin-1")).get("purpose", [""])
    return bool(values[0] == "calibrate")


def language(scope: dict[str, Any]) -> str:
    """The person's language, else the browser's, as for a page."""
    chosen: str = getattr(scope["user"], "language", "")
    if chosen:
        return chosen
    accepted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    request: Any = SimpleNamespace(
        COOKIES=scope.get("cookies", {}), META={"HTTP_ACCEPT_LANGUAGE": accepted}
    )
    return translation.get_language_from_request(request)
