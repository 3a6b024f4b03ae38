"""What people give to training."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from inference.labels import LABELS


class GivenCrop(models.Model):
    """A face that a person gave to training, with what they say it shows.

    Only with their consent to exactly that, and gone when they take it back.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("to be looked at")
        ACCEPTED = "accepted", _("accepted")
        REJECTED = "rejected", _("rejected")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="given_crops"
    )
    #: PNG of the crop as the network sees it: gray and small.
    crop = models.BinaryField()
    expression = models.CharField(max_length=12, choices=[(name, name) for name in LABELS])
    #: What the model had said; "" where it was unsure.
    said = models.CharField(max_length=12, blank=True)
    model_version = models.CharField(max_length=64)
    #: "clip", "photo" or "live", and the id of what it came from: it goes when that goes.
    source_kind = models.CharField(max_length=8)
    source_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    #: What an administrator calls it where that is not what the person said; "" else.
    relabelled = models.CharField(max_length=12, blank=True, default="")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("given face")
        verbose_name_plural = _("given faces")
        ordering: ClassVar = ["created_at"]
        permissions: ClassVar = [("review_givencrop", "Can review given faces")]
        indexes: ClassVar = [
            models.Index(fields=["source_kind", "source_id"], name="given_crop_source"),
            models.Index(fields=["state", "created_at"], name="given_crop_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def label(self) -> str:
        """What training is told: the administrator's word where there is one, else the giver's."""
        return self.relabelled or self.expression
