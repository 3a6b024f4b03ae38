"""Everything of a person in one file, and back again."""

import io
import json
import uuid
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from emotionweb.accounts.models import User
from emotionweb.clips import files
from emotionweb.clips.models import (
    Annotation,
    Clip,
    Correction,
    Marker,
    Photo,
    SampleBlock,
    Track,
)
from emotionweb.journal import photos
from emotionweb.journal import services as journal
from emotionweb.journal.checkins import CheckInDraft, check_in
from emotionweb.journal.models import (
    CheckIn,
    DailyEmotionLog,
    HiddenDay,
    Notice,
    NoticeSettings,
    Observation,
    Reminder,
    ReminderSettings,
    Tag,
    Tracker,
    TrackerValue,
)
from emotionweb.live.models import LiveSession, PersonalBaseline
from emotionweb.privacy.holdings import all_tables, holdings
from emotionweb.privacy.models import ImportBatch, Retention
from emotionweb.privacy.portability import export, restore, staging
from emotionweb.privacy.portability.reading import ArchiveError
from emotionweb.privacy.tables import is_person
from tests.journal.observations import draft

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=400)


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def fill(user: User) -> None:
    """One of everything, with the awkward ones: signs, empty values, a sealed day."""
    session = LiveSession.objects.create(
        user=user,
        started_at=NOON,
        last_seen_at=NOON,
        ended_at=NOON,
        held_since=NOON,
        holder="h",
        timezone="Europe/Berlin",
        day_start_hour=4,
        model_version="m-1",
        frames=7,
    )
    for days in (0, 1, -200):
        journal.add_observations(
            user.pk,
            [draft(NOON + timedelta(days=days, minutes=minutes)) for minutes in range(3)],
            kind="live",
            source_id=session.pk,
            timezone="Europe/Berlin",
            day_start_hour=4,
        )
    journal.seal(user.pk, date(2025, 12, 31))
    walk = Tag.objects.create(user=user, name="散步 =1+1", kind="activity", icon="walk")
    first = CheckInDraft(
        mood=4, at=NOON, note='# Hi\n你好, "quoted"\n', tags=[walk.pk], session=session.pk
    )
    seen, _created = check_in(user, first, LATER)
    photos.attach(user.pk, seen.pk, b"jpeg")
    check_in(user, CheckInDraft(mood=1, energy=5, at=NOON + timedelta(hours=11)), LATER)
    sleep = Tracker.objects.create(user=user, name="Sleep", unit="h")
    TrackerValue.objects.create(tracker=sleep, local_day=NOON.date(), value=7.25)
    HiddenDay.objects.create(user=user, day=NOON.date())
    Retention.objects.create(user=user, kind="sessions", days=365)
    Notice.objects.create(
        user=user,
        found_at=NOON,
        what="felt",
        from_day=NOON.date(),
        until_day=NOON.date(),
        level=2.1,
        usual=3.4,
    )
    NoticeSettings.objects.create(user=user, mail=True)
    Reminder.objects.create(
        user=user,
        time=time(21, 5),
        weekdays="046",
        by_mail=True,
        changed_at=NOON,
        last_sent_for="2026-03-13T21:05",
    )
    ReminderSettings.objects.create(user=user, streaks=True)
    PersonalBaseline.objects.create(
        user=user,
        made_at=NOON,
        model_version="m-1",
        rest_seconds=9.5,
        rest_logs=[-0.1] * 8,
        shift=[0.0] * 8,
        asked=[],
    )
    clip = add_clip(user)
    annotation = Annotation.objects.create(
        clip=clip,
        created_at=NOON,
        finished_at=NOON,
        model_version="m-1",
        detector="blazeface-full",
        rate=5,
        end_s=3.0,
    )
    Clip.objects.filter(pk=clip.pk).update(annotation=annotation)
    SampleBlock.objects.create(
        annotation=annotation, index=0, start_s=0, end_s=3, samples=b"\x00\xff", seconds=b"s"
    )
    track = Track.objects.create(
        annotation=annotation,
        number=1,
        name="Ann",
        parts=[[1, 0, 3]],
        first_s=0,
        last_s=3,
        thumbnail=b"jpg",
    )
    Correction.objects.create(track=track, start_s=1, end_s=2, expression="fear", created_at=NOON)
    Marker.objects.create(clip=clip, start_s=1, end_s=1, text="here")
    photo = Photo(user=user, name="a.jpg", size=3, created_at=NOON, faces=[{"p": [0.5]}])
    photo.path = files.photo_source(user.pk, photo.pk)
    photo.save()
    put(photo.path, b"pic")


