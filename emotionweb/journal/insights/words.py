"""Comparisons as sentences. What goes together is said to have gone together, never to cause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from emotionweb.journal.insights.bootstrap import ENOUGH_DAYS, Effect
from emotionweb.journal.insights.report import About, Comparison, Parting
from emotionweb.journal.insights.sentences import PART_TITLES, SENTENCES
from emotionweb.journal.insights.table import DayTable
from emotionweb.journal.models import Tag, Tracker
from emotionweb.journal.shown_index import ENOUGH_SECONDS
from emotionweb.journal.summaries import mix
from emotionweb.templatetags.look import all_of, duration, looked


@dataclass(frozen=True, slots=True)
class Line:
    """Where an interval lies on the chart; per cent of its width, ready for attributes."""

    low: str
    width: str
    value: str


@dataclass(frozen=True, slots=True)
class Row:
    """A comparison as the page shows it.

    Attributes:
        sentence: First.
        method: Third: from how many days, and what it could be.
        missing: "Not enough days yet: 6 of 10", in the place of both.
        value: The size of the effect with its sign.
    """

    comparison: Comparison
    name: str
    tag: Tag | None
    sentence: str
    method: str
    missing: str
    value: str = ""
    low: str = ""
    high: str = ""
    mean: str = ""
    other: str = ""
    line: Line | None = None


class Words:
    """Says the comparisons of one person.

    Args:
        tags: The person's own, by id.
        trackers: Likewise.
    """

    def __init__(self, tags: Mapping[int, Tag], trackers: Mapping[int, Tracker]) -> None:
        self.tags, self.trackers = tags, trackers

    def rows(self, comparisons: list[Comparison]) -> list[Row]:
        """Rows of one kind on one scale."""
        ends = [
            max(abs(one.effect.low), abs(one.effect.high))
            for one in comparisons
            if one.effect is not None and not _is_correlation(one)
        ]
        # A correlation has a scale of its own.
        widest = max(ends, default=1.0) or 1.0
        return [self.row(one, widest) for one in comparisons]

    def row(self, one: Comparison, widest: float = 1.0) -> Row:
        """One comparison; ``widest`` is the end of the chart's scale."""
        name, effect = self.name(one), one.effect
        if effect is None:
            return Row(one, name, self._tag(one), "", "", not_enough(one.least))
        scale = 100.0 if one.shown and one.about == About.TAG else 1.0
        digits = 0 if scale > 1 else 2 if _is_correlation(one) else 1
        value, low, high = (
            signed(number * scale, digits) for number in (effect.value, effect.low, effect.high)
        )
        mean, other = (
            ("", "") if _is_correlation(one) else (mood(effect.mean), mood(effect.other_mean))
        )
        which = (0 if effect.value > 0 else 1) if one.stands_out else 2
        sentence = str(SENTENCES[one.about, one.shown][which]) % {
            "name": name,
            "mean": mean,
            "other": other,
            "points": value,
        }
        return Row(
            comparison=one,
            name=name,
            tag=self._tag(one),
            sentence=sentence,
            method=method(one, low, high),
            missing="",
            value=value,
            low=low,
            high=high,
            mean=mean,
            other=other,
            line=line(effect, widest),
        )

    def name(self, one: Comparison) -> str:
        """What the days of a comparison have in common."""
        match one.about:
            case About.TAG:
                return self.tags[one.key].name
            case About.TRACKER:
                return self.trackers[one.key].name
            case About.WEEKDAY:
                return str(WEEKDAYS[one.key])
            case About.PART:
                return str(PART_TITLES[one.key])
        return _("Shown and felt")

    def _tag(self, one: Comparison) -> Tag | None:
        return self.tags.get(one.key) if one.about == About.TAG else None

    # === Two days ===

    def day(self, table: DayTable, row: int, *, better: bool) -> str:
        """One day in one sentence, with nothing in it but what the person has of it."""
        when = date_format(table.day(row), _long_date())
        head = _("A better day was %(when)s") if better else _("A harder day was %(when)s")
        told = [felt_of(table, row)]
        names = [self.tags[key].name for key in np.array(table.tag_ids)[table.tagged[row]].tolist()]
        if names:
            told.append(_("with %(names)s") % {"names": all_of(names)})
        for at, key in enumerate(table.tracker_ids):
            if np.isfinite(table.tracked[row, at]):
                told.append(tracked(self.trackers[key], float(table.tracked[row, at])))
        if table.seconds[row] >= ENOUGH_SECONDS:
            told.append(shown_of(table, row))
        return _("%(head)s: %(told)s.") % {
            "head": head % {"when": when},
            "told": pgettext("between parts of a sentence", "; ").join(told),
        }

    def parting(self, table: DayTable, one: Parting) -> str:
        """A day on which shown and felt lie far apart."""
        happier = one.shown_rank > one.felt_rank
        said = (
            _("%(felt)s, and the face looked happier than on most days (%(observed)s).")
            if happier
            else _("%(felt)s, and the face looked less happy than on most days (%(observed)s).")
        )
        return said % {"felt": felt_of(table, one.row), "observed": observed(table, one.row)}


