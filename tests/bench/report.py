"""What every benchmark says of itself, and how a millisecond is taken."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path


def machine() -> str:
    """Processor, cores and date, for the table in docs/benchmarks.md."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":")[1].strip() if names else model
    load = os.getloadavg()[0]
    return f"{model}, {os.cpu_count()} cores, load {load:.1f}, {datetime.now(UTC):%Y-%m-%d}"


def best_median_ms(run: Callable[[], object], *, times: int = 200, rounds: int = 5) -> float:
    """The best of some medians: a noisy neighbour can only make a median worse.

    Args:
        run: what is timed.
        times: calls in each round.
        rounds: medians taken.
    """
    run()
    medians = []
    for _ in range(rounds):
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            run()
            taken.append(time.perf_counter() - started)
        medians.append(statistics.median(taken))
    return min(medians) * 1e3
