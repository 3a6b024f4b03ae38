"""How long the pages of the history take with ten years of data: `python -m tests.bench.history`.

Ten years, five check-ins a day with notes in two scripts and two tags each, an hour of observations
a day in two sessions; on the database of the settings, in a transaction that is rolled back. Times
are those of the whole request on the server, middleware and template included, best and middle of
several, and the number of queries.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

ROUNDS = 7
YEARS = 10
CHECK_INS_A_DAY = 5
OBSERVATIONS_A_DAY = 360
LAST = date(2026, 11, 20)
NOTES = [
    "A long walk by the river with an old friend, and **good talk** all the way home. " * 2,
    "沿着河走了很久，和老朋友聊得很好。晚上睡得很香。" * 3,
    "Meetings all day; the report is finished at last, and nobody noticed. " * 2,
    "没睡好，太热了，明天要早点睡。" * 3,
]
PAGES = {
    "year, felt": "/journal/year/2026/",
    "year, shown": "/journal/year/2026/?show=shown",
    "year, difference": "/journal/year/2026/?show=difference",
    "year, ten years ago": "/journal/year/2017/?show=difference",
    "month": "/journal/month/2026-10/",
    "week": "/journal/week/2026-W45/",
    "day": "/journal/2026-10-14/",
    "list": "/journal/",
    "search, one word": "/journal/search/?words=river",
    "search, Chinese": "/journal/search/?words=老朋友",
    "search, nothing found": "/journal/search/?words=zebra",
    "search, all filters": "/journal/search/?words=walk&mood=4&mood=5&tag={tag}"
    "&first=2019-01-01&last=2024-12-31",
    "search, days with the camera": "/journal/search/?kind=shown",
}


def fill() -> tuple[Any, int]:
    """Make the person and everything they ever did; returns them and the id of a tag."""
    from emotionweb.accounts.models import User
    from emotionweb.journal.models import CheckIn, DailyEmotionLog, Observation, Tag
    from inference.labels import LABELS

    chance = random.Random(1)
    user = User.objects.create(email="bench@example.org")
    tags = [Tag.objects.create(user=user, name=f"tag {number}") for number in range(20)]
    place = {"timezone": "UTC", "day_start_hour": 0}
    for back in range(YEARS * 365):
        day = LAST - timedelta(days=back)
        dawn = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
        said = [
            CheckIn(
                user=user,
                at=dawn + timedelta(hours=3 * number),
                local_day=day,
                mood=chance.randint(1, 5),
                note=chance.choice(NOTES),
                created_at=dawn,
                updated_at=dawn,
                **place,
            )
            for number in range(CHECK_INS_A_DAY)
        ]
        CheckIn.objects.bulk_create(said)
        CheckIn.tags.through.objects.bulk_create(
            CheckIn.tags.through(checkin_id=one.pk, tag_id=tag.pk)
            for one in said
            for tag in chance.sample(tags, 2)
        )
        means = {name: 1 / len(LABELS) for name in LABELS} | {"happiness": chance.random() / 4}
        sources = [uuid.uuid4(), uuid.uuid4()]
        seen = [
            Observation(
                user=user,
                source_kind="live",
                source_id=sources[number >= OBSERVATIONS_A_DAY // 2],
                start=dawn + timedelta(seconds=10 * number),
                end=dawn + timedelta(seconds=10 * number + 10),
                seconds=10,
                model_version="bench",
                local_day=day,
                **place,
                **means,
            )
            for number in range(OBSERVATIONS_A_DAY)
        ]
        Observation.objects.bulk_create(seen, batch_size=400)
        DailyEmotionLog.objects.create(
            user=user,
            day=day,
            seconds=3600,
            model_versions=["bench"],
            timezone="UTC",
            first_at=dawn,
            last_at=dawn + timedelta(hours=1),
            **means,
        )
    return user, tags[3].pk


def measure(client: Any, path: str) -> dict[str, float | int]:
    """Ask for a page several times; milliseconds, queries, kilobytes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        client.get(path)
        times.append(1000 * (time.perf_counter() - start))
    return {
        "best_ms": round(min(times), 1),
        "median_ms": round(statistics.median(times), 1),
        "queries": len(queries),
        "kb": round(len(answer.content) / 1000),
    }


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.history", description=__doc__)
    parser.add_argument("--json", help="write the results here, too")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="emotionweb-bench-") as folder:
        os.environ.setdefault("EMOTIONWEB_DATA_DIR", folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import transaction
        from django.test import Client

        call_command("migrate", verbosity=0)
        results = {}
        with transaction.atomic():
            start = time.perf_counter()
            user, tag = fill()
            print(f"{YEARS} years made in {time.perf_counter() - start:.0f} s")
            client = Client()
            client.force_login(user)
            for name, path in PAGES.items():
                results[name] = measure(client, path.format(tag=tag))
                print(f"{name:30} {results[name]}", flush=True)
            transaction.set_rollback(True)
    if options.json:
        with open(options.json, "w") as file:  # noqa: PTH123
            json.dump(results, file, indent=2)


if __name__ == "__main__":
    main(sys.argv[1:])
