"""Models that exist here, which of them answers, and how they compare."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emotionweb.training.models.data import TestSet
from emotionweb.training.models.runs import Run


class ModelVersion(models.Model):
    """A bundle. The shipped one is number 1."""

    number = models.PositiveIntegerField(_("number"), unique=True)
    #: ``inference.bundle.Bundle.version``: what every stored result names.
    version = models.CharField(_("version"), max_length=64)
    #: Of the bundle's folder, relative to the media folder; "" is the shipped bundle
    #: (``settings.MODEL_BUNDLE``).
    path = models.CharField(max_length=200, blank=True)
    run = models.OneToOneField(
        Run, on_delete=models.SET_NULL, null=True, blank=True, related_name="version"
    )
    created_at = models.DateTimeField(_("made"))
    active = models.BooleanField(_("active"), default=False)
    promoted_at = models.DateTimeField(_("promoted"), null=True, blank=True)
    #: Measured when it was made, on the newest test set or, without one, on faces held back:
    #: a side of ``gate.py``'s report, with ``measured_on``.
    report = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        ordering: ClassVar = ["-number"]
        permissions: ClassVar = [("promote_modelversion", "Can promote a model version")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["active"], condition=Q(active=True), name="one_active_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.version}"


class Comparison(models.Model):
    """A version measured on a test set, paired with the one that was active then."""

    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="comparisons")
    against = models.ForeignKey(
        ModelVersion, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    test_set = models.ForeignKey(TestSet, on_delete=models.CASCADE, related_name="comparisons")
    created_at = models.DateTimeField(_("measured"))
    #: Of both versions: scores with intervals, confusion, calibration, latency, size; and the
    #: paired differences. See ``gate.py``.
    report = models.JSONField(default=dict)
    #: Codes with their numbers, ``gate.sentences`` says them; none means that it may be promoted.
    reasons_against = models.JSONField(default=list)

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.pk}"
