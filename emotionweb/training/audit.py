"""The log of who did what to data, runs, versions and people's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from emotionweb.training.models import AuditEntry

if TYPE_CHECKING:
    from emotionweb.accounts.models import User

#: Every deed there is, in words.
ACTIONS: Mapping[str, str | Promise] = {
    "dataset.uploaded": _("Data set uploaded"),
    "dataset.checked_again": _("Data set checked again"),
    "dataset.deleted": _("Data set deleted"),
    "test_set.frozen": _("Test set frozen"),
    "run.asked": _("Run asked for"),
    "run.cancelled": _("Run cancelled"),
    "run.retried": _("Run tried again"),
    "run.deleted": _("Run deleted"),
    "version.made": _("Version made"),
    "version.compared": _("Versions compared"),
    "version.promoted": _("Version promoted"),
    "version.refused": _("Promotion refused"),
    "version.rolled_back": _("Went back to an earlier version"),
    "crop.accepted": _("Given face accepted"),
    "crop.relabelled": _("Given face relabelled"),
    "crop.rejected": _("Given face rejected"),
    "crop.undone": _("Decision about a given face undone"),
    "person.changed": _("Person changed"),
    "person.deleted": _("Account deleted by an administrator"),
    "person.reset_link": _("Password-reset link shown"),
}


def record(
    by: User | AnonymousUser | None,
    action: str,
    object_: models.Model | str = "",
    object_id: object = "",
    **details: Any,
) -> AuditEntry:
    """Note a deed, in the transaction that does it.

    Args:
        by: who; ``None`` is the command line or the program itself.
        action: key of ``ACTIONS``.
        object_: what it was done to: a row, or the name of its kind with ``object_id``.
        object_id: its key, where ``object_`` is a name.
        details: what must be known to understand it; JSON. Never a face, an address or a
            name of a person.

    Raises:
        KeyError: an unknown action.
    """
    if action not in ACTIONS:
        raise KeyError(action)
    if isinstance(object_, models.Model):
        kind, key = object_._meta.model_name or "", str(object_.pk)
    else:
        kind, key = object_, str(object_id)
    return AuditEntry.objects.create(
        at=timezone.now(),
        by=by if by is not None and by.is_authenticated else None,
        action=action,
        object_kind=kind,
        object_id=key,
        details=details,
    )


def title(action: str) -> str:
    """An action in words."""
    return str(ACTIONS.get(action, action))
