"""How long a person wants things kept."""

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
