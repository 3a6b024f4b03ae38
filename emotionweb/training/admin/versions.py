"""Versions: their reports, side by side with the active one, and the gate's button."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emotionweb.expressions import described_labels
from emotionweb.training import gate, test_sets, versions
from emotionweb.training.admin import report
from emotionweb.training.admin.base import PagesAdmin, person
from emotionweb.training.errors import TrainingError
from emotionweb.training.models import Comparison, ModelVersion

PROMOTE = "training.promote_modelversion"


@admin.register(ModelVersion)
class ModelVersionAdmin(PagesAdmin[ModelVersion]):
    page = "admin/training/version.html"
    change_list_template = "admin/training/versions.html"
    list_display = ("named", "answers", "measured", "made_by", "created_at", "promoted_at")
    list_select_related = ("run",)

    @admin.display(description=gettext_lazy("version"), ordering="number")
    def named(self, row: ModelVersion) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("state"), ordering="active")
    def answers(self, row: ModelVersion) -> str:
        return _("active") if row.active else ""

    @admin.display(description=gettext_lazy("macro F1"))
    def measured(self, row: ModelVersion) -> str:
        side = newest_side(row)
        return f"{side['macro_f1']['value']:.3f}" if side.get("macro_f1") else "–"

    @admin.display(description=gettext_lazy("from"))
    def made_by(self, row: ModelVersion) -> str:
        if row.run_id is not None:
            return _("run %(number)d") % {"number": row.run_id}
        return _("shipped") if not row.path else "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # runs make them

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # stored results name them

    def get_urls(self) -> list[URLPattern]:
        own = [
            self.route("rollback/", self.rollback_view, "rollback"),
            self.route("<path:object_id>/compare/", self.compare_view, "compare"),
            self.route("<path:object_id>/promote/", self.promote_view, "promote"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        more = {"warnings": versions.warnings(), "can_promote": request.user.has_perm(PROMOTE)}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def details(self, request: HttpRequest, row: ModelVersion) -> dict[str, Any]:
        comparison = newest_comparison(row)
        found: dict[str, Any] = comparison.report if comparison else {}
        mine = newest_side(row)
        return {
            "title": _("Version %(number)d") % {"number": row.number},
            "problem": versions.problem(row),
            "warnings": versions.warnings(),
            "can_promote": request.user.has_perm(PROMOTE),
            "comparison": comparison,
            "is_fresh": comparison is not None and comparison == gate.fresh(row),
            "reasons": gate.sentences(comparison) if comparison else [],
            "remarks": gate.remarks(comparison) if comparison else [],
            "test_set": test_sets.newest(),
            "measured_on": row.report.get("measured_on", ""),
            "worst": found.get("worst", []),
            "labels": described_labels(),
            **shapes(mine, found.get("active"), found.get("differences"), found.get("margins")),
        }

    # === Deeds ===

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        def compare(row: ModelVersion, by: Any) -> str:
            gate.compare_versions(row)
            return _("Measured beside the active version.")

        return self.deed(request, object_id, PROMOTE, compare)

    def promote_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        reason = str(request.POST.get("reason", "")).strip()
        if "override" in request.POST and not reason:
            self.message_user(request, _("Say why: it is kept in the audit log."), messages.ERROR)
            return redirect(self.url("change", self.opened(request, object_id)))

        def promote(row: ModelVersion, by: Any) -> str:
            versions.promote(row, by, reason)
            return _("Version %(number)d answers everywhere within five seconds.") % {
                "number": row.number
            }

        return self.deed(request, object_id, PROMOTE, promote)

    def rollback_view(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(PROMOTE):
            raise PermissionDenied
        try:
            now = versions.rollback(person(request))
        except TrainingError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
        else:
            said = _("Version %(number)d answers again.") % {"number": now.number}
            self.message_user(request, said)
        return redirect(self.url("changelist"))


def newest_comparison(row: ModelVersion) -> Comparison | None:
    """The one with today's active version, or else the last there is."""
    return gate.fresh(row) or row.comparisons.first()


def newest_side(row: ModelVersion) -> dict[str, Any]:
    """What is known of a version by itself; empty where it was never measured."""
    comparison = newest_comparison(row)
    side: dict[str, Any] = comparison.report["candidate"] if comparison else row.report
    return side


def shapes(mine: Any, other: Any, differences: Any, margins: Any) -> dict[str, Any]:
    """Tables and figures of one or two sides; nothing where there is no report."""
    if not mine or "by_class" not in mine:
        return {"measured": False}
    return {
        "measured": True,
        "mine": mine,
        "other": other,
        "lines": report.lines(mine, other, differences),
        "class_lines": report.class_lines(mine, other, differences),
        "margins": margins or {},
        "margin_place": report.margin_place((margins or {}).get("class_f1", 0.0)),
        "matrices": [
            (side.get("number"), report.confusion(side), report.reliability(side))
            for side in (mine, other)
            if side
        ],
    }
