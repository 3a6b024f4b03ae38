"""Taking everything along, and bringing it in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import FormView, TemplateView, View

from emotionweb.accounts.timezones import zone
from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.privacy.models import ImportBatch
from emotionweb.privacy.portability import export, restore, staging
from emotionweb.privacy.portability.reading import ArchiveError
from emotionweb.privacy.tabular.sheet import MAX_BYTES
from emotionweb.privacy.tabular.views import problem_with

ZIP_START = b"PK\x03\x04"


class ExportView(LoginRequiredMixin, TemplateView):
    """Offers the archive, and sends it."""

    request: AuthenticatedRequest
    template_name = "privacy/export.html"

    def post(self, request: AuthenticatedRequest) -> StreamingHttpResponse:
        now = timezone.now()
        pieces = export.archive(request.user, now, with_files="files" in request.POST)
        day = now.astimezone(zone(request.user.timezone)).date()
        name = f"emotionweb-{day.isoformat()}.zip"
        return StreamingHttpResponse(
            _off_the_loop(pieces),
            content_type="application/zip",
            headers={"Content-Disposition": str(content_disposition_header(True, name))},
        )


async def _off_the_loop(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    def take() -> bytes | None:
        return next(pieces, None)

    while (piece := await sync_to_async(take)()) is not None:
        yield piece


class ImportForm(forms.Form):
    """Asks for the archive, or for a table."""

    file = forms.FileField(
        label=gettext_lazy("An export of Emotionweb (zip), or a table of check-ins (CSV)"),
        help_text=gettext_lazy(
            "Daylio's export is read as it is; of any other table you say what its columns mean."
        ),
        widget=forms.FileInput(attrs={"accept": ".zip,.csv,.tsv,.txt,text/csv,application/zip"}),
    )


class ImportView(LoginRequiredMixin, FormView[ImportForm]):
    """Takes an archive to look at."""

    request: AuthenticatedRequest
    form_class = ImportForm
    template_name = "privacy/import.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batches = ImportBatch.objects.filter(user=self.request.user).defer("made", "days")
        return super().get_context_data(batches=batches[:10], **kwargs)

    def form_valid(self, form: ImportForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        is_zip = file.read(4) == ZIP_START
        file.seek(0)
        if not is_zip:
            data = file.read(MAX_BYTES + 1)
            if problem := problem_with(data):
                form.add_error("file", problem)
                return self.form_invalid(form)
            file.seek(0)
        try:
            key = staging.keep(self.request.user.pk, file.chunks())
        except OSError:
            form.add_error("file", _("The disk of the server is full. Nothing was changed."))
            return self.form_invalid(form)
        return redirect("privacy:import-look" if is_zip else "privacy:import-table", key)


class ImportLookView(LoginRequiredMixin, TemplateView):
    """Says what an archive would bring, and takes it in when asked to."""

    request: AuthenticatedRequest
    template_name = "privacy/import_look.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        key = kwargs["key"]
        path = staging.find(self.request.user.pk, key)
        if path is None:
            raise Http404
        try:
            report, problem = restore.look(self.request.user, path), ""
        except ArchiveError as error:
            report, problem = None, str(error)
            staging.forget(self.request.user.pk, key)
        return super().get_context_data(report=report, problem=problem, **kwargs)

    def post(self, request: AuthenticatedRequest, key: UUID) -> HttpResponse:
        path = staging.find(request.user.pk, key)
        if path is None:
            raise Http404
        try:
            report, batch = restore.take_in(request.user, path, timezone.now())
        except ArchiveError as error:
            messages.error(request, str(error))
            return redirect("privacy:import")
        finally:
            staging.forget(request.user.pk, key)
        said = ngettext("%(count)d row was imported.", "%(count)d rows were imported.", report.new)
        messages.success(
            request,
            said % {"count": report.new},
            extra_tags=reverse("privacy:import-undo", args=[batch.pk]),
        )
        return redirect("privacy:import")


class ImportUndoView(LoginRequiredMixin, View):
    """Takes an import back."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, batch_id: int) -> HttpResponse:
        batch = get_object_or_404(ImportBatch, pk=batch_id, user=request.user)
        count = restore.undo(batch)
        said = ngettext("%(count)d row was taken out.", "%(count)d rows were taken out.", count)
        messages.success(request, said % {"count": count})
        return redirect("privacy:import")