def add_clip(user: User) -> Clip:
    clip = Clip(user=user, name="a.mp4", size=5, created_at=NOON, timezone="UTC", day_start_hour=0)
    clip.path = files.clip_source(user.pk, clip.pk)
    clip.save()
    put(clip.path, b"video")
    return clip


def put(relative: str, content: bytes) -> None:
    path = files.absolute(relative)
    files.make_folder(path.parent)
    path.write_bytes(content)


@pytest.fixture
def packed(tmp_path: Path) -> Callable[..., Path]:
    """Write a person's archive to a file."""

    def pack(user: User, with_files: bool = True) -> Path:
        path = tmp_path / f"{uuid.uuid4()}.zip"
        path.write_bytes(b"".join(export.archive(user, LATER, with_files=with_files)))
        return path

    return pack


def contents(user: User) -> dict[str, list[dict[str, Any]]]:
    """All rows of a person without what has to differ: ids, and where files lie."""
    out: dict[str, list[dict[str, Any]]] = {}
    for table in all_tables():
        if not table.restored:
            continue
        ids = {"session", "source_id", "path", "photo"} | {
            c.attname for c in table.columns if c.primary_key
        }
        ids |= {c.attname for c in table.columns if c.is_relation}
        rows = [export.row_of(table, one) for one in table.rows(user)]
        for row in rows:
            if "tags" in row:
                row["tags"] = sorted(Tag.objects.get(pk=pk).name for pk in row["tags"])
        kept = [{k: v for k, v in row.items() if k not in ids} for row in rows]
        out[table.name] = sorted(kept, key=lambda row: json.dumps(row, sort_keys=True))
    return out


def test_every_model_of_a_holding_is_taken_along_or_says_why_not() -> None:
    for holding in holdings():
        taken = {table.model for table in holding.tables} | set(holding.derived)
        assert set(holding.models) <= taken, holding.key


def test_what_is_exported_and_imported_elsewhere_is_the_same(
    alice: User, bob: User, packed: Callable[..., Path], media: Path
) -> None:
    fill(alice)
    before = contents(alice)
    assert all(before.values()), [name for name, rows in before.items() if not rows]
    report, _batch = restore.take_in(bob, packed(alice), LATER)
    assert report.problems == []
    assert contents(bob) == before
    assert contents(alice) == before
    clip = Clip.objects.get(user=bob)
    assert clip.annotation is not None
    assert files.absolute(clip.path).read_bytes() == b"video"
    assert str(bob.pk) in clip.path
    said = CheckIn.objects.get(user=bob, mood=4)
    assert LiveSession.objects.get(user=bob).pk == said.session
    assert said.photo == photos.relative_path(bob.pk, said.pk)
    assert files.absolute(said.photo).read_bytes() == b"jpeg"
    assert CheckIn.objects.get(user=bob, mood=1).photo == ""
    assert Observation.objects.filter(user=bob, source_id=said.session).count() == 6


def test_days_are_worked_out_anew_and_sealed_ones_stay(
    alice: User, bob: User, packed: Callable[..., Path]
) -> None:
    fill(alice)
    restore.take_in(bob, packed(alice), LATER)
    fields = ("day", "seconds", "happiness", "sealed", "model_versions", "timezone")
    logs = [list(DailyEmotionLog.objects.filter(user=u).values(*fields)) for u in (alice, bob)]
    assert logs[0] == logs[1]
    assert sorted(log["sealed"] for log in logs[0]) == [False, False, True]


def test_importing_twice_is_once(alice: User, bob: User, packed: Callable[..., Path]) -> None:
    fill(alice)
    path = packed(alice)
    restore.take_in(bob, path, LATER)
    before = contents(bob)
    assert restore.look(bob, path).new == 0
    report, _batch = restore.take_in(bob, path, LATER)
    assert report.new == 0
    assert contents(bob) == before


def test_after_deleting_everything_the_same_ids_come_back(
    alice: User, packed: Callable[..., Path]
) -> None:
    fill(alice)
    path = packed(alice)
    ids = set(CheckIn.objects.values_list("pk", flat=True))
    CheckIn.objects.all().delete()
    Clip.objects.all().delete()
    restore.take_in(alice, path, LATER)
    assert set(CheckIn.objects.values_list("pk", flat=True)) == ids
    assert Track.objects.get().name == "Ann"


