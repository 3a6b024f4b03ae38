"""A year in pixels: twelve months of days, each with its number or mark in it."""

from __future__ import annotations

from calendar import MONDAY
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from emotionweb.expressions import described_labels
from emotionweb.journal.history import days as days_module
from emotionweb.journal.history import table, words
from emotionweb.journal.history.days import HistoryDay, ModelChange
from emotionweb.journal.moods import moods

#: Signs of a difference: nothing is told by colour alone. The minus is as wide as the plus.
APART_SIGNS = {-2: "−−", -1: "−", 0: "=", 1: "+", 2: "++"}
LONGEST_MONTH = 31


class View(StrEnum):
    """What the pixels show."""

    FELT = "felt"
    SHOWN = "shown"
    DIFFERENCE = "difference"


class Pixel(NamedTuple):
    """One day as it is drawn.

    Attributes:
        kind: "mood", "expression", "apart", "unknown" (something is there, but not this),
            "hidden", "later" (still to come) or "" (nothing).
        value: Of its kind: 1..5, name of an expression, -2..2.
        sign: Stands in the pixel.
        faint: Whether too little was observed to say much.
        turn: Whether a new model saw the faces from this day on; of felt it says nothing.
        tip: All of it in words.
    """

    day: date
    monday: bool
    url: str
    kind: str
    value: str
    sign: str
    faint: bool
    turn: bool
    tip: str


class Month(NamedTuple):
    """A row (on a phone a column) of pixels."""

    first: date
    pixels: Sequence[Pixel]

    @property
    def blanks(self) -> range:
        """Places of the days that this month does not have."""
        return range(LONGEST_MONTH - len(self.pixels))


class LegendEntry(NamedTuple):
    """One thing that a pixel can say."""

    kind: str
    value: str
    sign: str
    title: str
    days: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year as its page shows it.

    Attributes:
        days: Those with something in them that is not hidden, in the order of time.
        previous: The year before, if anything is in it or before it.
        next: Likewise, not later than today.
    """

    number: int
    view: View
    months: Sequence[Month]
    legend: Sequence[LegendEntry]
    days: Sequence[HistoryDay]
    model_changes: Sequence[ModelChange]
    previous: int | None
    next: int | None

    @property
    def rows(self) -> list[table.Row]:
        """The days as a table."""
        return table.rows(self.days)

    @property
    def felt_days(self) -> int:
        return sum(one.felt is not None for one in self.days)

    @property
    def shown_days(self) -> int:
        return sum(one.shown is not None for one in self.days)

    @property
    def difference_days(self) -> int:
        return sum(one.difference is not None for one in self.days)

    @property
    def observed_s(self) -> float:
        return sum(one.shown.summary.seconds for one in self.days if one.shown is not None)


def year(user_id: int, number: int, view: View, today: date) -> Year:
    """Make the page of a year.

    Args:
        user_id: Whose.
        number: The year.
        view: What the pixels show.
        today: Of the person; later days are not yet there.
    """
    first, last = date(number, 1, 1), date(number, 12, 31)
    apart = view is View.DIFFERENCE
    found = days_module.load(user_id, first, last, with_differences=apart)
    bounds = days_module.bounds(user_id)
    pixels = [_pixel(day, found.get(day), view, today) for day in _every_day(first, last)]
    return Year(
        number=number,
        view=view,
        months=[
            Month(date(number, month, 1), [one for one in pixels if one.day.month == month])
            for month in range(1, 13)
        ],
        legend=_legend(view, pixels),
        days=[one for one in found.values() if not one.hidden],
        model_changes=days_module.model_changes(found.values()),
        previous=number - 1 if bounds and bounds[0].year < number else None,
        next=number + 1 if number < today.year else None,
    )


def _every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _pixel(day: date, found: HistoryDay | None, view: View, today: date) -> Pixel:
    kind, value, sign, faint = _face(found, view)
    return Pixel(
        day=day,
        monday=day.weekday() == MONDAY,
        url=reverse("journal:day", args=[day]) if found else "",
        kind="later" if day > today and found is None else kind,
        value=value,
        sign=sign,
        faint=faint,
        turn=view is not View.FELT and bool(found and found.shown and found.shown.new_models),
        tip=words.tip(day, found, with_difference=view is View.DIFFERENCE),
    )


def _face(found: HistoryDay | None, view: View) -> tuple[str, str, str, bool]:
    """What a pixel shows: kind, value, sign, and whether it is faint."""
    if found is None:
        return "", "", "", False
    if found.hidden:
        return "hidden", "", "", False
    if view is View.FELT and found.felt is not None:
        mood = str(found.felt.nearest)
        return "mood", mood, mood, False
    if view is View.SHOWN and found.shown is not None:
        part = found.shown.stood_out
        if part is not None:
            return "expression", part.name, part.mark, not found.shown.enough
        return "expression", "unsure", "?", True
    if view is View.DIFFERENCE and found.difference is not None:
        step = found.difference.step
        return "apart", str(step), APART_SIGNS[step], False
    return "unknown", "", "", False


def _legend(view: View, pixels: Sequence[Pixel]) -> list[LegendEntry]:
    """What the pixels of this view can say, and how many days say it."""
    counts = Counter((one.kind, one.value) for one in pixels)
    entries: list[tuple[str, str, str, str]] = []
    if view is View.FELT:
        entries = [("mood", str(m.number), str(m.number), m.title) for m in moods()]
        missing = pgettext("pixel", "camera, but no check-in")
    elif view is View.SHOWN:
        entries = [("expression", one["name"], one["mark"], one["title"]) for one in labels()]
        missing = pgettext("pixel", "no camera that day")
    else:
        entries = [
            ("apart", str(step), sign, words.apart_words(step))
            for step, sign in APART_SIGNS.items()
        ]
        missing = pgettext("pixel", "not enough to compare")
    entries += [("unknown", "", "", missing), ("hidden", "", "", _("hidden by you"))]
    legend = [LegendEntry(*entry, counts[entry[0], entry[1]]) for entry in entries]
    # Of the expressions only those that are there: nine of them are a lot to read.
    return [one for one in legend if one.kind not in {"expression", "hidden"} or one.days]


def labels() -> list[dict[str, str]]:
    """The eight expressions, and what is left where none is sure."""
    return [*described_labels(), {"name": "unsure", "mark": "?", "title": _("nothing sure")}]
