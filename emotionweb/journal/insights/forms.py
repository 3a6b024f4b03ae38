"""Forms of tracked numbers and notices."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from emotionweb.journal.insights.trackers import OfDay
from emotionweb.journal.models import NoticeSettings, Tracker
from emotionweb.journal.models.insights import LARGEST


class TrackerForm(forms.ModelForm[Tracker]):
    """Name and unit. That the name is free is for the service to say."""

    class Meta:
        model = Tracker
        fields = ("name", "unit")
        help_texts = {
            "name": _("Such as hours of sleep, cups of coffee, steps."),
            "unit": _("Stands behind the number: h, cups, km."),
        }


class NoticeForm(forms.ModelForm[NoticeSettings]):
    """What a person wants of notices."""

    class Meta:
        model = NoticeSettings
        fields = ("on", "mail", "help_lines")


class ValuesForm(forms.Form):
    """The numbers of one day, each in a field of its own: ``tracker-<id>``.

    Args:
        of_day: The trackers to fill in, with their values.
        day: The person's own day, for the form that is not sent yet.
    """

    day = forms.DateField(widget=forms.HiddenInput)

    def __init__(
        self, of_day: list[OfDay], *args: Any, day: date | None = None, **kwargs: Any
    ) -> None:
        # The ids differ from those of the other forms on a page of a day.
        kwargs |= {"initial": {"day": day}, "auto_id": "numbers_%s"}
        super().__init__(*args, **kwargs)
        for one in of_day:
            tracker = one.tracker
            label = f"{tracker.name} ({tracker.unit})" if tracker.unit else tracker.name
            self.fields[f"tracker-{tracker.pk}"] = forms.FloatField(
                label=label,
                required=False,
                min_value=-LARGEST,
                max_value=LARGEST,
                initial=one.value,
                localize=True,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    def values(self) -> dict[int, float | None]:
        """The numbers by id of their tracker; ``None`` where the field was left empty."""
        prefix = "tracker-"
        return {
            int(name.removeprefix(prefix)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix)
        }
