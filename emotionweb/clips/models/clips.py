"""Files that a person brought: whole ones, and those still on their way."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 255


class Upload(models.Model):
    """A file that is on its way, in pieces (tus 1.0).

    How much has arrived is the length of the file on disk, not a number here: the two could
    not be kept the same through a crash.
    """

    class Purpose(models.TextChoices):
        CLIP = "clip", _("clip")
        PHOTO = "photo", _("photo")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads"
    )
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.CLIP)
    name = models.CharField(max_length=NAME_LENGTH)
    length = models.PositiveBigIntegerField(_("bytes"))
    #: What the person chose before the upload, for the job: see ``services.AnnotateOptions``.
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    #: Moves on with every piece; what was left unfinished for too long is removed.
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="upload_expires")]

    def __str__(self) -> str:
        return f"{self.pk}"


class Clip(models.Model):
    """A video of a person's own. Everything but the first block is what the file says of itself."""

    class RecordedFrom(models.TextChoices):
        UNKNOWN = "", _("unknown")
        FILE = "file", _("the file")
        PERSON = "person", _("the person")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="clips"
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    #: Relative to the media folder; see ``files.py``.
    path = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(_("bytes"))
    created_at = models.DateTimeField(_("uploaded"))
    #: Where the person was and when their day starts, at the time of the upload.
    timezone = models.CharField(max_length=64)
    day_start_hour = models.PositiveSmallIntegerField()
    keep_thumbnails = models.BooleanField(default=False)

    #: ``None`` until a job has opened the file, or where it does not say.
    duration_s = models.FloatField(null=True, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    frame_rate = models.FloatField(null=True, blank=True)
    container = models.CharField(max_length=64, blank=True)
    video_codec = models.CharField(max_length=32, blank=True)
    has_audio = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_from = models.CharField(
        max_length=8, choices=RecordedFrom.choices, blank=True, default=RecordedFrom.UNKNOWN
    )
    #: Why a browser cannot play the file itself, such as "container"; "" where it can.
    unplayable = models.CharField(max_length=16, blank=True)
    #: Of a file with the same timestamps that browsers play; "" where none was needed (yet).
    proxy_path = models.CharField(max_length=200, blank=True)

    #: The result that is shown; ``None`` before the first job is done.
    annotation = models.ForeignKey(
        "Annotation", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("clip")
        verbose_name_plural = _("clips")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="clip_of_user")]

    def __str__(self) -> str:
        return f"{self.pk}"  # seen by administrators: the name is the person's own business


class Photo(models.Model):
    """A picture of a person's own, with what was found in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="photos"
    )
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    path = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField(_("bytes"))
    created_at = models.DateTimeField(_("uploaded"))
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    #: ``None`` until a job has looked; see ``photos.FaceRecord`` for an entry.
    faces = models.JSONField(null=True, blank=True)
    model_version = models.CharField(_("model"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="photo_of_user")]

    def __str__(self) -> str:
        return f"{self.pk}"
