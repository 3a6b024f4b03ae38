"""Rules of tracked numbers: each person has their own, one value a day and number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from emotionweb.journal.models import Tracker, TrackerValue
from emotionweb.journal.models.checkins import TAG_LENGTH, tag_key
from emotionweb.journal.models.insights import LARGEST, UNIT_LENGTH
from emotionweb.journal.services import lock_person

#: More than anybody fills in of an evening.
MOST_TRACKERS = 20


class TrackerError(ValueError):
    """A number cannot be tracked as asked; says why in a sentence for the person."""


@dataclass(frozen=True, slots=True)
class OfDay:
    """A tracker with its value of one day, if there is one."""

    tracker: Tracker
    value: float | None


# === Reading ===


def trackers(user_id: int) -> QuerySet[Tracker]:
    """All trackers of a person in their own order."""
    return Tracker.objects.filter(user_id=user_id)


def counted(user_id: int) -> QuerySet[Tracker]:
    """All trackers with ``days``: on how many days each has a value."""
    return trackers(user_id).annotate(days=Count("values"))


def of_day(user_id: int, day: date) -> list[OfDay]:
    """The trackers to fill in on a day; those put away only where they have a value. One query."""
    rows = trackers(user_id).annotate(of_day=Max("values__value", filter=Q(values__local_day=day)))
    return [OfDay(row, row.of_day) for row in rows if not row.archived or row.of_day is not None]


# === Writing ===


@transaction.atomic
def add(user_id: int, name: str, unit: str = "") -> Tracker:
    """Make a tracker; one of that name that is there already is brought out of the archive.

    Raises:
        TrackerError: Where the name is empty or there are too many.
    """
    lock_person(user_id)
    name, unit = _cleaned(name), _cleaned_unit(unit)
    existing = trackers(user_id).filter(key=tag_key(name)).first()
    if existing is not None:
        if existing.archived:
            existing.archived = False
            existing.save()
        return existing
    if trackers(user_id).count() >= MOST_TRACKERS:
        raise TrackerError(
            _("There are %(number)d numbers already. Delete one first.") % {"number": MOST_TRACKERS}
        )
    last = trackers(user_id).aggregate(last=Max("order"))["last"]
    return Tracker.objects.create(
        user_id=user_id, name=name, unit=unit, order=0 if last is None else last + 1
    )


@transaction.atomic
def change(tracker: Tracker, name: str, unit: str) -> None:
    """Rename a tracker or give it another unit; its values stay as they are.

    Raises:
        TrackerError: Where the name is empty or another tracker of the person has it.
    """
    lock_person(tracker.user_id)
    name, unit = _cleaned(name), _cleaned_unit(unit)
    if trackers(tracker.user_id).filter(key=tag_key(name)).exclude(pk=tracker.pk).exists():
        raise TrackerError(_("You track another number of this name."))
    tracker.name, tracker.unit = name, unit
    tracker.save()


@transaction.atomic
def archive(tracker: Tracker, archived: bool) -> None:
    """Ask for a number no longer, or again; its values stay."""
    lock_person(tracker.user_id)
    Tracker.objects.filter(pk=tracker.pk).update(archived=archived)


@transaction.atomic
def delete(tracker: Tracker) -> None:
    """Remove a tracker with all its values."""
    lock_person(tracker.user_id)
    Tracker.objects.filter(pk=tracker.pk).delete()


@transaction.atomic
def move(tracker: Tracker, step: int) -> None:
    """Let a tracker change places with its neighbour: -1 up, +1 down."""
    lock_person(tracker.user_id)
    row = list(trackers(tracker.user_id).filter(archived=tracker.archived))
    place = row.index(tracker) + step
    if not 0 <= place < len(row):
        return
    row.remove(tracker)
    row.insert(place, tracker)
    for order, one in enumerate(row):
        Tracker.objects.filter(pk=one.pk).update(order=order)


@transaction.atomic
def set_values(user_id: int, day: date, values: Mapping[int, float | None]) -> None:
    """Store the numbers of a day; ``None`` takes one away, one that is not named stays.

    Args:
        user_id: Whose they are; trackers of others are left out.
        day: The person's own day.
        values: By id of the tracker.

    Raises:
        TrackerError: Where a number is none, or far too large.
    """
    lock_person(user_id)
    for value in values.values():
        if value is not None and not (math.isfinite(value) and abs(value) <= LARGEST):
            raise TrackerError(_("This number cannot be stored."))
    own = set(trackers(user_id).filter(pk__in=values).values_list("pk", flat=True))
    for pk in own:
        value = values[pk]
        if value is None:
            TrackerValue.objects.filter(tracker_id=pk, local_day=day).delete()
        else:
            TrackerValue.objects.update_or_create(
                tracker_id=pk, local_day=day, defaults={"value": value}
            )


def _cleaned(name: str) -> str:
    cleaned = " ".join(name.replace("\x00", "").split())
    if not cleaned:
        raise TrackerError(_("A number needs a name."))
    if len(cleaned) > TAG_LENGTH:
        raise TrackerError(
            _("The name of a number has at most %(number)d signs.") % {"number": TAG_LENGTH}
        )
    return cleaned


def _cleaned_unit(unit: str) -> str:
    cleaned = " ".join(unit.replace("\x00", "").split())
    if len(cleaned) > UNIT_LENGTH:
        raise TrackerError(_("A unit has at most %(number)d signs.") % {"number": UNIT_LENGTH})
    return cleaned
