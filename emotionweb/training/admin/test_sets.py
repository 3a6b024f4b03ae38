"""Test sets: what is in them, and freezing a new one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emotionweb.training import test_sets
from emotionweb.training.admin import counts
from emotionweb.training.admin.base import PagesAdmin, person, sent
from emotionweb.training.errors import TestSetRefused
from emotionweb.training.models import Dataset, TestSet


class FreezeForm(forms.Form):
    """Data of which a fifth is frozen."""

    datasets = forms.ModelMultipleChoiceField(
        Dataset.objects.filter(state=Dataset.State.READY),
        label=gettext_lazy("Data"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "A fifth of each is set aside, the same share of every expression, no person and no "
            "picture on both sides. The faces of the test set before it stay in it."
        ),
    )


@admin.register(TestSet)
class TestSetAdmin(PagesAdmin[TestSet]):
    page = "admin/training/test_set.html"
    add_words = gettext_lazy("Freeze a test set")
    list_display = ("number", "number_of_faces", "data", "created_at", "created_by")
    list_select_related = ("created_by",)

    @admin.display(description=gettext_lazy("faces"), ordering="faces")
    def number_of_faces(self, row: TestSet) -> str:
        return f"{row.faces:,}"

    @admin.display(description=gettext_lazy("data sets"))
    def data(self, row: TestSet) -> str:
        return ", ".join(str(dataset) for dataset in row.datasets.all())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what was measured on it would mean nothing any more

    def details(self, request: HttpRequest, row: TestSet) -> dict[str, Any]:
        newest = test_sets.newest()
        return {
            "table": counts.of_labels(row.counts),
            "is_newest": newest is not None and newest.pk == row.pk,
            "title": _("Test set %(number)d") % {"number": row.number},
        }

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = FreezeForm(*sent(request))
        if request.method == "POST" and form.is_valid():
            try:
                row = test_sets.freeze(list(form.cleaned_data["datasets"]), person(request))
            except TestSetRefused as refusal:
                form.add_error("datasets", str(refusal))
            else:
                self.message_user(request, _("Frozen. Versions are compared on it from now on."))
                return redirect(self.url("change", row))
        context = self.context(request, form=form, title=_("Freeze a test set"))
        return TemplateResponse(request, "admin/training/freeze.html", context)
