"""A real PostgreSQL and a real Redis, on free ports and in a temporary folder, while tests run.

Needs the servers' programs only (Debian: postgresql, redis-server), not running services.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


class MissingServiceError(Exception):
    """A server's program is not installed."""


@dataclass(frozen=True)
class Services:
    """Running servers.

    Attributes:
        environment: The variables that point Emotionweb to them.
    """

    environment: dict[str, str]
    folder: Path
    processes: Sequence[subprocess.Popen[bytes]]

    def stop(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGINT)  # PostgreSQL: fast shutdown
        for process in self.processes:
            process.wait(timeout=20)
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> Services:
    """Start both servers and wait until they answer.

    Raises:
        MissingServiceError: A program is not there.
    """
    redis = _find("redis-server", "redis-server", [])
    postgres = _find("postgres", "postgresql", sorted(Path("/usr/lib/postgresql").glob("*/bin")))
    folder = Path(tempfile.mkdtemp(prefix="emotionweb-services-"))
    # PostgreSQL refuses to run as root.
    user = "postgres" if os.geteuid() == 0 and _exists("postgres") else None
    if os.geteuid() == 0:
        user = user or "nobody"
        shutil.chown(folder, user)

    redis_port, postgres_port = _free_port(), _free_port()
    data = folder / "postgresql"
    subprocess.run(
        [postgres.parent / "initdb", "-D", data, "-U", "emotionweb", "-A", "trust", "-N"],
        check=True,
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    commands: list[list[str | Path]] = [
        # Losing the data in a crash of the machine is fine here, and quicker.
        [postgres, "-D", data, "-p", str(postgres_port), "-k", folder, "-h", "127.0.0.1", "-F"],
        [redis, "--port", str(redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", folder],
    ]
    processes = [
        subprocess.Popen(
            command, user=user, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for command in commands
    ]
    createdb = [postgres.parent / "createdb", "-h", "127.0.0.1", "-p", str(postgres_port)]
    _wait(lambda: _succeeds([*createdb, "-U", "emotionweb", "emotionweb"]), "PostgreSQL")
    _wait(lambda: _accepts(redis_port), "Redis")
    return Services(
        environment={
            "DATABASE_URL": f"postgres://emotionweb@127.0.0.1:{postgres_port}/emotionweb",
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        },
        folder=folder,
        processes=processes,
    )


def _find(program: str, package: str, folders: Sequence[Path]) -> Path:
    path = os.pathsep.join([*map(str, reversed(folders)), os.environ.get("PATH", os.defpath)])
    if found := shutil.which(program, path=path):
        return Path(found)
    raise MissingServiceError(f"{program} is not installed (Debian package {package}).")


def _exists(user: str) -> bool:
    return any(entry.pw_name == user for entry in pwd.getpwall())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _succeeds(command: Sequence[str | Path]) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _wait(answers: Callable[[], bool], name: str) -> None:
    deadline = time.monotonic() + 30
    while not answers():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} did not start within 30 seconds.")
        time.sleep(0.1)
