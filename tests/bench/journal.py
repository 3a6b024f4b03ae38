"""Pages of a journal of ten years: `python -m tests.bench.journal` (some minutes, most to fill it).

One person with five check-ins a day, three tags on each, two tracked numbers, and an hour of
observations a day: 18,250 check-ins and 1.3 million observations in a SQLite file that is made
for it and removed. The time is that of the whole answer of the server, in this process.

    python -m tests.bench.journal --years 10 --runs 15 --keep FOLDER     (used again if it is there)
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import numpy as np

from tests.bench.report import machine

if TYPE_CHECKING:
    from django.db.models import Model

CHECK_INS_A_DAY, TAGS, TAGS_EACH = 5, 30, 3
OBSERVED_S = 3600
EMAIL = "ten-years@example.org"


class Answer(NamedTuple):
    """One page: milliseconds of each run, on the clock and of the processor; queries, bytes."""

    times_ms: list[tuple[float, float]]
    queries: int
    size: int


#: What is measured: name -> address. Those of the history are in ``tests.bench.history``.
PAGES = {
    "today": "/",
    "insights, 90 days": "/journal/insights/?range=90",
    "insights, a year": "/journal/insights/?range=365",
    "insights, everything": "/journal/insights/?range=all",
}


# === Filling ===


def fill(years: float) -> None:
    """Make the person with all their days; the last one is today."""
    from emotionweb.accounts.models import User
    from emotionweb.journal import tags
    from emotionweb.journal.insights import trackers
    from emotionweb.journal.models import TrackerValue

    draw = np.random.default_rng(1)
    user = User.objects.create_user(EMAIL, "correct horse battery", timezone="Europe/Berlin")
    own = [tags.add(user.pk, f"Tag {number}") for number in range(TAGS)]
    numbers = [trackers.add(user.pk, name, "h") for name in ("Sleep", "Outside")]
    count = round(365.25 * years)
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=ago) for ago in reversed(range(count))]
    level = 3.4 + 0.6 * np.convolve(draw.normal(size=count), [0.8, 0.4, 0.2], mode="same")
    with_links(user.pk, [tag.pk for tag in own], days, level, draw)
    TrackerValue.objects.bulk_create(
        [
            TrackerValue(tracker=tracker, local_day=day, value=round(float(value), 1))
            for tracker in numbers
            for day, value in zip(days, draw.normal(7, 1, size=count), strict=True)
        ],
        batch_size=500,
    )
    observe(user.pk, days, draw)


def with_links(
    user_id: int, tags: list[int], days: list[date], level: np.ndarray, draw: np.random.Generator
) -> None:
    """Add the check-ins and their tags."""
    from emotionweb.journal.models import CheckIn

    rows, links = [], []
    through = CheckIn.tags.through
    for day, mean in zip(days, level.tolist(), strict=True):
        for number in range(CHECK_INS_A_DAY):
            at = datetime(day.year, day.month, day.day, 7 + 3 * number, 12, tzinfo=UTC)
            row = CheckIn(
                id=uuid4(),
                user_id=user_id,
                at=at,
                timezone="Europe/Berlin",
                day_start_hour=0,
                local_day=day,
                mood=int(np.clip(round(mean + 0.6 * draw.normal()), 1, 5)),
                note="Walked by the river, talked with an old friend." if number == 0 else "",
                created_at=at,
                updated_at=at,
            )
            rows.append(row)
            chosen = draw.choice(tags, TAGS_EACH, replace=False).tolist()
            links += [through(checkin_id=row.pk, tag_id=tag) for tag in chosen]
    CheckIn.objects.bulk_create(rows, batch_size=500)
    through.objects.bulk_create(links, batch_size=500)


def observe(user_id: int, days: list[date], draw: np.random.Generator) -> None:
    """Add an hour of ten-second observations a day, and the daily logs that sum them up."""
    from emotionweb.journal.models import DailyEmotionLog, Observation
    from inference.labels import LABELS

    logs = []
    for day in days:
        start = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
        shares = draw.dirichlet(np.array([6, 3, 1, 1, 0.5, 0.2, 0.2, 0.2]) * 2, OBSERVED_S // 10)
        source = uuid4().hex
        starts = [start + timedelta(seconds=10 * number) for number in range(len(shares) + 1)]
        _insert(
            Observation,
            {
                "user_id": [user_id] * len(shares),
                "source_kind": ["live"] * len(shares),
                "source_id": [source] * len(shares),
                "start": [f"{at:%Y-%m-%d %H:%M:%S}" for at in starts[:-1]],
                "end": [f"{at:%Y-%m-%d %H:%M:%S}" for at in starts[1:]],
                "seconds": [10.0] * len(shares),
                "unsure_seconds": [0.0] * len(shares),
                "model_version": ["bench"] * len(shares),
                "calibration": [""] * len(shares),
                "timezone": ["Europe/Berlin"] * len(shares),
                "day_start_hour": [0] * len(shares),
                "local_day": [str(day)] * len(shares),
                **dict(zip(LABELS, shares.T.tolist(), strict=True)),
            },
        )
        logs.append(
            DailyEmotionLog(
                user_id=user_id,
                day=day,
                seconds=float(OBSERVED_S),
                model_versions=["bench"],
                timezone="Europe/Berlin",
                first_at=start,
                last_at=start + timedelta(seconds=OBSERVED_S),
                **dict(zip(LABELS, shares.mean(axis=0).tolist(), strict=True)),
            )
        )
    DailyEmotionLog.objects.bulk_create(logs, batch_size=400)


def _insert(model: type[Model], columns: dict[str, list[Any]]) -> None:
    """Add rows past the ORM: a million of its objects take minutes."""
    from django.db import connection

    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks})',
            list(zip(*columns.values(), strict=True)),
        )


# === Measuring ===


def measure(runs: int) -> dict[str, Answer]:
    """Ask for every page, once to warm up and then ``runs`` times."""
    from django.db import connection
    from django.test import Client

    from emotionweb.accounts.models import User

    client = Client(headers={"host": "localhost"})
    client.force_login(
        User.objects.get(email=EMAIL), backend="django.contrib.auth.backends.ModelBackend"
    )
    found = {}
    for name, address in PAGES.items():
        queries: list[str] = []

        def counted(execute: Any, sql: str, *rest: Any, seen: list[str] = queries) -> Any:
            seen.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(counted):
            response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        times = [_timed(lambda at=address: client.get(at)) for _ in range(runs)]
        found[name] = Answer(times, len(queries), len(response.content))
    return found


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock, and those the processor worked for it: on a busy machine less."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - wall), 1000 * (time.process_time() - cpu)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.journal")
    parser.add_argument("--years", type=float, default=10)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="folder of the data, used again if it is there")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        os.environ["EMOTIONWEB_DATA_DIR"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection, transaction

        call_command("migrate", verbosity=0)
        from emotionweb.accounts.models import User

        if not User.objects.filter(email=EMAIL).exists():
            start = time.perf_counter()
            with transaction.atomic():
                fill(options.years)
            connection.cursor().execute("ANALYZE")
            print(f"filled in {time.perf_counter() - start:.0f} s")
        print(machine())
        print("| page | median ms | of the processor | queries | kB |\n|---|---|---|---|---|")
        for name, one in measure(options.runs).items():
            wall, cpu = (statistics.median(times) for times in zip(*one.times_ms, strict=True))
            print(f"| {name} | {wall:.0f} | {cpu:.0f} | {one.queries} | {one.size / 1000:.0f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
