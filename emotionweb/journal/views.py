"""Today, and the list of days."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from emotionweb.accounts.timezones import zone
from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal import checkins, diary, hidden
from emotionweb.journal.days import local_day
from emotionweb.journal.diary import DiaryDay
from emotionweb.journal.insights.today import for_today
from emotionweb.journal.reminders import today as reminders

DAYS_A_PAGE = 30
RECENT_DAYS = 7


class TodayView(TemplateView):
    """The first page: today for a person, what this is for a stranger."""

    def get_template_names(self) -> list[str]:
        return [f"home/{'today' if self.request.user.is_authenticated else 'landing'}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user = self.request.user
        if not user.is_authenticated:
            return context
        now = timezone.now()
        today = local_day(now, user.timezone, user.day_start_hour)
        is_hidden = hidden.is_hidden(user.pk, today)
        recent = diary.summarise(user.pk, list(diary.dates(user.pk)[:RECENT_DAYS]))
        return {
            **context,
            "greeting": greeting(now.astimezone(zone(user.timezone))),
            "day": today,
            "today": next((one.shown for one in recent if one.day == today), None),
            "check_ins": [] if is_hidden else checkins.of_day(user.pk, today),
            "is_hidden": is_hidden,
            "recent": [one for one in recent if one.day != today],
            **for_today(user, now),
            **reminders.for_today(user, now),
        }


class JournalListView(LoginRequiredMixin, ListView[Any]):
    """The days, newest first."""

    request: AuthenticatedRequest
    template_name = "journal/list.html"
    paginate_by = DAYS_A_PAGE

    def get_queryset(self) -> QuerySet[Any, date]:
        return diary.dates(self.request.user.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        days: list[DiaryDay] = diary.summarise(self.request.user.pk, list(context["object_list"]))
        user = self.request.user
        today = local_day(timezone.now(), user.timezone, user.day_start_hour)
        return {**context, "days": days, "anchor": days[0].day if days else today}


def greeting(wall: datetime) -> str:
    """A greeting by the person's own clock."""
    if 5 <= wall.hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= wall.hour < 18 else _("Good evening")
