"""Checking in: by a tap, by the whole form, and what can be done about it afterwards."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from emotionweb import media
from emotionweb.accounts.models import User
from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal import checkins, diary, photos, tags
from emotionweb.journal.checkins import CheckInError, IdTakenError
from emotionweb.journal.days import local_day
from emotionweb.journal.forms import CheckInForm, QuickForm, typed_so_far
from emotionweb.journal.models import CheckIn
from emotionweb.journal.moods import mood_title
from emotionweb.journal.tags import TagError
from emotionweb.serving import serve


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, not a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def safe_next(request: HttpRequest, otherwise: str) -> str:
    """The page of this site that the form wants to go back to."""
    target = request.POST.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else otherwise


class ForScriptsToo(LoginRequiredMixin, View):
    """Tells a script that the person is logged out, where a page would be sent to the login."""

    request: AuthenticatedRequest

    def handle_no_permission(self) -> HttpResponseRedirect:
        if wants_json(self.request):
            said = _("You are logged out. Nothing was saved; log in and check in again.")
            return JsonResponse({"said": said}, status=401)  # type: ignore[return-value]
        return super().handle_no_permission()


class QuickCheckInView(ForScriptsToo):
    """Stores what a tap on one of the five marks says."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        form = QuickForm(request.POST)
        if not form.is_valid():
            return self._refused(_("This check-in cannot be read. Nothing was saved."), 400)
        try:
            row, created = checkins.check_in(
                request.user, form.draft(), timezone.now(), form.cleaned_data["id"]
            )
        except CheckInError as error:
            return self._refused(str(error), 409 if isinstance(error, IdTakenError) else 400)
        undo = reverse("journal:check-in-delete", args=[row.pk])
        said = _("Checked in: %(mood)s.") % {"mood": mood_title(row.mood)}
        if wants_json(request):
            edit = reverse("journal:check-in-edit", args=[row.pk])
            body = {"id": str(row.pk), "said": said, "edit": edit, "undo": undo}
            return JsonResponse(body, status=201 if created else 200)
        messages.success(request, said, extra_tags=undo)
        return redirect(safe_next(request, resolve_url("home")))

    def _refused(self, said: str, status: int) -> HttpResponse:
        if wants_json(self.request):
            return JsonResponse({"said": said}, status=status)
        messages.error(self.request, said)
        return redirect(safe_next(self.request, resolve_url("home")))


class MarkView(ForScriptsToo):
    """Deletes a check-in or brings it back, and offers the way back from that."""

    http_method_names = ("post",)
    undo: str

    def post(self, request: AuthenticatedRequest, check_in_id: UUID) -> HttpResponse:
        row = self.mark(request.user.pk, check_in_id)
        if row is None:
            raise Http404
        undo = reverse(self.undo, args=[row.pk])
        if wants_json(request):
            return JsonResponse({"said": self.said(), "undo": undo})
        messages.success(request, self.said(), extra_tags=undo)
        return redirect(safe_next(request, page_of(request.user, row)))

    def mark(self, user_id: int, check_in_id: UUID) -> CheckIn | None:
        raise NotImplementedError

    def said(self) -> str:
        raise NotImplementedError


class CheckInDeleteView(MarkView):
    undo = "journal:check-in-restore"

    def mark(self, user_id: int, check_in_id: UUID) -> CheckIn | None:
        return checkins.delete(user_id, check_in_id, timezone.now())

    def said(self) -> str:
        return _("The check-in is deleted.")


class CheckInRestoreView(MarkView):
    undo = "journal:check-in-delete"

    def mark(self, user_id: int, check_in_id: UUID) -> CheckIn | None:
        return checkins.restore(user_id, check_in_id)

    def said(self) -> str:
        return _("The check-in is back.")