def test_looking_changes_nothing(alice: User, bob: User, packed: Callable[..., Path]) -> None:
    fill(alice)
    report = restore.look(bob, packed(alice))
    assert report.new > 15
    assert report.problems == []
    assert not any(contents(bob).values())
    assert not ImportBatch.objects.exists()


def test_an_import_can_be_taken_back_and_leaves_what_was_there(
    alice: User, bob: User, packed: Callable[..., Path]
) -> None:
    fill(alice)
    check_in(bob, CheckInDraft(mood=2, at=NOON), LATER)
    before = contents(bob)
    _report, batch = restore.take_in(bob, packed(alice), LATER)
    path = files.absolute(Clip.objects.get(user=bob).path)
    restore.undo(batch)
    assert contents(bob) == before
    assert not DailyEmotionLog.objects.filter(user=bob).exists()
    assert contents(alice)["clips"]
    assert path  # its folder goes once the transaction is committed


def test_without_files_clips_and_photos_are_not_taken_and_it_is_said(
    alice: User, bob: User, packed: Callable[..., Path]
) -> None:
    fill(alice)
    report, _batch = restore.take_in(bob, packed(alice, with_files=False), LATER)
    tables = {table.name: table for table in report.tables}
    assert (tables["clips"].left_out, tables["photos"].left_out) == (1, 1)
    assert "file" in tables["clips"].why_not
    assert not Clip.objects.filter(user=bob).exists()
    assert not Track.objects.filter(annotation__clip__user=bob).exists()
    assert list(CheckIn.objects.filter(user=bob).values_list("photo", flat=True)) == ["", ""]
    assert tables["annotations"].left_out == tables["tracks"].left_out == 1
    assert report.problems == []


def test_nothing_of_others_is_in_it(alice: User, bob: User, packed: Callable[..., Path]) -> None:
    fill(bob)
    with zipfile.ZipFile(packed(alice)) as archive:
        assert not [name for name in archive.namelist() if name.startswith("files/")]
        for name in archive.namelist():
            assert b"Ann" not in archive.read(name)
        data = [archive.read(n) for n in archive.namelist() if n.startswith("data/")]
    assert sum(part.count(b"\n") for part in data) == 1  # the account itself


def test_files_keep_the_ending_that_they_came_with(
    alice: User, packed: Callable[..., Path]
) -> None:
    clip = add_clip(alice)
    Clip.objects.filter(pk=clip.pk).update(name="../../My holiday.MP4")
    with zipfile.ZipFile(packed(alice)) as archive:
        assert f"files/clips/{clip.pk}.mp4" in archive.namelist()


def test_no_secret_is_in_it(alice: User, packed: Callable[..., Path]) -> None:
    with zipfile.ZipFile(packed(alice)) as archive:
        row = json.loads(archive.read("data/account.jsonl"))
    assert not {"password", "pin", "is_superuser"} & set(row)


def test_no_cell_of_a_table_is_a_formula(alice: User, packed: Callable[..., Path]) -> None:
    Tag.objects.create(user=alice, name='=HYPERLINK("x")')
    with zipfile.ZipFile(packed(alice)) as archive:
        assert "'=HYPERLINK" in archive.read("csv/tags.csv").decode("utf-8-sig")


