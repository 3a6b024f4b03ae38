"""Web processes and logged-in people for the benchmarks that go through real sockets."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

#: Makes people who agreed to the camera, and prints a session cookie for each.
_PEOPLE = """
import django
django.setup()
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from emotionweb.accounts import services
from emotionweb.accounts.models import Consent, User
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
for number in range({count}):
    user = User(email=f"person{{number}}@example.org")
    user.set_unusable_password()
    user.save()
    services.give_consent(user, Consent.Kind.CAMERA)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    print(session.session_key)
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running site.

    Attributes:
        ports: of its web processes.
        cookies: a session key for each person.
        processes: the web processes.
        first_answer_s: from the start of the last process to its first answer.
    """

    ports: list[int]
    cookies: list[str]
    processes: list[subprocess.Popen[bytes]]
    first_answer_s: float

    def memory_mb(self) -> list[float]:
        """Resident memory of each web process in MB (10^6 bytes)."""
        page = os.sysconf("SC_PAGE_SIZE")
        return [
            int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * page / 1e6
            for process in self.processes
        ]


@contextlib.contextmanager
def running_site(data_dir: Path, *, processes: int, people: int) -> Iterator[Site]:
    """Start web processes on the embedded default, as ``make run`` starts one."""
    environment = {
        **os.environ,
        "EMOTIONWEB_DATA_DIR": str(data_dir),
        "DJANGO_SETTINGS_MODULE": "emotionweb.settings",
    }
    made = subprocess.run(
        [sys.executable, "-c", _PEOPLE.format(count=people)],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    ports, started = [_free_port() for _ in range(processes)], []
    first_answer_s = 0.0
    try:
        for port in ports:
            begun = time.monotonic()
            command = ["-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port)]
            started.append(
                subprocess.Popen(
                    [sys.executable, *command, "emotionweb.asgi:application"],
                    cwd=ROOT,
                    env=environment,
                )
            )
            _wait_for_answer(port)
            first_answer_s = time.monotonic() - begun
        yield Site(ports, made.stdout.split(), started, first_answer_s)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_answer(port: int, within_s: float = 60.0) -> None:
    deadline = time.monotonic() + within_s
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
