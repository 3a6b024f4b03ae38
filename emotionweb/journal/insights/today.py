"""What insights add to the pages of a day: a notice, where there is one, and the day's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from emotionweb.accounts.models import User
from emotionweb.journal.days import local_day
from emotionweb.journal.insights import notices, pages, trackers, words
from emotionweb.journal.insights.forms import ValuesForm
from emotionweb.journal.insights.words import Row
from emotionweb.journal.models import Notice


@dataclass(frozen=True, slots=True)
class Card:
    """A notice as Today shows it.

    Attributes:
        sentence: What was found, in numbers of the person's own.
        better: What went with better days, by the person's own data.
        help_lines: Whether to say where to find somebody to talk to.
    """

    notice: Notice
    sentence: str
    better: list[Row]
    help_lines: bool


class ForToday(TypedDict):
    """What ``templates/home/today.html`` reads."""

    notice: Card | None
    numbers: ValuesForm | None


def for_today(user: User, now: datetime) -> ForToday:
    """What Today shows of insights; two queries where there is no notice."""
    today = local_day(now, user.timezone, user.day_start_hour)
    return {"notice": card(user, now), "numbers": numbers(user, today)}


def card(user: User, now: datetime) -> Card | None:
    """The notice to show, with what goes with it."""
    notice = notices.current(user.pk, now)
    if notice is None:
        return None
    low = notice.what == Notice.What.FELT and notice.level < notices.LOW
    return Card(
        notice=notice,
        sentence=sentence(notice),
        better=pages.went_with_better_days(user, now),
        help_lines=low and notices.settings_of(user.pk).help_lines,
    )


def numbers(user: User, day: date) -> ValuesForm | None:
    """The form for the numbers of a day; ``None`` for somebody who tracks none."""
    of_day = trackers.of_day(user.pk, day)
    return ValuesForm(of_day, day=day) if of_day else None


def sentence(notice: Notice) -> str:
    """What was found: of felt with its numbers, of shown only that it was."""
    days = max((notice.found_at.date() - notice.from_day).days, 1)
    since = date_format(notice.from_day, pgettext("date format", "j F"))
    if notice.what == Notice.What.FELT:
        return ngettext(
            "Over %(days)d day, since %(since)s, your check-ins were lower than is usual for you: "
            "%(level)s of 5, where %(usual)s is usual.",
            "Over %(days)d days, since %(since)s, your check-ins were lower than is usual for you: "
            "%(level)s of 5, where %(usual)s is usual.",
            days,
        ) % {
            "days": days,
            "since": since,
            "level": words.mood(notice.level),
            "usual": words.mood(notice.usual),
        }
    return _(
        "Since %(since)s your face has looked less happy to the camera than is usual for you. What "
        "you feel only you know."
    ) % {"since": since}
