"""Today, the list of days, and one day."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import ListView, TemplateView

from emotionweb.accounts.timezones import zone
from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal import services
from emotionweb.journal.days import local_day
from emotionweb.journal.models import DailyEmotionLog

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
        recent = services.summarise_days(list(services.days(user.pk)[:RECENT_DAYS]))
        return {
            **context,
            "greeting": greeting(now.astimezone(zone(user.timezone))),
            "day": today,
            "today": next((log for log in recent if log.day == today), None),
            "recent": [log for log in recent if log.day != today],
        }


class JournalListView(LoginRequiredMixin, ListView[DailyEmotionLog]):
    """The days, newest first."""

    request: AuthenticatedRequest
    template_name = "journal/list.html"
    paginate_by = DAYS_A_PAGE

    def get_queryset(self) -> QuerySet[DailyEmotionLog]:
        return services.days(self.request.user.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "days": services.summarise_days(list(context["object_list"]))}


class DayView(LoginRequiredMixin, TemplateView):
    """One day with what it is made of."""

    request: AuthenticatedRequest
    template_name = "journal/day.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        day: date = kwargs["day"]
        detail = services.day_detail(self.request.user.pk, day)
        if detail is None:
            raise Http404
        return super().get_context_data(log=detail.log, sources=detail.sources, **kwargs)


def greeting(wall: datetime) -> str:
    """A greeting by the person's own clock."""
    if 5 <= wall.hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= wall.hour < 18 else _("Good evening")
