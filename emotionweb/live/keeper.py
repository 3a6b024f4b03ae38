"""Keeps what a socket has seen until the database has it."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from emotionweb.journal.drafts import ObservationDraft
from emotionweb.journal.recorder import WINDOW_S, Face, Recorder
from emotionweb.live import services
from emotionweb.live.database import writing

logger = logging.getLogger(__name__)

#: Seconds between two attempts, doubled up to the second number.
RETRY_S = (0.5, 30.0)

# The event loop alone refers to a task weakly; these must outlive their sockets.
_storing: set[asyncio.Task[None]] = set()


class Keeper:
    """Recorder of one socket, and the way of its observations into the database.

    Storing happens off the event loop, one attempt at a time. An attempt that fails because
    the database is busy or away is repeated until it succeeds, after the socket is gone too.

    Args:
        session_id: Of the session.
        holder: Token of the socket.
        not_before: See ``Recorder``.
        records: ``False`` counts frames only: nothing of them is kept.

    Attributes:
        touched_at: When it last began to, in seconds of the event loop's clock.
    """

    def __init__(
        self, session_id: UUID, holder: str, not_before: datetime, *, records: bool = True
    ) -> None:
        self._session_id = session_id
        self._holder = holder
        # Not a secret, only a spread: see Recorder.
        first_window_s = random.uniform(WINDOW_S / 5, WINDOW_S)  # noqa: S311
        self._recorder = Recorder(timezone.now, not_before, first_window_s)
        self._records = records
        self._pending: list[ObservationDraft] = []
        self._frames = 0
        self._last_pass = False
        self.touched_at = asyncio.get_running_loop().time()
        self._task: asyncio.Task[None] | None = None

    def saw(self, at: float, own: Face | None, model_version: str) -> None:
        """Count one analysed frame; see ``Recorder.add``."""
        self._frames += 1
        if self._records:
            self._keep(self._recorder.add(at, own, model_version))

    def pause(self) -> None:
        """Store what there is; the time until the next frame counts for nothing."""
        self._keep(self._recorder.pause())

    def touch(self) -> None:
        """Tell the database that the socket is still there."""
        if self._task is None or self._task.done():
            self.touched_at = asyncio.get_running_loop().time()
            self._task = asyncio.create_task(self._store())
            _storing.add(self._task)
            self._task.add_done_callback(_storing.discard)

    async def stored(self, within: float) -> bool:
        """Store the rest and wait for it.

        Returns:
            Whether it is in the database; if not after ``within`` seconds, the attempts go on.
        """
        self._last_pass = True
        self.pause()
        self.touch()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=within)
        return not self._pending

    def _keep(self, drafts: list[ObservationDraft]) -> None:
        if drafts:
            self._pending += drafts
            self.touch()

    async def _store(self) -> None:
        delay = RETRY_S[0]
        while True:
            drafts, frames = list(self._pending), self._frames
            try:
                await writing(
                    services.record, self._session_id, self._holder, drafts, frames, timezone.now()
                )
            except (OperationalError, InterfaceError) as error:
                logger.warning("%d observations are kept and tried again: %s", len(drafts), error)
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_S[1])
                continue
            except Exception:
                # Not a matter of time: trying again would fail for ever.
                logger.exception("%d observations could not be stored.", len(drafts))
            delay = RETRY_S[0]
            del self._pending[: len(drafts)]
            self._frames -= frames
            # Frames alone wait for the next touch: while the database is slow some come during
            # every attempt, and each session would write on and on.
            if not self._pending and not (self._last_pass and self._frames):
                return
