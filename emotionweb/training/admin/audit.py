"""The audit log: who did what, to be looked at only."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models.options import Options
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emotionweb.accounts.admin import LookOnlyAdmin
from emotionweb.training import audit
from emotionweb.training.models import AuditEntry

_HASH = re.compile("[0-9a-f]{64}")


class ActionFilter(admin.SimpleListFilter):
    """By what was done, in words."""

    title = gettext_lazy("what")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        there = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        return [(action, audit.title(action)) for action in there]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(action=self.value()) if self.value() else queryset


class WhoFilter(admin.RelatedOnlyFieldListFilter):
    """By who did it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.title = gettext_lazy("who")


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnlyAdmin):
    list_display = ("at", "what", "whose", "which", "said")
    list_display_links = None
    list_filter = (ActionFilter, ("by", WhoFilter))
    list_select_related = ("by",)
    search_fields = ("details", "object_id", "by__email")
    date_hierarchy = "at"

    @admin.display(description=gettext_lazy("what"), ordering="action")
    def what(self, row: AuditEntry) -> str:
        return audit.title(row.action)

    @admin.display(description=gettext_lazy("who"), ordering="by", empty_value="–")
    def whose(self, row: AuditEntry) -> str | None:
        return str(row.by) if row.by else None

    @admin.display(description=gettext_lazy("to what"), ordering="object_kind")
    def which(self, row: AuditEntry) -> str:
        kind = _kind(row.object_kind)
        if kind is None:
            return f"{row.object_kind} {row.object_id}".strip()
        # Eight signs of a UUID tell it from its neighbours in the log.
        words = f"{kind.verbose_name} {row.object_id[:8]}"
        if row.action.endswith("deleted") or not admin.site.is_registered(kind.model):
            return words
        address = reverse(
            f"admin:{kind.label_lower.replace('.', '_')}_change", args=[row.object_id]
        )
        return format_html('<a href="{}">{}</a>', address, words)

    @admin.display(description=gettext_lazy("details"))
    def said(self, row: AuditEntry) -> str:
        return "; ".join(f"{name}: {_plain(value)}" for name, value in row.details.items())

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": _("Audit log"), **(extra_context or {})})


def _kind(name: str) -> Options[Any] | None:
    """The model that an entry is about."""
    for app in ("training", "accounts"):
        with suppress(LookupError):
            found: Options[Any] = apps.get_model(app, name)._meta
            return found
    return None


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    # The beginning of a hash is enough to know it by.
    return value[:12] if isinstance(value, str) and _HASH.fullmatch(value) else str(value)
