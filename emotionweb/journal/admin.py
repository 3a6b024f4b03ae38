"""The journal for administrators: that there is something, never what it says."""

from django.contrib import admin

from emotionweb.accounts.admin import LookOnlyAdmin
from emotionweb.journal.models import DailyEmotionLog


@admin.register(DailyEmotionLog)
class DailyEmotionLogAdmin(LookOnlyAdmin):
    list_display = fields = ("user", "day", "seconds", "unsure_seconds", "model_versions")
    list_select_related = ("user",)
    date_hierarchy = "day"
