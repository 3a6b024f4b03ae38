"""How the eight expressions are named and marked for a person.

One place, so that the overlay, the bars, the journal and whatever comes later use the same
word and the same mark. The colours stand in ``static/css/tokens.css`` under the same names.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inference.labels import LABELS, Expression

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: What a face *looks*: adjectives, never the name of a feeling.
TITLES: Mapping[str, _StrPromise] = MappingProxyType(
    {
        Expression.NEUTRAL: pgettext_lazy("looks …", "neutral"),
        Expression.HAPPINESS: pgettext_lazy("looks …", "happy"),
        Expression.SURPRISE: pgettext_lazy("looks …", "surprised"),
        Expression.SADNESS: pgettext_lazy("looks …", "sad"),
        Expression.ANGER: pgettext_lazy("looks …", "angry"),
        Expression.DISGUST: pgettext_lazy("looks …", "disgusted"),
        Expression.FEAR: pgettext_lazy("looks …", "afraid"),
        Expression.CONTEMPT: pgettext_lazy("looks …", "contemptuous"),
    }
)

#: A sign beside the colour, so that nothing is told by colour alone.
MARKS: Mapping[str, str] = MappingProxyType(
    {
        Expression.NEUTRAL: "–",
        Expression.HAPPINESS: "▲",
        Expression.SURPRISE: "◇",
        Expression.SADNESS: "▼",
        Expression.ANGER: "■",
        Expression.DISGUST: "✕",
        Expression.FEAR: "≈",
        Expression.CONTEMPT: "◐",
    }
)

UNSURE_TITLE = _("unsure")
UNSURE_MARK = "?"


def expression_title(name: str | None) -> str:
    """Return the adjective of an expression in the active language; ``None`` is "unsure".

    Args:
        name: One of :data:`inference.labels.LABELS`, or ``None``.
    """
    return str(UNSURE_TITLE if name is None else TITLES[name])


def expression_mark(name: str | None) -> str:
    """Return the mark of an expression; ``None`` gets the mark of "unsure"."""
    return UNSURE_MARK if name is None else MARKS[name]


def described_labels() -> list[dict[str, str]]:
    """Return name, title and mark of every expression, in the order of every vector."""
    return [
        {"name": name, "title": expression_title(name), "mark": expression_mark(name)}
        for name in LABELS
    ]