class CheckInFormView(LoginRequiredMixin, FormView[CheckInForm]):
    """The whole form, for a new check-in."""

    request: AuthenticatedRequest
    form_class = CheckInForm
    template_name = "journal/check_in.html"
    check_in: CheckIn | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        mood = self.request.GET.get("mood")
        initial = {"mood": mood} if mood and self.request.method == "GET" else {}
        return {**kwargs, "user": self.request.user, "now": timezone.now(), "initial": initial}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(check_in=self.check_in, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if wanted := request.POST.get("add"):
            return self._add_tags(wanted)
        return super().post(request, *args, **kwargs)

    def _add_tags(self, wanted: str) -> HttpResponse:
        """Make the tag that was typed, or the starter set, and show the form as it was left."""
        user, data = self.request.user, self.request.POST
        typed, refused = typed_so_far(data), ""
        if wanted == "starters":
            tags.add_starters(user.pk)
        else:
            try:
                tag = tags.add(user.pk, data.get("new_tag", ""), _kind(data.get("new_tag_kind")))
                typed |= {"new_tag": "", "tags": [*typed["tags"], str(tag.pk)]}
            except TagError as error:
                refused = str(error)
        form = CheckInForm(user, timezone.now(), check_in=self.check_in, initial=typed)
        return self.render_to_response(self.get_context_data(form=form, tag_refused=refused))

    def form_valid(self, form: CheckInForm) -> HttpResponse:
        try:
            row = self.save(form, self._typed_tag(form))
        except TagError as error:
            form.add_error("new_tag", str(error))
            return self.form_invalid(form)
        except CheckInError as error:
            form.add_error("time", str(error))
            return self.form_invalid(form)
        self._keep_photo(form, row)
        messages.success(self.request, _("Saved: %(mood)s.") % {"mood": mood_title(row.mood)})
        return redirect(page_of(self.request.user, row))

    def _keep_photo(self, form: CheckInForm, row: CheckIn) -> None:
        jpeg = form.cleaned_data["photo"]
        try:
            if jpeg:
                photos.attach(row.user_id, row.pk, jpeg)
            elif form.cleaned_data["remove_photo"]:
                photos.detach(row.user_id, row.pk)
        except photos.PhotoError as error:
            messages.warning(self.request, str(error))

    def _typed_tag(self, form: CheckInForm) -> tuple[int, ...]:
        """A tag that was typed, but not added, is meant as well."""
        name, kind = form.cleaned_data["new_tag"], form.cleaned_data["new_tag_kind"]
        return (tags.add(self.request.user.pk, name, _kind(kind)).pk,) if name else ()

    def save(self, form: CheckInForm, extra_tags: tuple[int, ...]) -> CheckIn:
        """Store a new check-in; sent again with other words, those count."""
        user, draft, now = self.request.user, form.draft(extra_tags), timezone.now()
        row, created = checkins.check_in(user, draft, now, form.cleaned_data["id"])
        return row if created else checkins.change(user.pk, row.pk, draft, now) or row


class CheckInEditView(CheckInFormView):
    """The whole form, for one that is there."""

    check_in: CheckIn

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if request.user.is_authenticated:
            own = checkins.check_ins(request.user.pk).prefetch_related("tags")
            found = own.filter(pk=kwargs["check_in_id"]).first()
            if found is None:
                raise Http404
            self.check_in = found

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "check_in": self.check_in}

    def save(self, form: CheckInForm, extra_tags: tuple[int, ...]) -> CheckIn:
        changed = checkins.change(
            self.request.user.pk, self.check_in.pk, form.draft(extra_tags), timezone.now()
        )
        if changed is None:
            raise Http404
        return changed


class CheckInPhotoView(LoginRequiredMixin, View):
    """The photo of a person's own check-in."""

    http_method_names = ("get", "head")

    def get(self, request: AuthenticatedRequest, check_in_id: UUID) -> HttpResponseBase:
        row = checkins.check_ins(request.user.pk).filter(pk=check_in_id).exclude(photo="").first()
        if row is None:
            raise Http404
        return serve(request, media.absolute(row.photo), "image/jpeg")


def page_of(user: User, row: CheckIn) -> str:
    """The page on which a check-in is read: today's, its day's, or the journal."""
    if row.local_day == local_day(timezone.now(), user.timezone, user.day_start_hour):
        return resolve_url("home")
    if diary.page(user.pk, row.local_day) is None:
        return resolve_url("journal:list")
    return resolve_url("journal:day", row.local_day)


def _kind(name: str | None) -> str:
    return name if name in tags.Kind.values else tags.Kind.ACTIVITY
