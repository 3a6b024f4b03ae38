"""What a person says about a clip, beside what the machine found."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inference.labels import LABELS


class Correction(models.Model):
    """What a face shows over a stretch, or in one frame, in the person's own judgement."""

    class Source(models.TextChoices):
        PAGE = "page", _("said here")
        ELAN = "elan", _("imported from ELAN")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    track = models.ForeignKey("Track", on_delete=models.CASCADE, related_name="corrections")
    start_s = models.FloatField()
    #: Equal to the start where one frame is meant.
    end_s = models.FloatField()
    expression = models.CharField(max_length=12, choices=[(name, name) for name in LABELS])
    source = models.CharField(max_length=4, choices=Source.choices, default=Source.PAGE)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering: ClassVar = ["start_s", "created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end_s__gte=F("start_s")), name="correction_span")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Marker(models.Model):
    """A remark at a time, or a stretch that counts for nothing."""

    class Kind(models.TextChoices):
        MARKER = "marker", _("marker")
        EXCLUDED = "excluded", _("left out")

    clip = models.ForeignKey("Clip", on_delete=models.CASCADE, related_name="markers")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.MARKER)
    start_s = models.FloatField()
    end_s = models.FloatField()
    text = models.CharField(_("text"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("marker")
        verbose_name_plural = _("markers")
        ordering: ClassVar = ["start_s", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(end_s__gte=F("start_s")), name="marker_span")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
