"""Open sockets hear of a promotion at once, and go on where nobody tells them."""

import asyncio
import tempfile
from pathlib import Path
from unittest import mock

from asgiref.sync import sync_to_async

from emotionweb.live import guard
from emotionweb.training.signals import active_changed
from tests.live.sockets import Socket, SocketTestCase


class PromotionTestCase(SocketTestCase):
    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.bundle.return_value = self.bundle_files("m-1")

    def bundle_files(self, name: str) -> Path:
        """A folder that looks like a bundle to the engine."""
        path = self.folder / name
        path.mkdir()
        for file in ("card.json", "model.tflite"):
            (path / file).write_text(name)
        return path

    async def frames_until(self, socket: Socket, model: str, most: int) -> int:
        """Send frames until the model changes; every one of them must be answered."""
        for seq in range(most):
            said = await socket.ask(seq)
            if said["type"] == "model":
                self.assertEqual(said["model"], model)
                said = await socket.hear()
            self.assertEqual((said["type"], said["seq"]), ("result", seq))
            if self.engine_version() == model:
                return seq
            await asyncio.sleep(0.02)
        raise AssertionError(f"{model} never answered")

    def engine_version(self) -> str:
        return str(self.engine._workers[0].pipeline.bundle.version)

    async def test_a_promotion_is_heard_of_at_once(self) -> None:
        with mock.patch.object(guard, "RECHECK_S", 600.0):
            socket = (await self.browser(self.alice)).socket()
            await socket.open()
            await socket.watch(2)
            self.bundle.return_value = self.bundle_files("m-2")
            await sync_to_async(active_changed.send_robust)(sender=None)
            await self.frames_until(socket, "m-2", 200)
            await socket.finish()

    async def test_without_a_word_it_is_found_within_seconds(self) -> None:
        with mock.patch.object(guard, "RECHECK_S", 0.1):
            socket = (await self.browser(self.alice)).socket()
            await socket.open()
            self.bundle.return_value = self.bundle_files("m-3")
            await self.frames_until(socket, "m-3", 200)
            await socket.finish()

    async def test_a_socket_that_comes_later_is_answered_by_the_new_one(self) -> None:
        with mock.patch.object(guard, "RECHECK_S", 600.0):
            first = (await self.browser(self.alice)).socket()
            await first.open()
            await first.finish()
            self.bundle.return_value = self.bundle_files("m-4")
            socket = (await self.browser(self.bob)).socket()
            await socket.open()
            await self.frames_until(socket, "m-4", 200)
            await socket.finish()
