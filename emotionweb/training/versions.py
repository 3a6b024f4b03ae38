"""Versions: which model answers, and how another one takes its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from emotionweb.training.models import ModelVersion

if TYPE_CHECKING:
    from emotionweb.accounts.models import User


def active() -> ModelVersion | None:
    """The version that is meant to answer; ``None`` before the first migration."""
    return ModelVersion.objects.filter(active=True).first()


def folder(version: ModelVersion) -> Path:
    """Where its bundle is."""
    raise NotImplementedError


def problem(version: ModelVersion) -> str:
    """Why its files cannot be used, as a sentence; "" where they can."""
    raise NotImplementedError


def warnings() -> list[str]:
    """What an administrator must know: that the active version is broken and which one runs."""
    raise NotImplementedError


def promote(version: ModelVersion, by: User | None, override_reason: str = "") -> None:
    """Let a version answer everywhere within five seconds, if the gate finds it no worse.

    Args:
        version: which.
        by: who; ``None``: the command line.
        override_reason: promotes it against the gate; it is kept in the audit log.

    Raises:
        PromotionRefused: with the gate's sentences, or because its files cannot be used.
    """
    raise NotImplementedError


def rollback(by: User | None) -> ModelVersion:
    """Go back to the version that answered before, without the gate.

    Returns:
        The version that answers now.

    Raises:
        PromotionRefused: there was none, or its files cannot be used.
    """
    raise NotImplementedError
