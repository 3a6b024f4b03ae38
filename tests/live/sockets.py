"""A browser's end of the live socket, through the whole ASGI application."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import connections
from django.test import Client

from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import give_consent
from emotionweb.asgi import application
from emotionweb.live import database
from tests.base import BaseTransactionTestCase
from tests.live.fakes import FakeLoader, FakeMonotonic, FakePipeline, jpeg

PATIENCE_S = 10
THREADS = 2
PICTURE = jpeg()
SITE = b"http://testserver"


class Browser:
    """One person's browser: a login, and sockets opened with its cookie."""

    def __init__(self, user: User | None) -> None:
        self.client = Client()
        if user is not None:
            self.client.force_login(user)

    def socket(self, session: str = "", origin: bytes = SITE, language: bytes = b"en") -> "Socket":
        cookies = "; ".join(f"{c.key}={c.value}" for c in self.client.cookies.values())
        headers = [
            (b"host", b"testserver"),
            (b"origin", origin),
            (b"cookie", cookies.encode()),
            (b"accept-language", language),
        ]
        return Socket(
            application, f"/ws/live/?session={session}" if session else "/ws/live/", headers
        )


class Socket(WebsocketCommunicator):
    async def open(self) -> dict[str, Any]:
        """Connect and return the first message."""
        accepted, _ = await self.connect(PATIENCE_S)
        assert accepted
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        return json.loads(await self.receive_from(PATIENCE_S))

    async def closed(self) -> int:
        """Wait until the server closes the socket, as a browser would answer; returns the code."""
        output = await self.receive_output(PATIENCE_S)
        assert output["type"] == "websocket.close", output
        await self.disconnect(output.get("code", 1000), timeout=PATIENCE_S)
        return output.get("code", 1000)

    async def show(self, seq: int, picture: bytes = PICTURE) -> None:
        """Send a frame."""
        await self.send_to(bytes_data=seq.to_bytes(4, "big") + picture)

    async def ask(self, seq: int, picture: bytes = PICTURE) -> dict[str, Any]:
        """Send a frame and wait for its answer."""
        await self.show(seq, picture)
        return await self.hear()

    async def command(self, type_: str, **more: object) -> None:
        await self.send_json_to({"type": type_, **more})

    async def watch(self, frames: int) -> None:
        """Send frames one after the other; with the clock of the tests each is half a second."""
        for seq in range(frames):
            assert (await self.ask(seq))["type"] == "result"

    async def finish(self) -> dict[str, Any]:
        """Stop the session and return its summary."""
        await self.command("stop")
        summary = await self.hear()
        assert await self.closed() == 1000
        return summary


def close_connections() -> None:
    """Close the connection of every database thread: all are busy with it at the same time."""
    for threads in (database._readers, database._writers):
        everyone = threading.Barrier(threads._max_workers)

        def close(everyone: threading.Barrier = everyone) -> None:
            connections.close_all()
            everyone.wait(PATIENCE_S)

        for closing in [threads.submit(close) for _ in range(threads._max_workers)]:
            closing.result()


class SocketTestCase(BaseTransactionTestCase):
    """Alice and Bob agreed to the camera, Charlie did not; one engine with fake pipelines."""

    def setUp(self) -> None:
        super().setUp()
        for user in (self.alice, self.bob):
            give_consent(user, Consent.Kind.CAMERA)
        self.loader = FakeLoader()
        self.engine = self.loader.engine(THREADS)
        self.addCleanup(self.close_engine)
        for target, stand_in in (
            ("process_engine", lambda: self.engine),
            ("time", FakeMonotonic(0.5)),
        ):
            patch = mock.patch(f"emotionweb.live.consumer.{target}", stand_in)
            patch.start()
            self.addCleanup(patch.stop)
        self.bundle = mock.patch(
            "emotionweb.live.services.active_bundle_path", return_value=Path("m-1")
        ).start()
        self.addCleanup(mock.patch.stopall)
        # A connection that stays open would hold up the removal of the test database.
        self.addCleanup(close_connections)

    def close_engine(self) -> None:
        for pipeline in self.loader.pipelines:
            pipeline.hold.set()
        self.engine.close()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Frames that are sent meanwhile stay in the engine."""
        pipelines = self.pipelines()
        for pipeline in pipelines:
            pipeline.hold.clear()
        try:
            yield
        finally:
            for pipeline in pipelines:
                pipeline.hold.set()

    def pipelines(self) -> list[FakePipeline]:
        """Those of all threads; a socket is told that it is ready when the first one is."""
        deadline = time.monotonic() + PATIENCE_S
        while len(self.loader.pipelines) < THREADS:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        return self.loader.pipelines

    async def browser(self, user: User | None) -> Browser:
        return await sync_to_async(Browser)(user)
