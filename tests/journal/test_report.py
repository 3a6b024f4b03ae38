"""The report: what stands in it, what is left out, and that it is a PDF in both languages."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import translation

from emotionweb.accounts.models import User
from emotionweb.journal import hidden, services
from emotionweb.journal.checkins import CheckInDraft, check_in
from emotionweb.journal.models import Tag, Tracker, TrackerValue
from emotionweb.journal.report.gather import Report, Wanted, gather
from emotionweb.journal.report.pdf import render
from tests.journal.observations import draft

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=400)
MARCH = Wanted(MONDAY, date(2026, 3, 15))


def say(user: User, days: int, mood: int, note: str = "", tags: tuple[int, ...] = ()) -> None:
    at = NOON + timedelta(days=days)
    check_in(user, CheckInDraft(mood=mood, at=at, note=note, tags=tags), LATER)


def observe(user: User, days: int) -> None:
    services.add_observations(
        user.pk,
        [draft(NOON + timedelta(days=days))],
        kind="live",
        source_id=uuid4(),
        timezone="UTC",
        day_start_hour=0,
    )


@pytest.fixture
def march(alice: User, bob: User) -> User:
    walk = Tag.objects.create(user=alice, name="散步")
    say(alice, 0, 2, "Tired.", (walk.pk,))
    say(alice, 0, 4, "Better.", (walk.pk,))
    say(alice, 1, 5, "", (walk.pk,))
    say(alice, 8, 1, "A secret.")
    say(alice, 30, 5, "Later.")
    say(bob, 0, 1, "Bob's own.")
    observe(alice, 0)
    sleep = Tracker.objects.create(user=alice, name="Sleep", unit="h")
    for day, value in ((0, 6.0), (1, 8.0)):
        TrackerValue.objects.create(
            tracker=sleep, local_day=MONDAY + timedelta(days=day), value=value
        )
    return alice


def test_it_counts_the_days_of_the_time_and_of_this_person(march: User) -> None:
    report = gather(march, MARCH)
    assert (report.days, report.check_ins) == (3, 4)
    assert report.moods == (1, 1, 0, 1, 1)
    assert report.mean == pytest.approx((3 + 5 + 1) / 3)  # of the days, not of the check-ins
    first, second = report.weeks
    assert (first.days, first.mean, first.low, first.high) == (2, 4.0, 2, 5)
    assert (second.days, second.mean) == (1, 1.0)
    assert report.tags == [("散步", 2)]
    sleep = report.trackers[0]
    assert (sleep.days, sleep.mean, sleep.low, sleep.high) == (2, 7.0, 6.0, 8.0)
    assert report.shown is not None
    assert (report.shown.days, first.seconds) == (1, report.shown.seconds)


def test_what_is_left_out_is_counted(march: User) -> None:
    hidden.hide(march.pk, MONDAY + timedelta(days=8))
    report = gather(march, MARCH)
    assert (report.notes, report.notes_left_out, report.hidden_left_out) == ([], 2, 1)
    assert report.days == 2


def test_notes_and_hidden_days_are_in_it_when_they_are_wanted(march: User) -> None:
    hidden.hide(march.pk, MONDAY + timedelta(days=8))
    wanted = Wanted(MARCH.first, MARCH.last, notes=True, hidden=True, shown=False)
    report = gather(march, wanted)
    assert [note.text for note in report.notes] == ["Tired.", "Better.", "A secret."]
    assert report.hidden_left_out == 0
    assert report.shown is None


def test_a_time_without_anything_says_so(alice: User) -> None:
    report = gather(alice, MARCH)
    assert (report.mean, report.shown, report.days) == (None, None, 0)
    assert render(report).startswith(b"%PDF")


def words(report: Report) -> str:
    """The text of the report, as a reader finds it."""
    import re
    import zlib

    from reportlab import rl_config

    rl_config.pageCompression = 0
    try:
        data = render(report)
    finally:
        rl_config.pageCompression = 1
    parts = re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL)
    found = b""
    for part in parts:
        try:
            found += zlib.decompress(part)
        except zlib.error:
            found += part
    return " ".join(piece.decode("latin-1") for piece in re.findall(rb"\((.*?)(?<!\\)\) Tj", found))


def test_the_pdf_holds_the_words(march: User) -> None:
    wanted = Wanted(MARCH.first, MARCH.last, notes=True)
    said = words(gather(march, wanted))
    assert "A secret." in said
    assert "no diagnosis" in said
    assert "Bob" not in said
    assert "A secret." not in words(gather(march, MARCH))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_it_is_set_in_both_languages_and_with_any_note(march: User, language: str) -> None:
    say(march, 3, 3, "<b>你好</b> & ünïcödé Привет 😀\n" + "long " * 800)
    with translation.override(language):
        assert render(gather(march, Wanted(MARCH.first, MARCH.last, notes=True))).startswith(
            b"%PDF"
        )


def test_the_page_gives_the_file(march: User, client: Client) -> None:
    client.force_login(march)
    answer = client.post(
        "/privacy/report/", {"first": "2026-03-02", "last": "2026-03-15", "shown": "on"}
    )
    assert answer["Content-Type"] == "application/pdf"
    assert "emotionweb-2026-03-02-2026-03-15.pdf" in answer["Content-Disposition"]
    assert answer.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-03-02", "2026-03-01", "lies before the first"),
        ("2024-01-01", "2026-03-01", "a year at most"),
        ("soon", "2026-03-01", "valid date"),
    ],
)
def test_days_that_do_not_fit_are_refused(
    alice: User, client: Client, first: str, last: str, said: str
) -> None:
    client.force_login(alice)
    page = client.post("/privacy/report/", {"first": first, "last": last})
    assert said in page.content.decode()


def test_a_stranger_is_sent_to_the_login(db: None, client: Client) -> None:
    assert client.get("/privacy/report/").status_code == 302
