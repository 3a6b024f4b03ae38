"""Tables of other programs: what they mean, and what becomes of them."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from emotionweb.accounts.models import User
from emotionweb.journal.models import CheckIn, Tag
from emotionweb.privacy.models import ImportBatch
from emotionweb.privacy.portability import restore
from emotionweb.privacy.tabular import mapping, plan
from emotionweb.privacy.tabular.sheet import SheetError, read

NOW = datetime(2026, 11, 1, tzinfo=UTC)
DAYLIO = (
    "full_date,date,weekday,time,mood,activities,note_title,note\n"
    '2026-03-29,March 29,Sunday,11:30 PM,rad,"walk | friends",Great,"long <br>day"\n'
    '2026-03-29,March 29,Sunday,12:05 AM,zen,"",,\n'
    '2026-03-28,March 28,Saturday,7:00 am,awful,"Walk",,"=1+1, ""quoted"""\n'
)


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_it_reads_what_other_programs_write(encoding: str, delimiter: str) -> None:
    text = delimiter.join(["日期", "心情"]) + "\r\n" + delimiter.join(["2026-01-02", "很好"])
    sheet = read(text.encode(encoding))
    assert sheet.header == ("日期", "心情")
    assert sheet.rows == [("2026-01-02", "很好")]


def test_names_that_come_twice_or_not_at_all_are_told_apart() -> None:
    assert read(b"date,mood,mood,\n1,2,3,4").header == ("date", "mood", "mood (3)", "4")


def test_short_and_long_rows_are_made_as_long_as_the_header() -> None:
    assert read(b"a,b,c\n1\n1,2,3,4").rows == [("1", "", ""), ("1", "2", "3")]


@pytest.mark.parametrize("data", [b"", b"one line", b"a,b\n\x00,1", b"word\nword", b"\xff\xfe\x00"])
def test_what_is_no_table_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(SheetError, match="no table"):
        read(data)


@pytest.mark.parametrize(
    ("cell", "order", "day"),
    [
        ("2026-02-28", "ymd", date(2026, 2, 28)),
        ("28.02.2026 14:00", "dmy", date(2026, 2, 28)),
        ("2/28/26", "mdy", date(2026, 2, 28)),
        ("2026年2月28日", "ymd", date(2026, 2, 28)),
        ("2026-02-30", "ymd", None),
        ("soon", "ymd", None),
    ],
)
def test_dates(cell: str, order: str, day: date | None) -> None:
    assert mapping.parse_date(cell, order) == day


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("23:59", time(23, 59)),
        ("11:30 PM", time(23, 30)),
        ("12:05 am", time(0, 5)),
        ("12:05 p.m.", time(12, 5)),
        ("下午3:20", time(15, 20)),
        ("2026-01-02T07:08:09", time(7, 8, 9)),
        ("03.04.2026 14:00", time(14)),
        ("03.04.2026", None),
        ("25:00", None),
        ("noon", None),
    ],
)
def test_times(cell: str, clock: time | None) -> None:
    assert mapping.parse_time(cell) == clock


@pytest.mark.parametrize(
    ("cell", "clock"),
    [
        ("03.04.26 14.30", time(14, 30)),
        ("03.04.26", None),
        ("3/4/26, 9:05 pm", time(21, 5)),
        ("2026年2月28日 下午3:20", time(15, 20)),
    ],
)
def test_a_date_is_not_read_as_a_time(cell: str, clock: time | None) -> None:
    assert mapping.parse_time_beside_date(cell) == clock


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["2026-01-02"], "ymd"),
        (["01/02/2026", "13/02/2026"], "dmy"),
        (["01/02/2026", "01/13/2026"], "mdy"),
    ],
)
def test_the_order_of_a_date_is_found_out(cells: list[str], order: str) -> None:
    assert mapping.guess_order(cells) == order


def test_an_order_that_cannot_be_told_is_asked_for() -> None:
    assert mapping.is_ambiguous(["01/02/2026", "03/04/2026"])
    assert not mapping.is_ambiguous(["01/02/2026", "13/04/2026"])
    assert not mapping.is_ambiguous(["2026-01-02"])


@pytest.mark.parametrize(
    ("cells", "moods"),
    [
        (["Rad", "meh", "zen"], {"Rad": 5, "meh": 3, "zen": 3}),
        (["1", "5"], {"1": 1, "5": 5}),
        (["0", "5", "10"], {"0": 1, "5": 3, "10": 5}),
        (["1", "10"], {"1": 1, "10": 5}),
        (["20", "100"], {"20": 2, "100": 5}),
        (["-3", "3"], {"-3": 1, "3": 5}),
        (["", "好"], {"好": 4}),
    ],
)
def test_what_a_mood_is_worth_is_guessed(cells: list[str], moods: dict[str, int]) -> None:
    assert mapping.guess_moods(cells) == moods


