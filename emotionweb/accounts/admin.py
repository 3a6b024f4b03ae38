"""People and their consents in the administration."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from emotionweb.accounts import services
from emotionweb.accounts.forms import SignUpForm
from emotionweb.accounts.models import Consent, User


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
        context = {**self.admin_site.each_context(request), "links": links, "opts": self.opts}
        return TemplateResponse(
            request,
            "accounts/admin_reset_links.html",
            {**context, "title": _("Password-reset links")},
            headers={"Cache-Control": "no-store"},
        )


@admin.register(Consent)
class ConsentAdmin(admin.ModelAdmin[Consent]):
    """For reading only: a consent is the person's to give."""

    list_display = ("user", "kind", "text_version", "given_at", "withdrawn_at")
    list_filter = ("kind",)
    search_fields = ("user__email",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Consent | None = None) -> bool:
        # Deleting a person from the admin cascades over the person's consents.
        return obj is None or obj.user_id is not None
