"""Work on a clip or photo, as a row: workers claim it, pages read how far it is."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work.

    ``holder`` is the worker that has it: whoever is not the holder any more writes nothing.
    """

    class Kind(models.TextChoices):
        ANNOTATE = "annotate", _("annotation")
        RENDER = "render", _("annotated video")
        PHOTO = "photo", _("photo")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Stage(models.TextChoices):
        READING = "reading", _("reading the file")
        ANNOTATING = "annotating", _("looking at the faces")
        CONVERTING = "converting", _("preparing the video for the browser")
        WRITING = "writing", _("writing the video")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="jobs"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    clip = models.ForeignKey(
        "Clip", on_delete=models.CASCADE, null=True, blank=True, related_name="jobs"
    )
    photo = models.ForeignKey(
        "Photo", on_delete=models.CASCADE, null=True, blank=True, related_name="jobs"
    )
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    stage = models.CharField(max_length=10, choices=Stage.choices, blank=True, default="")
    #: 0..1 over all stages.
    progress = models.FloatField(default=0.0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    holder = models.CharField(max_length=64, blank=True, default="")
    #: How often a worker has begun; one that dies each time is not begun for ever.
    attempts = models.PositiveSmallIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    #: A key of ``strings.PROBLEMS``, and what is put into its sentence.
    problem = models.CharField(max_length=24, blank=True, default="")
    problem_details = models.JSONField(default=dict)
    #: What a RENDER job made, relative to the media folder.
    result_path = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(clip=None) ^ Q(photo=None), name="job_of_one_thing"),
            # Asked twice is once: a second click, or a second tab.
            models.UniqueConstraint(
                fields=["clip", "kind"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_open_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["state", "created_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
