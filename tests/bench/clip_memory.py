"""Memory of a real worker while it reads an hour of video, against the same worker at rest.

    python -m tests.bench.clip_memory --seconds 3600 --fps 10 --rate 0

Makes the film (one face that drifts, low resolution), starts a worker of its
own with a data folder of its own, and looks at the memory of the process four times a second.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.clips.films import avi, film
from tests.clips.installation import ALONE, PREPARE, ROOT

MIB = 1024**2
WAKE = """
import django; django.setup()
from emotionweb.clips import jobs
jobs.wake("annotate")
"""


def resident(pid: int) -> float:
    """MiB that a process has in memory, without what it shares with files."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("The worker is gone.")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=3600)
    options.add_argument("--fps", type=int, default=10)
    options.add_argument("--rate", type=float, default=0, help="frames a second, 0 is every one")
    options.add_argument("--size", default="320x240")
    options.add_argument("--avi", action="store_true", help="needs a proxy as well")
    chosen = options.parse_args()
    width, height = map(int, chosen.size.split("x"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "film"
        if chosen.avi:
            avi(path, chosen.seconds)
        else:
            film(path, chosen.seconds, chosen.fps, (width, height))
        print(f"film: {chosen.seconds:.0f} s, {path.stat().st_size / MIB:.0f} MiB", flush=True)
        measure(folder, path, chosen.rate)


def measure(folder: Path, path: Path, rate: float) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "emotionweb.settings",
        "EMOTIONWEB_DATA_DIR": str(folder / "data"),
    }
    prepare = PREPARE.replace('{"rate": 0}', f'{{"rate": {rate}}}')
    subprocess.run(
        [sys.executable, "-c", prepare, str(path)], cwd=ROOT, env=environment, check=True
    )
    command = [sys.executable, "-m", "celery", "--app", "emotionweb", "worker", *ALONE.split()]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        time.sleep(12)
        idle = resident(worker.pid)
        subprocess.run([sys.executable, "-c", WAKE], cwd=ROOT, env=environment, check=True)
        started, most = time.monotonic(), idle
        minute: list[float] = []
        while True:
            now = resident(worker.pid)
            most = max(most, now)
            minute.append(now)
            if len(minute) % 20 == 0:
                state, stage, progress = job(folder)
                print(f"  {progress:5.1%} {stage:10} {now:6.0f} MiB", flush=True)
                if state not in ("waiting", "running"):
                    break
            time.sleep(0.25)
        took = time.monotonic() - started
        print(
            f"{state} in {took:.0f} s; idle {idle:.0f} MiB, most {most:.0f} MiB, "
            f"{most - idle:+.0f} MiB; at the end {resident(worker.pid):.0f} MiB"
        )
    finally:
        worker.kill()
        worker.wait()


def job(folder: Path) -> tuple[str, str, float]:
    with closing(sqlite3.connect(folder / "data" / "emotionweb.sqlite3")) as database:
        row: tuple[str, str, float] = database.execute(
            "SELECT state, stage, progress FROM clips_job"
        ).fetchone()
    return row


if __name__ == "__main__":
    main()
