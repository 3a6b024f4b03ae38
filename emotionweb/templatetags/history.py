"""The way between the pages of the journal, and how a day is said in one line."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import pgettext

from emotionweb.journal import search_text
from emotionweb.journal.history import words

register = template.Library()
register.filter(words.day_name)
register.filter(words.shown_words)
register.filter(words.difference_words)
register.filter(words.why_no_difference)
register.filter(words.apart_words)
register.filter(words.new_model_words)


register.filter("plain", search_text.plain_text)


@register.inclusion_tag("journal/history/_tabs.html", takes_context=True)
def journal_tabs(context: dict[str, Any], current: str, day: date) -> dict[str, Any]:
    """The pages of the journal, each opened where the person is.

    Args:
        context: Of the page.
        current: Name of the page that is open, or "" where it is none of them.
        day: That the other pages should show.
    """
    tabs = [
        ("year", pgettext("journal", "Year"), reverse("journal:year", args=[day.year])),
        ("month", pgettext("journal", "Month"), reverse("journal:month", args=[day])),
        ("week", pgettext("journal", "Week"), reverse("journal:week", args=[monday(day)])),
        ("list", pgettext("journal", "List"), reverse("journal:list")),
        ("search", pgettext("journal", "Search"), reverse("journal:search")),
    ]
    with contextlib.suppress(NoReverseMatch):
        tabs.append(("insights", pgettext("journal", "Insights"), reverse("journal:insights")))
    return {"tabs": tabs, "current": current}


@register.filter
def day_name_or_nothing(day: date | None) -> str:
    """A day in full, or nothing where there is none."""
    return words.day_name(day) if day else ""


@register.filter
def monday(day: date) -> date:
    """The Monday of the week of a day."""
    return day - timedelta(days=day.weekday())


@register.filter
def week_number(day: date) -> int:
    """Number of the week, by ISO 8601."""
    return day.isocalendar().week
