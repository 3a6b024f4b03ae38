"""What the jobs here share, checks of data sets and runs: who has one, and for how long.

The row decides, messages only wake workers: a worker claims a row under a token of its own and
writes while the row still names that token. One that was given up for dead and wakes again
finds another token and writes nothing. ``clips/jobs.py`` does the same, with the lock on a
person and turns between people, which there are none of here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

logger = logging.getLogger(__name__)

#: Seconds between two signs of life.
HEARTBEAT_S = 3.0
#: A worker that gave none for so long is taken for dead; SQLite may let it wait 20 s for a lock.
STALE_AFTER = timedelta(seconds=30)
#: So often may a worker die of one row.
MAX_ATTEMPTS = 3
#: A message that nobody took by then is of no use: the sweep sends another one.
MESSAGE_EXPIRES_S = 60

#: Set when this worker is told to end: what it has goes back into the line, uncounted.
stopping = threading.Event()

Row = TypeVar("Row", bound=models.Model)


class LostError(Exception):
    """The row is not ours any more: deleted, ended, or another worker's."""


def wake(task_name: str) -> None:
    """Send a message once the transaction is committed; without a broker the sweep will."""

    def send() -> None:
        from emotionweb.training import tasks

        try:
            tasks.BY_NAME[task_name].apply_async(expires=MESSAGE_EXPIRES_S)
        except (BrokerError, OSError) as error:
            logger.warning("No worker could be woken, the sweep will try again: %s", error)

    transaction.on_commit(send)


@contextmanager
def alive(ours: models.QuerySet[Row]) -> Iterator[threading.Event]:
    """Give signs of life for a row while the block runs, from a thread of its own.

    Args:
        ours: the row while it is ours: its key, its holder.

    Yields:
        An event that is set when the row is not ours any more.
    """
    lost, done = threading.Event(), threading.Event()

    def beat() -> None:
        try:
            while not done.wait(HEARTBEAT_S):
                try:
                    if not ours.all().update(heartbeat_at=timezone.now()):
                        lost.set()
                        return
                except DatabaseError as error:  # a lock that took too long; the next one counts
                    logger.warning("A sign of life did not arrive: %s", error)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name="training-heart", daemon=True)
    thread.start()
    try:
        yield lost
    finally:
        done.set()
        thread.join()


def stale(rows: models.QuerySet[Row], now: datetime) -> models.QuerySet[Row]:
    """The rows whose worker gave no sign of life for too long."""
    return rows.filter(heartbeat_at__lt=now - STALE_AFTER)
