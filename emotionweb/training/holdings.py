"""What training keeps about a person; see ``emotionweb.privacy.holdings``."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from emotionweb.accounts.models import User
from emotionweb.journal.days import local_day
from emotionweb.privacy.holdings import Holding, register
from emotionweb.privacy.tables import Table
from emotionweb.training import given
from emotionweb.training.models import GivenCrop


def register_holdings() -> None:
    """Tell the privacy pages what there is."""
    register(
        Holding(
            key="given",
            title=_("Faces given to training"),
            models=(GivenCrop,),
            count=lambda user: given.count(user.pk),
            erase=_erase,
            order=40,
            tables=(
                Table(
                    name="given",
                    model=GivenCrop,
                    rows=lambda user: GivenCrop.objects.filter(user=user),
                    restored=False,
                    why_not=_("a face is given to training by the person, not by a file"),
                ),
            ),
        )
    )


def _erase(user: User, first: date, last: date) -> int:
    came = GivenCrop.objects.filter(user=user).values_list("pk", "created_at")
    ids = [
        pk for pk, at in came if first <= local_day(at, user.timezone, user.day_start_hour) <= last
    ]
    return GivenCrop.objects.filter(user=user, pk__in=ids).delete()[0]
