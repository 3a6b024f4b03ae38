"""From the rows of a table to check-ins: first as a plan, then for good."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from emotionweb.accounts.models import User
from emotionweb.journal.checkins import CLOCK_TOLERANCE
from emotionweb.journal.days import local_day
from emotionweb.journal.models import CheckIn, Tag
from emotionweb.journal.models.checkins import HIGHEST, LOWEST, NOTE_LENGTH, TAG_LENGTH, tag_key
from emotionweb.journal.services import lock_person
from emotionweb.journal.tags import MOST_TAGS
from emotionweb.journal.walltimes import NoSuchTimeError, instant
from emotionweb.privacy.models import ImportBatch
from emotionweb.privacy.tabular.mapping import (
    NOON,
    Columns,
    parse_date,
    parse_time,
    parse_time_beside_date,
)
from emotionweb.privacy.tabular.sheet import Sheet

#: Of the ids: the same row for the same person is the same check-in.
_NAMESPACE = uuid.UUID("0b9a3a86-8b9c-4f0a-9d63-6f8f3f0f6f11")
_BETWEEN_TAGS = re.compile(r"\s*[|;,、，]\s*")
KEPT_PROBLEMS = 50
CHUNK_ROWS = 500


@dataclass(frozen=True, slots=True)
class Planned:
    """A check-in that a row becomes."""

    id: uuid.UUID
    at: datetime
    mood: int
    energy: int | None
    note: str
    tags: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """What a table becomes.

    Attributes:
        new: Not here yet, in the order of the table.
        here: How many are here already.
        problems: Rows that cannot be read, in words; the first of them.
        bad: How many those are.
    """

    new: list[Planned] = field(default_factory=list)
    here: int = 0
    problems: list[str] = field(default_factory=list)
    bad: int = 0


class RowError(ValueError):
    """A row that cannot be read; says why in a sentence for the person."""


def make(user: User, sheet: Sheet, columns: Columns, now: datetime) -> Plan:
    """Say what a table becomes, and change nothing.

    Times are of the person's zone. A row without a time is at noon.
    """
    plan, planned = Plan(), {}
    for number, row in enumerate(sheet.rows, 2):
        try:
            one = _planned(user, dict(zip(sheet.header, row, strict=True)), columns, now)
        except RowError as error:
            plan.bad += 1
            if len(plan.problems) < KEPT_PROBLEMS:
                said = _("Line %(number)d: %(why)s")
                plan.problems.append(said % {"number": number, "why": error})
            continue
        planned[one.id] = one
    here = set()
    ids = list(planned)
    for start in range(0, len(ids), CHUNK_ROWS):
        some = CheckIn.objects.filter(user=user, pk__in=ids[start : start + CHUNK_ROWS])
        here |= set(some.values_list("pk", flat=True))
    plan.here = len(here)
    plan.new = [one for pk, one in planned.items() if pk not in here]
    return plan


def take_in(user: User, plan: Plan, now: datetime) -> ImportBatch:
    """Store what is new, in one go.

    Raises:
        RowError: The person has too many tags for those of the table.
    """
    with transaction.atomic():
        lock_person(user.pk)
        tags, made = _tags(user, (name for one in plan.new for name in one.tags))
        rows = [_row(user, one, now) for one in plan.new]
        CheckIn.objects.bulk_create(rows, batch_size=CHUNK_ROWS)
        through = CheckIn.tags.through
        pairs = {(one.id, tags[tag_key(name)].pk) for one in plan.new for name in one.tags}
        through._default_manager.bulk_create(
            [through(checkin_id=check_in, tag_id=tag) for check_in, tag in pairs],
            batch_size=CHUNK_ROWS,
        )
        return ImportBatch.objects.create(
            user=user,
            at=now,
            kind=ImportBatch.Kind.TABLE,
            made={"tags": made, "check_ins": [str(one.id) for one in plan.new]},
        )


def _planned(user: User, row: dict[str, str], columns: Columns, now: datetime) -> Planned:
    day = parse_date(row[columns.date], columns.order)
    if day is None:
        raise RowError(_("There is no date in “%(cell)s”.") % {"cell": row[columns.date][:40]})
    if columns.time:
        clock = parse_time(row[columns.time])
    else:
        clock = parse_time_beside_date(row[columns.date])
    wall = datetime.combine(day, clock or NOON)
    try:
        at = instant(wall, user.timezone, fold=0)
    except (NoSuchTimeError, OverflowError):
        # The hour that summer time leaves out: another program knew another zone.
        at = wall.replace(tzinfo=UTC)
    if at > now + CLOCK_TOLERANCE:
        raise RowError(_("It lies in the future."))
    word = row[columns.mood]
    mood = columns.moods.get(word)
    if mood is None or not LOWEST <= mood <= HIGHEST:
        raise RowError(_("It is not said what the mood “%(word)s” is.") % {"word": word[:40]})
    note = _note(row, columns)
    said = f"{user.pk} {at.isoformat()} {word} {note}"
    return Planned(
        id=uuid.uuid5(_NAMESPACE, said),
        at=at,
        mood=mood,
        energy=_energy(row[columns.energy]) if columns.energy else None,
        note=note,
        tags=_tag_names(row[columns.tags]) if columns.tags else (),
    )


def _note(row: dict[str, str], columns: Columns) -> str:
    title = row[columns.title] if columns.title else ""
    text = row[columns.note] if columns.note else ""
    # Daylio writes its line breaks as HTML.
    text = re.sub(r"<br\s*/?>", "\n", text)
    note = "\n\n".join(filter(None, [f"**{title}**" if title else "", text]))
    if len(note) > NOTE_LENGTH:
        raise RowError(_("The note is too long."))
    return note


def _energy(cell: str) -> int | None:
    try:
        value = round(float(cell.replace(",", ".")))
    except ValueError:
        return None
    return value if LOWEST <= value <= HIGHEST else None


def _tag_names(cell: str) -> tuple[str, ...]:
    names = {tag_key(name): name[:TAG_LENGTH] for name in _BETWEEN_TAGS.split(cell) if name.strip()}
    return tuple(names.values())


def _tags(user: User, names: Iterable[str]) -> tuple[dict[str, Tag], list[int]]:
    """The person's tags by key, and the ids of those that are made for it."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(tag_key(name), name)  # spelt as it was first
    tags = {tag.key: tag for tag in Tag.objects.filter(user=user)}
    missing = [name for key, name in wanted.items() if key not in tags]
    if len(tags) + len(missing) > MOST_TAGS:
        raise RowError(
            _("The table has too many different tags: at most %(most)d fit. Nothing was changed.")
            % {"most": MOST_TAGS}
        )
    last = max((tag.order for tag in tags.values()), default=0)
    made = []
    for order, name in enumerate(missing, last + 1):
        tag = Tag.objects.create(user=user, name=name, order=order)
        tags[tag.key] = tag
        made.append(tag.pk)
    return tags, made


def _row(user: User, one: Planned, now: datetime) -> CheckIn:
    return CheckIn(
        id=one.id,
        user=user,
        at=one.at,
        timezone=user.timezone,
        day_start_hour=user.day_start_hour,
        local_day=local_day(one.at, user.timezone, user.day_start_hour),
        mood=one.mood,
        energy=one.energy,
        note=one.note,
        created_at=now,
        updated_at=now,
    )


def preview(plan: Plan, count: int = 10) -> Sequence[Planned]:
    """The first of what is new."""
    return plan.new[:count]
