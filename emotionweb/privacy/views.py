"""What is kept, for how long, and erasing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext, ngettext
from django.views.generic import FormView

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.privacy import services
from emotionweb.privacy.forms import EraseForm, RetentionForm


class EraseView(LoginRequiredMixin, FormView[EraseForm]):
    """Removes what lies on some days."""

    request: AuthenticatedRequest
    form_class = EraseForm
    template_name = "privacy/erase.html"
    success_url = reverse_lazy("accounts:privacy")

    def get_initial(self) -> dict[str, Any]:
        day = self.request.GET.get("day", "")
        return {"first": day, "last": day} if day else {}

    def form_valid(self, form: EraseForm) -> HttpResponse:
        data = form.cleaned_data
        removed = services.erase(self.request.user, data["first"], data["last"], data["kinds"])
        count = sum(removed.values())
        said = ngettext("%(count)d thing was erased.", "%(count)d things were erased.", count)
        messages.success(self.request, said % {"count": count})
        return super().form_valid(form)


class RetentionView(LoginRequiredMixin, FormView[RetentionForm]):
    """Says for how long each kind is kept."""

    request: AuthenticatedRequest
    form_class = RetentionForm
    template_name = "privacy/retention.html"
    success_url = reverse_lazy("accounts:privacy")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "kept": services.kept(self.request.user)}

    def form_valid(self, form: RetentionForm) -> HttpResponse:
        services.set_periods(self.request.user, form.cleaned_data)
        messages.success(self.request, gettext("Saved. It is looked at every night."))
        return super().form_valid(form)
