"""Year, month, week, day and search."""

from __future__ import annotations

from datetime import MINYEAR, date, datetime
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView, View

from emotionweb.accounts.models import User
from emotionweb.accounts.views import AuthenticatedRequest
from emotionweb.journal import diary, hidden, search_text
from emotionweb.journal.days import local_day
from emotionweb.journal.history import month, search, timeline, year
from emotionweb.journal.history.forms import SearchForm
from emotionweb.journal.history.search import Kind
from emotionweb.journal.models import CheckIn
from emotionweb.journal.shown_index import APART, ENOUGH_DAYS, ENOUGH_SECONDS, FAR_APART

FOUND_A_PAGE = 20
#: The years around the first and the last one of the calendar have no neighbours to point to.
FIRST_YEAR, LAST_YEAR = MINYEAR + 1, 9998


def today_of(user: User, now: datetime) -> date:
    """The day that it is in the person's journal."""
    return local_day(now, user.timezone, user.day_start_hour)


class HistoryView(LoginRequiredMixin, TemplateView):
    """A page of the journal; knows which day it is for the person."""

    request: AuthenticatedRequest

    @property
    def today(self) -> date:
        return today_of(self.request.user, timezone.now())


class YearView(HistoryView):
    """A year in pixels: felt, shown, or the difference."""

    template_name = "journal/history/year.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        number: int = kwargs["year"]
        today = self.today
        if not FIRST_YEAR <= number <= min(today.year, LAST_YEAR):
            raise Http404
        try:
            view = year.View(self.request.GET.get("show", year.View.FELT))
        except ValueError as error:
            raise Http404 from error
        page = year.year(self.request.user.pk, number, view, today)
        return super().get_context_data(
            page=page,
            views=list(year.View),
            anchor=min(today, date(number, 12, 31)),
            today=today,
            **difference_numbers(),
            **kwargs,
        )


class MonthView(HistoryView):
    """A month as a calendar."""

    template_name = "journal/history/month.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first, today = kwargs["first"], self.today
        if first > today or first.year < FIRST_YEAR:
            raise Http404
        page = month.month(self.request.user.pk, first, today)
        return super().get_context_data(page=page, anchor=min(today, page.last), **kwargs)


class WeekView(HistoryView):
    """Seven days, each with what was felt, shown and written."""

    template_name = "journal/history/week.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        first, today = kwargs["first"], self.today
        if first > today or first.year < FIRST_YEAR:
            raise Http404
        page = month.week(self.request.user.pk, first, today)
        return super().get_context_data(page=page, anchor=min(today, page.last), **kwargs)


class DayView(HistoryView):
    """One day with what it is made of, in the order of time."""

    def get_template_names(self) -> list[str]:
        return [f"journal/{'history/hidden' if self.closed else 'day'}.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_hidden = hidden.is_hidden(self.request.user.pk, kwargs["day"])
        self.closed = is_hidden and "show" not in self.request.GET
        page = timeline.timeline(self.request.user.pk, kwargs["day"], self.request.user.timezone)
        if page is None:
            raise Http404
        return super().get_context_data(
            page=page,
            log=page.found.shown.summary if page.found.shown else None,
            sources=page.sources,
            check_ins=page.check_ins,
            anchor=kwargs["day"],
            is_hidden=is_hidden,
            **kwargs,
        )


class HideView(LoginRequiredMixin, View):
    """Hides a day, or hides it no more; nothing of it is changed."""

    request: AuthenticatedRequest
    http_method_names = ["post"]

    def post(self, request: HttpRequest, day: date) -> HttpResponse:
        if not diary.has(self.request.user.pk, day):
            raise Http404
        change = hidden.hide if request.POST.get("hide") else hidden.show
        change(self.request.user.pk, day)
        return redirect("journal:day", day)


class SearchView(HistoryView):
    """Finding a day again."""

    template_name = "journal/history/search.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = bool(self.request.GET)
        form = SearchForm(self.request.GET if asked else None, user=self.request.user)
        found = self._found(form) if asked and form.is_valid() else {}
        return super().get_context_data(form=form, anchor=self.today, **found, **kwargs)

    def _found(self, form: SearchForm) -> dict[str, Any]:
        query, user_id = form.query(), self.request.user.pk
        rows: QuerySet[CheckIn, Any] | QuerySet[Any, date]
        shown = query.kind is Kind.SHOWN
        rows = search.shown(user_id, query) if shown else search.said(user_id, query)
        if not shown:
            rows = rows.prefetch_related("tags")
        page = Paginator(rows, FOUND_A_PAGE).get_page(self.request.GET.get("page"))
        found: list[Any] = list(page)
        return {
            "page_obj": page,
            "hits": [] if shown else search.hits(found, query),
            "days": diary.summarise(user_id, found) if shown else [],
            "terms": search_text.search_terms(query.words),
            "some_hidden": hidden.any_day(user_id),
        }


def difference_numbers() -> dict[str, int]:
    """The numbers of the definition of the difference, for the text that explains it."""
    return {
        "enough_minutes": int(ENOUGH_SECONDS // 60),
        "enough_days": ENOUGH_DAYS,
        "apart": round(APART * 100),
        "far_apart": round(FAR_APART * 100),
    }
