"""Camera sessions for administrators: when and how long, never what was seen."""

from django.contrib import admin

from emotionweb.accounts.admin import LookOnlyAdmin
from emotionweb.live.models import LiveSession


@admin.register(LiveSession)
class LiveSessionAdmin(LookOnlyAdmin):
    list_display = ("started_at", "user", "ended_at", "end_reason", "model_version", "frames")
    list_filter = ("end_reason", "model_version")
    list_select_related = ("user",)
    date_hierarchy = "started_at"
    fields = (
        "user",
        "started_at",
        "last_seen_at",
        "ended_at",
        "end_reason",
        "model_version",
        "frames",
    )
