"""Files of clips and photos, for their pages and for saving them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.utils.translation import gettext as _

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.clips import files, services
from emotionweb.journal.checkin_views import ForScriptsToo
from emotionweb.serving import serve

#: Of the containers that ``inference.video.probe`` names.
TYPES = {
    "mp4": "video/mp4",
    "mov": "video/mp4",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "avi": "video/x-msvideo",
}
MP4 = "video/mp4"
UNKNOWN = "application/octet-stream"


class ClipFileView(ForScriptsToo):
    """The video that the browser plays; with ``?download`` the file as it was uploaded."""

    http_method_names = ("get", "head")

    def get(self, request: AuthenticatedRequest, clip_id: UUID) -> HttpResponseBase:
        clip = services.own_clip(request.user.pk, clip_id)
        if clip is None:
            raise Http404
        own_type = TYPES.get(clip.container, UNKNOWN)
        if "download" in request.GET:
            return serve(request, files.absolute(clip.path), own_type, clip.name)
        if clip.proxy_path:
            return serve(request, files.absolute(clip.proxy_path), MP4)
        return serve(request, files.absolute(clip.path), own_type)

    head = get


class RenderFileView(ForScriptsToo):
    """An annotated video, to be saved."""

    http_method_names = ("get", "head")

    def get(self, request: AuthenticatedRequest, clip_id: UUID, job_id: UUID) -> HttpResponseBase:
        job = services.own_job(request.user.pk, clip_id, job_id)
        if job is None or job.clip is None or not job.result_path:
            raise Http404
        stem = job.clip.name.rpartition(".")[0] or job.clip.name
        name = files.clean_name(_("%(clip)s, annotated") % {"clip": stem} + ".mp4")
        return serve(request, files.absolute(job.result_path), MP4, name)

    head = get


class PhotoFileView(ForScriptsToo):
    """A photo as it was uploaded; with ``?download`` to be saved."""

    http_method_names = ("get", "head")

    def get(self, request: AuthenticatedRequest, photo_id: UUID) -> HttpResponseBase:
        photo = services.own_photo(request.user.pk, photo_id)
        if photo is None:
            raise Http404
        path = files.absolute(photo.path)
        name = photo.name if "download" in request.GET else ""
        return serve(request, path, _picture_type(path), name)

    head = get


def _picture_type(path: Path) -> str:
    """By the first bytes; what is none of these is not shown."""
    try:
        with path.open("rb") as file:
            start = file.read(12)
    except FileNotFoundError:
        raise Http404 from None
    if start.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if start[:4] == b"RIFF" and start[8:] == b"WEBP" else UNKNOWN
