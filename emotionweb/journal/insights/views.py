"""Insights, how they are worked out, the notice and its settings, and a page to breathe with."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, UpdateView, View

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal.insights import bootstrap, decline, notices, pages
from emotionweb.journal.insights.forms import NoticeForm
from emotionweb.journal.insights.rows import Range
from emotionweb.journal.models import NoticeSettings
from emotionweb.journal.shown_index import ENOUGH_SECONDS


class InsightsView(LoginRequiredMixin, TemplateView):
    """What went with better and with harder days."""

    request: AuthenticatedRequest
    template_name = "journal/insights/page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("range", Range.YEAR)
        wanted = Range(asked) if asked in list(Range) else Range.YEAR
        ranges = [
            (Range.QUARTER, _("90 days")),
            (Range.YEAR, _("A year")),
            (Range.ALL, _("Everything")),
        ]
        return super().get_context_data(
            page=pages.insights_page(self.request.user, wanted, timezone.now()),
            ranges=ranges,
            wanted=wanted,
            **kwargs,
        )


class MethodView(LoginRequiredMixin, TemplateView):
    """How the numbers are worked out and what they cannot say."""

    template_name = "journal/insights/method.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            enough_days=bootstrap.ENOUGH_DAYS,
            resamples=bootstrap.RESAMPLES,
            enough_minutes=round(ENOUGH_SECONDS / 60),
            notice=decline.FELT,
            shown_notice=decline.SHOWN,
            quiet_days=notices.QUIET_DAYS,
            **kwargs,
        )


class NoticeSettingsView(
    LoginRequiredMixin, SuccessMessageMixin[NoticeForm], UpdateView[NoticeSettings, NoticeForm]
):
    """What the person wants of notices."""

    request: AuthenticatedRequest
    form_class = NoticeForm
    template_name = "journal/insights/notice_settings.html"
    success_url = reverse_lazy("journal:notices")
    success_message = gettext_lazy("Saved.")

    def get_object(self, queryset: Any = None) -> NoticeSettings:
        return notices.settings_of(self.request.user.pk)


class NoticeDismissView(LoginRequiredMixin, View):
    """Puts a notice away."""

    request: AuthenticatedRequest
    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, notice_id: int) -> HttpResponse:
        if not notices.dismiss(request.user.pk, notice_id):
            raise Http404
        return redirect("home")


class NoticeOffView(LoginRequiredMixin, View):
    """Turns notices off."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        notices.turn_off(request.user.pk)
        messages.success(
            request, _("Notices are off. They can be turned on again under Journal, Insights.")
        )
        return redirect("home")


class BreatheView(LoginRequiredMixin, TemplateView):
    """A minute or more of slow breathing."""

    template_name = "journal/insights/breathe.html"
