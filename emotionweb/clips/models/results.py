"""What a job found in a clip.

Samples are kept a minute at a time in columns (``inference.video.samples``), not a row each: a
clip of two hours has more than a hundred thousand of them. They are never changed; who is who in
them, and what is left out, stands beside them in the tracks.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class Annotation(models.Model):
    """One job's reading of a clip."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clip = models.ForeignKey("Clip", on_delete=models.CASCADE, related_name="annotations")
    job = models.OneToOneField(
        "Job", on_delete=models.SET_NULL, null=True, related_name="annotation"
    )
    created_at = models.DateTimeField()
    #: ``None`` while it is being made, or where it was given up.
    finished_at = models.DateTimeField(null=True, blank=True)
    model_version = models.CharField(_("model"), max_length=64)
    detector = models.CharField(max_length=32)
    #: Samples a second that were asked for; 0 is every frame.
    rate = models.FloatField()
    start_s = models.FloatField(default=0.0)
    #: Where the reading ended: the end of the range, or of the clip.
    end_s = models.FloatField(null=True, blank=True)
    #: Frames that were looked at, and those of them without any face.
    frames = models.PositiveIntegerField(default=0)
    frames_without_face = models.PositiveIntegerField(default=0)
    #: Frames that could not be decoded: the file is damaged there.
    frames_damaged = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("annotation")
        verbose_name_plural = _("annotations")

    def __str__(self) -> str:
        return f"{self.pk}"


class SampleBlock(models.Model):
    """The samples of one stretch of a clip."""

    annotation = models.ForeignKey("Annotation", on_delete=models.CASCADE, related_name="blocks")
    index = models.PositiveIntegerField()
    start_s = models.FloatField()
    end_s = models.FloatField()
    #: ``inference.video.samples.Samples.to_bytes``.
    samples = models.BinaryField()
    #: The same by the second, for looking at long stretches: ``Seconds.to_bytes``.
    seconds = models.BinaryField()

    class Meta:
        verbose_name = _("samples")
        verbose_name_plural = _("samples")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["annotation", "index"], name="sample_block_once")
        ]

    def __str__(self) -> str:
        return f"{self.annotation_id} {self.index}"


class Track(models.Model):
    """One face through the clip, as the person has put it together.

    ``parts`` says which samples are its own: ``[[raw, from_s, until_s], ...]``, where ``raw`` is
    the number that the tracker gave. Merging and splitting change this list only.
    """

    annotation = models.ForeignKey("Annotation", on_delete=models.CASCADE, related_name="tracks")
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=80, blank=True)
    is_me = models.BooleanField(default=False)
    excluded = models.BooleanField(default=False)
    parts = models.JSONField(default=list)
    first_s = models.FloatField()
    last_s = models.FloatField()
    #: JPEG of the face; only where the clip's ``keep_thumbnails`` says so.
    thumbnail = models.BinaryField(null=True, blank=True)

    class Meta:
        verbose_name = _("track")
        verbose_name_plural = _("tracks")
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["annotation", "number"], name="track_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}"
