"""What the journal keeps about a person; see ``emotionweb.privacy.holdings``."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from emotionweb.accounts.models import User
from emotionweb.journal import services
from emotionweb.journal.models import (
    CheckIn,
    DailyEmotionLog,
    HiddenDay,
    Notice,
    NoticeSettings,
    Observation,
    Tag,
    Tracker,
    TrackerValue,
)
from emotionweb.privacy.holdings import Holding, register


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
            order=20,
        )
    )
    register(
        Holding(
            key="check_ins",
            title=_("Check-ins with their notes"),
            models=(CheckIn,),
            count=lambda user: CheckIn.objects.filter(user=user, deleted_at=None).count(),
            erase=_erase_check_ins,
            order=10,
        )
    )
    register(
        Holding(
            key="tags",
            title=_("Tags"),
            models=(Tag,),
            count=lambda user: Tag.objects.filter(user=user).count(),
            order=11,
        )
    )
    register(
        Holding(
            key="trackers",
            title=_("Values of tracked numbers"),
            models=(Tracker, TrackerValue),
            count=lambda user: TrackerValue.objects.filter(tracker__user=user).count(),
            erase=_erase_values,
            order=12,
        )
    )
    register(
        Holding(
            key="notices",
            title=_("Notices of lower days"),
            models=(Notice, NoticeSettings),
            count=lambda user: Notice.objects.filter(user=user).count(),
            erase=_erase_notices,
            order=13,
        )
    )
    register(
        Holding(
            key="hidden_days",
            title=_("Hidden days"),
            models=(HiddenDay,),
            count=lambda user: HiddenDay.objects.filter(user=user).count(),
            order=14,
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
