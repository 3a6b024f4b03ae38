"""Faces to learn from, and the faces that nothing ever learns from."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from emotionweb.training import words


class Dataset(models.Model):
    """An uploaded data set, checked by a job; not changed once a run or a test set has used it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting for its check")
        CHECKING = "checking", _("being checked")
        READY = "ready", _("ready")
        FAILED = "failed", _("cannot be used")

    name = models.CharField(_("name"), max_length=80)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("uploaded"))
    #: Folder relative to the media folder: the files as they came, ``faces.npz``, pictures of
    #: samples by class.
    path = models.CharField(max_length=200)
    file_name = models.CharField(_("file"), max_length=255)
    votes_name = models.CharField(_("FER+ votes"), max_length=255, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    progress = models.FloatField(default=0.0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    #: The worker that checks it, and how often one has begun.
    holder = models.CharField(max_length=64, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    #: Whether a test set may be frozen from it as soon as it is ready, where there is none yet.
    freeze_wanted = models.BooleanField(default=True)
    #: Why it cannot be used: a sentence, naming the file where one is to blame.
    problem = models.TextField(blank=True, default="")
    faces = models.PositiveIntegerField(_("faces"), default=0)
    #: ``inference.data.report.ReadReport.to_dict`` with ``duplicates`` beside it.
    report = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("data set")
        verbose_name_plural = _("data sets")
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def said_problem(self) -> str:
        """``problem`` in the language of the reader."""
        return words.said(self.problem)


class TestSet(models.Model):
    """Faces that versions are compared on. It is frozen: more faces make a new one."""

    __test__ = False  # a name that pytest would take for a test

    number = models.PositiveIntegerField(_("version"), unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("frozen"))
    datasets = models.ManyToManyField(Dataset, related_name="test_sets")
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    faces = models.PositiveIntegerField(_("faces"))
    #: Expression -> number of faces.
    counts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("test set")
        verbose_name_plural = _("test sets")
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.number}"
