"""The whole loop through the real programs: data, a run whose worker is killed, gate, socket."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.test_launcher import is_alive
from tests.training.faces import distinct_faces, zip_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
#: Seconds that a step of the loop may take on a machine that does much else.
PATIENCE_S = 900.0
ALONE = "--pool threads --without-gossip --without-mingle --without-heartbeat"

BEGIN = """
import sys
import django; django.setup()
"""
PREPARE = """
from pathlib import Path
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import give_consent
from emotionweb.training import datasets
call_command("migrate", verbosity=0)
user = User.objects.create_user("alice@example.org", timezone="UTC")
give_consent(user, Consent.Kind.CAMERA)
store = SessionStore()
store[SESSION_KEY] = str(user.pk)
store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
store[HASH_SESSION_KEY] = user.get_session_auth_hash()
store.save()
datasets.create([Path(sys.argv[1])], "Drawn", user)
print(store.session_key)
"""
ASK_FOR_A_RUN = """
from emotionweb.training import runs
from emotionweb.training.models import Dataset
recipe = {"epochs": 3, "learning_rate": 1e-3, "teacher_weight": 0, "batch_size": 16}
runs.create(runs.RunOptions(datasets=Dataset.objects.all(), fine_tune=True, recipe=recipe), None)
"""
PROMOTE_A_SPOILED_ONE = """
from emotionweb.training import versions
from emotionweb.training.errors import PromotionRefused
from tests.training.bundles import make_version
try:
    versions.promote(make_version(spoil=True), None)
except PromotionRefused as refused:
    print(*refused.reasons, sep=chr(10))
"""


class Installation:
    """A database, a broker, and programs that come and go."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.log = folder / "log"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "emotionweb.settings",
            "EMOTIONWEB_DATA_DIR": str(self.data),
            "EMOTIONWEB_TRAINING_NICE": "0",  # nobody waits for the site here
        }
        self.environment.pop("EMOTIONWEB_MEDIA_DIR", None)
        self._started: list[subprocess.Popen[bytes]] = []

    def do(self, script: str, *arguments: str) -> str:
        """Run a few lines of Python in the project; returns what they print."""
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + script, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def manage(self, *arguments: str) -> str:
        return self.do(
            "from django.core.management import call_command\ncall_command(*sys.argv[1:])",
            *arguments,
        )

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._started.append(process)
        return process

    def start_trainer(self) -> subprocess.Popen[bytes]:
        return self.start(
            "tests.training.hasty",
            *["worker", "--queues", "training", "--concurrency", "1", *ALONE.split()],
            *["--hostname", "trainer@%h", "--loglevel", "INFO"],
        )

    def ask(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.data / "emotionweb.sqlite3", timeout=20)) as database:
            return database.execute(sql).fetchall()

    def wait(self, sql: str, wanted: Any) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while (found := self.ask(sql)) != [wanted]:
            assert time.monotonic() < deadline, (sql, found, self.log.read_text()[-3000:])
            time.sleep(0.2)

    def stop(self) -> None:
        for process in reversed(self._started):
            if process.poll() is None:
                process.kill()
                process.wait()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    running = Installation(tmp_path)
    yield running
    running.stop()


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@pytest.fixture
def sockets() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


