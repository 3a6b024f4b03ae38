"""What reminders and the count of days add to pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from emotionweb.accounts.models import User
from emotionweb.journal import streaks
from emotionweb.journal.days import local_day
from emotionweb.journal.reminders import services
from emotionweb.journal.reminders.times import Occurrence


class ForToday(TypedDict):
    """What ``templates/journal/_reminder_due.html`` reads."""

    reminder: str
    streak: str


def for_today(user: User, now: datetime) -> ForToday:
    """The two quiet lines of Today, "" where there is nothing to say."""
    due = services.due(user, now)
    return {"reminder": said(due[-1]) if due else "", "streak": _streak(user, now)}


def said(one: Occurrence) -> str:
    """A reminder in words; the time is that which the person chose."""
    return _("You wanted to check in at %(time)s") % {"time": date_format(one.wall, "H:i")}


def for_page(user: User, now: datetime) -> dict[str, Any]:
    """What an open page has to know, as ``static/journal/reminders.js`` reads it.

    Times are milliseconds since 1970; ``now`` is the server's, since a device's clock may be off.
    """
    return {
        "address": reverse("journal:reminders-due"),
        "now": _milliseconds(now),
        "next": [
            {"key": _key(one), "at": _milliseconds(one.at)} for one in services.upcoming(user, now)
        ],
    }


def due_for_page(user: User, now: datetime) -> dict[str, Any]:
    """Likewise with what is due, in words."""
    due = [{"key": _key(one), "said": said(one)} for one in services.due(user, now)]
    return {"due": due, **for_page(user, now)}


def _key(one: Occurrence) -> str:
    return f"{one.reminder.pk} {one.key}"


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _streak(user: User, now: datetime) -> str:
    if not services.settings_of(user.pk).streaks:
        return ""
    today = local_day(now, user.timezone, user.day_start_hour)
    return streaks.words(streaks.of(user.pk, today))
