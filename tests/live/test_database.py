import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from emotionweb.accounts.models import User
from emotionweb.journal.services import lock_person
from emotionweb.live import services
from emotionweb.live.database import reading, writing
from emotionweb.live.services import Access, Opened
from tests.base import BaseTransactionTestCase
from tests.live.sockets import PATIENCE_S, Browser, close_connections


@contextmanager
def locked(user: User) -> Iterator[None]:
    """Somebody else is changing this person's journal, and takes long."""
    has_lock, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock_person(user.pk)
            has_lock.set()
            let_go.wait(PATIENCE_S)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert has_lock.wait(PATIENCE_S)
        yield
    finally:
        let_go.set()
        holder.join()


@pytest.mark.services
class WaitingForALockTestCase(BaseTransactionTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(close_connections)

    def opened(self, user: User) -> Opened:
        return services.open_session(user.pk, None, "tab", "m-1", timezone.now())

    async def test_one_persons_lock_keeps_nobody_elses_socket_from_its_check(self) -> None:
        alices = await sync_to_async(self.opened)(self.alice)
        bobs = await sync_to_async(self.opened)(self.bob)
        login = (await sync_to_async(Browser)(self.bob)).client.cookies["sessionid"].value
        record = (services.record, alices.session.pk, "tab", [], 1, timezone.now())
        with locked(self.alice):
            waiting = [asyncio.create_task(writing(*record)) for _ in range(6)]
            await asyncio.sleep(0.1)
            started = time.monotonic()
            access = await reading(
                services.access_state, self.bob.pk, login, bobs.session.pk, "tab"
            )
            self.assertLess(time.monotonic() - started, 1)
            self.assertFalse(any(task.done() for task in waiting))
        await asyncio.gather(*waiting)
        self.assertIs(access, Access.NO_CONSENT)

    async def test_a_writer_gives_up_soon_and_can_try_again(self) -> None:
        alices = await sync_to_async(self.opened)(self.alice)
        record = (services.record, alices.session.pk, "tab", [], 1, timezone.now())
        with mock.patch("emotionweb.live.database.LOCK_TIMEOUT_MS", 100):
            with locked(self.alice), self.assertRaises(OperationalError):
                await asyncio.wait_for(writing(*record), 5)
            await writing(*record)
        await alices.session.arefresh_from_db()
        self.assertEqual(alices.session.frames, 1)
