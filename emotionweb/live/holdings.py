"""What the live page keeps about a person; see ``emotionweb.privacy.holdings``."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from emotionweb.accounts.models import User
from emotionweb.journal.days import local_day
from emotionweb.live import services
from emotionweb.live.models import LiveSession, PersonalBaseline
from emotionweb.privacy.holdings import Holding, register
from emotionweb.privacy.tables import Table


def register_holdings() -> None:
    """Tell the privacy pages what there is."""
    register(
        Holding(
            key="sessions",
            title=_("Camera sessions (when and how long)"),
            models=(LiveSession,),
            count=lambda user: LiveSession.objects.filter(user=user).count(),
            erase=_erase,
            kept_words=_("They go with all that they recorded."),
            order=21,
            tables=(
                Table(
                    name="sessions",
                    model=LiveSession,
                    rows=lambda user: LiveSession.objects.filter(user=user).exclude(ended_at=None),
                ),
            ),
        )
    )
    register(
        Holding(
            key="baseline",
            title=_("Your resting face, as eight numbers"),
            models=(PersonalBaseline,),
            count=lambda user: PersonalBaseline.objects.filter(user=user).count(),
            order=22,
            tables=(
                Table(
                    name="baseline",
                    model=PersonalBaseline,
                    rows=lambda user: PersonalBaseline.objects.filter(user=user),
                    identity=("user_id",),
                ),
            ),
        )
    )


def _erase(user: User, first: date, last: date) -> int:
    """Delete the sessions that ended on these days; one that still runs has not ended."""
    sessions = LiveSession.objects.filter(user=user).exclude(ended_at=None)
    ended = [
        session.pk
        for session in sessions.only("last_seen_at", "timezone", "day_start_hour").iterator()
        if first
        <= local_day(session.last_seen_at, session.timezone, session.day_start_hour)
        <= last
    ]
    return sum(services.delete_session(user.pk, session_id) for session_id in ended)
