"""What insights need beside check-ins: numbers a person tracks, and notices of a decline."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emotionweb.journal.models.checkins import TAG_LENGTH, tag_key

UNIT_LENGTH = 16
#: Far beyond any count of steps; a number with more digits is a slip of the finger.
LARGEST = 1e9


class Tracker(models.Model):
    """A number of the person's own, one a day: hours of sleep, cups of coffee, steps."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="trackers"
    )
    name = models.CharField(_("name"), max_length=TAG_LENGTH)
    #: The name as it is compared, as for tags.
    key = models.CharField(max_length=18 * TAG_LENGTH, editable=False)
    unit = models.CharField(_("unit"), max_length=UNIT_LENGTH, blank=True)
    order = models.PositiveIntegerField(default=0)
    archived = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("tracked number")
        verbose_name_plural = _("tracked numbers")
        ordering: ClassVar = ["order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="tracker_name_once")
        ]

    def __str__(self) -> str:
        return f"{self.pk}"  # as with tags, the name is nobody else's business

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = tag_key(self.name)
        super().save(*args, **kwargs)


class TrackerValue(models.Model):
    """The number of one day."""

    tracker = models.ForeignKey(Tracker, on_delete=models.CASCADE, related_name="values")
    local_day = models.DateField()
    value = models.FloatField()

    class Meta:
        verbose_name = _("value of a tracked number")
        verbose_name_plural = _("values of tracked numbers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tracker", "local_day"], name="tracker_value_once")
        ]

    def __str__(self) -> str:
        return f"{self.local_day}"


class Notice(models.Model):
    """One decline that was found, and what became of the words about it."""

    class What(models.TextChoices):
        FELT = "felt", pgettext_lazy("notice", "felt")
        SHOWN = "shown", pgettext_lazy("notice", "shown")

    class State(models.TextChoices):
        SHOWN = "shown", pgettext_lazy("notice", "on the page")
        DISMISSED = "dismissed", pgettext_lazy("notice", "put away")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    found_at = models.DateTimeField()
    what = models.CharField(max_length=8, choices=What.choices)
    #: First day of the decline, and the last one on which it still stood out.
    from_day = models.DateField()
    until_day = models.DateField()
    #: As it was found, the mean since it began and what was usual before: moods of 1..5, or the
    #: index of shown.
    level = models.FloatField()
    usual = models.FloatField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.SHOWN)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering: ClassVar = ["-found_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "until_day"], name="notice_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.from_day}"


class NoticeSettings(models.Model):
    """What a person wants of notices. Without a row: on, no mail, with help lines."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notice_settings"
    )
    on = models.BooleanField(_("Tell me when my days have been lower for a while"), default=True)
    mail = models.BooleanField(
        _("Also by e-mail"),
        default=False,
        help_text=_("The mail only says that there is a note here, nothing about how you feel."),
    )
    help_lines = models.BooleanField(
        _("When it is low, show where to find somebody to talk to"), default=True
    )

    class Meta:
        verbose_name = _("settings of notices")
        verbose_name_plural = _("settings of notices")

    def __str__(self) -> str:
        return f"{self.pk}"
