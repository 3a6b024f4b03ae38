"""How long the pages of the history take with ten years of data: `python -m tests.bench.history`.

The person of `tests.bench.journal` (five check-ins a day, an hour of observations a day), here with
a note in each check-in, in two scripts. The time is that of the whole answer of the server, in this
process.

    python -m tests.bench.history --runs 15 --keep FOLDER     (used again if it is there)
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench import journal
from tests.bench.report import machine

NOTES = [
    "A long walk by the river with an old friend, and **good talk** all the way home. " * 2,
    "沿着河走了很久，和老朋友聊得很好。晚上睡得很香。" * 3,
    "Meetings all day; the report is finished at last, and nobody noticed. " * 2,
    "没睡好，太热了，明天要早点睡。" * 3,
]


def pages(today: date, tag: int) -> dict[str, str]:
    """What is measured: name -> address."""
    then = today - timedelta(days=3000)
    month = today.replace(day=1) - timedelta(days=20)
    week = (today - timedelta(days=10)).isocalendar()
    search = "/journal/search/?words="
    return {
        "year, felt": f"/journal/year/{today.year}/",
        "year, shown": f"/journal/year/{today.year}/?show=shown",
        "year, difference": f"/journal/year/{today.year}/?show=difference",
        "year, eight years ago": f"/journal/year/{then.year}/?show=difference",
        "month": f"/journal/month/{month:%Y-%m}/",
        "week": f"/journal/week/{week.year}-W{week.week:02}/",
        "day": f"/journal/{today - timedelta(days=40)}/",
        "list": "/journal/",
        "search, a word": f"{search}river",
        "search, Chinese": f"{search}老朋友",
        "search, nothing found": f"{search}zebra",
        "search, all filters": f"{search}walk&mood=4&mood=3&tag={tag}&first={then}&last={today}",
        "search, days with the camera": f"{search}&kind=shown",
    }


def write_notes() -> None:
    """Give every check-in a note; a second time there is nothing to do."""
    from emotionweb.journal.models import CheckIn
    from emotionweb.journal.search_text import search_text

    if not CheckIn.objects.filter(note="").exists():
        return
    rows = list(CheckIn.objects.only("pk").order_by("at"))
    for number, row in enumerate(rows):
        row.note = NOTES[number % len(NOTES)]
        row.note_search = search_text(row.note)
    CheckIn.objects.bulk_update(rows, ["note", "note_search"], batch_size=200)


def measure(runs: int) -> dict[str, journal.Answer]:
    """Ask for every page, once to warm up and then ``runs`` times."""
    from django.db import connection
    from django.test import Client

    from emotionweb.accounts.models import User
    from emotionweb.journal.models import Tag

    user = User.objects.get(email=journal.EMAIL)
    tag = Tag.objects.filter(user=user).values_list("pk", flat=True)[0]
    client = Client(headers={"host": "localhost"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    found = {}
    for name, address in pages(datetime.now(UTC).date(), tag).items():
        queries: list[str] = []

        def counted(execute: Any, sql: str, *rest: Any, seen: list[str] = queries) -> Any:
            seen.append(sql)
            return execute(sql, *rest)

        with connection.execute_wrapper(counted):
            response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        times = [journal._timed(lambda at=address: client.get(at)) for _ in range(runs)]
        found[name] = journal.Answer(times, len(queries), len(response.content))
    return found


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.bench.history")
    parser.add_argument("--years", type=float, default=10)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="folder of the data, used again if it is there")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["EMOTIONWEB_DATA_DIR"] = str(options.keep or scratch)
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connection, transaction

        call_command("migrate", verbosity=0)
        from emotionweb.accounts.models import User

        with transaction.atomic():
            if not User.objects.filter(email=journal.EMAIL).exists():
                journal.fill(options.years)
            write_notes()
        connection.cursor().execute("ANALYZE")
        print(machine())
        print("| page | median ms | best ms | queries | kB |\n|---|---|---|---|---|")
        for name, one in measure(options.runs).items():
            walls = [wall for wall, _cpu in one.times_ms]
            median, best = statistics.median(walls), min(walls)
            print(
                f"| {name} | {median:.0f} | {best:.0f} | {one.queries} | {one.size / 1000:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main(sys.argv[1:])
