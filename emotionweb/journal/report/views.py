"""The page that offers the report, and the file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal.days import local_day
from emotionweb.journal.report.gather import MOST_DAYS, Wanted, gather

#: Between two visits to somebody lies often a month, seldom more than three.
USUAL_DAYS = 28


class ReportForm(forms.Form):
    """Which days, and what of them."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}))
    notes = forms.BooleanField(
        label=_("With my notes"),
        required=False,
        help_text=_("Left out otherwise; the report says how many there are."),
    )
    hidden = forms.BooleanField(label=_("With the days I have hidden"), required=False)
    shown = forms.BooleanField(label=_("With what the camera saw"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif first and last and (last - first).days >= MOST_DAYS:
            self.add_error("last", _("A report spans a year at most."))
        return data


class ReportView(LoginRequiredMixin, FormView[ReportForm]):
    """Asks what stands in the report, and makes it."""

    request: AuthenticatedRequest
    form_class = ReportForm
    template_name = "journal/report.html"

    def get_initial(self) -> dict[str, Any]:
        user = self.request.user
        today = local_day(timezone.now(), user.timezone, user.day_start_hour)
        return {"first": today - timedelta(days=USUAL_DAYS - 1), "last": today}

    def form_valid(self, form: ReportForm) -> HttpResponse:
        from emotionweb.journal.report.pdf import render  # ReportLab takes a while to import

        wanted = Wanted(**form.cleaned_data)
        name = f"emotionweb-{wanted.first.isoformat()}-{wanted.last.isoformat()}.pdf"
        return HttpResponse(
            render(gather(self.request.user, wanted)),
            content_type="application/pdf",
            headers={"Content-Disposition": str(content_disposition_header(True, name))},
        )
