"""Finding a day again: by words of a note, tags, moods and a range of days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from django.db.models import QuerySet

from emotionweb.journal import checkins, services
from emotionweb.journal.models import CheckIn, HiddenDay
from emotionweb.journal.search_text import Piece, excerpt, search_terms


class Kind(StrEnum):
    """What is looked for."""

    SAID = "said"
    NOTE = "note"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class Query:
    """What a person looks for; everything that is set must hold.

    Attributes:
        words: Parts of the note; what stands in quotation marks is one part.
        kind: Check-ins, only those with a note, or days with the camera. Of these words, tags and
            moods say nothing.
        moods: Any of them.
        tags: Ids; all of them must be on the check-in.
        first: First day of the range.
        last: Last day of the range.
    """

    words: str = ""
    kind: Kind = Kind.SAID
    moods: Collection[int] = ()
    tags: Collection[int] = ()
    first: date | None = None
    last: date | None = None


class Hit(NamedTuple):
    """A check-in that was found, with the piece of its note around the words."""

    check_in: CheckIn
    pieces: Sequence[Piece]


def said(user_id: int, query: Query) -> QuerySet[CheckIn]:
    """The check-ins that a query finds, newest first."""
    rows = checkins.check_ins(user_id)
    if query.kind is Kind.NOTE:
        rows = rows.exclude(note_search="")
    terms = search_terms(query.words)
    if query.words.strip() and not terms:
        return rows.none()  # signs that nothing is left of are in no note
    for term in terms:
        rows = rows.filter(note_search__contains=term)
    if query.moods:
        rows = rows.filter(mood__in=query.moods)
    for tag in query.tags:
        links = CheckIn.tags.through.objects.filter(tag_id=tag, tag__user_id=user_id)
        rows = rows.filter(pk__in=links.values("checkin_id"))
    return _within(user_id, rows, "local_day", query).order_by("-at", "-created_at")


def shown(user_id: int, query: Query) -> QuerySet[Any, date]:
    """The days with the camera within the range of a query, newest first."""
    return _within(user_id, services.days(user_id), "day", query).values_list("day", flat=True)


def hits(rows: Sequence[CheckIn], query: Query) -> list[Hit]:
    """Cut the notes of some check-ins around what was looked for."""
    terms = search_terms(query.words)
    return [Hit(row, excerpt(row.note, terms)) for row in rows]


def _within(user_id: int, rows: QuerySet[Any, Any], field: str, query: Query) -> QuerySet[Any, Any]:
    """Those of some rows in the range; hidden days are not met by chance."""
    unseen = HiddenDay.objects.filter(user_id=user_id).values("day")
    rows = rows.exclude(**{f"{field}__in": unseen})
    if query.first is not None:
        rows = rows.filter(**{f"{field}__gte": query.first})
    if query.last is not None:
        rows = rows.filter(**{f"{field}__lte": query.last})
    return rows
