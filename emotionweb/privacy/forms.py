"""Forms of the privacy pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from emotionweb.privacy.holdings import holdings
from emotionweb.privacy.services import PERIODS, Kept


class EraseForm(forms.Form):
    """Which days, and what of them."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    kinds = forms.MultipleChoiceField(
        label=_("What of these days"), widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(
        label=_("I know that nobody can bring it back."),
        error_messages={"required": _("Nothing was erased. Tick this to go on.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = [(one.key, one.title) for one in holdings() if one.erase is not None]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return data


class RetentionForm(forms.Form):
    """For how long each kind is kept."""

    def __init__(self, kept: list[Kept], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(days, _period(days)) for days in PERIODS]
        for one in kept:
            if one.holding.erase is None:
                continue
            self.fields[one.holding.key] = forms.TypedChoiceField(
                label=one.holding.title,
                help_text=one.holding.kept_words,
                choices=choices,
                coerce=int,
                initial=one.days,
            )


def _period(days: int) -> Any:
    if not days:
        return _("for ever")
    if days % 365 == 0:
        years = days // 365
        return ngettext("%(count)d year", "%(count)d years", years) % {"count": years}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
