"""What the pages have in common: rows are looked at here, and changed by the services only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise

from emotionweb.training.errors import TrainingError

if TYPE_CHECKING:
    from emotionweb.accounts.models import User

Row = TypeVar("Row", bound=Model)
View = Callable[..., HttpResponse]


class PagesAdmin(admin.ModelAdmin[Row]):
    """A model with a page of its own for one row, and buttons instead of an edit form."""

    #: Template of the page of one row.
    page: str
    #: What the button above the list says.
    add_words: str | Promise = ""
    change_list_template = "admin/training/list.html"
    actions: Sequence[Any] | None = None

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # Django's form would write into the row past the services.
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return any(request.user.has_perm(self.permission(name)) for name in ("view", "change"))

    def permission(self, deed: str) -> str:
        """Django's permission for a deed on this model: ``training.change_run``."""
        return f"{self.opts.app_label}.{deed}_{self.opts.model_name}"

    def url(self, name: str, row: Model | None = None) -> str:
        """Address of a page of this model: "changelist", "add"; with a row "change", "cancel"."""
        arguments = [] if row is None else [quote(row.pk)]
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}", args=arguments)

    def route(self, route: str, view: View, name: str) -> URLPattern:
        """An address beside Django's own; only administrators come in, with the CSRF check."""
        full = f"{self.opts.app_label}_{self.opts.model_name}_{name}"
        return path(route, self.admin_site.admin_view(view), name=full)

    def opened(self, request: HttpRequest, object_id: str) -> Row:
        """The row of an address.

        Raises:
            Http404: there is none.
            PermissionDenied: this administrator may not see these.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return row

    def context(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        """What every page of the administration needs, and what this one shows."""
        return {**self.admin_site.each_context(request), "opts": self.opts, **more}

    def details(self, request: HttpRequest, row: Row) -> dict[str, Any]:
        """What the page of one row shows beside the row itself."""
        raise NotImplementedError

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.opened(request, object_id)
        shown = {"title": str(row), **self.details(request, row)}
        return TemplateResponse(request, self.page, self.context(request, row=row, **shown))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = str(self.opts.verbose_name_plural)
        title = title[:1].upper() + title[1:]
        return super().changelist_view(
            request, {"title": title, "add_words": self.add_words, **(extra_context or {})}
        )

    def deed(
        self,
        request: HttpRequest,
        object_id: str,
        permission: str,
        do: Callable[[Row, User], str],
        *,
        back: Callable[[Row], str] | None = None,
    ) -> HttpResponse:
        """Do what a button asks for, say how it went, go back to the page.

        Args:
            request: a POST.
            object_id: of the row.
            permission: that the administrator needs, with the app's label.
            do: the service; what it returns is said, a ``TrainingError`` as well.
            back: where to go; default: to the page of the row.
        """
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.opened(request, object_id)
        if not request.user.has_perm(permission):
            raise PermissionDenied
        goal = (back or (lambda row: self.url("change", row)))(row)
        try:
            said = do(row, person(request))
        except TrainingError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect(self.url("change", row))
        self.message_user(request, said)
        return redirect(goal)


def person(request: HttpRequest) -> User:
    """Who asks; ``admin_view`` lets nobody else in."""
    return cast("User", request.user)


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is bound to: fields and files of a POST, also of an empty one; else nothing."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
