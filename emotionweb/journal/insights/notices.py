"""Rules of the early notice: who is looked at, what is said once, and what turns it off.

The method is in ``decline.py``; how often it errs, in
``docs/decisions/2026-11-21-early-notice.md``. Times and days are the person's own.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.conf import settings as site
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import translation
from numpy.typing import NDArray

from emotionweb.accounts.models import User
from emotionweb.journal.days import local_day
from emotionweb.journal.insights import rows
from emotionweb.journal.insights.decline import FELT, SHOWN, SHOWN_DEVIATIONS, Look, look
from emotionweb.journal.models import CheckIn, DailyEmotionLog, Notice, NoticeSettings
from emotionweb.journal.services import lock_person

logger = logging.getLogger(__name__)

What = Notice.What
#: After a notice nothing more is said for so long, unless it got worse by so much.
QUIET_DAYS = 30
WORSE = 0.5
#: Below this mean mood help lines are offered.
LOW = 2.5
#: Who did not check in for so long is not looked at.
ACTIVE_DAYS = 14
#: A notice that nobody put away leaves the page by itself.
SHOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Found:
    """A decline that stands out.

    Attributes:
        level: Mean since it began, in moods or in the index of shown.
        usual: The same before it.
    """

    what: What
    from_day: date
    until_day: date
    level: float
    usual: float


# === Looking ===


def evaluate(user: User, now: datetime) -> Notice | None:
    """Look at a person's days up to yesterday; store and return a notice where one is due.

    The same day is looked at as often as one likes: there is one notice of a decline.
    """
    yesterday = local_day(now, user.timezone, user.day_start_hour) - timedelta(days=1)
    found = find(user.pk, yesterday)
    return _store(user.pk, found, now) if found is not None else None


def find(user_id: int, last: date) -> Found | None:
    """The decline that lasts until a day, of felt before that of shown; two queries."""
    first = last - timedelta(days=FELT.days - 1)
    felt = look(rows.felt_days(user_id, first, last)[None], FELT)
    if felt.declined[0]:
        return _found(What.FELT, felt, last, 1.0)
    values, models = rows.shown_days(user_id, first, last)
    values = _of_newest_model(values, models)
    unit = SHOWN_DEVIATIONS * float(np.nanstd(values)) if np.isfinite(values).any() else 0.0
    if unit <= 0.0:
        return None
    shown = look(values[None] / unit, SHOWN)
    return _found(What.SHOWN, shown, last, unit) if shown.declined[0] else None


def _of_newest_model(values: NDArray[np.float64], models: NDArray[np.int64]) -> NDArray[np.float64]:
    """Only days that were seen as the last one was: a new model may read a face differently."""
    seen = np.flatnonzero(np.isfinite(values))
    return np.where(models == models[seen[-1]], values, np.nan) if len(seen) else values


def _found(what: What, one: Look, last: date, unit: float) -> Found:
    return Found(
        what=what,
        from_day=last - timedelta(days=int(one.days[0]) - 1),
        until_day=last,
        level=float(one.recent[0]) * unit,
        usual=float(one.usual[0]) * unit,
    )


@transaction.atomic
def _store(user_id: int, found: Found, now: datetime) -> Notice | None:
    lock_person(user_id)
    before = Notice.objects.filter(user_id=user_id).first()
    if before is not None and not _is_new(found, before):
        if before.until_day < found.until_day and found.from_day <= before.until_day:
            before.until_day = found.until_day  # it goes on
            before.save(update_fields=["until_day"])
        return None
    Notice.objects.filter(user_id=user_id, state=Notice.State.SHOWN).update(
        state=Notice.State.DISMISSED
    )
    return Notice.objects.create(
        user_id=user_id,
        found_at=now,
        what=found.what,
        from_day=found.from_day,
        until_day=found.until_day,
        level=found.level,
        usual=found.usual,
    )


def _is_new(found: Found, before: Notice) -> bool:
    """Whether there is something to say that was not said with the last notice."""
    if found.until_day <= before.until_day:
        return False
    worse = found.what == before.what and found.level <= before.level - WORSE * _unit(before)
    rested = found.until_day - before.found_at.date() >= timedelta(days=QUIET_DAYS)
    return worse or (rested and found.from_day > before.until_day)


def _unit(notice: Notice) -> float:
    """One point of mood, or what stands for it in the index of shown: how far it had fallen."""
    return 1.0 if notice.what == What.FELT else abs(notice.usual - notice.level)


# === Once a day ===


def people(now: datetime) -> list[User]:
    """Those who checked in or were seen lately and did not turn notices off."""
    since = (now - timedelta(days=ACTIVE_DAYS)).date()
    said = CheckIn.objects.filter(local_day__gte=since, deleted_at=None).values("user_id")
    seen = DailyEmotionLog.objects.filter(day__gte=since).values("user_id")
    off = NoticeSettings.objects.filter(on=False).values("user_id")
    active = User.objects.filter(Q(pk__in=said) | Q(pk__in=seen), is_active=True)
    return list(active.exclude(pk__in=off).order_by("pk"))


def evaluate_all(now: datetime) -> int:
    """Look at everybody; one person's trouble does not keep the others from it.

    Returns:
        How many notices are new.
    """
    number = 0
    for user in people(now):
        try:
            number += evaluate(user, now) is not None
            send_waiting(user, now)
        except Exception:
            logger.exception("The days of person %s could not be looked at.", user.pk)
    return number


def send_waiting(user: User, now: datetime) -> bool:
    """Send the mail of a notice that is on the page, once, where the person wants mails.

    Returns:
        Whether one was sent.
    """
    if not site.EMAIL_URL or not settings_of(user.pk).mail:
        return False
    recent = now - timedelta(days=2)
    waiting = Notice.objects.filter(
        user_id=user.pk, state=Notice.State.SHOWN, mailed_at=None, found_at__gte=recent
    )
    # Taken before it is sent: rather none than two.
    if not waiting.update(mailed_at=now):
        return False
    with translation.override(user.language or site.LANGUAGE_CODE):
        subject = render_to_string("journal/insights/notice_subject.txt").strip()
        text = render_to_string("journal/insights/notice_mail.txt", {"name": user.name})
    send_mail(subject, text, None, [str(user.email)])
    return True


# === The person's side ===


def settings_of(user_id: int) -> NoticeSettings:
    """What a person wants; what holds for everybody where they did not say."""
    row = NoticeSettings.objects.filter(user_id=user_id).first()
    return row or NoticeSettings(user_id=user_id)


def current(user_id: int, now: datetime) -> Notice | None:
    """The notice to show today, if there is one and notices are not turned off."""
    row = Notice.objects.filter(
        user_id=user_id,
        state=Notice.State.SHOWN,
        found_at__gt=now - timedelta(days=SHOWN_DAYS),
    ).first()
    return row if row is not None and settings_of(user_id).on else None


def dismiss(user_id: int, notice_id: int) -> bool:
    """Put a notice away; ``False`` where the person has no such one."""
    own = Notice.objects.filter(user_id=user_id, pk=notice_id)
    return bool(own.update(state=Notice.State.DISMISSED))


def turn_off(user_id: int) -> None:
    """No notices any more, on the page or by mail, until the person turns them on."""
    NoticeSettings.objects.update_or_create(user_id=user_id, defaults={"on": False})
