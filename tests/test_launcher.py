"""The launcher: with small programs for its rules, and once as a whole with the real ones."""

import asyncio
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from emotionweb import lan, launcher
from emotionweb.launcher import Program, Supervisor

ROOT = Path(__file__).resolve().parent.parent
WAIT = "import time; time.sleep(60)"


def python(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-u", "-c", code])


def is_alive(pid: int) -> bool:
    """Say whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def supervise(programs: list[Program], until: Callable[[list[tuple[str, str]]], bool], **options):
    """Run programs until what they wrote satisfies `until`; return all of what they wrote."""
    lines: list[tuple[str, str]] = []

    async def run() -> None:
        supervisor = Supervisor(programs, lambda *line: lines.append(line), ROOT, **options)
        running = asyncio.create_task(supervisor.run())
        async with asyncio.timeout(30):
            while not until(lines):
                await asyncio.sleep(0.02)
        supervisor.stop()
        await running

    asyncio.run(run())
    return lines


# === Rules ===


def test_each_line_comes_with_the_name_of_who_wrote_it() -> None:
    programs = [python("one", f"print('a'); {WAIT}"), python("two", f"print('b'); {WAIT}")]
    lines = supervise(programs, lambda lines: {("one", "a"), ("two", "b")} <= set(lines))
    assert ("one", "a") in lines


def test_a_program_that_ends_is_started_again_and_later_each_time(monkeypatch) -> None:
    monkeypatch.setattr(launcher, "FIRST_DELAY", 0.1)
    pauses: list[float] = []
    original = Supervisor._stopping_within

    async def note(self: Supervisor, seconds: float) -> None:
        pauses.append(seconds)
        await original(self, seconds)

    monkeypatch.setattr(Supervisor, "_stopping_within", note)
    lines = supervise(
        [python("web", "print('here'); raise SystemExit(3)")],
        lambda lines: lines.count(("web", "here")) == 3,
    )
    assert pauses[:2] == [0.1, 0.2]
    assert any("ended (code 3)" in text for _name, text in lines)


def test_a_program_that_does_not_listen_is_killed_when_its_time_is_up() -> None:
    stubborn = f"import os, signal; signal.signal(15, signal.SIG_IGN); print(os.getpid()); {WAIT}"
    lines = supervise([python("web", stubborn)], bool, grace=0.3)
    assert not is_alive(int(lines[0][1]))


def test_what_a_program_leaves_behind_is_killed_with_it() -> None:
    code = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid)
time.sleep(60)
"""
    started = time.monotonic()
    lines = supervise([python("worker", code)], bool)
    wait_until(lambda: not is_alive(int(lines[0][1])), 5)
    assert time.monotonic() - started < 10, "it waited for the one left behind"


def test_a_line_without_end_does_not_stop_the_others() -> None:
    code = f"print('x' * 300_000); print('end'); {WAIT}"
    lines = supervise([python("web", code)], lambda lines: ("web", "end") in lines)
    assert sum(text.count("x") for _name, text in lines) == 300_000


# === Certificate ===


def test_the_certificate_holds_the_names_and_is_kept(tmp_path: Path) -> None:
    certificate, key = lan.self_signed(tmp_path, ["192.168.1.5", "laptop.local"])
    assert key.stat().st_mode & 0o077 == 0
    shown = lan.fingerprint(certificate)
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", shown)
    lan.self_signed(tmp_path, ["192.168.1.5"])
    assert lan.fingerprint(certificate) == shown, "a phone that trusts it would have to do so again"
    lan.self_signed(tmp_path, ["192.168.1.6"])
    assert lan.fingerprint(certificate) != shown, "the machine moved to another address"


def test_addresses_of_the_network_are_not_our_own() -> None:
    assert not [address for address in lan.addresses() if address.startswith("127.")]


# === The whole ===


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Served:
    """A running `manage.py serve`."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.output = data_dir / "output"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", *options],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], "EMOTIONWEB_DATA_DIR": str(data_dir)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.output.read_text()

    def children(self) -> dict[str, int]:
        """Return the process ids of the programs, by name."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        found = {}
        for pid in map(int, path.read_text().split()):
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            words = {"web": b"daphne", "trainer": b"training", "worker": b"worker", "beat": b"beat"}
            name = next((name for name, word in words.items() if word in command), None)
            if name is not None:
                found[name] = pid
        return found


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    started: list[Served] = []

    def start(*options: str) -> Served:
        started.append(Served(tmp_path, *options))
        return started[-1]

    yield start
    for served in started:
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait()


@pytest.mark.slow
def test_everything_starts_recovers_and_stops(serve, free_port: int) -> None:
    served = serve("--port", str(free_port))
    address = f"http://localhost:{free_port}/"
    wait_until(lambda: address in served.text(), 60)
    with urllib.request.urlopen(f"{address}accounts/login/") as answer:
        assert b'data-testid="login-form"' in answer.read()
    wait_until(lambda: len(served.children()) == 4)
    first = served.children()

    for name in ("web", "worker", "trainer"):
        os.kill(first[name], signal.SIGKILL)
        wait_until(lambda name=name: served.children().get(name, first[name]) != first[name])
        assert f"{name:>6} | ended (SIGKILL), starts again in 1 s" in served.text()
    second = served.children()
    assert second["beat"] == first["beat"], "the others were left alone"

    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(20) == 0
    assert served.text().endswith("Stopped.\n")
    assert not [pid for pid in {*first.values(), *second.values()} if is_alive(pid)]


@pytest.mark.slow
def test_a_phone_in_the_network_comes_over_https(serve, free_port: int, tmp_path: Path) -> None:
    served = serve("--lan", "--port", str(free_port))
    site = f"https://localhost:{free_port}"
    wait_until(lambda: f"{site}/" in served.text(), 60)
    trusting = ssl.create_default_context(cafile=tmp_path / "tls" / "certificate.pem")
    jar = CookieJar()
    browser = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=trusting), urllib.request.HTTPCookieProcessor(jar)
    )
    with browser.open(f"{site}/accounts/signup/") as answer:
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())[1]
    person = {"email": "alice@example.org", "timezone": "UTC"}
    person |= {"password1": "correct horse battery", "password2": "correct horse battery"}
    form = urlencode({**person, "csrfmiddlewaretoken": token}).encode()
    with browser.open(
        urllib.request.Request(f"{site}/accounts/signup/", form, {"Origin": site})
    ) as answer:
        assert b'data-testid="nav-profile"' in answer.read()
    assert {cookie.name for cookie in jar if cookie.secure} == {"csrftoken", "sessionid"}
    assert len(jar) == 2

    session = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
    socket_options = {"ssl": trusting, "additional_headers": {"Cookie": session}}
    address = f"wss://localhost:{free_port}/ws/live/"
    with connect(address, origin=site, **socket_options) as live:
        assert json.loads(live.recv(10))["code"] == "consent", "it knows who is there"
        with pytest.raises(ConnectionClosed, match="4403"):
            live.recv(10)
    with pytest.raises(InvalidStatus, match="403"):
        connect(address, origin="https://evil.example", **socket_options)
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(20) == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel to do it")
def test_nothing_is_left_when_the_launcher_itself_is_killed(serve, free_port: int) -> None:
    served = serve("--port", str(free_port))
    wait_until(lambda: "is ready" in served.text() and len(served.children()) == 4, 60)
    children = served.children()
    served.process.kill()
    served.process.wait()
    wait_until(lambda: not any(map(is_alive, children.values())))


def test_a_busy_port_is_said_in_a_sentence(serve) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        served = serve("--port", str(other.getsockname()[1]))
        assert served.process.wait(30) == 1
    assert "is used by another program. Choose another one" in served.text()
    assert "Traceback" not in served.text()


def test_half_a_certificate_is_refused(serve, tmp_path: Path) -> None:
    served = serve("--lan", "--cert", str(tmp_path / "certificate.pem"))
    assert served.process.wait(30) == 1
    assert "Give --cert and --key together" in served.text()
