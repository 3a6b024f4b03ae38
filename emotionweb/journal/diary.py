"""The days of the journal: what was shown and what was felt, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from emotionweb.journal import checkins, services
from emotionweb.journal.checkins import Felt
from emotionweb.journal.models import CheckIn, HiddenDay
from emotionweb.journal.summaries import DaySummary, SourceSummary


@dataclass(frozen=True, slots=True)
class DiaryDay:
    """One day with something in it.

    Attributes:
        shown: What the camera saw; ``None`` on a day without it, which is not a neutral day.
        felt: What the person said; ``None`` where they said nothing.
    """

    day: date
    shown: DaySummary | None
    felt: Felt | None


@dataclass(frozen=True, slots=True)
class DiaryPage:
    """A day with everything in it, in the order of time."""

    day: date
    shown: DaySummary | None
    sources: Sequence[SourceSummary]
    check_ins: Sequence[CheckIn]


def dates(user_id: int) -> QuerySet[Any, date]:
    """The days on which something was shown or felt, newest first, each once; not the hidden."""
    hidden = HiddenDay.objects.filter(user_id=user_id).values("day")
    shown = services.days(user_id).exclude(day__in=hidden).order_by()
    felt = checkins.check_ins(user_id).exclude(local_day__in=hidden).order_by()
    days = shown.values_list("day", flat=True)
    return days.union(felt.values_list("local_day", flat=True)).order_by("-day")


def has(user_id: int, day: date) -> bool:
    """Whether the person has anything on a day."""
    return (
        services.days(user_id).filter(day=day).exists()
        or checkins.check_ins(user_id).filter(local_day=day).exists()
    )


def summarise(user_id: int, days: Sequence[date]) -> list[DiaryDay]:
    """Days as lists show them; three queries however many there are."""
    logs = services.days(user_id).filter(day__in=days)
    shown = {log.day: log for log in services.summarise_days(list(logs))}
    felt = checkins.felt(user_id, days)
    return [DiaryDay(day, shown.get(day), felt.get(day)) for day in days]


def page(user_id: int, day: date) -> DiaryPage | None:
    """One day, or ``None`` where the person has nothing on that day."""
    detail = services.day_detail(user_id, day)
    said = checkins.of_day(user_id, day)
    if detail is None and not said:
        return None
    return DiaryPage(
        day=day,
        shown=detail.log if detail else None,
        sources=detail.sources if detail else (),
        check_ins=said,
    )
