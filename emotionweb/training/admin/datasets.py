"""Data sets: the upload, what its check found, where it is used."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emotionweb.training import datasets, test_sets
from emotionweb.training.admin import counts
from emotionweb.training.admin.base import PagesAdmin, person, sent
from emotionweb.training.errors import DatasetRefused
from emotionweb.training.models import Dataset, TestSet
from inference.labels import LABELS

State = Dataset.State


class UploadForm(forms.Form):
    """A data set to be taken in."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A zip of folders named after the expressions, fer2013.csv, a parquet file, or a zip "
            "of CK+48. What it is is found out from the content."
        ),
    )
    votes = forms.FileField(
        label=gettext_lazy("FER+ votes"),
        required=False,
        help_text=gettext_lazy("fer2013new.csv, with fer2013.csv only."),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Left empty, it is called like the file."),
    )
    freeze = forms.BooleanField(
        label=gettext_lazy("Freeze a fifth of it as the test set, if there is none yet"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "Versions are compared on these faces, and nothing ever learns from them. Without a "
            "test set no version can show that it is better."
        ),
    )

    def files_given(self) -> list[UploadedFile[Any]]:
        """One file, or two with the votes."""
        return [f for f in (self.cleaned_data["file"], self.cleaned_data["votes"]) if f]


@admin.register(Dataset)
class DatasetAdmin(PagesAdmin[Dataset]):
    page = "admin/training/dataset.html"
    add_words = gettext_lazy("Upload a data set")
    list_display = ("name", "how_far", "number_of_faces", "bytes", "created_at", "created_by")
    list_filter = ("state",)
    search_fields = ("name", "file_name")
    list_select_related = ("created_by",)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def how_far(self, row: Dataset) -> str:
        return state_words(row)

    @admin.display(description=gettext_lazy("faces"), ordering="faces")
    def number_of_faces(self, row: Dataset) -> str:
        return f"{row.faces:,}" if row.state == State.READY else "–"

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def bytes(self, row: Dataset) -> str:
        return filesizeformat(row.size)

    def get_urls(self) -> list[URLPattern]:
        own = [
            self.route("<path:object_id>/state/", self.state_view, "state"),
            self.route("<path:object_id>/freeze/", self.freeze_view, "freeze"),
        ]
        return [*own, *super().get_urls()]

    # === Adding ===

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(*sent(request))
        row = self._taken_in(request, form) if request.method == "POST" else None
        if request.headers.get("Accept") == "application/json":
            return self._answer(form, row)
        if row is not None:
            return redirect(self.url("change", row))
        context = self.context(request, form=form, title=_("Upload a data set"))
        return TemplateResponse(request, "admin/training/upload.html", context)

    def _taken_in(self, request: HttpRequest, form: UploadForm) -> Dataset | None:
        if not form.is_valid():
            return None
        data = form.cleaned_data
        try:
            return datasets.create(
                form.files_given(), data["name"], person(request), freeze=data["freeze"]
            )
        except DatasetRefused as refusal:
            form.add_error("file", str(refusal))
            return None

    def _answer(self, form: UploadForm, row: Dataset | None) -> JsonResponse:
        """For the page's script, which shows how far the upload is."""
        if row is not None:
            return JsonResponse({"url": self.url("change", row)}, status=201)
        said = [str(error) for errors in form.errors.values() for error in errors]
        return JsonResponse({"said": " ".join(said)}, status=400)

    # === The page of one ===

    def details(self, request: HttpRequest, row: Dataset) -> dict[str, Any]:
        ready = row.state == State.READY
        report: dict[str, Any] = row.report
        runs, sets = datasets.used_by(row)
        samples = datasets.samples(row) if ready else {}
        return {
            "ready": ready,
            "open": row.state in (State.WAITING, State.CHECKING),
            "state_words": state_words(row),
            "table": counts.by_split(report.get("counts", {})) if ready else None,
            "samples": [(name, samples[name]) for name in (*LABELS, "") if samples.get(name)],
            "report": report,
            "left_out": counts.left_out(report),
            "skipped": [
                {**skip, "reason": counts.reason_title(skip["reason"])}
                for skip in report.get("skipped", [])
            ],
            "runs": runs,
            "test_sets": sets,
            "can_delete": self.has_delete_permission(request, row) and not runs and not sets,
            "can_freeze": ready and not sets and request.user.has_perm("training.add_testset"),
            "can_run": ready and request.user.has_perm("training.add_run"),
            "newest_test_set": test_sets.newest(),
        }

    def state_view(self, request: HttpRequest, object_id: str) -> JsonResponse:
        row = self.opened(request, object_id)
        return JsonResponse(
            {
                "state": row.state,
                "open": row.state in (State.WAITING, State.CHECKING),
                "words": state_words(row),
                "progress": row.progress,
            }
        )

    def freeze_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        frozen: list[TestSet] = []

        def freeze(row: Dataset, by: Any) -> str:
            frozen.append(test_sets.freeze([row], by))
            return _("Frozen: nothing learns from these faces from now on.")

        return self.deed(request, object_id, "training.add_testset", freeze)

    # === Deleting ===

    def delete_model(self, request: HttpRequest, obj: Dataset) -> None:
        datasets.delete(obj, person(request))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DatasetRefused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(self.url("change", self.opened(request, object_id)))


def state_words(row: Dataset) -> str:
    """The state, with how far a check is."""
    words = str(row.get_state_display())
    if row.state == State.CHECKING:
        return _("%(state)s, %(percent)d %%") % {
            "state": words,
            "percent": round(row.progress * 100),
        }
    return words
