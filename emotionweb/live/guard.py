"""Looks, again and again, whether a socket may go on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from django.db import DatabaseError

from emotionweb.live.services import Access

logger = logging.getLogger(__name__)

#: Seconds between two looks.
RECHECK_S = 3.0
#: The same after a push, which may come before the change that it announces.
RECHECK_SOON_S = 0.5
#: Looks on end that failed, after which nobody knows any more whether the socket may go on.
BLIND_LOOKS = 5


class Guard:
    """Asks at regular times, and at once when it is told to.

    Args:
        ask: Asks the database.
        granted: Called after each look that found nothing wrong.
    """

    def __init__(self, ask: Callable[[], Awaitable[Access]], granted: Callable[[], None]) -> None:
        self._ask = ask
        self._granted = granted
        self._pushed = asyncio.Event()

    def look_now(self) -> None:
        """Something happened to the person's access, or another tab came."""
        self._pushed.set()

    async def until_denied(self) -> Access:
        """Wait until the socket may not go on; returns why."""
        blind, pause = 0, RECHECK_S
        while True:
            pause = RECHECK_SOON_S if await self._told_within(pause) else RECHECK_S
            try:
                access = await self._ask()
            except DatabaseError as error:
                blind += 1
                logger.warning("It is not known whether a live session may go on: %s", error)
                if blind >= BLIND_LOOKS:
                    return Access.UNKNOWN
                continue
            if access is not Access.GRANTED:
                return access
            blind = 0
            self._granted()

    async def _told_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._pushed.wait(), seconds)
        told = self._pushed.is_set()
        self._pushed.clear()
        return told
