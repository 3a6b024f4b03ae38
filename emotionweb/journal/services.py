"""Rules of the journal: observations come in, days are computed from them.

Everything that changes a person's observations holds the lock on the person, so a day that is
being recomputed cannot miss what another process is adding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, F, Max, Min, QuerySet, Sum
from django.utils.translation import gettext as _

from emotionweb.journal import sources
from emotionweb.journal.days import local_day
from emotionweb.journal.drafts import ObservationDraft
from emotionweb.journal.models import DailyEmotionLog, Observation
from emotionweb.journal.sources import source_kind
from emotionweb.journal.summaries import DayDetail, DaySummary, SourceSummary, mix
from inference.labels import LABELS

# === Recording ===


def lock_person(user_id: int) -> bool:
    """Let nobody else change this person's observations until the transaction ends.

    Returns:
        ``False`` where there is no such person (any more).
    """
    # no_key: rows that only point at the person can still be added meanwhile.
    people = get_user_model()._default_manager.select_for_update(no_key=True)
    return bool(list(people.filter(pk=user_id).values_list("pk")))


@transaction.atomic
def add_observations(
    user_id: int,
    drafts: Iterable[ObservationDraft],
    *,
    kind: str,
    source_id: UUID,
    timezone: str,
    day_start_hour: int,
) -> None:
    """Store observations and bring their days up to date.

    Adding the same drafts again changes nothing, so a writer that does not know whether its
    last attempt arrived simply repeats it. A sealed day takes no more.

    Args:
        user_id: Whose they are; of somebody who is gone nothing is kept.
        drafts: In any order.
        kind: Registered kind of the source.
        source_id: Of the source.
        timezone: IANA name of the zone the person was in.
        day_start_hour: 0..23, of the person at that time.
    """
    if not lock_person(user_id):
        return
    rows = [
        Observation(
            user_id=user_id,
            source_kind=kind,
            source_id=source_id,
            start=draft.start,
            end=draft.end,
            seconds=draft.seconds,
            unsure_seconds=draft.unsure_seconds,
            model_version=draft.model_version,
            calibration=draft.calibration,
            timezone=timezone,
            day_start_hour=day_start_hour,
            local_day=local_day(draft.start, timezone, day_start_hour),
            **dict(zip(LABELS, draft.means, strict=True)),
        )
        for draft in drafts
    ]
    days = {row.local_day for row in rows}
    sealed = set(_logs(user_id).filter(day__in=days, sealed=True).values_list("day", flat=True))
    rows = [row for row in rows if row.local_day not in sealed]
    Observation.objects.bulk_create(rows, ignore_conflicts=True)
    for day in days - sealed:
        _recompute(user_id, day)


@transaction.atomic
def remove_source(user_id: int, kind: str, source_id: UUID) -> None:
    """Remove what one source of this person added and recompute the days it touched."""
    if not lock_person(user_id):
        return
    rows = Observation.objects.filter(user_id=user_id, source_kind=kind, source_id=source_id)
    days = set(rows.values_list("local_day", flat=True))
    rows.delete()
    for day in days:
        _recompute(user_id, day)


@transaction.atomic
def recompute_day(user_id: int, day: date) -> DailyEmotionLog | None:
    """Compute the log of a day from its observations.

    Returns:
        The log, or ``None`` where the day has no observations (left).
    """
    lock_person(user_id)
    return _recompute(user_id, day)


@transaction.atomic
def erase_observations(user_id: int, first: date, last: date) -> int:
    """Remove what the camera saw on the days from the first to the last, also of sealed ones.

    Returns:
        How many days there were.
    """
    lock_person(user_id)
    sources.forget_days(user_id, first, last)
    Observation.objects.filter(user_id=user_id, local_day__range=(first, last)).delete()
    return _logs(user_id).filter(day__range=(first, last)).delete()[0]


@transaction.atomic
def seal(user_id: int, before: date) -> int:
    """Keep only the sum of each day before this one: its observations go, its log stays.

    Returns:
        How many observations went.
    """
    lock_person(user_id)
    _logs(user_id).filter(day__lt=before, sealed=False).update(sealed=True)
    return Observation.objects.filter(user_id=user_id, local_day__lt=before).delete()[0]


def _logs(user_id: int) -> QuerySet[DailyEmotionLog]:
    return DailyEmotionLog.objects.filter(user_id=user_id)


def _recompute(user_id: int, day: date) -> DailyEmotionLog | None:
    known = _logs(user_id).filter(day=day, sealed=True).first()
    if known is not None:
        return known
    rows = Observation.objects.filter(user_id=user_id, local_day=day)
    last = rows.order_by("-start").first()
    if last is None:
        DailyEmotionLog.objects.filter(user_id=user_id, day=day).delete()
        return None
    sums = rows.aggregate(first_at=Min("start"), last_at=Max("end"), **_sums())
    versions = _names(rows, "model_version")
    calibrations = [name for name in _names(rows, "calibration") if name]
    log, _created = DailyEmotionLog.objects.update_or_create(
        user_id=user_id,
        day=day,
        defaults={
            "seconds": sums["seconds_sum"],
            "unsure_seconds": sums["unsure_sum"],
            **dict(zip(LABELS, _means(sums), strict=True)),
            "model_versions": versions,
            "calibrations": calibrations,
            "timezone": last.timezone,
            "first_at": sums["first_at"],
            "last_at": sums["last_at"],
        },
    )
    return log


def _names(rows: QuerySet[Observation], field: str) -> list[str]:
    return list(rows.order_by(field).values_list(field, flat=True).distinct())


def _sums() -> dict[str, Any]:
    weighted = {f"{name}_sum": Sum(F(name) * F("seconds")) for name in LABELS}
    return {"seconds_sum": Sum("seconds"), "unsure_sum": Sum("unsure_seconds"), **weighted}


def _means(sums: dict[str, Any]) -> tuple[float, ...]:
    seconds = sums["seconds_sum"]
    return tuple(sums[f"{name}_sum"] / seconds if seconds > 0.0 else 0.0 for name in LABELS)


# === Reading ===


def days(user_id: int) -> QuerySet[DailyEmotionLog]:
    """The days of a person on which the camera saw something, newest first."""
    return DailyEmotionLog.objects.filter(user_id=user_id).order_by("-day")


def summarise_days(logs: Sequence[DailyEmotionLog]) -> list[DaySummary]:
    """Logs of one person as pages show them; one query however many there are."""
    if not logs:
        return []
    counted = (
        Observation.objects.filter(user_id=logs[0].user_id, local_day__in=[log.day for log in logs])
        .values("local_day")
        .annotate(sessions=Count("source_id", distinct=True))
    )
    sessions = {row["local_day"]: row["sessions"] for row in counted}
    return [
        DaySummary(
            day=log.day,
            timezone=log.timezone,
            seconds=log.seconds,
            unsure_seconds=log.unsure_seconds,
            first_at=log.first_at,
            last_at=log.last_at,
            sessions=sessions.get(log.day, 0),
            mix=mix(log.seconds, log.means),
        )
        for log in logs
    ]


def day_detail(user_id: int, day: date) -> DayDetail | None:
    """A day with its sources, or ``None`` where the person has nothing on that day."""
    log = DailyEmotionLog.objects.filter(user_id=user_id, day=day).first()
    if log is None:
        return None
    return DayDetail(log=summarise_days([log])[0], sources=_sources(user_id, day))


def source_summary(user_id: int, kind: str, source_id: UUID) -> SourceSummary | None:
    """One source of this person over all its days, or ``None`` where it added nothing."""
    rows = Observation.objects.filter(user_id=user_id, source_kind=kind, source_id=source_id)
    found = _summarise(rows)
    return found[0] if found else None


def _sources(user_id: int, day: date) -> list[SourceSummary]:
    return _summarise(Observation.objects.filter(user_id=user_id, local_day=day))


def _summarise(rows: QuerySet[Observation]) -> list[SourceSummary]:
    groups = (
        rows.values("source_kind", "source_id")
        .annotate(first=Min("start"), last=Max("start"), until=Max("end"), **_sums())
        .order_by("first")
    )
    grouped: list[dict[str, Any]] = [{**group} for group in groups]
    lasts = {
        (row.source_kind, row.source_id): row
        for row in rows.filter(start__in=[group["last"] for group in grouped]).order_by("start")
    }
    return [_source(group, lasts[group["source_kind"], group["source_id"]]) for group in grouped]


def _source(group: dict[str, Any], last: Observation) -> SourceSummary:
    kind = source_kind(last.source_kind)
    return SourceSummary(
        kind=last.source_kind,
        id=last.source_id,
        title=str(kind.title) if kind else _("Recording"),
        delete_url=kind.delete_url(last.source_id) if kind else "",
        start=group["first"],
        end=group["until"],
        timezone=last.timezone,
        seconds=group["seconds_sum"],
        unsure_seconds=group["unsure_sum"],
        mix=mix(group["seconds_sum"], _means(group)),
        page_url=kind.page_url(last.source_id) if kind and kind.page_url else "",
    )
