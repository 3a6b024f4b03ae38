"""When a person wants to be reminded of checking in, and whether days in a row are counted."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

EVERY_DAY = "0123456"
validate_weekdays = RegexValidator(r"^(?=.)0?1?2?3?4?5?6?\Z", _("These are no days of a week."))


class Reminder(models.Model):
    """A time of day, by the person's own clock, on some days of the week."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminders"
    )
    time = models.TimeField(_("time"))
    #: Digits in order, 0 is Monday: "01234" is Monday to Friday.
    weekdays = models.CharField(
        _("on"), max_length=7, default=EVERY_DAY, validators=[validate_weekdays]
    )
    on = models.BooleanField(_("Switched on"), default=True)
    by_mail = models.BooleanField(
        _("Also by e-mail"),
        default=False,
        help_text=_("The mail only says that you wanted to check in, nothing about how you feel."),
    )
    #: What lies before it is not due: a reminder for nine, made at ten, is for tomorrow.
    changed_at = models.DateTimeField()
    #: Date and time, on the person's clock, of the last one that went out by mail:
    #: "2026-11-21T21:00". On the clock, or a flight to the west would bring it twice.
    last_sent_for = models.CharField(max_length=16, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering: ClassVar = ["time", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "time"], name="reminder_time_once"),
            models.CheckConstraint(condition=~Q(weekdays=""), name="reminder_has_days"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["user"], condition=Q(on=True, by_mail=True), name="reminder_by_mail"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def days(self) -> frozenset[int]:
        """The days of the week, 0 is Monday."""
        return frozenset(map(int, self.weekdays))


class ReminderSettings(models.Model):
    """What a person wants beside reminders. Without a row: nothing is counted."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reminder_settings"
    )
    streaks = models.BooleanField(
        _("Count my days with a check-in"),
        default=False,
        help_text=_("One quiet line on Today. A day off in a week does not end the count."),
    )

    class Meta:
        verbose_name = _("settings of reminders")
        verbose_name_plural = _("settings of reminders")

    def __str__(self) -> str:
        return f"{self.pk}"
