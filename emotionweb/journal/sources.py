"""Where observations come from, told by the apps that make them.

The journal lists and deletes sources without knowing the apps behind them: each registers its
kind in its ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class SourceKind:
    """One kind of source.

    Attributes:
        kind: As stored in ``Observation.source_kind``.
        title: What a person calls one of them, such as "Live session".
        delete_url: Address that deletes the source of this id by POST.
        page_url: Address of its own page, where there is one.
        corrected_days: The days of a person, from the first to the last given one, on which they
            corrected what such a source shows; charts mark them.
        forget_days: Takes back what would bring observations of these days of a person into being
            again, from the first to the last, because the person erases them.
    """

    kind: str
    title: _StrPromise | str
    delete_url: Callable[[UUID], str]
    page_url: Callable[[UUID], str] | None = None
    corrected_days: Callable[[int, date, date], Collection[date]] | None = None
    forget_days: Callable[[int, date, date], None] | None = None


_kinds: dict[str, SourceKind] = {}


def register(source: SourceKind) -> None:
    """Make a kind known to the journal; the last registration of a kind holds."""
    _kinds[source.kind] = source


def source_kind(kind: str) -> SourceKind | None:
    """The registered kind, or ``None``: the app that made the rows may be gone."""
    return _kinds.get(kind)


def corrected_days(user_id: int, first: date, last: date) -> set[date]:
    """The days on which the person corrected what was shown, as all kinds together know it."""
    asked = (kind.corrected_days for kind in _kinds.values() if kind.corrected_days)
    return {day for ask in asked for day in ask(user_id, first, last)}


def forget_days(user_id: int, first: date, last: date) -> None:
    """Tell all kinds that a person erases these days."""
    for kind in _kinds.values():
        if kind.forget_days:
            kind.forget_days(user_id, first, last)