# === Parts of sentences ===


def _is_correlation(one: Comparison) -> bool:
    return one.about in {About.TRACKER, About.AGREEMENT}


def method(one: Comparison, low: str, high: str) -> str:
    """From how many days it is, and what it could be."""
    numbers = {"days": one.days, "others": one.others, "low": low, "high": high}
    if _is_correlation(one):
        said = _(
            "From %(all)d days; the rank correlation could be anything between %(low)s and "
            "%(high)s."
        ) % {**numbers, "all": one.days + one.others}
    elif one.about == About.TAG:
        said = _(
            "From %(days)d days with and %(others)d without; could be anything between %(low)s "
            "and %(high)s."
        ) % {**numbers}
    else:
        said = _(
            "From %(days)d days against %(others)d; could be anything between %(low)s and %(high)s."
        ) % {**numbers}
    if one.shown:
        said += " " + _("Observed %(time)s.") % {"time": duration(one.seconds)}
    return said


def not_enough(days: int) -> str:
    """Say how many of the days that are needed there are."""
    return _("Not enough days yet: %(days)d of %(needed)d.") % {
        "days": min(days, ENOUGH_DAYS),
        "needed": ENOUGH_DAYS,
    }


def signed(number: float, digits: int) -> str:
    """A number with its sign: "+0.5", "−0.3", "0.0"."""
    rounded = round(number, digits) + 0.0
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + number_format(abs(rounded), digits)


def mood(mean: float) -> str:
    """A mean mood: "3.7"."""
    return number_format(round(mean, 1), 1)


def felt_of(table: DayTable, row: int) -> str:
    """What was felt on a day and from how many check-ins that is."""
    count = int(table.check_ins[row])
    return ngettext(
        "felt %(mean)s of 5 from %(count)d check-in",
        "felt %(mean)s of 5 from %(count)d check-ins",
        count,
    ) % {"mean": mood(float(table.felt[row])), "count": count}


def observed(table: DayTable, row: int) -> str:
    """How long the camera was sure of something on a day."""
    return _("observed %(time)s") % {"time": duration(float(table.seconds[row]))}


def shown_of(table: DayTable, row: int) -> str:
    """What was shown on a day, with the time it was observed."""
    parts = mix(float(table.seconds[row]), table.shares[row].tolist())
    words = looked(parts)
    return _("%(looked)s (%(observed)s)") % {
        "looked": words[:1].lower() + words[1:],
        "observed": observed(table, row),
    }


def tracked(tracker: Tracker, value: float) -> str:
    """A tracked number with its unit: "Sleep 7.5 h"."""
    number = number_format(value, use_l10n=True) if value != int(value) else number_format(value, 0)
    return " ".join(filter(None, (tracker.name, number, tracker.unit)))


def line(effect: Effect, widest: float) -> Line:
    """Where an interval lies on a scale from ``-widest`` to ``widest``."""

    def at(number: float) -> float:
        return 50.0 + 48.0 * max(-1.0, min(1.0, number / widest))

    low, high = at(effect.low), at(effect.high)
    return Line(f"{low:.2f}%", f"{high - low:.2f}%", f"{at(effect.value):.2f}%")


def span(first: date, last: date) -> str:
    """A range of days."""
    short = pgettext("date format", "j F Y")
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, short),
        "last": date_format(last, short),
    }


def _long_date() -> str:
    return pgettext("date format", "l, j F Y")
