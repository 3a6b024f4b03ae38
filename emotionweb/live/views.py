"""The live page, and the deletion of what it recorded."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from emotionweb.accounts.models import Consent
from emotionweb.accounts.services import has_consent
from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.live import services
from emotionweb.live.recognition import process_engine
from emotionweb.live.strings import live_config
from emotionweb.training import given


class LivePageView(LoginRequiredMixin, TemplateView):
    """Camera, overlay and bars; before them the consent."""

    request: AuthenticatedRequest
    template_name = "live/page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # By the time the person has chosen a camera the model is there.
        process_engine().start(services.active_bundle_path())
        return super().get_context_data(
            has_consent=has_consent(self.request.user, Consent.Kind.CAMERA),
            live_config=live_config(self.request),
            may_give=given.may_give(self.request.user),
            **kwargs,
        )


class SessionDeleteView(LoginRequiredMixin, View):
    """Deletes one of the person's own sessions and goes back to the journal."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
        if not services.delete_session(request.user.pk, session_id):
            raise Http404
        messages.success(request, _("The session and what it recorded are deleted."))
        return redirect("journal:list")
