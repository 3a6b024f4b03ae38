"""A person's own tags: made, changed, archived, deleted."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView, UpdateView, View

from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal import tags
from emotionweb.journal.forms import TagForm
from emotionweb.journal.models import Tag
from emotionweb.journal.tags import TagError


class TagListView(LoginRequiredMixin, FormView[TagForm]):
    """All tags by kind, and a form for another one."""

    request: AuthenticatedRequest
    form_class = TagForm
    template_name = "journal/tags.html"
    success_url = reverse_lazy("journal:tags")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(tags.counted(self.request.user.pk))
        groups = [
            (kind.label, [tag for tag in rows if tag.kind == kind and not tag.archived])
            for kind in Tag.Kind
        ]
        return super().get_context_data(
            groups=[(title, row) for title, row in groups if row],
            archived=[tag for tag in rows if tag.archived],
            **kwargs,
        )

    def form_valid(self, form: TagForm) -> HttpResponse:
        data = form.cleaned_data
        try:
            tag = tags.add(
                self.request.user.pk, data["name"], data["kind"], data["icon"], data["colour"]
            )
        except TagError as error:
            form.add_error("name", str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("“%(name)s” is there.") % {"name": tag.name})
        return super().form_valid(form)


class StartersView(LoginRequiredMixin, View):
    """Gives somebody without tags the starter set."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest) -> HttpResponse:
        tags.add_starters(request.user.pk)
        return redirect("journal:tags")


class TagEditView(LoginRequiredMixin, UpdateView[Tag, TagForm]):
    """Name and look of one tag, and the ways to be rid of it."""

    request: AuthenticatedRequest
    form_class = TagForm
    template_name = "journal/tag.html"
    success_url = reverse_lazy("journal:tags")
    pk_url_kwarg = "tag_id"

    def get_queryset(self) -> QuerySet[Tag]:
        return tags.counted(self.request.user.pk)

    def get_form_kwargs(self) -> dict[str, Any]:
        # A copy: a name that is refused must not stand above the form as if it were the tag's.
        return {**super().get_form_kwargs(), "instance": copy(self.object)}

    def form_valid(self, form: TagForm) -> HttpResponse:
        data = form.cleaned_data
        tag = get_object_or_404(self.get_queryset(), pk=self.object.pk)
        try:
            tags.change(tag, data["name"], data["kind"], data["icon"], data["colour"])
        except TagError as error:
            form.add_error("name", str(error))
            return self.form_invalid(form)
        messages.success(self.request, _("Saved."))
        return redirect("journal:tags")


class TagActionView(LoginRequiredMixin, View):
    """Moves a tag among its like, puts it away, takes it out again, or deletes it."""

    http_method_names = ("post",)

    def post(self, request: AuthenticatedRequest, tag_id: int) -> HttpResponse:
        tag = get_object_or_404(tags.tags(request.user.pk), pk=tag_id)
        match request.POST.get("action"):
            case "up":
                tags.move(tag, -1)
            case "down":
                tags.move(tag, +1)
            case "archive":
                tags.archive(tag, True)
                messages.success(
                    request, _("“%(name)s” is put away. Check-ins keep it.") % {"name": tag.name}
                )
            case "unarchive":
                tags.archive(tag, False)
            case "delete":
                tags.delete(tag)
                messages.success(
                    request,
                    _("“%(name)s” is deleted. The check-ins stay, without it.")
                    % {"name": tag.name},
                )
        return redirect("journal:tags")
