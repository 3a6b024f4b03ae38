"""People and their consents in the administration."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from emotionweb.accounts import services
from emotionweb.accounts.forms import SignUpForm
from emotionweb.accounts.models import Consent, User
from emotionweb.training import audit

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")
"""What only a superuser gives and takes."""


class LookOnlyAdmin(admin.ModelAdmin[Model]):
    """Nothing here is made, changed or deleted by an administrator."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        # All of it goes with its person, and only so; the admin asks here for that as well.
        match = request.resolver_match
        return match is not None and (match.url_name or "").startswith("accounts_user_")


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    add_form = SignUpForm
    add_fieldsets = ((None, {"fields": ("email", "name", "password1", "password2")}),)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Preferences"), {"fields": ("timezone", "day_start_hour", "language", "theme")}),
        (
            _("Permissions"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    list_display = ("email", "name", "is_active", "is_staff", "date_joined")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    actions = ("show_reset_links",)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        powers = () if request.user.is_superuser else POWERS
        return (*super().get_readonly_fields(request, obj), *powers)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Django asks here before it sets a password, too.
        return super().has_change_permission(request, obj) and _is_in_reach(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_in_reach(request, obj)

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        audit.record(request.user, "person.deleted", obj)
        services.delete_account(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            self.delete_model(request, person)

    def log_change(self, request: HttpRequest, obj: User, message: Any) -> Any:
        """Django comes here after every change, also of a password."""
        audit.record(request.user, "person.changed", obj, fields=_names(message))
        return super().log_change(request, obj, message)

    @admin.action(permissions=["change"], description=_("Show a one-time password-reset link"))
    def show_reset_links(self, request: HttpRequest, queryset: QuerySet[User]) -> TemplateResponse:
        """Show links to pass on to people where no mail is set up; they are stored nowhere."""
        people = queryset.filter(is_active=True)
        if not request.user.is_superuser:  # who may change people may not become a superuser
            people = people.filter(is_superuser=False)
        links = [
            (person, request.build_absolute_uri(services.password_reset_path(person)))
            for person in people
        ]
        for person in people:
            audit.record(request.user, "person.reset_link", person)
        context = {**self.admin_site.each_context(request), "links": links, "opts": self.opts}
        return TemplateResponse(
            request,
            "accounts/admin_reset_links.html",
            {**context, "title": _("Password-reset links")},
            headers={"Cache-Control": "no-store"},
        )


def _names(message: Any) -> list[str]:
    """The fields that a change message names; what is in them is nobody's business."""
    entries = message if isinstance(message, list) else []
    named = [entry.get("changed", {}).get("fields", []) for entry in entries]
    return [str(name) for names in named for name in names]


def _is_in_reach(request: HttpRequest, person: User | None) -> bool:
    """Who may change people may not so become a superuser, nor shut one out."""
    return person is None or request.user.is_superuser or not person.is_superuser


@admin.register(Consent)
class ConsentAdmin(LookOnlyAdmin):
    """A consent is the person's to give."""

    list_display = ("user", "kind", "text_version", "given_at", "withdrawn_at")
    list_filter = ("kind",)
    search_fields = ("user__email",)
