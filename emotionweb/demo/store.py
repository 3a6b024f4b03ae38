"""The made-up person as an account, by the same services as everybody's."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext

from emotionweb.accounts import services as accounts
from emotionweb.accounts.models import Consent, User
from emotionweb.demo import life
from emotionweb.journal import checkins, services, tags
from emotionweb.journal.checkins import CheckInDraft
from emotionweb.journal.days import local_day
from emotionweb.journal.drafts import ObservationDraft
from emotionweb.journal.insights import trackers
from emotionweb.journal.models import Observation, Tag, Tracker
from emotionweb.live.models import LiveSession
from emotionweb.live.services import SOURCE_KIND

#: No mail can ever go there: ".invalid" is kept free for this (RFC 2606).
ADDRESS = "demo@emotionweb.invalid"
NAME = "Demo"
MADE_UP = "made-up-"
DAY_START = 4
DAYS_AT_ONCE = 5


class NotTheDemoError(Exception):
    """There is an account of this address that was not made here."""


def is_demo(email: str) -> bool:
    """Whether the account of this address is the made-up one."""
    return email == ADDRESS


def existing() -> User | None:
    """The demo account, if it was made.

    Raises:
        NotTheDemoError: Where the address belongs to an account in which something is not made
            up, or nothing is.
    """
    user = User.objects.filter(email=ADDRESS).first()
    if user is None:
        return None
    seen = Observation.objects.filter(user=user)
    made_up = seen.filter(model_version__startswith=MADE_UP)
    if not made_up.exists() or seen.count() != made_up.count() or user.is_staff:
        raise NotTheDemoError
    return user


def make(*, password: str, timezone: str, language: str, now: datetime, days: int = 365) -> User:
    """Make the account and its days; the last of them is today.

    A few days at a time: on SQLite one transaction for all would keep a running site from
    writing. If it is broken off, what there is stays the demo account, and can be made again.

    Args:
        password: To log in with.
        timezone: IANA name of the zone the person lives in.
        language: "en", "zh-hans", or "" for that of the browser. Notes are in both in any case.
        now: Nothing lies after it.
        days: How many.
    """
    lived = list(life.year(local_day(now, timezone, DAY_START), timezone, now, days))
    # The first days with the account: one without anything made up would not be known as ours.
    with transaction.atomic():
        user = User.objects.create_user(
            ADDRESS,
            password,
            name=NAME,
            timezone=timezone,
            language=language,
            day_start_hour=DAY_START,
        )
        accounts.give_consent(user, Consent.Kind.CAMERA)
        own_tags = _tags(user, language)
        with translation.override(language or "en"):
            sleep = trackers.add(user.pk, gettext("Sleep"), gettext("h"))
        first = next((number for number, day in enumerate(lived, 1) if day.seen), len(lived))
        _live(user, lived[:first], own_tags, sleep)
    for start in range(first, len(lived), DAYS_AT_ONCE):
        with transaction.atomic():
            _live(user, lived[start : start + DAYS_AT_ONCE], own_tags, sleep)
    return user


def _live(user: User, days: Sequence[life.Day], own_tags: dict[str, Tag], sleep: Tracker) -> None:
    for day in days:
        for said in day.said:
            _check_in(user, said, own_tags)
        for seen in day.seen:
            _record(user, seen)
        if day.slept_h is not None:
            trackers.set_values(user.pk, day.day, {sleep.pk: day.slept_h})


@transaction.atomic
def remove(user: User) -> None:
    """Remove the demo account with everything in it."""
    accounts.delete_account(user)


def _tags(user: User, language: str) -> dict[str, Tag]:
    """The starter tags by their English names; the person sees them in their language."""
    with translation.override(language or "en"):
        tags.add_starters(user.pk)
    with translation.override("en"):
        names = [str(starter.name) for starter in tags.STARTERS]
    return dict(zip(names, tags.tags(user.pk), strict=True))


def _check_in(user: User, said: life.Said, own_tags: dict[str, Tag]) -> None:
    traveller = copy.copy(user)  # where the person was then; the profile stays
    traveller.timezone = said.timezone
    draft = CheckInDraft(
        mood=said.mood,
        at=said.at,
        energy=said.energy,
        pleasantness=said.pleasantness,
        note=said.note,
        tags=[own_tags[name].pk for name in said.tags],
    )
    checkins.check_in(traveller, draft, now=said.at + timedelta(minutes=1))


def _record(user: User, seen: life.Seen) -> None:
    end = seen.start + timedelta(seconds=10 * len(seen.windows))
    session = LiveSession.objects.create(
        user=user,
        started_at=seen.start,
        last_seen_at=end,
        held_since=seen.start,
        ended_at=end,
        end_reason=LiveSession.EndReason.STOPPED,
        timezone=seen.timezone,
        day_start_hour=user.day_start_hour,
        model_version=seen.model_version,
        frames=100 * len(seen.windows),
    )
    drafts = [
        ObservationDraft(
            start=seen.start + timedelta(seconds=10 * number),
            end=seen.start + timedelta(seconds=10 * (number + 1)),
            seconds=10.0 - unsure,
            unsure_seconds=unsure,
            means=means,
            model_version=seen.model_version,
        )
        for number, (means, unsure) in enumerate(seen.windows)
    ]
    services.add_observations(
        user.pk,
        drafts,
        kind=SOURCE_KIND,
        source_id=session.pk,
        timezone=seen.timezone,
        day_start_hour=user.day_start_hour,
    )
