"""What the player page asks and says; every change answers with the page's data anew."""

from __future__ import annotations

import json
import math
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.clips import corrections, eaf_import, exports, giving, markers, services, tracks
from emotionweb.clips.clip_data import clip_data
from emotionweb.clips.markers import length_s
from emotionweb.clips.options import RefusedError
from emotionweb.clips.ownership import NotThereError, own_clip, own_track, shown
from emotionweb.clips.timeline import MAX_BINS, MAX_BOXES_S, boxes, timeline
from emotionweb.journal.checkin_views import ForScriptsToo, safe_next, wants_json


class ResultView(ForScriptsToo):
    """Knows only the person's own clips; a refusal becomes a sentence."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except NotThereError:
            raise Http404 from None
        except RefusedError as refused:
            body = {"said": str(refused)} | ({"ask": refused.code} if refused.code else {})
            return JsonResponse(body, status=refused.status)

    def data(self, clip_id: UUID, **more: Any) -> JsonResponse:
        """The page's data as it is now."""
        user = self.request.user
        return JsonResponse({**clip_data(own_clip(user.pk, clip_id), user), **more})


class DataView(ResultView):
    http_method_names = ("get",)

    def get(self, request: AuthenticatedRequest, clip_id: UUID) -> HttpResponse:
        return self.data(clip_id)


class TimelineView(ResultView):
    http_method_names = ("get",)

    def get(self, request: AuthenticatedRequest, clip_id: UUID) -> HttpResponse:
        clip = own_clip(request.user.pk, clip_id)
        start, end = _span(request, 0.0, length_s(clip))
        bins = int(number_of(request.GET.get("bins", 600)))
        if not 1 <= bins <= MAX_BINS:
            raise _not_understood()
        return JsonResponse(timeline(clip, list(shown(clip).tracks.all()), start, end, bins))


class BoxesView(ResultView):
    http_method_names = ("get",)

    def get(self, request: AuthenticatedRequest, clip_id: UUID) -> HttpResponse:
        clip = own_clip(request.user.pk, clip_id)
        start, end = _span(request, 0.0, min(length_s(clip), MAX_BOXES_S))
        if end - start > MAX_BOXES_S:
            raise _not_understood()
        return JsonResponse(boxes(clip, list(shown(clip).tracks.all()), start, end))


class FaceView(ResultView):
    """The small picture of a track, where it is kept."""

    http_method_names = ("get",)

    def get(self, request: AuthenticatedRequest, clip_id: UUID, track_id: int) -> HttpResponse:
        track = own_track(own_clip(request.user.pk, clip_id), track_id)
        if not track.thumbnail:
            raise Http404
        return HttpResponse(bytes(track.thumbnail), content_type="image/jpeg")


class TrackView(ResultView):
    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, clip_id: UUID, track_id: int) -> HttpResponse:
        said = said_in(request)
        whose = (request.user.pk, clip_id, track_id)
        match said.get("action"):
            case "name":
                tracks.rename(*whose, str(said.get("name", "")))
            case "me":
                tracks.set_me(*whose, said.get("value") is True)
            case "exclude":
                tracks.set_excluded(*whose, said.get("value") is True)
            case "merge":
                tracks.merge(*whose, int(number_of(said.get("into"))))
            case "split":
                tracks.split(*whose, number_of(said.get("at")))
            case _:
                raise _not_understood()
        return self.data(clip_id)


class NotMeView(ResultView):
    """Takes a clip out of the journal; the journal offers it as a form."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, clip_id: UUID) -> HttpResponse:
        tracks.nobody_is_me(request.user.pk, clip_id)
        if wants_json(request):
            return self.data(clip_id)
        messages.success(request, _("The clip is out of the journal; the clip itself is kept."))
        return redirect(safe_next(request, "journal:list"))


class CorrectionsView(ResultView):
    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, clip_id: UUID) -> HttpResponse:
        said = said_in(request)
        correction = corrections.say(
            request.user.pk,
            clip_id,
            track_id=int(number_of(said.get("track"))),
            start_s=number_of(said.get("start")),
            end_s=number_of(said.get("end")),
            expression=int(number_of(said.get("expression"))),
        )
        if said.get("give") is not True:
            return self.data(clip_id)
        return self.data(clip_id, said=giving.give_from_clip(request.user, clip_id, correction))


class CorrectionView(ResultView):
    http_method_names = ("delete",)

    def delete(
        self, request: AuthenticatedRequest, clip_id: UUID, correction_id: UUID
    ) -> HttpResponse:
        corrections.remove(request.user.pk, clip_id, correction_id)
        return self.data(clip_id)


class MarkersView(ResultView):
    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, clip_id: UUID) -> HttpResponse:
        said = said_in(request)
        markers.add(
            request.user.pk,
            clip_id,
            kind=str(said.get("kind", "")),
            start_s=number_of(said.get("start")),
            end_s=number_of(said.get("end")),
            text=str(said.get("text", "")),
        )
        return self.data(clip_id)


class MarkerView(ResultView):
    http_method_names = ("delete",)

    def delete(self, request: AuthenticatedRequest, clip_id: UUID, marker_id: int) -> HttpResponse:
        markers.remove(request.user.pk, clip_id, marker_id)
        return self.data(clip_id)


class RenderView(ResultView):
    """Asks for the video with boxes and labels burnt in."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, clip_id: UUID) -> HttpResponse:
        if services.request_render(request.user.pk, clip_id, timezone.now()) is None:
            raise Http404
        return self.data(clip_id)


class ExportView(ResultView):
    http_method_names = ("get",)

    def get(self, request: AuthenticatedRequest, clip_id: UUID, kind: str) -> HttpResponseBase:
        clip = own_clip(request.user.pk, clip_id)
        shown(clip)
        return exports.response(clip, kind)


class ImportView(ResultView):
    """Takes over what somebody corrected in ELAN."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, clip_id: UUID) -> HttpResponse:
        file = request.FILES.get("file")
        if file is None or isinstance(file, list):
            raise RefusedError(_("Choose an EAF file first."))
        report = eaf_import.take_over(request.user.pk, clip_id, file)
        return self.data(clip_id, said=report.sentence(), imported=report.as_json())


def _span(request: HttpRequest, start_s: float, end_s: float) -> tuple[float, float]:
    start = number_of(request.GET.get("from", start_s))
    end = number_of(request.GET.get("to", end_s))
    if not start < end:
        raise _not_understood()
    return start, end


def said_in(request: HttpRequest) -> dict[str, Any]:
    """The body of a request: JSON from a script, fields from a form."""
    if request.content_type != "application/json":
        return request.POST.dict()
    try:
        said = json.loads(request.body)
    except ValueError:
        raise _not_understood() from None
    if not isinstance(said, dict):
        raise _not_understood()
    return said


def number_of(value: object) -> float:
    """A number of a request, finite and of a size that a time can have."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _not_understood()
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise _not_understood() from None
    if not math.isfinite(number) or abs(number) > 2**53:
        raise _not_understood()
    return number


def _not_understood() -> RefusedError:
    return RefusedError(_("The server did not understand this page. Reload it."))
