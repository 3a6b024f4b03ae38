"""The pages of photos, and what is done with them there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from emotionweb.accounts.models import Consent
from emotionweb.accounts.services import has_consent
from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.clips import giving, photos, rows, services
from emotionweb.clips.models import Photo
from emotionweb.clips.ownership import NotThereError
from emotionweb.clips.result_views import ResultView, number_of, said_in
from emotionweb.journal.checkin_views import safe_next, wants_json
from inference.errors import PhotoError

PHOTOS_A_PAGE = 60


class PhotoListView(LoginRequiredMixin, ListView[Photo]):
    """The photos, newest first, and where more go in."""

    request: AuthenticatedRequest
    template_name = "clips/photos.html"
    context_object_name = "photos"
    paginate_by = PHOTOS_A_PAGE

    def get_queryset(self) -> QuerySet[Photo]:
        return Photo.objects.filter(user_id=self.request.user.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user_id = self.request.user.pk
        shown = [photo.pk for photo in context["photos"]]
        return {
            **context,
            "jobs": rows.job_rows(user_id, shown),
            "limits": services.limits(user_id),
            "upload_url": reverse("clips:uploads"),
            "jobs_url": reverse("clips:jobs"),
        }


class PhotoView(LoginRequiredMixin, TemplateView):
    """One photo with its faces."""

    request: AuthenticatedRequest
    template_name = "clips/photo.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        try:
            photo = photos.own_photo(self.request.user.pk, kwargs["photo_id"])
        except NotThereError:
            raise Http404 from None
        newest = photo.jobs.select_related("clip", "photo").first()
        return super().get_context_data(
            photo=photo,
            data=photos.page_data(photo),
            job=rows.row_of(newest, timezone.now()) if newest else None,
            training_consent=has_consent(self.request.user, Consent.Kind.TRAINING),
            **kwargs,
        )


class PhotoJsonView(ResultView):
    http_method_names = ("get",)

    def get(self, request: AuthenticatedRequest, photo_id: UUID) -> HttpResponse:
        photo = photos.own_photo(request.user.pk, photo_id)
        name = _stem(photo)
        return JsonResponse(
            photos.document(photo),
            json_dumps_params={"ensure_ascii": False, "indent": 2},
            headers={"Content-Disposition": content_disposition_header(True, f"{name}.json")},
        )


class PhotoPictureView(ResultView):
    """The annotated picture; with ``?download`` to be saved."""

    http_method_names = ("get",)

    def get(self, request: AuthenticatedRequest, photo_id: UUID) -> HttpResponse:
        photo = photos.own_photo(request.user.pk, photo_id)
        try:
            picture = photos.annotated(photo)
        except (PhotoError, FileNotFoundError):
            raise Http404 from None
        name = content_disposition_header("download" in request.GET, f"{_stem(photo)}.jpg")
        return HttpResponse(
            picture, content_type="image/jpeg", headers={"Content-Disposition": name or "inline"}
        )


class PhotoCorrectView(ResultView):
    """Says what a face shows; with ``give`` the face goes to training, where that is agreed to."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, photo_id: UUID) -> HttpResponse:
        data = said_in(request)
        face, expression = int(number_of(data.get("face"))), int(number_of(data.get("expression")))
        photo = photos.correct(request.user.pk, photo_id, face, expression)
        said = _("Saved beside what the machine said.")
        if data.get("give") in (True, "1", "on"):
            said = giving.give_from_photo(request.user, photo, face)
        if wants_json(request):
            return JsonResponse({**photos.page_data(photo), "said": said})
        messages.success(request, said)
        return redirect(reverse("clips:photo", args=[photo.pk]))


class PhotoDeleteView(ResultView):
    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, photo_id: UUID) -> HttpResponse:
        photos.delete(request.user.pk, photo_id)
        said = _("The photo and what was read from it are deleted.")
        if wants_json(request):
            return JsonResponse({"said": said})
        messages.success(request, said)
        return redirect(safe_next(request, reverse("clips:photos")))


def _stem(photo: Photo) -> str:
    return photo.name.rpartition(".")[0] or photo.name
