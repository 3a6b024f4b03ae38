"""The one thread of a process in which live sessions talk to the database.

Sixty sockets ask a few times a second. Channels would open and close a connection for each
question (on SQLite that also empties the write-ahead log), and hold up every other synchronous
code of the process meanwhile; this thread keeps its connection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")

_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live-database")


async def in_database(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that uses the database, off the event loop."""
    return await asyncio.wrap_future(_thread.submit(_call, partial(function, *args, **kwargs)))


def _call(function: Callable[[], T]) -> T:
    for connection in connections.all(initialized_only=True):
        connection.close_at = None  # not after this request: there is none
        connection.close_if_unusable_or_obsolete()
    return function()
