"""How durations, times of day and mixes of expressions are said and drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django import template
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from emotionweb.accounts.timezones import zone
from emotionweb.expressions import expression_title
from inference.labels import Expression

if TYPE_CHECKING:
    from emotionweb.journal.summaries import DaySummary, MixPart, SourceSummary

register = template.Library()
register.filter(zone)

#: A segment needs this share of the bar to carry its mark.
MARKED_SHARE = 0.06
#: A narrower segment would be all edge.
DRAWN_SHARE = 0.004
#: Smaller shares would be slivers that nobody can read: together they are the "others".
NAMED_SHARE = 0.03
#: Above this share of the time an expression is what a day mostly looked like.
MOSTLY_SHARE = 0.5
#: From this share on an expression beside the one on top is worth a word.
AT_TIMES_SHARE = 0.15


@register.filter
def duration(seconds: float) -> str:
    """Say a number of seconds: "42 s", "31 min", "1 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return _("%(seconds)d s") % {"seconds": whole}
    minutes = round(whole / 60)
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    hours, minutes = divmod(minutes, 60)
    if minutes == 0:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


@register.filter
def listed(parts: Iterable[object]) -> str:
    """Say several things one after the other: "happy, sad"."""
    return pgettext("between the parts of a list", ", ").join(str(part) for part in parts)


def all_of(parts: Sequence[str]) -> str:
    """Say that all of some things were there: "a walk, music and friends"."""
    *others, last = parts
    if not others:
        return last
    both = pgettext("the last two of a list", "%(others)s and %(last)s")
    return both % {"others": listed(others), "last": last}


@register.filter
def percent(share: float) -> str:
    """Say a share of 0..1: "62 %"."""
    return _("%(percent)d %%") % {"percent": round(share * 100)}


def part_of_day(first: datetime, last: datetime, zone_name: str) -> str:
    """Say when something was observed: "all before noon", or from when to when.

    Args:
        first: Aware start of the first observation.
        last: Aware end of the last one.
        zone_name: IANA name of the person's zone at that time.
    """
    place = zone(zone_name)
    start, end = first.astimezone(place), last.astimezone(place)
    if start.date() == end.date():
        parts = (
            (0, 5, _("all at night")),
            (5, 12, _("all before noon")),
            (12, 18, _("all in the afternoon")),
            (18, 24, _("all in the evening")),
        )
        for begin, until, words in parts:
            if begin <= start.hour and end.hour < until:
                return words
    return _("between %(first)s and %(last)s") % {
        "first": time_format(start.time(), "H:i"),
        "last": time_format(end.time(), "H:i"),
    }


@register.simple_tag
def observed(day: DaySummary) -> str:
    """Say what stands beside every average: "Observed 31 min, all before noon"."""
    when = part_of_day(day.first_at, day.last_at, day.timezone)
    if day.seconds <= 0:
        return _("Nothing sure in %(time)s, %(when)s") % {
            "time": duration(day.unsure_seconds),
            "when": when,
        }
    return _("Observed %(time)s, %(when)s") % {"time": duration(day.seconds), "when": when}


@register.simple_tag
def sessions_count(count: int) -> str:
    """Say a number of sessions."""
    return ngettext("%(count)d session", "%(count)d sessions", count) % {"count": count}


@register.filter
def looked(mix: Sequence[MixPart]) -> str:
    """Say a mix in a few words: "Looked mostly neutral, at times angry", "Looked sad and afraid".

    Faces at rest look neutral, so that alone would say the same of nearly every day.
    """
    if not mix:
        return _("No sure answer")
    first, *others = mix
    if first.share >= MOSTLY_SHARE or not others:
        telling = next((part for part in others if part.name != Expression.NEUTRAL), None)
        if telling is None or telling.share < AT_TIMES_SHARE:
            return _("Looked mostly %(what)s") % {"what": first.title}
        return _("Looked mostly %(what)s, at times %(other)s") % {
            "what": first.title,
            "other": telling.title,
        }
    return _("Looked %(first)s and %(second)s") % {"first": first.title, "second": mix[1].title}


class Segment(NamedTuple):
    """One part of the stacked bar; positions in per cent of its width, ready for attributes."""

    name: str
    mark: str
    start: str
    width: str
    middle: str
    marked: bool


@register.inclusion_tag("_mix.html")
def mix_bar(summary: DaySummary | SourceSummary, *, named: int = 8) -> dict[str, Any]:
    """Draw the shares of a day or a session as one bar, the unsure time hatched at its end.

    Args:
        summary: Anything with ``mix``, ``seconds`` and ``unsure_seconds``.
        named: How many of the larger shares stand under the bar in words, at most.
    """
    total = summary.seconds + summary.unsure_seconds
    unsure = summary.unsure_seconds / total if total > 0 else 0.0
    parts = [part for part in summary.mix if part.share >= NAMED_SHARE]
    others = sum(part.share for part in summary.mix if part.share < NAMED_SHARE)
    segments, start = [], 0.0
    for part in parts:
        width = part.share * (1 - unsure)
        segments.append(_segment(part.name, part.mark, start, width))
        start += width
    rest = others * (1 - unsure)
    words = [f"{part.title} {percent(part.share)}" for part in parts]
    if others >= 0.005:
        words.append(_("others %(percent)s") % {"percent": percent(others)})
    if unsure >= 0.005:
        words.append(
            _("%(unsure)s %(percent)s of the time")
            % {"unsure": expression_title(None), "percent": percent(unsure)}
        )
    return {
        "segments": segments,
        "others": _segment("others", "…", start, rest) if rest >= DRAWN_SHARE else None,
        # Beside a legend that leaves out some of the larger ones it would seem to mean those.
        "others_share": others if others >= NAMED_SHARE and len(parts) <= named else None,
        "unsure": _segment("unsure", "?", 1 - unsure, unsure) if unsure > 0 else None,
        "unsure_share": unsure if unsure >= NAMED_SHARE else None,
        "named": parts[:named],
        "words": listed(words),
        "id": f"mix-{id(summary):x}",
    }


def _segment(name: str, mark: str, start: float, width: float) -> Segment:
    return Segment(
        name=name,
        mark=mark,
        start=f"{start:.2%}",
        width=f"{width:.2%}",
        middle=f"{start + width / 2:.2%}",
        marked=width >= MARKED_SHARE,
    )
