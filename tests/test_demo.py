"""The made-up person: believable, marked, made once, and nobody else is touched."""

import io
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from emotionweb.accounts.models import User
from emotionweb.demo import life, store
from emotionweb.journal.models import CheckIn, Observation
from emotionweb.live.models import LiveSession
from tests.base import PASSWORD, make_user

LAST = date(2026, 11, 21)
UNTIL = datetime(2026, 11, 21, 15, tzinfo=UTC)


def demo(**options: Any) -> str:
    said = io.StringIO()
    call_command("demo", stdout=said, days=5, password=PASSWORD, **options)
    return said.getvalue()


def year() -> list[life.Day]:
    return list(life.year(LAST, "Europe/Berlin", UNTIL))


def test_the_same_year_each_time() -> None:
    assert year() == year()


def test_a_year_with_a_rhythm_gaps_and_a_lower_stretch() -> None:
    days = year()
    assert [days[0].day, days[-1].day, len(days)] == [date(2025, 11, 22), LAST, 365]
    moods = Counter(said.mood for day in days for said in day.said)
    assert min(moods.values()) > 0
    assert len(moods) == 5

    def mean(some: list[life.Day]) -> float:
        felt = [said.mood for day in some for said in day.said]
        return sum(felt) / len(felt)

    ago = {day.day: (LAST - day.day).days for day in days}
    low = [day for day in days if life.LOW.holds(ago[day.day])]
    assert mean(low) < mean(days) - 0.6
    weekends = [day for day in days if day.day.weekday() >= 5]
    assert mean(weekends) > mean([day for day in days if day.day.weekday() < 5])
    silent = [day for day in days if life.SILENT.holds(ago[day.day])]
    assert not any(day.said or day.seen for day in silent)
    assert any(day.said and not day.seen for day in days)
    assert all(said.at < UNTIL for day in days for said in day.said)


def test_notes_are_in_both_scripts_and_zones_change_on_the_trip() -> None:
    said = [said for day in year() for said in day.said]
    notes = "".join(one.note for one in said)
    assert "river" in notes
    assert "河" in notes
    assert {one.timezone for one in said} == {"Europe/Berlin", "Asia/Shanghai"}
    assert any(len({one.timezone for one in day.said}) == 2 for day in year())


def test_both_models_see_and_say_that_they_are_made_up() -> None:
    versions = {seen.model_version for day in year() for seen in day.seen}
    assert versions == {"made-up-1", "made-up-2"}


@pytest.mark.django_db
def test_the_account_is_made_once_and_marked_on_every_page(client: Client) -> None:
    assert store.ADDRESS in demo()
    user = User.objects.get(email=store.ADDRESS)
    counts = [CheckIn.objects.count(), Observation.objects.count(), LiveSession.objects.count()]
    assert min(counts) > 0
    assert "there already" in demo()
    assert counts == [
        CheckIn.objects.count(),
        Observation.objects.count(),
        LiveSession.objects.count(),
    ]
    client.force_login(User.objects.get(pk=user.pk))  # the second call gave it a new password
    for path in ("/", "/journal/", "/journal/tags/"):
        assert b'data-testid="demo-note"' in client.get(path).content
    client.force_login(make_user("alice"))
    assert b'data-testid="demo-note"' not in client.get("/").content


@pytest.mark.django_db
def test_again_makes_it_anew() -> None:
    demo()
    first = User.objects.get(email=store.ADDRESS)
    demo(again=True)
    assert User.objects.get(email=store.ADDRESS).pk != first.pk


@pytest.mark.django_db
def test_a_real_account_of_that_address_is_not_touched() -> None:
    person = User.objects.create_user(store.ADDRESS, PASSWORD, name="Somebody")
    for again in (False, True):
        with pytest.raises(CommandError, match="not made by this command"):
            demo(again=again)
    person.refresh_from_db()
    assert person.name == "Somebody"
    assert person.check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options", [{"timezone": "Mars/Olympus"}, {"days": 0}, {"password": "short"}]
)
def test_what_makes_no_sense_is_refused_before_anything_is_made(options: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("demo", **options)
    assert not User.objects.exists()
