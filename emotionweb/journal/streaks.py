"""Days with a check-in, counted so that a day off now and then does not end the count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emotionweb.journal import checkins

#: Of any so many days in a row one may be without a check-in.
FORGIVEN_EVERY_DAYS = 7
#: A single day is no row.
WORTH_SAYING = 2


@dataclass(frozen=True, slots=True)
class Streak:
    """A row of days.

    Attributes:
        days: With a check-in.
        off: Between them, without one.
    """

    days: int
    off: int


def streak(days: Iterable[date], today: date) -> Streak:
    """Count the row of days that lasts until today.

    Today is not over: without a check-in it is no day off yet. After a flight to the east over the
    date line the last day may lie after today; the row then lasts until that day.

    Args:
        days: With a check-in, the newest first, each once; read only as far as the row goes.
        today: The person's own day.
    """
    number, off = 0, 0
    pending: date | None = None  # a day off, which counts once there is a day before it
    last_off: date | None = None
    expected: date | None = None
    for day in days:
        if expected is None:
            expected = day if day >= today else today - timedelta(days=1)
        if day < expected:
            gap = expected
            if (expected - day).days > 1 or not _forgiven(gap, last_off):
                break
            pending, last_off = gap, gap
        if pending is not None:
            off, pending = off + 1, None
        number += 1
        expected = day - timedelta(days=1)
    return Streak(number, off)


def _forgiven(gap: date, later: date | None) -> bool:
    return later is None or (later - gap).days >= FORGIVEN_EVERY_DAYS


def of(user_id: int, today: date) -> Streak:
    """The row of a person; reads an index, from the newest day on, as far as the row goes."""
    days = (
        checkins.check_ins(user_id)
        .order_by("-local_day")
        .values_list("local_day", flat=True)
        .distinct()
    )
    return streak(days.iterator(chunk_size=100), today)


def words(row: Streak) -> str:
    """Such as "12 days, with 2 days off"; "" where there is no row."""
    if row.days < WORTH_SAYING:
        return ""
    days = ngettext("%(days)d day", "%(days)d days", row.days) % {"days": row.days}
    if not row.off:
        return _("Checked in: %(days)s") % {"days": days}
    off = ngettext("%(off)d day off", "%(off)d days off", row.off) % {"off": row.off}
    return _("Checked in: %(days)s, with %(off)s") % {"days": days, "off": off}
