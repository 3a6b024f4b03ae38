"""Days with a check-in, counted forgivingly."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.accounts.models import User
from emotionweb.journal import streaks
from emotionweb.journal.checkins import CheckInDraft, check_in, delete
from emotionweb.journal.days import local_day
from emotionweb.journal.streaks import Streak, streak

TODAY = date(2026, 3, 14)
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def days(pattern: str, until: date = TODAY) -> list[date]:
    """The days of a pattern such as "xx.x", newest first; the last sign is ``until``."""
    return [
        until - timedelta(days=ago) for ago, sign in enumerate(reversed(pattern)) if sign == "x"
    ]


@pytest.mark.parametrize(
    ("pattern", "counted"),
    [
        ("", (0, 0)),
        (".", (0, 0)),
        ("x", (1, 0)),
        ("xxxx", (4, 0)),
        # Today is not over.
        ("xxx.", (3, 0)),
        # A day off; two would be one more than is forgiven.
        ("xx.x", (3, 1)),
        ("xx.", (2, 0)),
        ("xx..", (2, 1)),
        ("xx..x", (1, 0)),
        ("xx...", (0, 0)),
        # Once a week: the second day off is the seventh after the first, or too soon.
        ("xxx.xxxxxx.xx", (11, 2)),
        ("xxx.xxxxx.xx", (7, 1)),
        ("x.xxxxxx.xxxxxx.xxxxxx.xx", (21, 4)),
        # A day off before the first day is none.
        (".xxx", (3, 0)),
    ],
)
def test_a_day_off_a_week_is_forgiven(pattern: str, counted: tuple[int, int]) -> None:
    assert streak(days(pattern), TODAY) == Streak(*counted)


@given(st.lists(st.booleans(), max_size=60))
def test_any_week_of_a_row_has_one_day_off_at_most_and_it_goes_as_far_as_it_can(
    marks: list[bool],
) -> None:
    pattern = "".join("x" if mark else "." for mark in marks)
    found = streak(days(pattern), TODAY)
    # By trying: the longest end of the pattern that begins with an x and keeps the rule.
    best = Streak(0, 0)
    body = pattern[:-1] if pattern.endswith(".") else pattern
    for start in range(len(body)):
        part = body[start:]
        weeks = [part[i : i + 7] for i in range(max(1, len(part) - 6))]
        if part[0] == "x" and all(week.count(".") <= 1 for week in weeks):
            best = Streak(part.count("x"), part.count("."))
            break
    assert found == best


def test_only_the_row_is_read() -> None:
    def endless() -> Iterator[date]:
        yield from days("x....xxx")
        raise AssertionError("read beyond the row")

    assert streak(endless(), TODAY) == Streak(3, 0)


def say(user: User, at: datetime) -> None:
    check_in(user, CheckInDraft(mood=3, at=at), datetime(2027, 1, 1, tzinfo=UTC))


@pytest.mark.services
class TestOfAPerson:
    def test_several_a_day_are_one_and_those_of_others_none(self, alice: User, bob: User) -> None:
        for ago in range(12):
            for minutes in (0, 30):
                say(alice, NOON - timedelta(days=ago, minutes=minutes))
        say(bob, NOON - timedelta(days=12))
        assert streaks.of(alice.pk, TODAY) == Streak(12, 0)
        assert streaks.of(bob.pk, TODAY) == Streak(0, 0)

    def test_a_deleted_one_counts_no_longer(self, alice: User) -> None:
        say(alice, NOON)
        row, _new = check_in(
            alice, CheckInDraft(mood=3, at=NOON - timedelta(days=1)), NOON + timedelta(hours=1)
        )
        assert streaks.of(alice.pk, TODAY).days == 2
        delete(alice.pk, row.pk, NOON)
        assert streaks.of(alice.pk, TODAY).days == 1

    def test_a_night_owls_day_ends_at_four(self, alice: User) -> None:
        alice.day_start_hour = 4
        say(alice, datetime(2026, 3, 13, 12, tzinfo=UTC))
        night = datetime(2026, 3, 15, 2, tzinfo=UTC)  # still the 14th
        say(alice, night)
        today = local_day(night, alice.timezone, alice.day_start_hour)
        assert today == TODAY
        assert streaks.of(alice.pk, today) == Streak(2, 0)

    def test_a_flight_over_the_date_line_does_not_end_it(self, alice: User) -> None:
        """East: the calendar goes back a day. West: it leaves one out, which is forgiven."""
        auckland, pago = ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Pago_Pago")
        alice.timezone = "Pacific/Auckland"
        for day in (12, 13, 14):
            say(alice, datetime(2026, 3, day, 20, tzinfo=auckland))
        alice.timezone = "Pacific/Pago_Pago"
        landed = datetime(2026, 3, 14, 21, tzinfo=auckland).astimezone(pago)
        today = local_day(landed, alice.timezone, 0)
        assert today == date(2026, 3, 13)
        assert streaks.of(alice.pk, today) == Streak(3, 0)
        alice.timezone = "Pacific/Auckland"
        say(alice, datetime(2026, 3, 16, 20, tzinfo=auckland))
        assert streaks.of(alice.pk, date(2026, 3, 16)) == Streak(4, 1)

    def test_today_says_it_to_those_who_want_it(self, alice: User, client: Client) -> None:
        client.force_login(alice)
        for ago in (0, 1, 3, 4):
            say(alice, NOON - timedelta(days=ago))
        with mock.patch("django.utils.timezone.now", return_value=NOON):
            assert b'data-testid="streak"' not in client.get("/").content
            client.post("/journal/reminders/streaks/", {"streaks": "on"})
            assert b"Checked in: 4 days, with 1 day off" in client.get("/").content
            client.post("/journal/reminders/streaks/", {})
            assert b'data-testid="streak"' not in client.get("/").content


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Streak(0, 0), ""),
        (Streak(1, 0), ""),
        (Streak(2, 0), "Checked in: 2 days"),
        (Streak(12, 2), "Checked in: 12 days, with 2 days off"),
        (Streak(7, 1), "Checked in: 7 days, with 1 day off"),
    ],
)
def test_the_words_are_calm(row: Streak, said: str) -> None:
    with translation.override("en"):
        assert streaks.words(row) == said
