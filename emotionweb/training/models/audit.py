"""Who did what; written once, never changed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One deed of an administrator or of the command line."""

    at = models.DateTimeField(_("at"), db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    #: Such as "version.promoted"; see ``audit.ACTIONS``.
    action = models.CharField(_("what"), max_length=32)
    #: Kind and key of what it was done to.
    object_kind = models.CharField(max_length=16)
    object_id = models.CharField(max_length=40, blank=True)
    #: For people: what it concerned, and the reason that was given. Never a face or an address.
    details = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
