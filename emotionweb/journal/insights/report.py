"""All comparisons of the page of insights, from a table of days; no words and no database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from emotionweb.journal.insights import bootstrap as boot
from emotionweb.journal.insights.bootstrap import ENOUGH_DAYS, Bootstrap, Effect
from emotionweb.journal.insights.table import DayTable, shown_within_model
from emotionweb.journal.shown_index import mid_ranks

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: How many of the days on which shown and felt part most are named.
PARTING_DAYS = 3
#: Ranks that differ by less than this do not part.
APART = 0.5


class About(StrEnum):
    """What two groups of days differ in."""

    TAG = "tag"
    WEEKDAY = "weekday"
    PART = "part"
    TRACKER = "tracker"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question and, where there are enough days, its answer.

    Attributes:
        about: What the days differ in.
        key: Id of the tag or tracker, number of the weekday or of the part of the day.
        shown: Whether shown is compared, not felt.
        days: Days on the first side that have a value.
        others: Likewise on the second.
        effect: ``None`` where there are too few.
        stands_out: Among all comparisons of the page, at the false discovery rate.
        seconds: Observed on the days of both sides, where shown is compared.
    """

    about: About
    key: int
    shown: bool
    days: int
    others: int
    effect: Effect | None
    stands_out: bool = False
    seconds: float = 0.0

    @property
    def least(self) -> int:
        """Days of the smaller side: "6 of 10"."""
        return min(self.days, self.others)


@dataclass(frozen=True, slots=True)
class Parting:
    """A day on which shown and felt lie far apart in the person's own ranks, 0..1."""

    row: int
    felt_rank: float
    shown_rank: float


@dataclass(frozen=True, slots=True)
class Report:
    """What a range of days says.

    Attributes:
        comparisons: All of them.
        felt_days: Days with a check-in.
        shown_days: Days with enough observed.
        shown_seconds: Observed on those.
        both_days: Days with both.
        partings: Days on which the two part most, the farthest first.
        better: Row of a better day, ``None`` without enough days or where all are alike.
        harder: Row of a harder one.
        block_days: Length of the stretches of the bootstrap.
    """

    comparisons: list[Comparison]
    felt_days: int
    shown_days: int
    shown_seconds: float
    both_days: int
    partings: list[Parting] = field(default_factory=list)
    better: int | None = None
    harder: int | None = None
    block_days: int = boot.WEEK

    def about(self, about: About, *, shown: bool = False) -> list[Comparison]:
        """The comparisons of one kind."""
        return [one for one in self.comparisons if one.about == about and one.shown == shown]

    @property
    def standing_out(self) -> list[Comparison]:
        """What stands out from chance."""
        return [one for one in self.comparisons if one.stands_out]


def report(table: DayTable, unnamed: Collection[int] = ()) -> Report:
    """Work everything out; the same days always give the same numbers.

    Args:
        table: The days.
        unnamed: Rows of days that count but are not named by themselves.
    """
    bootstrap = Bootstrap(max(table.days, 1))
    shown = shown_within_model(table)
    comparisons = [
        *_tags(bootstrap, table, table.felt),
        *_tags(bootstrap, table, shown, seconds=table.seconds),
        *_weekdays(bootstrap, table),
        *_parts(bootstrap, table),
        *_trackers(bootstrap, table),
        *_agreement(bootstrap, table, shown),
    ]
    seen = np.isfinite(shown)
    nameable = ~np.isin(np.arange(table.days), list(unnamed))
    better, harder = _two_days(table, nameable)
    return Report(
        comparisons=_named(comparisons),
        felt_days=int(np.isfinite(table.felt).sum()),
        shown_days=int(seen.sum()),
        shown_seconds=float(table.seconds[seen].sum()),
        both_days=int((seen & np.isfinite(table.felt)).sum()),
        partings=_partings(table, shown, nameable),
        better=better,
        harder=harder,
        block_days=bootstrap.block,
    )


