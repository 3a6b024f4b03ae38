"""The page on which a person says what the columns of a table mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import FormView

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal.models.checkins import HIGHEST, LOWEST
from emotionweb.privacy.portability import staging
from emotionweb.privacy.tabular import mapping, plan
from emotionweb.privacy.tabular.mapping import Columns
from emotionweb.privacy.tabular.plan import Plan, RowError
from emotionweb.privacy.tabular.sheet import Sheet, SheetError, read

_LABELS = {
    "date": _("Date"),
    "time": _("Time"),
    "mood": _("Mood"),
    "energy": _("Energy"),
    "tags": _("Tags"),
    "title": _("Title of the note"),
    "note": _("Note"),
}
_NEEDED = ("date", "mood")
_ORDERS = (
    ("ymd", _("year, month, day")),
    ("dmy", _("day, month, year")),
    ("mdy", _("month, day, year")),
)


class MappingForm(forms.Form):
    """Which column is what, and what each word for a mood is worth."""

    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        self.guessed = mapping.guess(sheet)
        names = [(name, name) for name in sheet.header]
        for key, label in _LABELS.items():
            needed = key in _NEEDED
            self.fields[key] = forms.ChoiceField(
                label=label,
                required=needed,
                choices=names if needed else [("", _("none")), *names],
                initial=getattr(self.guessed, key),
            )
        self.fields["order"] = forms.ChoiceField(
            label=_("Order in the date"),
            choices=_ORDERS,
            initial=self.guessed.order,
            help_text=_("It cannot be told from this table: please look.")
            if mapping.is_ambiguous(sheet.column(self.guessed.date))
            else "",
        )
        # After another column was chosen its words are new.
        mood = str(self.data.get("mood") or self.guessed.mood)
        column = mood if mood in sheet.header else self.guessed.mood
        self.words = list(mapping.guess_moods(sheet.column(column)).items())[: mapping.MOST_MOODS]
        for number, (word, worth) in enumerate(self.words):
            self.fields[f"mood-{number}"] = forms.TypedChoiceField(
                label=_("“%(word)s” is") % {"word": word[:40]},
                choices=[(one, str(one)) for one in range(LOWEST, HIGHEST + 1)],
                coerce=int,
                required=False,
                empty_value=str(worth),
                initial=worth,
            )

    def columns(self) -> Columns:
        """What was chosen, or guessed before anything was."""
        if not self.is_bound:
            return replace(self.guessed, moods=dict(self.words))
        data = self.cleaned_data
        return Columns(
            **{key: data[key] for key in _LABELS},
            order=data["order"],
            moods={
                word: int(data[f"mood-{number}"])
                for number, (word, _worth) in enumerate(self.words)
            },
        )


class TableView(LoginRequiredMixin, FormView[MappingForm]):
    """Shows what a table becomes, and takes it in when asked to."""

    request: AuthenticatedRequest
    form_class = MappingForm
    template_name = "privacy/table.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        path = staging.find(self.request.user.pk, self._key)
        if path is None:
            raise Http404
        return {**super().get_form_kwargs(), "sheet": read(path.read_bytes())}

    @property
    def _key(self) -> UUID:
        key: UUID = self.kwargs["key"]
        return key

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form: MappingForm = context["form"]
        if not form.is_bound or form.is_valid():
            made = self._plan(form)
            context.update(plan=made, preview=plan.preview(made))
        return context

    def _plan(self, form: MappingForm) -> Plan:
        return plan.make(self.request.user, form.sheet, form.columns(), timezone.now())

    def form_valid(self, form: MappingForm) -> HttpResponse:
        if "take-in" not in self.request.POST:
            return self.render_to_response(self.get_context_data(form=form))
        made = self._plan(form)
        try:
            batch = plan.take_in(self.request.user, made, timezone.now())
        except RowError as error:
            form.add_error(None, str(error))
            return self.form_invalid(form)
        staging.forget(self.request.user.pk, self._key)
        count = len(made.new)
        said = ngettext(
            "%(count)d check-in was imported.", "%(count)d check-ins were imported.", count
        )
        undo = reverse("privacy:import-undo", args=[batch.pk])
        messages.success(self.request, said % {"count": count}, extra_tags=undo)
        return redirect("privacy:import")


def problem_with(data: bytes) -> str:
    """Why a file is no table, in a sentence; "" where it is one."""
    try:
        read(data)
    except SheetError as error:
        return str(error)
    return ""
