"""The page of the guided minute."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import TemplateView, View

from emotionweb.accounts.models import Consent
from emotionweb.accounts.services import has_consent
from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.expressions import expression_mark, expression_title
from emotionweb.live import calibration, services
from emotionweb.live.calibration import CalibrationError
from emotionweb.live.recognition import process_engine
from emotionweb.live.strings import CAPTURE_SIDE, TARGET_FPS, camera_problems, closes
from inference.labels import Expression

#: Of a version of a model, as in ``ready`` on the socket.
MAX_VERSION = 64


class CalibrationView(LoginRequiredMixin, TemplateView):
    """Guides through the minute, and says what came of the last one."""

    request: AuthenticatedRequest
    template_name = "live/calibration.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        process_engine().start(services.active_bundle_path())
        row = calibration.of_person(self.request.user.pk)
        return super().get_context_data(
            has_consent=has_consent(self.request.user, Consent.Kind.CAMERA),
            baseline=row,
            asked=calibration.asked(row) if row else [],
            weakened=_weakened(row.shift) if row else [],
            config=_config(),
            **kwargs,
        )

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        """Take what the browser was answered, and make a baseline of it."""
        try:
            sent = json.loads(request.body)
            model = str(sent["model"])[:MAX_VERSION]
            answers = calibration.parse(sent["answers"])
            calibration.store(request.user.pk, model, answers, timezone.now())
        except (ValueError, KeyError, TypeError) as error:
            said = str(error) if isinstance(error, CalibrationError) else _unreadable()
            return JsonResponse({"said": said}, status=400)
        return JsonResponse({"next": reverse("live:calibration")})


class CalibrationForgetView(LoginRequiredMixin, View):
    """Deletes the baseline."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        if calibration.forget(request.user.pk or 0):
            messages.success(
                request, _("Deleted. From now on your face is read like everybody else's.")
            )
        return redirect("live:calibration")


def _unreadable() -> str:
    return _("The page sent something that the server does not understand. Reload the page.")


def _weakened(shift: list[float]) -> list[str]:
    """Adjectives of what is taken back by more than a tenth."""
    from inference.labels import LABELS

    return [expression_title(name) for name, one in zip(LABELS, shift, strict=True) if one < -0.1]


def _config() -> dict[str, object]:
    asks = {
        Expression.NEUTRAL: _("Look at the camera with your face at rest."),
        Expression.HAPPINESS: pgettext("show me", "Look happy."),
        Expression.SURPRISE: pgettext("show me", "Look surprised."),
        Expression.SADNESS: pgettext("show me", "Look sad."),
        Expression.ANGER: pgettext("show me", "Look angry."),
    }
    return {
        "socketPath": "/ws/live/?purpose=calibrate",
        "storePath": reverse("live:calibration"),
        "target_fps": TARGET_FPS,
        "capture_side": CAPTURE_SIDE,
        "camera": camera_problems(),
        "closes": closes(),
        "steps": [
            {"name": name, "seconds": seconds, "ask": asks[name], "mark": expression_mark(name)}
            for name, seconds in calibration.STEPS
        ],
        "messages": words(),
    }


def words() -> dict[str, str]:
    """Sentences for ``static/live/calibrate.js``."""
    return {
        "opening": _("The camera opens …"),
        "noFace": _("No face to be seen: the clock waits."),
        "unclear": _("Your face is not clear enough: the clock waits. More light may help."),
        "left": _("{seconds} s"),
        "storing": _("One moment …"),
        "failed": _("It could not be stored. Nothing was changed. Try it again."),
    }
