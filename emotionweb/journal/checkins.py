"""Rules of check-ins: what a person says is stored once, changed by them only, and can be undone.

Nothing here touches what the camera saw. All that changes a person's records holds the lock on
the person, as in ``services.py``.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Avg, Count, QuerySet
from django.utils.translation import gettext as _

from emotionweb.accounts.models import User
from emotionweb.journal.days import local_day
from emotionweb.journal.models import CheckIn, Tag
from emotionweb.journal.models.checkins import HIGHEST, LOWEST, NOTE_LENGTH
from emotionweb.journal.services import lock_person

#: Clocks differ by seconds; one that is ahead by more is wrong.
CLOCK_TOLERANCE = timedelta(minutes=2)
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
#: How long a deleted check-in can be brought back.
KEPT_FOR_UNDO = timedelta(days=7)


class CheckInError(ValueError):
    """What was sent cannot be stored; says why in a sentence for the person."""


class WrongClockError(CheckInError):
    """The time lies in the future: the clock that gave it is wrong."""


class IdTakenError(CheckInError):
    """The id cannot be used; whose it is, or whether it exists, is not said."""


@dataclass(frozen=True, slots=True)
class CheckInDraft:
    """What a person says.

    Attributes:
        mood: 1..5.
        at: Aware; ``None`` is now.
        energy: 1..5, if it was said.
        pleasantness: Likewise.
        note: Markdown.
        tags: Ids of the person's own tags; those of others are left out.
        session: Id of the live session that it ends.
    """

    mood: int
    at: datetime | None = None
    energy: int | None = None
    pleasantness: int | None = None
    note: str = ""
    tags: Collection[int] = ()
    session: UUID | None = None

    def __post_init__(self) -> None:
        for number in (self.mood, self.energy, self.pleasantness):
            if number is not None and not LOWEST <= number <= HIGHEST:
                raise CheckInError(_("A mood is a number from 1 to 5."))
        if len(self.note) > NOTE_LENGTH:
            raise CheckInError(_("The note is too long."))
        if "\x00" in self.note:
            raise CheckInError(_("The note holds a sign that cannot be stored."))


# === Writing ===


@transaction.atomic
def check_in(
    user: User, draft: CheckInDraft, now: datetime, check_in_id: UUID | None = None
) -> tuple[CheckIn, bool]:
    """Store a check-in; the same id a second time changes nothing.

    Args:
        user: Whose it is. Zone and start of the day are those of the profile.
        draft: What the person says.
        now: Of the server's clock.
        check_in_id: From the device, so that it can send again what may not have arrived.

    Returns:
        The check-in, and whether it is new.

    Raises:
        WrongClockError: Where it lies in the future.
        IdTakenError: Where the id cannot be used.
    """
    check_in_id = check_in_id or uuid.uuid4()
    if lock_person(user.pk):
        existing = CheckIn.objects.filter(pk=check_in_id, user_id=user.pk).first()
        if existing is not None:
            return existing, False
        at = _checked(draft.at or now, now)
        row = CheckIn(
            id=check_in_id,
            user_id=user.pk,
            at=at,
            timezone=user.timezone,
            day_start_hour=user.day_start_hour,
            local_day=local_day(at, user.timezone, user.day_start_hour),
            session=draft.session,
            created_at=now,
            updated_at=now,
            **_said(draft),
        )
        CheckIn.objects.bulk_create([row], ignore_conflicts=True)
        stored = CheckIn.objects.filter(pk=check_in_id, user_id=user.pk).first()
        if stored is not None:
            stored.tags.set(_own_tags(user.pk, draft))
            return stored, True
    raise IdTakenError(_("This could not be stored under this number. Reload the page."))


@transaction.atomic
def change(user_id: int, check_in_id: UUID, draft: CheckInDraft, now: datetime) -> CheckIn | None:
    """Replace what a check-in says; its zone and the start of its day stay.

    Returns:
        The check-in, or ``None`` where the person has no such one.

    Raises:
        WrongClockError: Where it would lie in the future.
    """
    lock_person(user_id)
    row = CheckIn.objects.filter(user_id=user_id, pk=check_in_id, deleted_at=None).first()
    if row is None:
        return None
    if draft.at is not None and draft.at != row.at:
        row.at = _checked(draft.at, now)
        row.local_day = local_day(row.at, row.timezone, row.day_start_hour)
    for name, value in _said(draft).items():
        setattr(row, name, value)
    row.updated_at = now
    row.save()
    row.tags.set(_own_tags(user_id, draft))
    return row


@transaction.atomic
def delete(user_id: int, check_in_id: UUID, now: datetime) -> CheckIn | None:
    """Hide a check-in; asked a second time, do nothing.

    Returns:
        The check-in, or ``None`` where the person has no such one.
    """
    return _mark_deleted(user_id, check_in_id, now)


@transaction.atomic
def restore(user_id: int, check_in_id: UUID) -> CheckIn | None:
    """Bring a deleted check-in back, unless it was purged meanwhile.

    Returns:
        The check-in, or ``None`` where the person has no such one.
    """
    return _mark_deleted(user_id, check_in_id, None)


def _mark_deleted(user_id: int, check_in_id: UUID, moment: datetime | None) -> CheckIn | None:
    lock_person(user_id)
    row = CheckIn.objects.filter(user_id=user_id, pk=check_in_id).first()
    if row is not None and (row.deleted_at is None) != (moment is None):
        row.deleted_at = moment
        row.save(update_fields=["deleted_at"])
    return row


def purge(now: datetime) -> int:
    """Remove for good what was deleted too long ago to be undone.

    Returns:
        How many were removed; a second call finds none.
    """
    old = CheckIn.objects.filter(deleted_at__lt=now - KEPT_FOR_UNDO)
    return old.delete()[1].get(CheckIn._meta.label, 0)


def _checked(at: datetime, now: datetime) -> datetime:
    if at > now + CLOCK_TOLERANCE:
        raise WrongClockError(
            _(
                "This time is still to come. If it is right, the clock of this device or of the "
                "server is wrong."
            )
        )
    if at < EARLIEST:
        raise CheckInError(_("This is too long ago."))
    return at.astimezone(UTC)


def _said(draft: CheckInDraft) -> dict[str, int | str | None]:
    return {
        "mood": draft.mood,
        "energy": draft.energy,
        "pleasantness": draft.pleasantness,
        "note": draft.note,
    }


def _own_tags(user_id: int, draft: CheckInDraft) -> list[Tag]:
    return list(Tag.objects.filter(user_id=user_id, pk__in=draft.tags)) if draft.tags else []


# === Reading ===


def check_ins(user_id: int) -> QuerySet[CheckIn]:
    """The check-ins of a person that are not deleted."""
    return CheckIn.objects.filter(user_id=user_id, deleted_at=None)


def of_day(user_id: int, day: date) -> list[CheckIn]:
    """The check-ins of a day with their tags, in the order of time."""
    rows = check_ins(user_id).filter(local_day=day)
    return list(rows.order_by("at", "created_at").prefetch_related("tags"))


@dataclass(frozen=True, slots=True)
class Felt:
    """The moods of a day: their mean, and from how many check-ins it is."""

    mean: float
    count: int

    @property
    def nearest(self) -> int:
        """The mood whose colour stands for the mean; halves go up."""
        return int(self.mean + 0.5)


def felt(user_id: int, days: Iterable[date]) -> dict[date, Felt]:
    """What was felt on some days, in one query; a day without a check-in is left out."""
    rows = (
        check_ins(user_id)
        .filter(local_day__in=list(days))
        .values("local_day")
        .annotate(mean=Avg("mood"), count=Count("pk"))
        .order_by()
    )
    return {row["local_day"]: Felt(float(row["mean"]), row["count"]) for row in rows}
