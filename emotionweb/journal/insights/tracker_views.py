"""A person's own numbers: made, changed, put away, deleted, filled in."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, resolve_url
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, UpdateView, View

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal.checkin_views import safe_next
from emotionweb.journal.days import local_day
from emotionweb.journal.insights import trackers
from emotionweb.journal.insights.forms import TrackerForm, ValuesForm
from emotionweb.journal.insights.trackers import TrackerError
from emotionweb.journal.models import Tracker


class TrackerListView(LoginRequiredMixin, FormView[TrackerForm]):
    """All tracked numbers, and a form for another one."""

    request: AuthenticatedRequest
    form_class = TrackerForm
    template_name = "journal/insights/trackers.html"
    success_url = reverse_lazy("journal:trackers")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(trackers.counted(self.request.user.pk))
        return super().get_context_data(
            trackers=[one for one in rows if not one.archived],
            archived=[one for one in rows if one.archived],
            **kwargs,
        )

    def form_valid(self, form: TrackerForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            tracker = trackers.add(self.request.user.pk, data["name"], data["unit"])
        except TrackerError as error:
            form.add_error("name", str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("“%(name)s” is there.") % {"name": tracker.name})
        return super().form_valid(form)


class TrackerEditView(LoginRequiredMixin, UpdateView[Tracker, TrackerForm]):
    """Name and unit of one, and the ways to be rid of it."""

    request: AuthenticatedRequest
    form_class = TrackerForm
    template_name = "journal/insights/tracker.html"
    success_url = reverse_lazy("journal:trackers")
    pk_url_kwarg = "tracker_id"

    def get_queryset(self) -> QuerySet[Tracker]:
        return trackers.counted(self.request.user.pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        # A copy: a name that is refused must not title the page as if it were the tracker's.
        return {**super().get_form_kwargs(), "instance": copy(self.object)}

    def form_valid(self, form: TrackerForm) -> HttpResponse:
        data = form.cleaned_data
        tracker = get_object_or_404(self.get_queryset(), pk=self.object.pk)
        try:
            trackers.change(tracker, data["name"], data["unit"])
        except TrackerError as error:
            form.add_error("name", str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect("journal:trackers")


class TrackerActionView(LoginRequiredMixin, View):
    """Moves a number among its like, puts it away, takes it out again, or deletes it."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, tracker_id: int) -> HttpResponse:
        tracker = get_object_or_404(trackers.trackers(request.user.pk), pk=tracker_id)
        said = ""
        match request.POST.get("action"):
            case "up":
                trackers.move(tracker, -1)
            case "down":
                trackers.move(tracker, +1)
            case "archive":
                trackers.archive(tracker, True)
                said = _("“%(name)s” is put away. Its values stay.")
            case "unarchive":
                trackers.archive(tracker, False)
            case "delete":
                trackers.delete(tracker)
                said = _("“%(name)s” and its values are deleted.")
        if said:
            messages.success(request, said % {"name": tracker.name})
        return redirect("journal:trackers")


class ValuesView(LoginRequiredMixin, FormView[ValuesForm]):
    """Stores the numbers of a day; the form stands on the pages of that day."""

    request: AuthenticatedRequest
    form_class = ValuesForm
    template_name = "journal/insights/values.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        user = self.request.user
        today = local_day(timezone.now(), user.timezone, user.day_start_hour)
        return {**super().get_form_kwargs(), "of_day": self._of_day(), "day": today}

    def _of_day(self) -> list[trackers.OfDay]:
        return [
            trackers.OfDay(tracker, None) for tracker in trackers.trackers(self.request.user.pk)
        ]

    def form_valid(self, form: ValuesForm) -> HttpResponse:
        sent = {
            key: value
            for key, value in form.values().items()
            if f"tracker-{key}" in self.request.POST
        }
        trackers.set_values(self.request.user.pk, form.cleaned_data["day"], sent)
        messages.success(self.request, _("Your numbers are saved."))
        return redirect(safe_next(self.request, resolve_url("home")))
