"""The form of the search: sent by GET, so that a search can be kept as a bookmark."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emotionweb.accounts.models import User
from emotionweb.journal import tags
from emotionweb.journal.history.search import Kind, Query
from emotionweb.journal.models import Tag
from emotionweb.journal.models.checkins import HIGHEST, LOWEST
from emotionweb.journal.search_text import search_terms

KINDS = [
    (Kind.SAID, pgettext_lazy("search for", "Check-ins")),
    (Kind.NOTE, pgettext_lazy("search for", "Check-ins with a note")),
    (Kind.SHOWN, pgettext_lazy("search for", "Days with the camera")),
]
MOODS = [(str(number), str(number)) for number in range(LOWEST, HIGHEST + 1)]


class _DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class SearchForm(forms.Form):
    """What to look for."""

    words = forms.CharField(
        label=_("Words in your notes"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
        help_text=_(
            "Parts of words are found, too, in any script. “Quotation marks” keep words together."
        ),
    )
    kind = forms.ChoiceField(label=_("Show"), required=False, choices=KINDS)
    mood = forms.MultipleChoiceField(
        label=pgettext_lazy("search for", "Felt"),
        required=False,
        choices=MOODS,
        widget=forms.CheckboxSelectMultiple,
    )
    tag = forms.ModelMultipleChoiceField(
        label=_("Tags, all of them"),
        required=False,
        queryset=Tag.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    first = forms.DateField(label=_("From"), required=False, widget=_DayInput())
    last = forms.DateField(label=pgettext_lazy("day", "Until"), required=False, widget=_DayInput())

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tag"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = tags.tags(user.pk)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day is before the first one."))
        return data

    @property
    def narrowed(self) -> bool:
        """Whether more than words is asked for; then the filters are open."""
        return any(self[name].data for name in ("kind", "mood", "tag", "first", "last"))

    @property
    def only_days(self) -> bool:
        """Whether days with the camera are asked for with filters that say nothing about them."""
        data = self.cleaned_data
        return data.get("kind") == Kind.SHOWN and bool(
            search_terms(data["words"]) or data["mood"] or data["tag"]
        )

    def query(self) -> Query:
        data = self.cleaned_data
        return Query(
            words=data["words"],
            kind=Kind(data["kind"] or Kind.SAID),
            moods=[int(number) for number in data["mood"]],
            tags=[tag.pk for tag in data["tag"]],
            first=data["first"],
            last=data["last"],
        )
