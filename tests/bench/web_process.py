"""How soon a web process answers, and what it weighs with the model at work.

python -m tests.bench.web_process
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from tests.bench.frame import moving_face
from tests.bench.live_load import level
from tests.bench.report import machine
from tests.bench.site import running_site


def main() -> None:
    print(machine())
    frames = moving_face(320, 240)
    answers = []
    for _ in range(3):
        with (
            tempfile.TemporaryDirectory(prefix="emotionweb-bench-") as folder,
            running_site(Path(folder), processes=1, people=5) as site,
        ):
            answers.append(site.first_answer_s)
            idle = site.memory_mb()[0]
            asyncio.run(level(site, 5, 10.0, frames))
            busy = site.memory_mb()[0]
    times = ", ".join(f"{answer:.2f}" for answer in answers)
    print(f"first answer after {times} s; {idle:.0f} MB then, {busy:.0f} MB with 5 sessions")


if __name__ == "__main__":
    main()
