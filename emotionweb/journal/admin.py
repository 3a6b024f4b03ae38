"""The journal for administrators: that there is something, never what it says."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from emotionweb.journal.models import DailyEmotionLog


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


@admin.register(DailyEmotionLog)
class DailyEmotionLogAdmin(LookOnlyAdmin):
    list_display = fields = ("user", "day", "seconds", "unsure_seconds", "model_versions")
    list_select_related = ("user",)
    date_hierarchy = "day"
