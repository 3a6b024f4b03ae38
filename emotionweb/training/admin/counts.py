"""Numbers of faces by expression, as rows that a template draws bars of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from emotionweb.expressions import MARKS, expression_title
from inference.labels import LABELS

#: The splits that data sets name, in the order of their bars.
SPLITS: Mapping[str, str | Promise] = {
    "Training": pgettext_lazy("part of a data set", "training"),
    "PublicTest": pgettext_lazy("part of a data set", "public test"),
    "PrivateTest": pgettext_lazy("part of a data set", "private test"),
    "": pgettext_lazy("part of a data set", "no part"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar; positions in per cent of its width, ready for attributes."""

    place: int
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One expression: its number in each split, in all, and the parts of its bar."""

    name: str
    title: str
    mark: str
    numbers: tuple[int, ...]
    total: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by expression and split."""

    splits: tuple[str, ...]
    bars: tuple[Bar, ...]
    totals: tuple[int, ...]
    total: int


def by_split(counts: Mapping[str, Mapping[str, int]]) -> Table:
    """Sort the counts of a report into rows of the eight expressions.

    Args:
        counts: split (``""``: none) -> expression (``""``: no label) -> faces.
    """
    splits = [s for s in SPLITS if s in counts] + [s for s in counts if s not in SPLITS]
    names = [*LABELS, *([""] if any("" in counts[s] for s in splits) else [])]
    rows = {name: tuple(int(counts[s].get(name, 0)) for s in splits) for name in names}
    most = max((sum(numbers) for numbers in rows.values()), default=0)
    totals = tuple(sum(numbers[i] for numbers in rows.values()) for i in range(len(splits)))
    return Table(
        splits=tuple(str(SPLITS.get(s, s)) for s in splits),
        bars=tuple(_bar(name, numbers, most) for name, numbers in rows.items()),
        totals=totals,
        total=sum(totals),
    )


def of_labels(counts: Mapping[str, int]) -> Table:
    """The same for counts without splits."""
    return by_split({"": counts})


def _bar(name: str, numbers: tuple[int, ...], most: int) -> Bar:
    parts, start = [], 0.0
    for place, number in enumerate(numbers):
        width = number / most if most else 0.0
        if number:
            parts.append(Part(place, f"{start:.2%}", f"{width:.2%}"))
        start += width
    title = expression_title(name) if name else str(_("no label"))
    return Bar(name or "unsure", title, MARKS.get(name, "?"), numbers, sum(numbers), tuple(parts))


def left_out(report: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Why rows or files were left out, in words, and how many of each; the most first."""
    by_reason: Mapping[str, int] = report.get("skipped_by_reason", {})
    rows = [(reason_title(reason), int(n)) for reason, n in by_reason.items()]
    return sorted(rows, key=lambda row: -row[1])


def reason_title(reason: str) -> str:
    """A reason of ``inference.data.report.Reason`` in words."""
    return str(REASONS.get(reason, reason))


REASONS: Mapping[str, str | Promise] = {
    "unreadable": _("not readable"),
    "unknown_class": _("of a class that is none of the eight expressions"),
    "unknown_split": _("of an unknown part"),
    "wrong_size": _("of a wrong size"),
    "bad_pixels": _("with pixels that are no gray levels from 0 to 255"),
    "missing_pixels": _("without pixels"),
    "duplicate": _("there already"),
    "climbing_path": _("with a path that leaves the archive"),
    "encrypted": _("encrypted"),
    "too_large": _("too large"),
    "link": _("a link to a folder"),
}