class Watcher:
    """A browser that sends frame after frame and counts what comes back."""

    def __init__(self, live: ClientConnection) -> None:
        self.live = live
        picture = np.full((240, 320, 3), 128, np.uint8)
        self.jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
        ready = json.loads(live.recv(60))
        assert ready["type"] == "ready", ready
        self.model = ready["model"]
        self.changed: list[tuple[float, str]] = []
        self.sent, self.answered = 0, []
        self.problem: BaseException | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                self.live.send(self.sent.to_bytes(4, "big") + self.jpeg)
                self.sent += 1
                while self._take() != "result":
                    pass
                time.sleep(0.05)
        except BaseException as error:
            self.problem = error

    def _take(self) -> str:
        said = json.loads(self.live.recv(30))
        if said["type"] == "model":
            self.model = said["model"]
            self.changed.append((time.monotonic(), said["model"]))
        elif said["type"] == "result":
            self.answered.append(said["seq"])
        else:
            raise AssertionError(said)
        return said["type"]

    def wait_for(self, model: str, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.model != model:
            assert self.problem is None, self.problem
            assert time.monotonic() < deadline, (self.model, model)
            time.sleep(0.02)

    def end(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert self.problem is None, self.problem
        assert self.answered == list(range(self.sent))


def test_data_run_gate_promotion_and_the_way_back(
    site: Installation, port: int, tmp_path: Path, sockets: ExitStack
) -> None:
    archive = tmp_path / "faces.zip"
    zip_of(distinct_faces(320, seed=5), archive)
    session = site.do(PREPARE, str(archive))
    site.start("tests.training.hasty", "beat", "--pidfile=")
    site.start("tests.training.hasty", "worker", "--concurrency", "2", *ALONE.split())
    site.wait("SELECT state, faces FROM training_dataset", ("ready", 320))
    site.wait("SELECT number, faces FROM training_testset", (1, 64))

    # A run, whose worker is killed in the second pass and which goes on in another.
    first = site.start_trainer()
    site.do(ASK_FOR_A_RUN)
    site.wait("SELECT state, stage, epoch FROM training_run", ("running", "training", 1))
    (child,) = children_of(first.pid)
    first.send_signal(signal.SIGKILL)
    first.wait()
    wait_until_gone(child)
    site.start_trainer()
    site.wait("SELECT state FROM training_run", ("done",))
    assert site.ask("SELECT attempts, epoch, problem FROM training_run") == [(2, 3, "")]
    ((folder,),) = site.ask("SELECT path FROM training_run")
    curves = json.loads((site.data / "media" / folder / "curves.json").read_text())
    assert [row["epoch"] for row in curves] == [0, 1, 2]
    assert site.ask("SELECT number, active FROM training_modelversion ORDER BY number") == [
        (1, 1),
        (2, 0),
    ]
    ((report, reasons),) = site.ask("SELECT report, reasons_against FROM training_comparison")
    gain = json.loads(report)["differences"]["macro_f1"]
    assert gain["low"] > 0
    assert json.loads(reasons) == []

    # Somebody looks into the camera.
    site.start("daphne", "--bind", "127.0.0.1", "--port", str(port), "emotionweb.asgi:application")
    live = sockets.enter_context(open_socket(port, session))
    watcher = Watcher(live)
    (shipped,), (better,) = site.ask("SELECT version FROM training_modelversion ORDER BY number")
    watcher.wait_for(shipped, 1)

    refused = site.do(PROMOTE_A_SPOILED_ONE)
    assert "Macro F1" in refused
    assert site.ask("SELECT number FROM training_modelversion WHERE active") == [(1,)]
    assert watcher.model == shipped

    assert f"Version 2: {better} answers now." in site.manage("versions", "promote", "2")
    watcher.wait_for(better, 5)
    assert "Version 1:" in site.manage("versions", "rollback")
    watcher.wait_for(shipped, 5)
    watcher.end()
    assert [model for _at, model in watcher.changed] == [better, shipped]
    actions = [row[0] for row in site.ask("SELECT action FROM training_auditentry ORDER BY id")]
    assert actions == [
        "dataset.uploaded",
        "test_set.frozen",
        "run.asked",
        "version.made",
        "version.refused",
        "version.promoted",
        "version.rolled_back",
    ]


def open_socket(port: int, session: str) -> connect:
    """As soon as somebody listens."""
    deadline = time.monotonic() + 120
    while True:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            break
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return connect(
        f"ws://127.0.0.1:{port}/ws/live/",
        origin=f"http://127.0.0.1:{port}",
        additional_headers={"Cookie": f"sessionid={session}"},
        open_timeout=60,
    )


def children_of(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 20
    while is_alive(pid):
        assert time.monotonic() < deadline, "the training outlived its worker"
        time.sleep(0.05)
