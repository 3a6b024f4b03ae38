"""Forms of reminders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from emotionweb.journal.models import Reminder, ReminderSettings
from emotionweb.journal.models.reminders import EVERY_DAY
from emotionweb.journal.reminders.services import ReminderDraft


class ReminderForm(forms.ModelForm[Reminder]):
    """A time and its days. That the time is free is for the service to say."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("On these days"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        initial=list(EVERY_DAY),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Reminder
        fields = ("time", "weekdays", "by_mail", "on")
        widgets = {"time": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["weekdays"] = list(self.instance.weekdays)
        else:
            self.initial.pop("weekdays", None)
            del self.fields["on"]  # what somebody makes is on
        if not settings.EMAIL_URL:  # no mail is sent here
            del self.fields["by_mail"]

    def _post_clean(self) -> None:
        """Nothing is written to the reminder here: that is for the service."""

    def draft(self) -> ReminderDraft:
        """What was sent."""
        data = self.cleaned_data
        return ReminderDraft(
            data["time"],
            data["weekdays"],
            on=data.get("on", True),
            by_mail=data.get("by_mail", self.instance.by_mail),
        )


class StreakForm(forms.ModelForm[ReminderSettings]):
    """Whether days are counted."""

    class Meta:
        model = ReminderSettings
        fields = ("streaks",)
