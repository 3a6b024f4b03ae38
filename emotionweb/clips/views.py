"""The list of clips, the page of one, and what is done with it there."""

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
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.clips import jobs, rows, services
from emotionweb.clips.clip_data import clip_data
from emotionweb.clips.models import Clip, Job
from emotionweb.clips.options import DEFAULT_RATE, RATES, AnnotateOptions, RefusedError
from emotionweb.journal.checkin_views import ForScriptsToo, safe_next, wants_json

CLIPS_A_PAGE = 50
#: What to say, which page to go to, and what a script wants to know besides.
Answer = tuple[str, str, dict[str, object]]


class ClipListView(LoginRequiredMixin, ListView[Clip]):
    """What was uploaded, how far it is, and where more goes in."""

    request: AuthenticatedRequest
    template_name = "clips/list.html"
    context_object_name = "clips"
    paginate_by = CLIPS_A_PAGE

    def get_queryset(self) -> QuerySet[Clip]:
        return services.own_clips(self.request.user.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user_id = self.request.user.pk
        shown = [clip.pk for clip in context["clips"]]
        return {
            **context,
            "jobs": rows.job_rows(user_id, shown),
            "limits": services.limits(user_id),
            "rates": RATES,
            "default_rate": DEFAULT_RATE,
            "upload_url": reverse("clips:uploads"),
            "jobs_url": reverse("clips:jobs"),
            "photos_url": reverse("clips:photos"),
        }


class JobsView(ForScriptsToo):
    """How far the jobs are, for the script of the list: clips and photos alike."""

    http_method_names = ("get",)

    def get(self, request: AuthenticatedRequest) -> HttpResponse:
        found = [row.as_json() for row in rows.job_rows(request.user.pk)]
        return JsonResponse({"jobs": found})


class PlayerView(LoginRequiredMixin, TemplateView):
    """One clip with what was found in it."""

    request: AuthenticatedRequest
    template_name = "clips/player.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        clip = services.own_clip(self.request.user.pk, kwargs["clip_id"])
        if clip is None:
            raise Http404
        newest = clip.jobs.filter(kind=Job.Kind.ANNOTATE).first()
        return super().get_context_data(
            clip=clip,
            data=clip_data(clip, self.request.user),
            job=rows.row_of(newest, timezone.now()) if newest else None,
            rates=RATES,
            default_rate=DEFAULT_RATE,
            **kwargs,
        )


class ActionView(ForScriptsToo):
    """Does one thing with a clip, for a form or for a script.

    A script gets ``{"said", ...}``; what is refused comes with the status of the refusal.
    """

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, **ids: UUID) -> HttpResponse:
        try:
            answer = self.act(**ids)
        except RefusedError as error:
            return self._refused(error)
        if answer is None:
            raise Http404
        said, where, more = answer
        if wants_json(request):
            return JsonResponse({"said": said, **more})
        messages.success(request, said)
        return redirect(safe_next(request, where))

    def act(self, **ids: UUID) -> Answer | None:
        """Do it.

        Returns:
            ``None`` where the person has no such thing.
        """
        raise NotImplementedError

    def _refused(self, error: RefusedError) -> HttpResponse:
        if wants_json(self.request):
            return JsonResponse({"said": str(error)}, status=error.status)
        messages.error(self.request, str(error))
        return redirect(safe_next(self.request, reverse("clips:list")))


class DeleteView(ActionView):
    """Deletes a clip with all that was made of it."""

    def act(self, **ids: UUID) -> Answer | None:
        if not services.delete_clip(self.request.user.pk, ids["clip_id"]):
            return None
        return _("The clip and everything that was read from it are deleted."), _list(), {}


class RenameView(ActionView):
    """Gives a clip another name."""

    def act(self, **ids: UUID) -> Answer | None:
        name = self.request.POST.get("name", "")
        clip = services.rename(self.request.user.pk, ids["clip_id"], name)
        if clip is None:
            return None
        return _("The clip is renamed."), _page(clip), {"name": clip.name}


class RecordedView(ActionView):
    """Says when a clip was recorded."""

    def act(self, **ids: UUID) -> Answer | None:
        user_id, wall = self.request.user.pk, self.request.POST.get("at", "")
        clip = services.set_recorded_at(user_id, ids["clip_id"], wall, timezone.now())
        if clip is None:
            return None
        at = clip.recorded_at and clip.recorded_at.isoformat()
        return _("The time of the recording is saved."), _page(clip), {"recorded_at": at}


class ThumbnailsView(ActionView):
    """Keeps pictures of the faces of a clip, or removes them."""

    def act(self, **ids: UUID) -> Answer | None:
        keep = self.request.POST.get("keep") == "1"
        clip = services.set_keep_thumbnails(self.request.user.pk, ids["clip_id"], keep)
        if clip is None:
            return None
        said = (
            _("Pictures of the faces will be kept when the clip is read the next time.")
            if keep
            else _("The pictures of the faces are deleted.")
        )
        return said, _page(clip), {"keep_thumbnails": keep}


class AnnotateView(ActionView):
    """Has a clip read, for the first time or again."""

    def act(self, **ids: UUID) -> Answer | None:
        options = AnnotateOptions.parse(self.request.POST)
        user_id, clip_id = self.request.user.pk, ids["clip_id"]
        job = services.request_annotation(user_id, clip_id, options, timezone.now())
        if job is None:
            return None
        page = reverse("clips:player", args=[clip_id])
        return _("The clip waits to be read."), page, {"job": _row(job)}


class CancelView(ActionView):
    """Stops a job."""

    def act(self, **ids: UUID) -> Answer | None:
        job = services.own_job(self.request.user.pk, ids["thing_id"], ids["job_id"])
        job = job and jobs.cancel(self.request.user.pk, job.pk, timezone.now())
        if job is None:
            return None
        return _("Stopped. The file is kept."), _list(), {"job": _row(job)}


class RetryView(ActionView):
    """Tries a job again."""

    def act(self, **ids: UUID) -> Answer | None:
        job = services.own_job(self.request.user.pk, ids["thing_id"], ids["job_id"])
        job = job and jobs.retry(self.request.user.pk, job.pk, timezone.now())
        if job is None:
            return None
        return _("It waits for its turn again."), _list(), {"job": _row(job)}


def _list() -> str:
    return reverse("clips:list")


def _page(clip: Clip) -> str:
    return reverse("clips:player", args=[clip.pk])


def _row(job: Job) -> dict[str, object]:
    return rows.row_of(job, timezone.now()).as_json()
