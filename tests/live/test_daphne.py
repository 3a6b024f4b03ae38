"""What only the real server shows: its own limit, its close codes, and its way to stop."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.inference.pictures import portrait

PATIENCE_S = 30
PICTURE = cv2.imencode(".jpg", portrait())[1].tobytes()
MAKE_A_PERSON = """
import django; django.setup()
from django.conf import settings
from django.test import Client
from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import give_consent
from django.core.management import call_command
call_command("migrate", verbosity=0)
user = User.objects.create_user("alice@example.org")
give_consent(user, Consent.Kind.CAMERA)
client = Client()
client.force_login(user)
print(client.cookies[settings.SESSION_COOKIE_NAME].value)
"""


@dataclass
class Server:
    """A Daphne process with a person who is logged in."""

    process: subprocess.Popen[bytes]
    port: int
    cookie: str
    database: Path

    def connect(self) -> ClientConnection:
        return connect(
            f"ws://127.0.0.1:{self.port}/ws/live/",
            origin=f"http://127.0.0.1:{self.port}",
            additional_headers={"Cookie": f"sessionid={self.cookie}"},
            open_timeout=PATIENCE_S,
        )

    def seconds_recorded(self) -> float:
        with sqlite3.connect(self.database) as database:
            (seconds,) = database.execute("SELECT SUM(seconds) FROM journal_observation").fetchone()
        return seconds or 0.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    environment = {
        **os.environ,
        "EMOTIONWEB_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "emotionweb.settings",
    }
    made = subprocess.run(
        [sys.executable, "-c", MAKE_A_PERSON], env=environment, capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *f"-m daphne -v 0 -p {port} emotionweb.asgi:application".split()],
        env=environment,
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < deadline, "Daphne did not start"
            time.sleep(0.1)
        yield Server(process, port, made.stdout.strip(), tmp_path / "emotionweb.sqlite3")
    finally:
        process.kill()
        process.wait()


def hear(browser: ClientConnection) -> dict[str, object]:
    return json.loads(browser.recv(timeout=PATIENCE_S))


def close_code(browser: ClientConnection) -> int:
    """Wait for the end; 0 stands for one without a word."""
    try:
        while True:
            browser.recv(timeout=PATIENCE_S)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


def watch(browser: ClientConnection, frames: int) -> None:
    for seq in range(frames):
        browser.send(seq.to_bytes(4, "big") + PICTURE)
        assert hear(browser)["type"] == "result"
        time.sleep(0.1)


@pytest.mark.slow
def test_a_session_through_the_real_server(server: Server) -> None:
    with server.connect() as browser:
        assert hear(browser)["type"] == "ready"
        watch(browser, 5)
        browser.send('{"type":"stop"}')
        assert hear(browser)["top"] == "happiness"
        assert close_code(browser) == 1000

    with server.connect() as browser:
        hear(browser)
        for _ in range(10):
            browser.send("nonsense")
        assert close_code(browser) == 4400


@pytest.mark.slow
def test_a_message_above_the_limit_of_the_server_is_cut_off(server: Server) -> None:
    with server.connect() as browser:
        hear(browser)
        browser.send(bytes(1_100_000))
        assert close_code(browser) == 1009
    with server.connect() as browser:
        hear(browser)
        # Of fifty megabytes little is sent when the server hangs up; not every client then
        # still reads why.
        with contextlib.suppress(ConnectionClosed):
            browser.send(bytes(50_000_000))
        assert close_code(browser) in (1009, 0)
    with server.connect() as browser:
        assert hear(browser)["type"] == "ready"
        watch(browser, 1)


@pytest.mark.slow
def test_a_server_that_is_stopped_stores_what_it_has_seen(server: Server) -> None:
    with server.connect() as browser:
        hear(browser)
        watch(browser, 10)
        assert server.seconds_recorded() == 0.0
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(PATIENCE_S) == 0
    assert server.seconds_recorded() > 0.8
