"""Trainings, as rows: the training worker claims them, pages read how far they are."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from emotionweb.training import words
from emotionweb.training.models.data import Dataset


class Run(models.Model):
    """One training. Its folder holds configuration, curves, log, backup and the network."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Stage(models.TextChoices):
        READING = "reading", _("reading the data")
        TRAINING = "training", _("training")
        EXPORTING = "exporting", _("making the bundle")
        MEASURING = "measuring", _("measuring")

    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("asked for"))
    architecture = models.CharField(_("architecture"), max_length=32)
    #: Fields of ``inference.models.Recipe`` that differ from the architecture's own.
    recipe = models.JSONField(default=dict)
    datasets = models.ManyToManyField(Dataset, blank=True, related_name="runs")
    with_corrections = models.BooleanField(_("with corrections"), default=True)
    #: Ids of the ``GivenCrop`` it learnt from; they stay listed when a crop is withdrawn.
    crops_used = models.JSONField(default=list)
    #: ``None``: from scratch.
    start_from = models.ForeignKey(
        "ModelVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    budget_minutes = models.PositiveIntegerField(_("minutes at most"), null=True, blank=True)
    seed = models.PositiveIntegerField(default=0)
    path = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    stage = models.CharField(max_length=9, choices=Stage.choices, blank=True, default="")
    epoch = models.PositiveIntegerField(default=0)
    epochs = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    #: Seconds of training over all attempts, for the budget.
    spent_s = models.FloatField(default=0.0)
    holder = models.CharField(max_length=64, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    problem = models.TextField(blank=True, default="")
    #: What a person should know of a run that ended well: after which pass, and which is kept.
    note = models.TextField(blank=True, default="")

    class Meta:
        verbose_name = _("training run")
        verbose_name_plural = _("training runs")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "created_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="run_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def said_problem(self) -> str:
        """``problem`` in the language of the reader."""
        return words.said(self.problem)

    @property
    def said_note(self) -> str:
        """``note`` in the language of the reader."""
        return words.said(self.note)
