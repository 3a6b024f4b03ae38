"""What people send to training themselves."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal.checkin_views import ForScriptsToo
from emotionweb.training import live_given
from emotionweb.training.live_given import GiftRefusedError, LiveGift, NoSessionError
from inference.errors import FrameError
from inference.frames import DEFAULT_LIMITS


class GiveLiveView(ForScriptsToo):
    """A face of the live page, with what it shows in the person's judgement."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        gift = _gift_in(request)
        if gift is None:
            return _said(_("This page and the server do not understand each other. Reload it."))
        try:
            return JsonResponse({"said": live_given.give(request.user, gift)}, status=201)
        except NoSessionError:
            raise Http404 from None
        except (GiftRefusedError, FrameError) as refusal:
            return _said(str(refusal), 409)


def _gift_in(request: HttpRequest) -> LiveGift | None:
    """What the form holds; ``None`` where it is no such form."""
    frame, form = request.FILES.get("frame"), request.POST
    try:
        x1, y1, x2, y2 = (float(value) for value in json.loads(form.get("box", "")))
        session = UUID(form.get("session", ""))
    except (ValueError, TypeError):
        return None
    if frame is None:
        return None
    return LiveGift(
        # One byte more than is accepted is enough to see that it is too much.
        jpeg=frame.read(DEFAULT_LIMITS.max_bytes + 1),
        box_xyxy=(x1, y1, x2, y2),
        expression=form.get("expression", ""),
        said=form.get("said", ""),
        session_id=session,
    )


def _said(sentence: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"said": sentence}, status=status)