def daylio(user: User, **moods: int) -> plan.Plan:
    sheet = read(DAYLIO.encode())
    columns = mapping.guess(sheet)
    return plan.make(user, sheet, replace(columns, moods={**columns.moods, **moods}), NOW)


def test_daylio_is_read_as_it_is(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(timezone="Europe/Berlin")
    alice.refresh_from_db()
    plan.take_in(alice, daylio(alice, zen=4), NOW)
    late, early, first = CheckIn.objects.order_by("-at")
    assert late.at == datetime(2026, 3, 29, 21, 30, tzinfo=UTC)  # summer time began that day
    assert early.at == datetime(2026, 3, 28, 23, 5, tzinfo=UTC)
    assert (late.mood, early.mood, first.mood) == (5, 4, 1)
    assert late.note == "**Great**\n\nlong \nday"
    assert first.note == '=1+1, "quoted"'
    assert sorted(tag.name for tag in late.tags.all()) == ["friends", "walk"]
    assert Tag.objects.count() == 2  # "Walk" is "walk"
    assert (late.local_day, early.local_day) == (date(2026, 3, 29), date(2026, 3, 29))


def test_the_same_table_twice_is_once(alice: User) -> None:
    plan.take_in(alice, daylio(alice), NOW)
    again = daylio(alice)
    assert (len(again.new), again.here) == (0, 3)


def test_an_import_is_taken_back_with_its_tags_and_nothing_else(alice: User) -> None:
    Tag.objects.create(user=alice, name="Friends")
    batch = plan.take_in(alice, daylio(alice), NOW)
    assert Tag.objects.count() == 2
    restore.undo(batch)
    assert not CheckIn.objects.exists()
    assert [tag.name for tag in Tag.objects.all()] == ["Friends"]


def test_rows_that_cannot_be_read_are_said_by_line_and_the_others_taken(alice: User) -> None:
    sheet = read(b"date,mood\n2026-01-02,4\nsoon,4\n2026-01-03,\n2030-01-01,4\n")
    made = plan.make(alice, sheet, mapping.guess(sheet), NOW)
    assert (len(made.new), made.bad) == (1, 3)
    assert [one.partition(":")[0] for one in made.problems] == ["Line 3", "Line 4", "Line 5"]
    assert made.new[0].at == datetime(2026, 1, 2, 12, tzinfo=UTC)  # without a time: noon


def test_too_many_tags_change_nothing(alice: User) -> None:
    names = "|".join(f"t{number}" for number in range(301))
    sheet = read(f"date;mood;tags\n2026-01-02;4;{names}\n".encode())
    made = plan.make(alice, sheet, mapping.guess(sheet), NOW)
    with pytest.raises(plan.RowError, match="too many"):
        plan.take_in(alice, made, NOW)
    assert not Tag.objects.exists()
    assert not CheckIn.objects.exists()


class TestPage:
    def upload(self, client: Client, text: str) -> str:
        file = io.BytesIO(text.encode())
        file.name = "daylio.csv"
        answer = client.post("/privacy/import/", {"file": file})
        return str(answer["Location"])

    def test_from_the_file_to_the_journal(self, alice: User, client: Client) -> None:
        client.force_login(alice)
        page = self.upload(client, DAYLIO)
        shown = client.get(page)
        assert "3 new check-ins" in shown.content.decode()
        form = shown.context["form"]
        data = {name: form[name].initial for name in form.fields}
        number = next(i for i, (word, _worth) in enumerate(form.words) if word == "zen")
        data[f"mood-{number}"] = "2"
        assert "3 new check-ins" in client.post(page, data).content.decode()
        assert not CheckIn.objects.exists()
        done = client.post(page, {**data, "take-in": "1"}, follow=True)
        assert "3 check-ins were imported" in done.content.decode()
        assert sorted(CheckIn.objects.values_list("mood", flat=True)) == [1, 2, 5]
        client.post(f"/privacy/import/undo/{ImportBatch.objects.get().pk}/")
        assert not CheckIn.objects.exists()

    def test_it_is_its_persons_only(self, alice: User, bob: User, client: Client) -> None:
        client.force_login(alice)
        page = self.upload(client, DAYLIO)
        client.force_login(bob)
        assert client.get(page).status_code == 404
        assert client.post(page, {"take-in": "1"}).status_code == 404
        assert not CheckIn.objects.exists()
