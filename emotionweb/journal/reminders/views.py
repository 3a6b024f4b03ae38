"""The page of reminders, and what open pages ask by themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView, UpdateView, View

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal.models import Reminder
from emotionweb.journal.reminders import services, today
from emotionweb.journal.reminders.forms import ReminderForm, StreakForm
from emotionweb.journal.reminders.services import ReminderError


class ReminderListView(LoginRequiredMixin, FormView[ReminderForm]):
    """All reminders, a form for another one, and the switch of streaks."""

    request: AuthenticatedRequest
    form_class = ReminderForm
    template_name = "journal/reminders/list.html"
    success_url = reverse_lazy("journal:reminders")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = self.request.user.pk
        rows = list(services.reminders(own))
        return super().get_context_data(
            reminders=rows,
            full=len(rows) >= services.MOST_REMINDERS,
            most=services.MOST_REMINDERS,
            streaks=StreakForm(instance=services.settings_of(own)),
            **kwargs,
        )

    def form_valid(self, form: ReminderForm) -> HttpResponse:
        try:
            services.add(self.request.user.pk, form.draft(), timezone.now())
        except ReminderError as error:
            form.add_error("time", str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return super().form_valid(form)


class ReminderEditView(LoginRequiredMixin, UpdateView[Reminder, ReminderForm]):
    """Time and days of one, and the way to be rid of it."""

    request: AuthenticatedRequest
    form_class = ReminderForm
    template_name = "journal/reminders/edit.html"
    pk_url_kwarg = "reminder_id"

    def get_queryset(self) -> QuerySet[Reminder]:
        return services.reminders(self.request.user.pk)

    def form_valid(self, form: ReminderForm) -> HttpResponse:
        try:
            services.change(self.get_object(), form.draft(), timezone.now())
        except ReminderError as error:
            form.add_error("time", str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect("journal:reminders")


class ReminderDeleteView(LoginRequiredMixin, View):
    """Deletes a reminder."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, reminder_id: int) -> HttpResponse:
        own = services.reminders(request.user.pk)
        services.delete(get_object_or_404(own, pk=reminder_id))
        messages.success(request, _("The reminder is deleted."))
        return redirect("journal:reminders")


class StreaksView(LoginRequiredMixin, View):
    """Switches the count of days on or off."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        form = StreakForm(request.POST)
        services.switch_streaks(request.user.pk, form.is_valid() and form.cleaned_data["streaks"])
        messages.success(request, _("Saved."))
        return redirect("journal:reminders")


class DueView(LoginRequiredMixin, View):
    """What is due now and what comes next, for an open page."""

    http_method_names = ("get",)

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        return JsonResponse(today.due_for_page(request.user, timezone.now()))