def rewritten(path: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The archive with some of its files changed or, for ``None``, left out."""
    out = path.with_name(f"{uuid.uuid4()}.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out


def test_bad_lines_are_said_and_the_others_taken(
    alice: User, bob: User, packed: Callable[..., Path]
) -> None:
    fill(alice)

    def spoil(name: str, content: bytes) -> bytes:
        if name != "data/check_ins.jsonl":
            return content
        good = json.loads(content.splitlines()[0])
        bad = [
            b"{not json",
            b"[1]",
            json.dumps({**good, "id": str(uuid.uuid4()), "mood": 9}).encode(),
            json.dumps({**good, "id": str(uuid.uuid4()), "at": "yesterday"}).encode(),
            json.dumps({k: v for k, v in good.items() if k != "mood"}).encode(),
        ]
        return b"\n".join([*bad, content])

    report, _batch = restore.take_in(bob, rewritten(packed(alice), spoil), LATER)
    table = next(table for table in report.tables if table.name == "check_ins")
    assert (table.new, table.bad) == (2, 5)
    assert len(report.problems) == 5
    assert CheckIn.objects.filter(user=bob).count() == 2


def hollow(name: str, content: bytes) -> bytes | None:
    return None if name == "manifest.json" else content


def future(name: str, content: bytes) -> bytes:
    if name == "manifest.json":
        return json.dumps({**json.loads(content), "version": 99}).encode()
    return content


def swollen(name: str, content: bytes) -> bytes:
    return b" " * 50_000_000 if name == "data/tags.jsonl" else content


@pytest.mark.parametrize(
    ("change", "said"),
    [(hollow, "not an export"), (future, "later version"), (swollen, "far too large")],
)
def test_what_is_no_archive_of_ours_is_refused(
    alice: User, packed: Callable[..., Path], change: Any, said: str
) -> None:
    path = rewritten(packed(alice), change)
    with pytest.raises(ArchiveError, match=said):
        restore.take_in(alice, path, LATER)
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04 cut"])
def test_what_is_no_zip_is_refused(alice: User, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="not a zip file"):
        restore.look(alice, path)


def test_what_goes_wrong_in_the_middle_leaves_nothing(
    alice: User, bob: User, packed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(alice)
    path = packed(alice)
    monkeypatch.setattr(files, "free_bytes", lambda: 0)
    with pytest.raises(ArchiveError, match="disk of the server is full"):
        restore.take_in(bob, path, LATER)
    assert not any(contents(bob).values())
    assert not ImportBatch.objects.exists()


def test_a_sealed_day_takes_no_observations(alice: User, packed: Callable[..., Path]) -> None:
    fill(alice)
    path = packed(alice)
    journal.seal(alice.pk, date(2027, 1, 1))
    restore.take_in(alice, path, LATER)
    assert not Observation.objects.filter(user=alice).exists()


class TestPages:
    def download(self, client: Client) -> bytes:
        answer = client.post("/privacy/export/", {"files": "on"})
        assert answer["Content-Type"] == "application/zip"
        return b"".join(answer)  # type: ignore[arg-type]

    def test_out_and_in_again(self, alice: User, bob: User, client: Client) -> None:
        fill(alice)
        client.force_login(alice)
        archive = io.BytesIO(self.download(client))
        archive.name = "mine.zip"
        client.force_login(bob)
        look = client.post("/privacy/import/", {"file": archive}, follow=True)
        assert "Check-ins" in look.content.decode()
        done = client.post(look.redirect_chain[-1][0], follow=True)
        assert "rows were imported" in done.content.decode()
        assert CheckIn.objects.filter(user=bob).count() == 2
        batch = ImportBatch.objects.get()
        client.force_login(alice)
        assert client.post(f"/privacy/import/undo/{batch.pk}/").status_code == 404
        client.force_login(bob)
        client.post(f"/privacy/import/undo/{batch.pk}/")
        assert not CheckIn.objects.filter(user=bob).exists()

    def test_nonsense_is_told_in_words(self, alice: User, client: Client) -> None:
        client.force_login(alice)
        file = io.BytesIO(b"PK\x01\x02 nonsense")
        file.name = "x.zip"
        page = client.post("/privacy/import/", {"file": file}, follow=True)
        assert "This is no table" in page.content.decode()

    def test_a_file_is_its_persons_only(self, alice: User, bob: User, client: Client) -> None:
        key = staging.keep(alice.pk, [b"x"])
        client.force_login(bob)
        assert client.get(f"/privacy/import/{key}/").status_code == 404
        assert client.post(f"/privacy/import/{key}/").status_code == 404

    def test_a_file_that_nobody_decided_about_goes(self, alice: User) -> None:
        key = staging.keep(alice.pk, [b"x"])
        assert staging.clean() == 0
        assert staging.clean(now=NOON.timestamp() * 10) == 1
        assert staging.find(alice.pk, key) is None


def test_every_column_but_the_person_is_taken_or_named(db: None) -> None:
    """A new column is taken along by itself: nothing is listed by hand but what is left out."""
    for table in all_tables():
        names = {column.name for column in table.columns} | set(table.left_out)
        missing = [
            column.name
            for column in table.model._meta.concrete_fields
            if column.name not in names and not is_person(column)
        ]
        assert missing == [], table.name
