"""Camera sessions. What was seen in them is the journal's."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PersonalBaseline(models.Model):
    """How a person's face looks at rest and on request, from one guided minute.

    A person has at most one. Results name it by its id, also after it is gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="personal_baseline"
    )
    made_at = models.DateTimeField(_("made"))
    model_version = models.CharField(_("model"), max_length=64)
    #: Seconds at rest that could be judged, and the mean log probabilities over them.
    rest_seconds = models.FloatField()
    rest_logs = models.JSONField()
    #: ``inference.personal.shift_of`` of them, as it is applied.
    shift = models.JSONField()
    #: For each expression that was asked for: ``calibration.Asked`` as a mapping.
    asked = models.JSONField(default=list)

    class Meta:
        verbose_name = _("personal baseline")
        verbose_name_plural = _("personal baselines")

    def __str__(self) -> str:
        return f"{self.pk}"


class LiveSession(models.Model):
    """One time that a person had the camera on, over however many sockets.

    A person has at most one open session. ``holder`` is the socket it belongs to: a second tab
    takes it over by writing its own token there.
    """

    class EndReason(models.TextChoices):
        STOPPED = "stopped", _("stopped")
        DISCONNECTED = "disconnected", _("connection lost")
        LOGGED_OUT = "logged_out", _("logged out")
        CONSENT_WITHDRAWN = "consent_withdrawn", _("consent withdrawn")
        SWEPT = "swept", _("not heard of any more")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="live_sessions"
    )
    started_at = models.DateTimeField(_("started"))
    last_seen_at = models.DateTimeField(_("last seen"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    #: Also set while the session is open but its socket is gone: then why it will have ended.
    end_reason = models.CharField(
        _("end"), max_length=20, choices=EndReason.choices, blank=True, default=""
    )
    holder = models.CharField(max_length=32)
    held_since = models.DateTimeField()
    timezone = models.CharField(_("time zone"), max_length=64)
    day_start_hour = models.PositiveSmallIntegerField(_("day starts at"))
    model_version = models.CharField(_("model"), max_length=64)
    frames = models.PositiveBigIntegerField(_("frames"), default=0)

    class Meta:
        verbose_name = _("live session")
        verbose_name_plural = _("live sessions")
        ordering: ClassVar = ["-started_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="live_session_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["last_seen_at"], condition=Q(ended_at=None), name="live_session_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