def _tags(
    bootstrap: Bootstrap, table: DayTable, values: Floats, seconds: Floats | None = None
) -> list[Comparison]:
    """Days with a tag against days with a check-in and without it."""
    values = np.where(np.isfinite(table.felt), values, np.nan)
    there = np.isfinite(values)
    effects = boot.differences(bootstrap, values, table.tagged)
    days = (table.tagged & there[:, None]).sum(axis=0)
    observed = 0.0 if seconds is None else float(seconds[there].sum())
    return [
        Comparison(
            About.TAG,
            key,
            seconds is not None,
            int(days[at]),
            int(there.sum() - days[at]),
            effects[at],
            seconds=observed,
        )
        for at, key in enumerate(table.tag_ids)
        if seconds is None or days[at]
    ]


def _weekdays(bootstrap: Bootstrap, table: DayTable) -> list[Comparison]:
    sides = table.weekdays[:, None] == np.arange(7)
    effects = boot.differences(bootstrap, table.felt, sides)
    known = np.isfinite(table.felt)
    return [
        Comparison(
            About.WEEKDAY,
            day,
            False,
            int((sides[:, day] & known).sum()),
            int((~sides[:, day] & known).sum()),
            effects[day],
        )
        for day in range(7)
    ]


def _parts(bootstrap: Bootstrap, table: DayTable) -> list[Comparison]:
    """Check-ins in a part of the day against the check-ins at other times, by day."""
    inside, rest = table.part_felt, table.part_rest
    effects = boot.two_sides(bootstrap, inside, rest)
    days, others = np.isfinite(inside).sum(axis=0), np.isfinite(rest).sum(axis=0)
    return [
        Comparison(About.PART, part, False, int(days[part]), int(others[part]), effects[part])
        for part in range(inside.shape[1])
    ]


def _trackers(bootstrap: Bootstrap, table: DayTable) -> list[Comparison]:
    found = []
    for at, key in enumerate(table.tracker_ids):
        values = table.tracked[:, at]
        days, others = boot.sides_of_middle(values, table.felt)
        effect = boot.rank_correlation(bootstrap, values, table.felt)
        found.append(Comparison(About.TRACKER, key, False, days, others, effect))
    return found


def _agreement(bootstrap: Bootstrap, table: DayTable, shown: Floats) -> list[Comparison]:
    days, others = boot.sides_of_middle(shown, table.felt)
    if not days + others:
        return []
    both = np.isfinite(shown) & np.isfinite(table.felt)
    effect = boot.rank_correlation(bootstrap, shown, table.felt)
    seconds = float(table.seconds[both].sum())
    return [Comparison(About.AGREEMENT, 0, True, days, others, effect, seconds=seconds)]


def _named(comparisons: list[Comparison]) -> list[Comparison]:
    """Say of each whether it stands out among all of them."""
    tested = [at for at, one in enumerate(comparisons) if one.effect is not None]
    named = boot.discoveries([one.effect.p for one in comparisons if one.effect is not None])
    found = list(comparisons)
    for at, stands_out in zip(tested, named, strict=True):
        found[at] = replace(found[at], stands_out=stands_out)
    return found


def _partings(table: DayTable, shown: Floats, nameable: Bools) -> list[Parting]:
    both = np.flatnonzero(np.isfinite(shown) & np.isfinite(table.felt))
    if len(both) < 2 * ENOUGH_DAYS:
        return []
    felt = mid_ranks(table.felt[both], table.felt[both])
    seen = mid_ranks(shown[both], shown[both])
    apart = np.where(nameable[both], np.abs(seen - felt), 0.0)
    farthest = np.argsort(-apart, kind="stable")[:PARTING_DAYS]
    return [
        Parting(int(both[at]), float(felt[at]), float(seen[at]))
        for at in farthest
        if apart[at] >= APART
    ]


def _two_days(table: DayTable, nameable: Bools) -> tuple[int | None, int | None]:
    """The best and the hardest day; among equals the one with most to tell, then the newest."""
    known = np.flatnonzero(np.isfinite(table.felt) & nameable)
    if len(known) < ENOUGH_DAYS:
        return None, None
    felt = table.felt[known]
    if felt.max() - felt.min() < 1.0:
        return None, None
    told = table.tagged[known].sum(axis=1) + np.isfinite(table.tracked[known]).sum(axis=1)
    told = told + 2 * (table.check_ins[known] > 1) + np.isfinite(table.shown[known])
    better = np.lexsort((known, told, felt))[-1]
    harder = np.lexsort((known, told, -felt))[-1]
    return int(known[better]), int(known[harder])
