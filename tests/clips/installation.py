"""A database, a broker and real workers, beside those of the tests."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[2]
PREPARE = """
import sys
import django; django.setup()
from pathlib import Path
from unittest import mock
from django.core.management import call_command
from emotionweb.accounts.models import User
from emotionweb.clips import jobs, options
from emotionweb.clips.models import Job
from tests.clips.test_files import clip_of
call_command("migrate", verbosity=0)
user = User.objects.create_user("alice@example.org")
clip = clip_of(user, Path(sys.argv[1]).read_bytes())
with mock.patch.object(jobs, "wake"):  # the message is lost
    jobs.enqueue(user.pk, Job.Kind.ANNOTATE, clip, {"rate": 0})
"""
ALONE = "--pool threads --concurrency 3 --without-gossip --without-mingle --without-heartbeat"


class Installation:
    """A database, a broker, a beat, and workers that come and go."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.log = folder / "log"
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "emotionweb.settings",
            "EMOTIONWEB_DATA_DIR": str(self.data),
        }
        self._started: list[subprocess.Popen[bytes]] = []

    def prepare(self, path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", PREPARE, str(path)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.clips.hasty", *arguments, "--loglevel", "INFO"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._started.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        return self.start("worker", *ALONE.split())

    def ask(self, sql: str) -> list[Any]:
        """Look into the database from outside."""
        if "DATABASE_URL" not in self.environment:
            import sqlite3

            with closing(sqlite3.connect(self.data / "emotionweb.sqlite3")) as database:
                return database.execute(sql).fetchall()
        with psycopg.connect(self.environment["DATABASE_URL"]) as server:
            return server.execute(sql).fetchall()  # type: ignore[arg-type]

    def job(self) -> tuple[str, int, int]:
        """State, attempts, and how many blocks are stored."""
        ((state, attempts),) = self.ask("SELECT state, attempts FROM clips_job")
        ((blocks,),) = self.ask("SELECT COUNT(*) FROM clips_sampleblock")
        return state, attempts, blocks

    def stop(self) -> None:
        for process in self._started:
            if process.poll() is None:
                process.kill()
                process.wait()
