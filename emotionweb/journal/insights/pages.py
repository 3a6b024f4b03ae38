"""What the page of insights shows, brought together for its template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.utils.translation import gettext as _

from emotionweb.accounts.models import User
from emotionweb.journal import hidden
from emotionweb.journal import tags as tag_rules
from emotionweb.journal.days import local_day
from emotionweb.journal.insights import rows, trackers, words
from emotionweb.journal.insights.bootstrap import ENOUGH_DAYS
from emotionweb.journal.insights.report import About, Comparison, Report, report
from emotionweb.journal.insights.rows import Range
from emotionweb.journal.insights.table import DayTable
from emotionweb.journal.insights.words import Row, Words

#: A section names this many of what has too few days yet; the others are counted.
MISSING_NAMED = 8
#: So many sentences come first; the others stand in their sections.
MOST_FINDINGS = 6


@dataclass(frozen=True, slots=True)
class Section:
    """Comparisons of one kind.

    Attributes:
        rows: Shown at once.
        others: Where nothing stands out, shown on request; of tags only, which may be many.
        missing: Those that need more days.
    """

    id: str
    title: str
    rows: list[Row]
    others: list[Row]
    missing: list[Row]
    more_missing: int = 0
    correlation: bool = False
    shown: bool = False


@dataclass(frozen=True, slots=True)
class ToldDay:
    """A day with its sentence."""

    day: date
    sentence: str


@dataclass(frozen=True, slots=True)
class Hour:
    """Mean mood of one hour of the day."""

    hour: int
    mean: str
    days: int
    width: str


@dataclass(frozen=True, slots=True)
class InsightsPage:
    """Everything on the page.

    Attributes:
        standing_out: The sentences that come first, the clearest one first.
        needed: Days with a check-in that are missing until anything can be compared.
    """

    first: date
    last: date
    report: Report
    standing_out: list[Row]
    more_standing_out: int
    sections: list[Section]
    hours: list[Hour]
    told: list[ToldDay]
    partings: list[ToldDay]
    needed: int


def insights_page(user: User, wanted: Range, now: datetime) -> InsightsPage:
    """Work out the page; a fixed number of queries."""
    today = local_day(now, user.timezone, user.day_start_hour)
    first = rows.first_day(user.pk, wanted, today)
    own_tags, own_trackers = list(tag_rules.tags(user.pk)), list(trackers.trackers(user.pk))
    table = rows.read(user.pk, first, today, own_tags, own_trackers)
    unnamed = {(day - first).days for day in hidden.between(user.pk, first, today)}
    found = report(table, unnamed)
    say = Words({tag.pk: tag for tag in own_tags}, {one.pk: one for one in own_trackers})
    clearest = _clearest_first(found.standing_out)
    return InsightsPage(
        first=first,
        last=today,
        report=found,
        standing_out=[say.row(one) for one in clearest[:MOST_FINDINGS]],
        more_standing_out=max(0, len(clearest) - MOST_FINDINGS),
        sections=_sections(found, say),
        hours=_hours(table),
        told=_two_days(found, table, say),
        partings=[ToldDay(table.day(one.row), say.parting(table, one)) for one in found.partings],
        needed=max(0, 2 * ENOUGH_DAYS - found.felt_days),
    )


def went_with_better_days(user: User, now: datetime, most: int = 3) -> list[Row]:
    """What this person's own data of a year say went with better days, for a notice."""
    today = local_day(now, user.timezone, user.day_start_hour)
    first = today - timedelta(days=int(Range.YEAR) - 1)
    own_tags = [tag for tag in tag_rules.tags(user.pk) if not tag.archived]
    table = rows.read(user.pk, first, today, own_tags, [])
    better = [
        one
        for one in report(table).about(About.TAG)
        if one.stands_out and one.effect is not None and one.effect.value > 0
    ]
    say = Words({tag.pk: tag for tag in own_tags}, {})
    return [say.row(one) for one in _clearest_first(better)[:most]]


def _clearest_first(comparisons: list[Comparison]) -> list[Comparison]:
    """By size over uncertainty: points and correlations have no common scale."""

    def clearness(one: Comparison) -> float:
        assert one.effect is not None
        return abs(one.effect.value) / max(one.effect.high - one.effect.low, 1e-9)

    return sorted(comparisons, key=clearness, reverse=True)


def _sections(found: Report, say: Words) -> list[Section]:
    kinds = (
        ("tags", _("With tags and without"), About.TAG, False),
        ("weekdays", _("Weekdays"), About.WEEKDAY, False),
        ("times", _("Times of day"), About.PART, False),
        ("numbers", _("Numbers you track"), About.TRACKER, False),
        ("agreement", _("Shown and felt"), About.AGREEMENT, True),
        ("shown", _("How the face looked, with tags and without"), About.TAG, True),
    )
    sections = [
        _section(id_, title, found.about(about, shown=shown), say)
        for id_, title, about, shown in kinds
    ]
    return [one for one in sections if one.rows or one.others or one.missing]


def _section(id_: str, title: str, comparisons: list[Comparison], say: Words) -> Section:
    rows_ = say.rows(comparisons)
    known, others = [row for row in rows_ if not row.missing], []
    if comparisons and comparisons[0].about == About.TAG:
        known.sort(key=_value, reverse=True)
        others = [row for row in known if not row.comparison.stands_out]
        known = [row for row in known if row.comparison.stands_out]
    missing = sorted((row for row in rows_ if row.missing), key=lambda row: -row.comparison.least)
    return Section(
        id=id_,
        title=title,
        rows=known,
        others=others,
        missing=missing[:MISSING_NAMED],
        more_missing=max(0, len(missing) - MISSING_NAMED),
        correlation=id_ in {"numbers", "agreement"},
        shown=id_ in {"agreement", "shown"},
    )


def _value(row: Row) -> float:
    return row.comparison.effect.value if row.comparison.effect is not None else 0.0


def _hours(table: DayTable) -> list[Hour]:
    """Hours with a check-in on enough days."""
    return [
        Hour(
            hour=hour,
            mean=words.mood(float(table.hour_felt[hour])),
            days=int(table.hour_days[hour]),
            width=f"{(float(table.hour_felt[hour]) - 1) * 25:.2f}%",
        )
        for hour in np.flatnonzero(table.hour_days >= ENOUGH_DAYS).tolist()
    ]


def _two_days(found: Report, table: DayTable, say: Words) -> list[ToldDay]:
    pairs = ((found.better, True), (found.harder, False))
    return [
        ToldDay(table.day(row), say.day(table, row, better=better))
        for row, better in pairs
        if row is not None
    ]
