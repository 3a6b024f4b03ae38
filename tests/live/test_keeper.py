import asyncio
import time
from datetime import UTC, datetime
from unittest import mock
from uuid import uuid4

from django.db import IntegrityError, OperationalError
from django.test import SimpleTestCase

from emotionweb.journal.drafts import ObservationDraft
from emotionweb.live.keeper import Keeper
from tests.live.fakes import face

BUSY = OperationalError("database is locked")


@mock.patch("emotionweb.live.keeper.RETRY_S", (0.001, 0.002))
class KeeperTestCase(SimpleTestCase):
    def setUp(self) -> None:
        self.stored: list[ObservationDraft] = []
        self.frames = 0
        self.failures: list[Exception] = []
        self.writes = 0
        self.slowness = 0.0
        for patch in (
            mock.patch("emotionweb.live.services.record", self.record),
            # The first window is of random length; here it is whole.
            mock.patch("emotionweb.live.keeper.random.uniform", lambda _low, high: high),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def record(
        self,
        session_id: object,
        holder: str,
        drafts: list[ObservationDraft],
        frames: int,
        now: object,
    ) -> None:
        self.writes += 1
        time.sleep(self.slowness)
        if self.failures:
            raise self.failures.pop(0)
        self.stored += drafts
        self.frames += frames

    def watched(self, seconds: int) -> Keeper:
        """A keeper that has seen a face once a second."""
        keeper = Keeper(uuid4(), "tab", datetime(2026, 3, 14, 12, tzinfo=UTC))
        for at in range(seconds + 1):
            keeper.saw(float(at), face(), "m-1")
        return keeper

    async def test_everything_seen_is_stored_once(self) -> None:
        keeper = self.watched(25)
        self.assertTrue(await keeper.stored(within=10))
        self.assertEqual([draft.seconds for draft in self.stored], [10.0, 10.0, 5.0])
        self.assertEqual(self.frames, 26)

    async def test_a_busy_database_is_asked_again_and_nothing_is_lost_or_doubled(self) -> None:
        self.failures = [BUSY] * 5
        keeper = self.watched(25)
        self.assertTrue(await keeper.stored(within=10))
        self.assertEqual([draft.seconds for draft in self.stored], [10.0, 10.0, 5.0])
        self.assertEqual(self.frames, 26)

    async def test_who_does_not_wait_long_enough_hears_that_it_goes_on(self) -> None:
        self.failures = [BUSY] * 20
        keeper = self.watched(5)
        self.assertFalse(await keeper.stored(within=0.005))
        self.assertTrue(await keeper.stored(within=10))
        self.assertEqual([draft.seconds for draft in self.stored], [5.0])

    async def test_what_no_patience_can_store_is_told_and_does_not_block_the_rest(self) -> None:
        self.failures = [IntegrityError("nonsense")]
        keeper = self.watched(5)
        with self.assertLogs("emotionweb.live.keeper", "ERROR") as told:
            await keeper.stored(within=10)
        self.assertIn("1 observations could not be stored", told.output[0])
        for at in range(100, 104):
            keeper.saw(float(at), face(), "m-1")
        self.assertTrue(await keeper.stored(within=10))
        self.assertEqual([draft.seconds for draft in self.stored], [3.0])

    async def test_a_sign_of_life_stores_nothing_but_the_frames(self) -> None:
        keeper = self.watched(3)
        keeper.touch()
        await asyncio.sleep(0)
        while not self.frames:
            await asyncio.sleep(0.001)
        self.assertEqual((self.stored, self.frames), ([], 4))

    async def test_what_it_stores_is_a_sign_of_life_too(self) -> None:
        keeper = self.watched(5)
        before = keeper.touched_at
        await asyncio.sleep(0.01)
        for at in (6.0, 7.0, 8.0, 9.0, 10.0, 11.0):
            keeper.saw(at, face(), "m-1")
        self.assertGreater(keeper.touched_at, before)
        await keeper.stored(within=10)

    async def test_frames_that_come_while_it_writes_do_not_make_it_write_on_and_on(self) -> None:
        self.slowness = 0.02
        keeper = self.watched(3)
        keeper.touch()
        for at in range(100, 150):
            await asyncio.sleep(0.004)
            keeper.saw(at / 100, face(), "m-1")
        self.assertEqual(self.writes, 1)
        self.assertTrue(await keeper.stored(within=10))
        self.assertEqual((self.writes, self.frames), (2, 54))

    async def test_the_last_frames_are_stored_too_when_it_ends_while_it_writes(self) -> None:
        self.slowness = 0.02
        keeper = self.watched(3)
        keeper.touch()
        await asyncio.sleep(0.01)
        keeper.saw(4.0, face(), "m-1")
        self.assertTrue(await keeper.stored(within=10))
        self.assertEqual([draft.seconds for draft in self.stored], [4.0])
        self.assertEqual(self.frames, 5)
