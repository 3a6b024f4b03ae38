"""Faces that people gave: looked at one by one, with the keyboard, before anything learns."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emotionweb.expressions import described_labels, expression_title
from emotionweb.training import review, runs
from emotionweb.training.admin.base import PagesAdmin, person
from emotionweb.training.errors import ReviewRefused
from emotionweb.training.models import GivenCrop, Run


class ExpressionFilter(admin.SimpleListFilter):
    """By what the person called it, in words."""

    title = gettext_lazy("called")
    parameter_name = "expression"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(label["name"], label["title"]) for label in described_labels()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(expression=self.value()) if self.value() else queryset


#: Faces that the queue's page takes along; the next ones come when these are done.
BATCH = 40
REVIEW = "training.review_givencrop"


@admin.register(GivenCrop)
class GivenCropAdmin(PagesAdmin[GivenCrop]):
    page = "admin/training/crop.html"
    change_list_template = "admin/training/crops.html"
    list_display = ("face", "state", "called", "model_said", "given_from", "created_at")
    list_display_links = ("face",)
    list_filter = ("state", ExpressionFilter)
    list_per_page = 50
    ordering = ("-created_at",)
    actions = ("accept_selected", "reject_selected")

    @admin.display(description=gettext_lazy("face"))
    def face(self, row: GivenCrop) -> SafeString:
        return format_html(
            '<img class="face" src="{}" alt="{}" width="48" height="48">',
            picture(row),
            _("Given face, called %(title)s") % {"title": expression_title(row.label)},
        )

    @admin.display(description=gettext_lazy("called"), ordering="expression")
    def called(self, row: GivenCrop) -> str:
        if not row.relabelled:
            return expression_title(row.expression)
        return _("%(now)s (the person: %(was)s)") % {
            "now": expression_title(row.relabelled),
            "was": expression_title(row.expression),
        }

    @admin.display(description=gettext_lazy("the model had said"), ordering="said")
    def model_said(self, row: GivenCrop) -> str:
        return expression_title(row.said or None)

    @admin.display(description=gettext_lazy("from"), ordering="source_kind")
    def given_from(self, row: GivenCrop) -> str:
        return source_words(row)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # only people give

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # It goes with its person or their consent; the admin asks here for an account's end, too.
        match = request.resolver_match
        return match is not None and (match.url_name or "").startswith("accounts_user_")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or request.user.has_perm(REVIEW)

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Django asks here before it offers the actions below."""
        return request.user.has_perm(REVIEW)

    def get_urls(self) -> list[URLPattern]:
        own = [
            self.route("queue/", self.queue_view, "queue"),
            self.route("<path:object_id>/decide/", self.decide_view, "decide"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        worth, sentence = review.worth_a_run()
        more = {
            "waiting": review.queue().count(),
            "worth": worth,
            "sentence": sentence,
            "can_review": request.user.has_perm(REVIEW),
            "can_run": request.user.has_perm("training.add_run"),
            "taken_back": taken_back() if request.user.has_perm("training.view_run") else [],
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def details(self, request: HttpRequest, row: GivenCrop) -> dict[str, Any]:
        return {
            "title": _("A given face"),
            "picture": picture(row),
            "called": self.called(row),
            "said": self.model_said(row),
            "runs": runs.that_used([row.pk]),
            "can_review": request.user.has_perm(REVIEW),
            "labels": described_labels(),
        }

    # === The queue ===

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(REVIEW):
            raise PermissionDenied
        crops = list(review.queue()[:BATCH])
        worth, sentence = review.worth_a_run()
        context = self.context(
            request,
            title=_("Given faces to look at"),
            crops=[self._as_data(crop) for crop in crops],
            left=review.queue().count(),
            labels=described_labels(),
            sentence=sentence,
            worth=worth,
        )
        return TemplateResponse(request, "admin/training/queue.html", context)

    def _as_data(self, crop: GivenCrop) -> dict[str, Any]:
        return {
            "id": str(crop.pk),
            "picture": picture(crop),
            "expression": crop.expression,
            "title": expression_title(crop.expression),
            "said": expression_title(crop.said or None),
            "source": source_words(crop),
            "url": self.url("decide", crop),
        }

    def decide_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One decision, as JSON for the queue's script, or from a form without it."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(REVIEW):
            raise PermissionDenied
        is_json = request.content_type == "application/json"
        asked = _read(request) if is_json else request.POST.dict()
        try:
            crop = decide(self.opened(request, object_id), asked, person(request))
        except (ReviewRefused, Http404) as refusal:
            if not is_json:
                raise
            gone = str(refusal) if isinstance(refusal, ReviewRefused) else _("This face is gone.")
            return JsonResponse({"said": gone, "left": review.queue().count()}, status=409)
        if not is_json:
            return redirect(self.url("queue"))
        return JsonResponse(
            {
                "state": crop.state,
                "label": crop.label,
                "title": expression_title(crop.label),
                "left": review.queue().count(),
                "sentence": review.worth_a_run()[1],
            }
        )

    # === Many at once ===

    @admin.action(description=gettext_lazy("Accept as the person called them"))
    def accept_selected(self, request: HttpRequest, queryset: Any) -> None:
        self._each(request, queryset, review.accept)

    @admin.action(description=gettext_lazy("Reject"))
    def reject_selected(self, request: HttpRequest, queryset: Any) -> None:
        self._each(request, queryset, review.reject)

    accept_selected.allowed_permissions = reject_selected.allowed_permissions = ("review",)  # type: ignore[attr-defined]

    def _each(self, request: HttpRequest, queryset: Any, do: Callable[..., GivenCrop]) -> None:
        done = [do(crop, person(request)) for crop in queryset]
        self.message_user(request, _("Decided about %(n)d faces.") % {"n": len(done)})


def taken_back() -> list[tuple[Run, int]]:
    """The runs that learnt faces whose people took them back since, and how many each."""
    there = {str(pk) for pk in GivenCrop.objects.values_list("pk", flat=True)}
    used = [(run, sum(pk not in there for pk in run.crops_used)) for run in Run.objects.all()]
    return [(run, n) for run, n in used if n]


def decide(crop: GivenCrop, asked: dict[str, Any], by: Any) -> GivenCrop:
    """Do what a decision says: ``action`` and, to relabel, ``expression``.

    Raises:
        ReviewRefused: no such action or expression, or the face is gone.
    """
    action = asked.get("action")
    if action == "relabel":
        return review.relabel(crop, str(asked.get("expression")), by)
    plain = {"accept": review.accept, "reject": review.reject, "undo": review.undo}
    if not isinstance(action, str) or action not in plain:
        raise ReviewRefused(_("That is no decision about a face."))
    return plain[action](crop, by)


def picture(crop: GivenCrop) -> str:
    """The crop as the address of an ``<img>``; it is small."""
    return "data:image/png;base64," + base64.b64encode(bytes(crop.crop)).decode()


def source_words(crop: GivenCrop) -> str:
    """What it was given from; never by whom."""
    words = {"clip": _("from a clip"), "photo": _("from a photo"), "live": _("from the live page")}
    return words.get(crop.source_kind, crop.source_kind)


def _read(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
