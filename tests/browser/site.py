"""The real thing, started as a user starts it, with a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
"""Seconds for a start on a machine that is busy with other things."""


class Site:
    """`manage.py serve` on a free port: web, worker and beat.

    Args:
        folder: Takes the database, the collected static files and what the programs write.
    """

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = folder / "serve.log"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "emotionweb.settings",
            "EMOTIONWEB_DATA_DIR": str(folder / "data"),
        }
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The site does not run:\n{self.log.read_text()}")
            time.sleep(0.1)

    def kill_web(self) -> None:
        """Kill the web process at once; the launcher starts another one."""
        os.kill(self._web_process(), signal.SIGKILL)

    def run(self, *arguments: str) -> None:
        """Run a Python module on the data of this site."""
        subprocess.run(
            [sys.executable, "-m", *arguments], cwd=ROOT, env=self.environment, check=True
        )

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (OSError, urllib.error.URLError):
            return False

    def _web_process(self) -> int:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                command = (folder / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == self._process.pid and b"daphne" in command:
                return int(folder.name)
        raise RuntimeError("There is no web process.")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
