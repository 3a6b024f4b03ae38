"""How the five moods are called. The colours stand in ``static/css/tokens.css``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

TITLES: Mapping[int, _StrPromise] = MappingProxyType(
    {
        1: pgettext_lazy("felt …", "very bad"),
        2: pgettext_lazy("felt …", "bad"),
        3: pgettext_lazy("felt …", "so-so"),
        4: pgettext_lazy("felt …", "good"),
        5: pgettext_lazy("felt …", "very good"),
    }
)


class Mood(NamedTuple):
    """One of the five marks: the number that stands in it, and its word."""

    number: int
    title: str


def moods() -> list[Mood]:
    """The five marks in the active language, lowest first."""
    return [Mood(number, str(title)) for number, title in TITLES.items()]


def mood_title(number: int) -> str:
    """The word for a mood of 1..5 in the active language."""
    return str(TITLES[number])
