"""What the journal keeps about a person; see ``emotionweb.privacy.holdings``."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from emotionweb.accounts.models import User
from emotionweb.journal import photos, services
from emotionweb.journal.models import (
    CheckIn,
    DailyEmotionLog,
    HiddenDay,
    Notice,
    NoticeSettings,
    Observation,
    Reminder,
    ReminderSettings,
    Tag,
    Tracker,
    TrackerValue,
)
from emotionweb.privacy.holdings import Holding, register
from emotionweb.privacy.tables import StoredFile, Table


def register_holdings() -> None:
    """Tell the privacy pages what there is."""
    register(
        Holding(
            key="observations",
            title=_("Days on which the camera saw something"),
            models=(Observation, DailyEmotionLog),
            count=lambda user: DailyEmotionLog.objects.filter(user=user).count(),
            erase=lambda user, first, last: services.erase_observations(user.pk, first, last),
            retain=lambda user, before: services.seal(user.pk, before),
            kept_words=_("The sum of each day stays; what it was made of goes."),
            order=50,
            tables=(
                Table(
                    name="observations",
                    model=Observation,
                    rows=lambda user: Observation.objects.filter(user=user),
                    identity=("source_kind", "source_id", "start"),
                    points_to={"source_id": "sources"},
                ),
                Table(
                    name="daily_logs",
                    model=DailyEmotionLog,
                    rows=lambda user: DailyEmotionLog.objects.filter(user=user),
                    identity=("day",),
                    # The others are worked out from the observations.
                    wanted=lambda row: bool(row.get("sealed")),
                    why_not=_("worked out anew"),
                ),
            ),
        )
    )
    register(
        Holding(
            key="check_ins",
            title=_("Check-ins with their notes and photos"),
            models=(CheckIn,),
            count=lambda user: CheckIn.objects.filter(user=user, deleted_at=None).count(),
            erase=_erase_check_ins,
            order=12,
            tables=(
                Table(
                    name="check_ins",
                    model=CheckIn,
                    rows=lambda user: CheckIn.objects.filter(user=user, deleted_at=None),
                    left_out=frozenset({"note_search", "deleted_at"}),
                    points_to={"session": "sources"},
                    file=StoredFile("photo", photos.relative_path, needed=False),
                ),
            ),
        )
    )
    register(
        Holding(
            key="tags",
            title=_("Tags"),
            models=(Tag,),
            count=lambda user: Tag.objects.filter(user=user).count(),
            order=11,
            tables=(
                Table(
                    name="tags",
                    model=Tag,
                    rows=lambda user: Tag.objects.filter(user=user),
                    identity=("key",),
                ),
            ),
        )
    )
    register(
        Holding(
            key="trackers",
            title=_("Values of tracked numbers"),
            models=(Tracker, TrackerValue),
            count=lambda user: TrackerValue.objects.filter(tracker__user=user).count(),
            erase=_erase_values,
            order=13,
            tables=(
                Table(
                    name="trackers",
                    model=Tracker,
                    rows=lambda user: Tracker.objects.filter(user=user),
                    identity=("key",),
                ),
                Table(
                    name="tracker_values",
                    model=TrackerValue,
                    rows=lambda user: TrackerValue.objects.filter(tracker__user=user),
                    identity=("tracker_id", "local_day"),
                ),
            ),
        )
    )
    register(
        Holding(
            key="notices",
            title=_("Notices of lower days"),
            models=(Notice, NoticeSettings),
            count=lambda user: Notice.objects.filter(user=user).count(),
            erase=_erase_notices,
            order=14,
            tables=(
                Table(
                    name="notices",
                    model=Notice,
                    rows=lambda user: Notice.objects.filter(user=user),
                    identity=("until_day",),
                ),
                Table(
                    name="notice_settings",
                    model=NoticeSettings,
                    rows=lambda user: NoticeSettings.objects.filter(user=user),
                    identity=("user_id",),
                ),
            ),
        )
    )
    register(
        Holding(
            key="hidden_days",
            title=_("Hidden days"),
            models=(HiddenDay,),
            count=lambda user: HiddenDay.objects.filter(user=user).count(),
            order=15,
            tables=(
                Table(
                    name="hidden_days",
                    model=HiddenDay,
                    rows=lambda user: HiddenDay.objects.filter(user=user),
                    identity=("day",),
                ),
            ),
        )
    )
    register(
        Holding(
            key="reminders",
            title=_("Reminders"),
            models=(Reminder, ReminderSettings),
            count=lambda user: Reminder.objects.filter(user=user).count(),
            order=16,
            tables=(
                Table(
                    name="reminders",
                    model=Reminder,
                    rows=lambda user: Reminder.objects.filter(user=user),
                    identity=("time",),
                ),
                Table(
                    name="reminder_settings",
                    model=ReminderSettings,
                    rows=lambda user: ReminderSettings.objects.filter(user=user),
                    identity=("user_id",),
                ),
            ),
        )
    )


@transaction.atomic
def _erase_check_ins(user: User, first: date, last: date) -> int:
    # With those that were deleted and could still be brought back.
    services.lock_person(user.pk)
    rows = CheckIn.objects.filter(user=user, local_day__range=(first, last))
    return rows.delete()[1].get(CheckIn._meta.label, 0)


def _erase_values(user: User, first: date, last: date) -> int:
    rows = TrackerValue.objects.filter(tracker__user=user, local_day__range=(first, last))
    return rows.delete()[0]


def _erase_notices(user: User, first: date, last: date) -> int:
    return Notice.objects.filter(user=user, until_day__range=(first, last)).delete()[0]
