"""Where files lie, what they are called, and how they go."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from emotionweb.accounts import services as accounts
from emotionweb.accounts.models import User
from emotionweb.clips import files, housekeeping, services
from emotionweb.clips.models import Clip, Job, Photo, Upload


def clip_of(user: User, content: bytes = b"film", **fields: object) -> Clip:
    clip_id = uuid4()
    path = files.clip_source(user.pk, clip_id)
    files.make_folder(files.absolute(path).parent)
    files.absolute(path).write_bytes(content)
    return Clip.objects.create(
        id=clip_id,
        user=user,
        name="film.mp4",
        path=path,
        size=len(content),
        created_at=timezone.now(),
        timezone="UTC",
        day_start_hour=0,
        **fields,
    )


def age(path: Path, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("film.mp4", "film.mp4"),
        ("C:\\Users\\me\\film.mp4", "film.mp4"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\nc\td\x7f.mp4", "ab c d.mp4"),
        ("me\u202egpj.exe", "megpj.exe"),
        ("\u2066hidden\u2069.mov", "hidden.mov"),
        ("  holiday \u3000 2026  .mov", "holiday 2026 .mov"),
        ("e\u0301te\u0301.mp4", "été.mp4"),
        ("family 👨‍👩‍👧.mp4", "family 👨‍👩‍👧.mp4"),
        ("视频.mp4", "视频.mp4"),
        ("\udcff.mp4", ".mp4"),
        ("/", ""),
        ("", ""),
    ],
)
def test_names_are_shown_without_what_could_deceive(given: str, shown: str) -> None:
    assert files.file_name(given) == shown


def test_a_long_name_keeps_its_ending() -> None:
    name = files.file_name("x" * 5000 + ".mp4")
    assert len(name) == 255
    assert name.endswith("x.mp4")
    assert len(files.file_name("x." + "y" * 5000)) == 255


@pytest.mark.parametrize("path", ["", "/etc/passwd", "clips/../../secret", ".."])
def test_a_path_never_leads_out(path: str) -> None:
    with pytest.raises(ValueError, match="media folder"):
        files.absolute(path)


def test_folders_are_for_our_eyes_only(media: Path) -> None:
    files.make_folder(media / "clips" / "1" / "x")
    for folder in (media, media / "clips", media / "clips" / "1", media / "clips" / "1" / "x"):
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.django_db(transaction=True)
def test_a_clip_takes_all_its_files_with_it(alice: User, bob: User) -> None:
    clip, other, bobs = clip_of(alice), clip_of(alice), clip_of(bob)
    job = Job.objects.create(
        user=alice, clip=clip, kind="render", state="done", created_at=timezone.now()
    )
    job.result_path = files.clip_render(alice.pk, clip.pk, job.pk)
    job.save()
    for path in (job.result_path, files.clip_proxy(alice.pk, clip.pk)):
        files.absolute(path).write_bytes(b"made of it")
    assert files.used_bytes(alice.pk) == 28
    assert services.delete_clip(alice.pk, clip.pk)
    assert not files.absolute(clip.path).parent.exists()
    assert files.absolute(other.path).exists()
    assert files.used_bytes(alice.pk) == 4
    assert files.absolute(bobs.path).exists()


@pytest.mark.django_db(transaction=True)
def test_an_account_takes_all_its_files_with_it(alice: User, bob: User, media: Path) -> None:
    clip_of(alice)
    bobs = clip_of(bob)
    photo_id = uuid4()
    path = files.photo_source(alice.pk, photo_id)
    files.make_folder(files.absolute(path).parent)
    files.absolute(path).write_bytes(b"photo")
    Photo.objects.create(
        id=photo_id, user=alice, name="p", path=path, size=5, created_at=timezone.now()
    )
    upload = Upload.objects.create(
        user=alice, name="u", length=9, created_at=timezone.now(), expires_at=timezone.now()
    )
    files.make_folder(files.upload_path(upload.pk).parent)
    files.upload_path(upload.pk).write_bytes(b"piece")
    accounts.delete_account(alice)
    left = [path for path in media.rglob("*") if path.is_file()]
    assert left == [files.absolute(bobs.path)]


@pytest.mark.django_db(transaction=True)
def test_an_old_result_goes_with_its_job_alone(alice: User) -> None:
    clip = clip_of(alice)
    job = Job.objects.create(
        user=alice, clip=clip, kind="render", state="done", created_at=timezone.now()
    )
    job.result_path = files.clip_render(alice.pk, clip.pk, job.pk)
    job.save()
    files.absolute(job.result_path).write_bytes(b"made")
    job.delete()
    assert files.used_bytes(alice.pk) == 4
    assert files.absolute(clip.path).exists()


def test_a_deletion_that_is_rolled_back_loses_nothing(alice: User) -> None:
    clip = clip_of(alice)
    clip.delete()  # the test's transaction is never committed
    assert files.absolute(clip.path).exists()


def test_files_that_belong_to_nothing_go_after_a_day(
    alice: User, media: Path, django_capture_on_commit_callbacks: Callable
) -> None:
    clip = clip_of(alice)
    home = files.absolute(clip.path).parent
    proxy = files.absolute(files.clip_proxy(alice.pk, clip.pk))
    draft, fresh = home / ".abc-proxy.mp4", home / ".def-proxy.mp4"
    stranger = media / "clips" / str(alice.pk) / str(uuid4())
    odd = media / "photos" / "77" / "not-an-id"
    piece = media / "uploads" / str(uuid4())
    for folder in (stranger, odd, piece.parent):
        files.make_folder(folder)
    for path in (proxy, draft, fresh, stranger / "source", odd / "source", piece):
        path.write_bytes(b"x")
    for path in (home / "source", proxy, draft, home, stranger, odd, piece):
        age(path, 1.1)
    Clip.objects.filter(pk=clip.pk).update(proxy_path=files.clip_proxy(alice.pk, clip.pk))
    age(home, 1.1)
    assert housekeeping.clean(timezone.now()) == 4
    assert {path.name for path in home.iterdir()} == {"source", "proxy.mp4", ".def-proxy.mp4"}
    assert not any(path.exists() for path in (stranger, odd, piece))
    assert housekeeping.clean(timezone.now()) == 0


def test_nothing_is_taken_from_under_a_job_that_runs(alice: User) -> None:
    clip = clip_of(alice)
    draft = files.absolute(clip.path).with_name(".abc-proxy.mp4")
    draft.write_bytes(b"half")
    age(draft, 2)
    job = Job.objects.create(
        user=alice, clip=clip, kind="annotate", state="running", created_at=timezone.now()
    )
    age(draft.parent, 2)
    assert housekeeping.clean(timezone.now()) == 0
    job.state = "done"
    job.save()
    assert housekeeping.clean(timezone.now() + timedelta(hours=1)) == 1


def test_without_any_file_there_is_nothing_to_clean(db: None) -> None:
    assert housekeeping.clean(timezone.now()) == 0
    assert files.used_bytes(1) == 0
