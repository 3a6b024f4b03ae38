"""How long a person wants things kept, and what they brought from elsewhere."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Retention(models.Model):
    """For how many days one kind is kept. No row: for ever."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="retentions"
    )
    #: Key of an ``holdings.Holding``.
    kind = models.CharField(max_length=16)
    days = models.PositiveIntegerField(_("days"))

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="retention_once"),
            models.CheckConstraint(condition=Q(days__gte=1), name="retention_days"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.days}"


class ImportBatch(models.Model):
    """What one import brought, so that it can be taken back."""

    class Kind(models.TextChoices):
        ARCHIVE = "archive", _("export of Emotionweb")
        TABLE = "table", _("table of check-ins")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="import_batches"
    )
    at = models.DateTimeField(_("imported"))
    kind = models.CharField(max_length=8, choices=Kind.choices)
    #: Name of the table -> ids of its new rows.
    made = models.JSONField(default=dict)
    #: Days that have to be worked out anew when it is taken back.
    days = models.JSONField(default=list)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-at"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
