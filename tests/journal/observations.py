"""Observations for tests."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from emotionweb.accounts.models import User
from emotionweb.journal import services
from emotionweb.journal.drafts import ObservationDraft
from inference.labels import LABELS


def means(**shares: float) -> tuple[float, ...]:
    """Eight means; the rest goes to neutral."""
    return (1.0 - sum(shares.values()), *(shares.get(name, 0.0) for name in LABELS[1:]))


def draft(
    start: datetime,
    seconds: float = 10.0,
    unsure_seconds: float = 0.0,
    model_version: str = "m-1",
    end: datetime | None = None,
    **shares: float,
) -> ObservationDraft:
    """Ten seconds, happy by 0.8 unless it is said otherwise; never out of sight without an end."""
    return ObservationDraft(
        start=start,
        end=end or start + timedelta(seconds=seconds + unsure_seconds),
        seconds=seconds,
        unsure_seconds=unsure_seconds,
        means=means(**(shares or {"happiness": 0.8})),
        model_version=model_version,
    )


def observe(
    user: User,
    drafts: Iterable[ObservationDraft],
    source_id: UUID | None = None,
    timezone: str = "UTC",
    day_start_hour: int = 0,
) -> UUID:
    """Hand drafts to the journal; returns the id of their source."""
    source_id = source_id or uuid4()
    services.add_observations(
        user.pk,
        drafts,
        kind="live",
        source_id=source_id,
        timezone=timezone,
        day_start_hour=day_start_hour,
    )
    return source_id
