"""Rules of live sessions: who may hold one, how it goes on, and how it ends.

A person's sessions are only changed under the lock on the person, as their observations are.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.crypto import constant_time_compare

from emotionweb.accounts import lock
from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import has_consent
from emotionweb.journal import services as journal
from emotionweb.journal.days import local_day
from emotionweb.journal.drafts import ObservationDraft
from emotionweb.journal.models import Observation
from emotionweb.journal.summaries import SourceSummary
from emotionweb.live.models import LiveSession
from emotionweb.training import versions

SOURCE_KIND = "live"
#: How long a session waits for its socket to come back.
RESUME_WITHIN = timedelta(seconds=60)

EndReason = LiveSession.EndReason


def active_bundle_path() -> Path:
    """Folder of the model that answers; asks the database, so never on the event loop."""
    return versions.active_path()


# === Who may go on ===


class Access(Enum):
    """Whether a socket may go on, and why not."""

    GRANTED = auto()
    NOT_LOGGED_IN = auto()
    NO_CONSENT = auto()
    TAKEN_OVER = auto()
    SESSION_GONE = auto()
    UNKNOWN = auto()


def login_state(user_id: int, session_key: str) -> Access:
    """Say whether this login still holds and its person agrees to the camera."""
    user = User.objects.filter(pk=user_id).first()
    return Access.NOT_LOGGED_IN if user is None else _login_state(user, session_key)


def access_state(user_id: int, session_key: str, live_session_id: UUID, holder: str) -> Access:
    """Say whether a socket may go on: login, consent, and the session is still its own.

    Args:
        user_id: The person at the time of connecting.
        session_key: Of the login session that the socket was opened with.
        live_session_id: Of the session that the socket was given.
        holder: Token of the socket.
    """
    sessions = LiveSession.objects.filter(pk=live_session_id, ended_at=None)
    session = sessions.select_related("user").first()
    if session is None:
        access = login_state(user_id, session_key)
        return Access.SESSION_GONE if access is Access.GRANTED else access
    access = _login_state(session.user, session_key)
    if access is Access.GRANTED and session.holder != holder:
        return Access.TAKEN_OVER
    return access


def _login_state(user: User, session_key: str) -> Access:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    logged_in = store.get(SESSION_KEY) == str(user.pk) and _hash_holds(store, user)
    if not (user.is_active and logged_in) or lock.is_locked(user, store, time.time()):
        return Access.NOT_LOGGED_IN
    return Access.GRANTED if has_consent(user, Consent.Kind.CAMERA) else Access.NO_CONSENT


def _hash_holds(store: Any, user: User) -> bool:
    """Whether the login was made with the password of today."""
    stored = store.get(HASH_SESSION_KEY, "")
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(stored, known) for known in hashes)


# === Life of a session ===


@dataclass(frozen=True, slots=True)
class Opened:
    """A session for a socket.

    Attributes:
        resumed: It was begun by another socket.
        not_before: Nothing that the socket records may start earlier: until then it was another
            socket's to record.
    """

    session: LiveSession
    resumed: bool
    not_before: datetime


@transaction.atomic
def open_session(
    user_id: int, requested: UUID | None, holder: str, model_version: str, now: datetime
) -> Opened:
    """Give a socket the person's open session, or a new one.

    The open session goes on where the socket asks for it by its id after a lost connection, and
    where another socket still holds it: then this one takes it over. One whose socket is gone
    and that nobody asks for ends, as does one that was away for too long.

    Args:
        user_id: The person.
        requested: Id of the session to go on in; of somebody else's or an ended one nothing
            is learnt.
        holder: Token of the socket.
        model_version: That will answer.
        now: Time, aware.

    Raises:
        User.DoesNotExist: The account was deleted meanwhile.
    """
    journal.lock_person(user_id)
    user = User.objects.get(pk=user_id)
    session = LiveSession.objects.filter(user_id=user_id, ended_at=None).first()
    if session is not None and not _goes_on(session, requested, now):
        _end(LiveSession.objects.filter(pk=session.pk))
        session = None
    if session is None:
        return Opened(_create(user, holder, model_version, now), False, now)
    session.holder = holder
    session.held_since = session.last_seen_at = max(now, session.last_seen_at)
    session.end_reason = ""
    session.model_version = model_version
    session.save()
    last = _observations(session).order_by("-start").first()
    return Opened(session, True, max(last.end, session.held_since) if last else session.held_since)


def _create(user: User, holder: str, model_version: str, now: datetime) -> LiveSession:
    return LiveSession.objects.create(
        user=user,
        started_at=now,
        last_seen_at=now,
        held_since=now,
        holder=holder,
        timezone=user.timezone,
        day_start_hour=user.day_start_hour,
        model_version=model_version,
    )


def _goes_on(session: LiveSession, requested: UUID | None, now: datetime) -> bool:
    if now - session.last_seen_at > RESUME_WITHIN:
        return False
    return session.end_reason == "" or session.pk == requested


@transaction.atomic
def record(
    live_session_id: UUID,
    holder: str,
    drafts: Sequence[ObservationDraft],
    frames: int,
    now: datetime,
) -> None:
    """Store what a socket has seen, and that it is still there.

    What was seen after another socket took the session over is that socket's to record, so
    that two tabs never count a second twice. What was seen after the consent was withdrawn,
    before the socket heard of it, is not kept, and nothing is of a session that was deleted.

    Args:
        live_session_id: The session.
        holder: Token of the socket.
        drafts: May have been handed in before.
        frames: Analysed since the last call.
        now: Time, aware.
    """
    session = _locked(live_session_id)
    if session is None:
        return
    ends = [_withdrawn_at(session.user_id)]
    if session.holder == holder:
        session.last_seen_at = max(now, session.last_seen_at)
    else:
        ends.append(session.held_since)
    end = min((end for end in ends if end is not None), default=None)
    kept = [kept for draft in drafts if (kept := draft.cut(end) if end else draft)]
    session.frames = F("frames") + frames
    session.save(update_fields=["frames", "last_seen_at"])
    if kept:
        journal.add_observations(
            session.user_id,
            kept,
            kind=SOURCE_KIND,
            source_id=session.pk,
            timezone=session.timezone,
            day_start_hour=session.day_start_hour,
        )


@transaction.atomic
def close(live_session_id: UUID, holder: str, reason: EndReason, now: datetime) -> None:
    """End a session that this socket holds.

    After a lost connection it stays open for a while, see ``RESUME_WITHIN``.
    """
    session = _locked(live_session_id)
    if session is None or session.holder != holder or session.ended_at is not None:
        return
    session.last_seen_at = max(now, session.last_seen_at)
    session.end_reason = reason
    if reason is not EndReason.DISCONNECTED:
        session.ended_at = session.last_seen_at
    session.save(update_fields=["last_seen_at", "end_reason", "ended_at"])


def sweep(now: datetime) -> int:
    """End the open sessions whose socket has not been heard of for too long.

    Returns:
        How many ended; a second call finds none.
    """
    unheard = LiveSession.objects.filter(ended_at=None, last_seen_at__lt=now - RESUME_WITHIN)
    return sum(_sweep(unheard, user_id) for user_id in list(unheard.values_list("user", flat=True)))


@transaction.atomic
def _sweep(unheard: QuerySet[LiveSession], user_id: int) -> int:
    journal.lock_person(user_id)
    return _end(unheard.filter(user_id=user_id))  # unless it was heard of meanwhile


@transaction.atomic
def delete_session(user_id: int, live_session_id: UUID) -> bool:
    """Delete a session of this person with all it recorded, and recompute its days.

    Returns:
        ``False`` where the person has no such session.
    """
    journal.lock_person(user_id)
    session = LiveSession.objects.filter(user_id=user_id, pk=live_session_id).first()
    if session is None:
        return False
    journal.remove_source(user_id, SOURCE_KIND, session.pk)
    session.delete()
    return True


@dataclass(frozen=True, slots=True)
class Summary:
    """A session as the journal has it; ``seen`` is ``None`` where no face was."""

    session: LiveSession
    seen: SourceSummary | None

    @property
    def day(self) -> str:
        """ISO date of the day in the journal in which the session ended."""
        at = self.seen.end if self.seen else self.session.last_seen_at
        return local_day(at, self.session.timezone, self.session.day_start_hour).isoformat()


def summary(live_session_id: UUID) -> Summary | None:
    """What a session recorded, or ``None`` where it was deleted."""
    session = LiveSession.objects.filter(pk=live_session_id).first()
    if session is None:
        return None
    return Summary(session, journal.source_summary(session.user_id, SOURCE_KIND, session.pk))


def _locked(live_session_id: UUID) -> LiveSession | None:
    """The session, with its person locked; the person comes first everywhere."""
    sessions = LiveSession.objects.filter(pk=live_session_id)
    user_id = sessions.values_list("user_id", flat=True).first()
    if user_id is None or not journal.lock_person(user_id):
        return None
    return sessions.first()


def _end(sessions: QuerySet[LiveSession]) -> int:
    """End open sessions at the moment they were last seen; keeps a reason that is known."""
    sessions.filter(end_reason="").update(end_reason=EndReason.SWEPT)
    return sessions.filter(~Q(end_reason="")).update(ended_at=F("last_seen_at"))


def _withdrawn_at(user_id: int) -> datetime | None:
    """When the person took the consent to the camera back; ``None`` while it stands."""
    consents = Consent.objects.filter(user_id=user_id, kind=Consent.Kind.CAMERA)
    return consents.order_by("-given_at").values_list("withdrawn_at", flat=True).first()


def _observations(session: LiveSession) -> QuerySet[Observation]:
    return Observation.objects.filter(source_kind=SOURCE_KIND, source_id=session.pk)
