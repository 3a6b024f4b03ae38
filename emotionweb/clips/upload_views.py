"""tus 1.0 as the browser's client speaks it: create, ask how far it is, send a piece, give up.

Plain synchronous views: Django has read the whole request before a view is called, so a piece is
small (``UPLOAD_CHUNK_BYTES``), and what a view does is one write and one fsync.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.generic import View

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.clips import tus
from emotionweb.clips.models import Upload
from emotionweb.clips.tus import TusError


class TusView(View):
    """What every answer has, and what every request needs: the version, and a person."""

    request: AuthenticatedRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self._check(request)
            response = super().dispatch(request, *args, **kwargs)
        except TusError as error:
            response = HttpResponse(
                str(error), status=error.status, content_type="text/plain; charset=utf-8"
            )
        response.headers["Tus-Resumable"] = tus.VERSION
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        if response.status_code == 412:
            response.headers["Tus-Version"] = tus.VERSION
        return response

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say what this server can do."""
        return HttpResponse(
            status=204,
            headers={
                "Tus-Version": tus.VERSION,
                "Tus-Extension": tus.EXTENSIONS,
                "Tus-Max-Size": str(settings.CLIP_MAX_BYTES),
            },
        )

    def _check(self, request: HttpRequest) -> None:
        if not request.user.is_authenticated:
            raise TusError(401, _("You are logged out. Log in to go on."))
        if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != tus.VERSION:
            raise TusError(412, _("The server did not understand this page. Reload it."))


class CreationView(TusView):
    """Takes the announcement of a file."""

    http_method_names = ("post", "options")

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        length = _whole_number(request, "Upload-Length")
        metadata = tus.parse_metadata(request.headers.get("Upload-Metadata", ""))
        upload = tus.begin(request.user, length, metadata, timezone.now())
        return HttpResponse(
            status=201,
            headers={
                "Location": reverse("clips:upload", args=[upload.pk]),
                "Upload-Expires": http_date(upload.expires_at.timestamp()),
            },
        )


class UploadView(TusView):
    """One upload: how far it is, the next piece, and the end of it."""

    http_method_names = ("head", "patch", "delete", "options")

    def head(self, request: AuthenticatedRequest, upload_id: UUID) -> HttpResponse:
        upload = tus.own_upload(request.user.pk, upload_id)
        if upload is None:
            size = self._finished_size(upload_id)
            return _offset(200, size, size)
        offset = tus.arrived(upload)
        if offset == upload.length:  # the server went down between the last piece and its end
            tus.finish(upload, timezone.now())
        return _offset(200, offset, upload.length, upload)

    def patch(self, request: AuthenticatedRequest, upload_id: UUID) -> HttpResponse:
        if request.content_type != tus.PIECE_TYPE:
            raise TusError(415, _("The server did not understand this page. Reload it."))
        offset = _whole_number(request, "Upload-Offset")
        announced = _whole_number(request, "Content-Length")
        if announced > settings.UPLOAD_CHUNK_BYTES:
            raise TusError(413, _("This piece is too large. Reload the page."))
        upload = tus.own_upload(request.user.pk, upload_id)
        if upload is None:
            return self._patch_finished(upload_id, offset, announced)
        now = timezone.now()
        arrived = tus.append(upload, offset, request, announced, now)
        if arrived == upload.length:
            tus.finish(upload, now)
        return _offset(204, arrived, upload.length, upload)

    def delete(self, request: AuthenticatedRequest, upload_id: UUID) -> HttpResponse:
        upload = tus.own_upload(request.user.pk, upload_id)
        if upload is None:
            self._finished_size(upload_id)
            raise TusError(410, _("This upload is complete. Delete the clip instead."))
        upload.delete()  # receivers.py sees to the file
        return HttpResponse(status=204)

    def _patch_finished(self, upload_id: UUID, offset: int, announced: int) -> HttpResponse:
        """The last piece comes a second time: its answer was lost, or another tab was quicker."""
        size = self._finished_size(upload_id)
        if (offset, announced) != (size, 0):
            raise TusError(409, _("This piece does not belong here. Ask how much has arrived."))
        return _offset(204, size, size)

    def _finished_size(self, upload_id: UUID) -> int:
        size = tus.finished_size(self.request.user.pk, upload_id)
        if size is None:
            raise TusError(404, _("There is no such upload."))
        return size


def _whole_number(request: HttpRequest, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise TusError(400, _("The server did not understand this page. Reload it."))
    return int(text)


def _offset(status: int, offset: int, length: int, upload: Upload | None = None) -> HttpResponse:
    headers = {"Upload-Offset": str(offset), "Upload-Length": str(length)}
    if upload is not None:
        headers["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return HttpResponse(status=status, headers=headers)
