"""The few threads of a process in which live sessions talk to the database.

Sixty sockets ask a few times a second. Channels would open and close a connection for each
question (on SQLite that also empties the write-ahead log), and hold up every other synchronous
code of the process meanwhile; these threads keep their connections.

What only reads waits for no lock and has a thread of its own, so whether sockets may go on is
known however long writers wait. A writer that meets a lock gives up soon, with an
``OperationalError``, and leaves its thread to the others.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

P = ParamSpec("P")
T = TypeVar("T")

#: How long a writer waits for a lock.
LOCK_TIMEOUT_MS = 2000

_LOCK_TIMEOUTS = {
    "postgresql": "SET lock_timeout = {ms}",
    "sqlite": "PRAGMA busy_timeout = {ms}",
}

_thread = threading.local()


def _mark() -> None:
    _thread.is_ours = True


_readers = ThreadPoolExecutor(1, "live-read", initializer=_mark)
# SQLite lets one write at a time: several would only stand in each other's way.
_writers = ThreadPoolExecutor(
    1 if connection.vendor == "sqlite" else 3, "live-write", initializer=_mark
)


async def reading(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that only reads the database, off the event loop."""
    return await _in(_readers, partial(function, *args, **kwargs))


async def writing(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that changes the database, off the event loop.

    Calls may overtake each other.
    """
    return await _in(_writers, partial(function, *args, **kwargs))


async def _in(threads: ThreadPoolExecutor, function: Callable[[], T]) -> T:
    return await asyncio.wrap_future(threads.submit(_call, function))


def _call(function: Callable[[], T]) -> T:
    connection.close_at = None  # not after this request: there is none
    connection.close_if_unusable_or_obsolete()
    return function()


@receiver(connection_created)
def limit_waiting(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Let the connections of these threads wait for a lock only so long."""
    if getattr(_thread, "is_ours", False):
        with connection.cursor() as cursor:
            cursor.execute(_LOCK_TIMEOUTS[connection.vendor].format(ms=LOCK_TIMEOUT_MS))
