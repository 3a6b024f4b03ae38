"""Where observations come from, told by the apps that make them.

The journal lists and deletes sources without knowing the apps behind them: each registers its
kind in its ``AppConfig.ready``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    """

    kind: str
    title: _StrPromise | str
    delete_url: Callable[[UUID], str]


_kinds: dict[str, SourceKind] = {}


def register(source: SourceKind) -> None:
    """Make a kind known to the journal; the last registration of a kind holds."""
    _kinds[source.kind] = source


def source_kind(kind: str) -> SourceKind | None:
    """The registered kind, or ``None``: the app that made the rows may be gone."""
    return _kinds.get(kind)
