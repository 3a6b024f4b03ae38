"""Runs: asked for, watched, cancelled, tried again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from emotionweb.templatetags.look import duration
from emotionweb.training import review, runs, versions
from emotionweb.training.admin.base import PagesAdmin, person, sent
from emotionweb.training.admin.review import taken_back
from emotionweb.training.admin.run_form import RunForm
from emotionweb.training.errors import RunRefused
from emotionweb.training.models import Run

State = Run.State
OPEN = (State.WAITING, State.RUNNING)
#: Lines of the log that a page shows.
LOG_LINES = 40


@admin.register(Run)
class RunAdmin(PagesAdmin[Run]):
    page = "admin/training/run.html"
    add_words = gettext_lazy("Start a run")
    list_display = ("number", "how_far", "how", "what_from", "created_at", "took", "gave")
    list_display_links = ("number", "how_far")
    list_filter = ("state", "architecture")
    list_select_related = ("start_from", "version", "created_by")

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, row: Run) -> int:
        return row.pk

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def how_far(self, row: Run) -> str:
        return state_words(row)

    @admin.display(description=gettext_lazy("how"), ordering="architecture")
    def how(self, row: Run) -> str:
        if row.start_from is None:
            return _("%(architecture)s from scratch") % {"architecture": row.architecture}
        return _("fine-tune of version %(number)d") % {"number": row.start_from.number}

    @admin.display(description=gettext_lazy("data"))
    def what_from(self, row: Run) -> str:
        names = [str(dataset) for dataset in row.datasets.all()]
        return ", ".join([*names, *([_("given faces")] if row.with_corrections else [])])

    @admin.display(description=gettext_lazy("trained"))
    def took(self, row: Run) -> str:
        return duration(row.spent_s) if row.spent_s else "–"

    @admin.display(description=gettext_lazy("version"))
    def gave(self, row: Run) -> str:
        made = getattr(row, "version", None)
        return str(made.number) if made else "–"

    def get_urls(self) -> list[URLPattern]:
        own = [
            self.route("<path:object_id>/state/", self.state_view, "state"),
            self.route("<path:object_id>/cancel/", self.cancel_view, "cancel"),
            self.route("<path:object_id>/retry/", self.retry_view, "retry"),
        ]
        return [*own, *super().get_urls()]

    # === Asking for one ===

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        chosen = {"datasets": request.GET.getlist("datasets")}
        form = RunForm(*sent(request), initial=chosen)
        if request.method == "POST" and form.is_valid():
            try:
                return redirect(self.url("change", runs.create(form.options(), person(request))))
            except RunRefused as refusal:
                form.add_error(None, str(refusal))
        context = self.context(
            request,
            form=form,
            title=_("Start a run"),
            active=versions.active(),
            new_faces=review.new_since_last_run(),
            waiting=Run.objects.filter(state__in=OPEN).count(),
        )
        return TemplateResponse(request, "admin/training/ask_run.html", context)

    # === The page of one ===

    def details(self, request: HttpRequest, row: Run) -> dict[str, Any]:
        may = request.user.has_perm("training.change_run")
        made = getattr(row, "version", None)
        return {
            "title": _("Run %(number)d") % {"number": row.pk},
            "how": self.how(row),
            "open": row.state in OPEN,
            "said": as_said(row),
            "curves": runs.curves(row),
            "log": runs.log_tail(row, LOG_LINES),
            "version": made,
            "taken_back": dict(taken_back()).get(row, 0),
            "recipe": [
                (field.title, row.recipe[field.name])
                for field in runs.RECIPE_FIELDS
                if field.name in row.recipe
            ],
            "can_cancel": may and row.state in OPEN and not row.cancel_asked,
            "can_retry": may and row.state in (State.FAILED, State.CANCELLED) and made is None,
            "can_delete": self.has_delete_permission(request, row) and row.state not in OPEN,
        }

    def state_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        row = self.opened(request, object_id)
        answer = {**as_said(row), "curves": runs.curves(row), "log": runs.log_tail(row, LOG_LINES)}
        badge = {"state": row.state, "title": row.get_state_display()}
        return JsonResponse({**badge, "open": row.state in OPEN, **answer})

    def cancel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def cancel(row: Run, by: Any) -> str:
            runs.cancel(row, by)
            return _("It stops after the pass it is in; the best so far is kept.")

        return self.deed(request, object_id, "training.change_run", cancel)

    def retry_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def retry(row: Run, by: Any) -> str:
            runs.retry(row, by)
            return _("It goes on in its turn, where it stopped.")

        return self.deed(request, object_id, "training.change_run", retry)

    # === Deleting ===

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        ended = obj is None or obj.state not in OPEN
        return ended and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Run) -> None:
        runs.delete(obj, person(request))


def state_words(row: Run) -> str:
    """The state in words, with what it does and how far it is."""
    words = str(row.get_state_display())
    if row.state != State.RUNNING:
        return words
    if row.cancel_asked:
        return _("stopping after this pass")
    if row.stage == Run.Stage.TRAINING and row.epochs:
        return _("training, pass %(epoch)d of %(epochs)d") % {
            "epoch": min(row.epoch + 1, row.epochs),
            "epochs": row.epochs,
        }
    return str(row.get_stage_display()) if row.stage else words


def as_said(row: Run) -> dict[str, Any]:
    """What the page says of a run that may be going on."""
    left = runs.eta_s(row) if row.state == State.RUNNING else None
    ahead = 0
    if row.state == State.WAITING:
        ahead = Run.objects.filter(state__in=OPEN, created_at__lt=row.created_at).count()
    return {
        "words": state_words(row),
        "progress": row.epoch / row.epochs if row.epochs else 0.0,
        "left": _("about %(time)s left") % {"time": duration(left)} if left is not None else "",
        "ahead": ngettext("%(n)d run is before it", "%(n)d runs are before it", ahead)
        % {"n": ahead}
        if ahead
        else "",
        "spent": _("%(time)s trained") % {"time": duration(spent_s(row))} if row.spent_s else "",
    }


def spent_s(row: Run) -> float:
    """Seconds of training, those since the last word of a running one included."""
    if row.state == State.RUNNING and row.heartbeat_at:
        return row.spent_s + max((timezone.now() - row.heartbeat_at).total_seconds(), 0.0)
    return row.spent_s
