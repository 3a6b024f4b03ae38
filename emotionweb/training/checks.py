"""System checks that tell an operator which model does not answer, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import DatabaseError


@register(Tags.files)
def check_active_version(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """W003: the active version cannot be used, and another one answers in its place."""
    from emotionweb.training import versions

    try:
        found = versions.warnings()
    except DatabaseError:  # no database yet, or an older one: migrations come first
        return []
    return [
        checks.Warning(
            text,
            hint="Bring the bundle's files back, or promote another version in the administration.",
            id="emotionweb.W003",
        )
        for text in found
    ]
