"""What was seen, ten seconds at a time, and its sum for each day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inference.labels import LABELS


class ExpressionMeans(models.Model):
    """Mean probability of each expression, weighted by the time of the scored frames.

    The fields are named as ``inference.labels.LABELS``; a test holds that.
    """

    seconds = models.FloatField(_("seconds seen"), default=0.0)
    unsure_seconds = models.FloatField(_("seconds unsure"), default=0.0)
    neutral = models.FloatField(default=0.0)
    happiness = models.FloatField(default=0.0)
    surprise = models.FloatField(default=0.0)
    sadness = models.FloatField(default=0.0)
    anger = models.FloatField(default=0.0)
    disgust = models.FloatField(default=0.0)
    fear = models.FloatField(default=0.0)
    contempt = models.FloatField(default=0.0)

    class Meta:
        abstract = True

    @property
    def means(self) -> tuple[float, ...]:
        """The eight means in the order of ``LABELS``."""
        return tuple(getattr(self, name) for name in LABELS)

    @property
    def top(self) -> str | None:
        """The strongest expression, or ``None`` where nothing was scored."""
        return max(LABELS, key=lambda name: getattr(self, name)) if self.seconds > 0 else None


class Observation(ExpressionMeans):
    """Up to ten seconds of one person from one source, while a face was in sight.

    Zone, start of the day and the day that follows from them are those of the moment of
    recording: a later change of the profile moves nothing.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="observations"
    )
    source_kind = models.CharField(max_length=16)
    source_id = models.UUIDField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    model_version = models.CharField(max_length=64)
    #: Id of the personal baseline that the numbers went through, or "".
    calibration = models.CharField(max_length=36, blank=True, default="")
    timezone = models.CharField(max_length=64)
    day_start_hour = models.PositiveSmallIntegerField()
    local_day = models.DateField()

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "start"], name="observation_once"
            ),
            models.CheckConstraint(
                condition=Q(seconds__gte=0, unsure_seconds__gte=0), name="observation_seconds"
            ),
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="observation_span"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "local_day"], name="observation_day")]

    def __str__(self) -> str:
        return f"{self.source_kind} {self.start:%Y-%m-%d %H:%M:%S}"


class DailyEmotionLog(ExpressionMeans):
    """The sum of a person's observations of one day; can be computed anew until it is sealed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="daily_logs"
    )
    day = models.DateField()
    model_versions = models.JSONField(default=list)
    #: Ids of the personal baselines, where any were used.
    calibrations = models.JSONField(default=list)
    #: Of the day's last observation: on a day of travel the person ended up there.
    timezone = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    #: Its observations were let go of after their time: it is what is left, and stays as it is.
    sealed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("daily log")
        verbose_name_plural = _("daily logs")
        ordering: ClassVar = ["-day"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "day"], name="daily_log_once")
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class HiddenDay(models.Model):
    """A day that is shown only when its person asks for it; nothing of it is removed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hidden_days"
    )
    day = models.DateField()

    class Meta:
        verbose_name = _("hidden day")
        verbose_name_plural = _("hidden days")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "day"], name="hidden_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day}"
