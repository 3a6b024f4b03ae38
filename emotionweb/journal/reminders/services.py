"""Rules of reminders: each person has a few of their own, and each is sent once at the most."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import groupby

from django.conf import settings as site
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from emotionweb.accounts.models import User
from emotionweb.journal import checkins
from emotionweb.journal.models import Reminder, ReminderSettings
from emotionweb.journal.reminders import times
from emotionweb.journal.reminders.times import DONE_BEFORE, LATE, Occurrence
from emotionweb.journal.services import lock_person

logger = logging.getLogger(__name__)

MOST_REMINDERS = 5
#: A mail server that does not answer must not hold up the worker.
MAIL_TIMEOUT_S = 20
#: How far ahead an open page knows what comes.
AHEAD = timedelta(hours=48)


class ReminderError(ValueError):
    """A reminder cannot be as asked; says why in a sentence for the person."""


@dataclass(frozen=True, slots=True)
class ReminderDraft:
    """What a person wants.

    Attributes:
        time: On their own clock; seconds are left out.
        days: Of the week, 0 is Monday.
    """

    time: time
    days: Collection[int]
    on: bool = True
    by_mail: bool = False


# === Reading ===


def reminders(user_id: int) -> QuerySet[Reminder]:
    """All reminders of a person in the order of the day."""
    return Reminder.objects.filter(user_id=user_id)


def settings_of(user_id: int) -> ReminderSettings:
    """What a person wants; what holds for everybody where they did not say."""
    row = ReminderSettings.objects.filter(user_id=user_id).first()
    return row or ReminderSettings(user_id=user_id)


def due(user: User, now: datetime) -> list[Occurrence]:
    """What a person wanted to be reminded of and did not do; one or two queries."""
    return _due(user, list(reminders(user.pk).filter(on=True)), now)


def upcoming(user: User, now: datetime) -> list[Occurrence]:
    """What comes within ``AHEAD``; one query."""
    rows = list(reminders(user.pk).filter(on=True))
    return times.between(rows, user.timezone, now, now + AHEAD)


def _due(user: User, rows: Sequence[Reminder], now: datetime) -> list[Occurrence]:
    if not times.due(rows, user.timezone, now, ()):
        return []
    since = now - LATE - DONE_BEFORE
    # The days are those of an index; a day of travel may lie further off than the clock says.
    said = checkins.check_ins(user.pk).filter(
        local_day__range=(since.date() - timedelta(days=2), now.date() + timedelta(days=2)),
        at__range=(since, now),
    )
    return times.due(rows, user.timezone, now, list(said.values_list("at", flat=True)))


# === Writing ===


@transaction.atomic
def add(user_id: int, draft: ReminderDraft, now: datetime) -> Reminder:
    """Make a reminder.

    Raises:
        ReminderError: Where it has no days, there is one at this time, or there are too many.
    """
    lock_person(user_id)
    if reminders(user_id).count() >= MOST_REMINDERS:
        raise ReminderError(
            _("There are %(number)d reminders already. Delete one first.")
            % {"number": MOST_REMINDERS}
        )
    return _store(Reminder(user_id=user_id), draft, now)


@transaction.atomic
def change(reminder: Reminder, draft: ReminderDraft, now: datetime) -> Reminder:
    """Change a reminder; what lies before the change is no longer due.

    Raises:
        ReminderError: Where it would have no days, or another one is at this time.
    """
    lock_person(reminder.user_id)
    return _store(reminder, draft, now)


def _store(reminder: Reminder, draft: ReminderDraft, now: datetime) -> Reminder:
    days = "".join(map(str, sorted({day for day in draft.days if 0 <= day <= 6})))
    if not days:
        raise ReminderError(_("A reminder needs at least one day of the week."))
    at = draft.time.replace(second=0, microsecond=0)
    others = reminders(reminder.user_id).exclude(pk=reminder.pk)
    if others.filter(time=at).exists():
        raise ReminderError(_("There is a reminder at this time. Change its days instead."))
    reminder.time, reminder.weekdays = at, days
    reminder.on, reminder.by_mail, reminder.changed_at = draft.on, draft.by_mail, now
    # Not ``last_sent_for``: a mail may be going out at this moment.
    wanted = ("time", "weekdays", "on", "by_mail", "changed_at")
    reminder.save(update_fields=wanted if reminder.pk else None)
    return reminder


@transaction.atomic
def delete(reminder: Reminder) -> None:
    """Remove a reminder; asked a second time, do nothing."""
    lock_person(reminder.user_id)
    Reminder.objects.filter(pk=reminder.pk).delete()


def switch_streaks(user_id: int, on: bool) -> None:
    """Count days with a check-in, or no longer."""
    ReminderSettings.objects.update_or_create(user_id=user_id, defaults={"streaks": on})


# === Mail ===


def send_due(now: datetime) -> int:
    """Send the mails that are due; one person's trouble does not keep the others from theirs.

    Asked as often as one likes: what was sent is not sent again. A worker that dies between
    taking a reminder and sending it loses this one mail, rather than sending it twice.

    Returns:
        How many were sent.
    """
    if not site.EMAIL_URL:
        return 0
    rows = Reminder.objects.filter(on=True, by_mail=True, user__is_active=True)
    number = 0
    for _user_id, own in groupby(
        rows.select_related("user").order_by("user_id", "time"), key=lambda row: row.user_id
    ):
        mine = list(own)
        try:
            number += _send(mine[0].user, mine, now)
        except Exception:
            logger.exception("Person %s could not be reminded.", mine[0].user_id)
    return number


def _send(user: User, rows: Sequence[Reminder], now: datetime) -> bool:
    taken = [one for one in _due(user, rows, now) if _take(one)]
    if not taken:
        return False
    try:
        # Where the worker stood still for an hour, two may be due: the later one is enough.
        _mail(user, taken[-1])
    except Exception:
        for one in taken:
            _give_back(one)
        raise
    return True


def _take(one: Occurrence) -> bool:
    """Take an occurrence before it is sent, unless somebody did or it is wanted no longer."""
    row = one.reminder
    if row.last_sent_for == one.key:
        return False
    same = Reminder.objects.filter(
        pk=row.pk, last_sent_for=row.last_sent_for, changed_at=row.changed_at
    )
    return bool(same.update(last_sent_for=one.key))


def _give_back(one: Occurrence) -> None:
    """The mail server did not take it: the next run tries again."""
    row = one.reminder
    Reminder.objects.filter(pk=row.pk, last_sent_for=one.key).update(
        last_sent_for=row.last_sent_for
    )


def _mail(user: User, one: Occurrence) -> None:
    with translation.override(user.language or site.LANGUAGE_CODE):
        words = {"name": user.name, "time": one.wall}
        subject = render_to_string("journal/reminders/subject.txt", words).strip()
        text = render_to_string("journal/reminders/mail.txt", words)
    connection = get_connection(timeout=MAIL_TIMEOUT_S)
    EmailMessage(subject, text, None, [str(user.email)], connection=connection).send()
