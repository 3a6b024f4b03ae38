"""Jobs from the line to their end, with real files and the real model."""

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from emotionweb.accounts.models import User
from emotionweb.clips import files, jobs, runner, services, strings
from emotionweb.clips.held import Held, new_holder
from emotionweb.clips.jobs import LostError
from emotionweb.clips.models import Annotation, Clip, Job, Photo, SampleBlock, Track
from emotionweb.clips.options import AnnotateOptions
from inference.errors import BundleError, StoppedError
from inference.video import annotate as video
from inference.video.probe import probe
from inference.video.samples import Samples, Seconds
from tests.clips.films import avi, film
from tests.clips.test_files import clip_of
from tests.inference.pictures import jpeg, two_faces

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = (*jobs.CLIP_KINDS, *jobs.PHOTO_KINDS)


@pytest.fixture(autouse=True)
def nobody_is_woken() -> Iterator[None]:
    """These tests are the worker."""
    with mock.patch.object(jobs, "wake"):
        yield


@pytest.fixture
def make(alice: User, tmp_path: Path) -> Callable[..., Clip]:
    """Makes a clip of alice out of a file, with a job that waits."""

    def made(
        path: Path | None = None, options: dict[str, Any] | None = None, **fields: Any
    ) -> Clip:
        source = path or film(tmp_path / "film.mp4")
        clip = clip_of(alice, source.read_bytes(), **fields)
        jobs.enqueue(alice.pk, Job.Kind.ANNOTATE, clip, options or {})
        return clip

    return made


def work() -> Job:
    """Do the next job; returns it as it ended."""
    assert runner.work_one(KINDS, threading.Event())
    assert not runner.work_one(KINDS, threading.Event()), "one job was meant"
    return Job.objects.latest("started_at")


def took() -> Held:
    job = jobs.claim(new_holder(), KINDS, timezone.now())
    assert job is not None
    return Held(job, threading.Event())


@contextmanager
def in_the_middle(act: Callable[[], None]) -> Iterator[None]:
    """Call something after the first block of the first reading."""
    real, due = video.annotate, [act]

    def interrupted(*args: Any, **kwargs: Any) -> Iterator[Any]:
        blocks = real(*args, **kwargs)
        yield next(blocks)
        if due:
            due.pop()()
        yield from blocks

    with mock.patch.object(video, "annotate", interrupted):
        yield


@pytest.fixture
def short_blocks() -> Iterator[None]:
    """Blocks of half a second, so that a short film has several."""
    real = video.AnnotateSettings

    def settings(**kwargs: Any) -> video.AnnotateSettings:
        return real(**kwargs, block_s=0.5)

    with mock.patch.object(video, "AnnotateSettings", settings):
        yield


# === From the file to the result ===


@pytest.mark.services
def test_a_clip_is_read(make: Callable[..., Clip], short_blocks: None) -> None:
    clip = make(options={"rate": 0})
    job = work()
    assert (job.state, job.progress, job.problem, job.attempts) == ("done", 1.0, "", 1)
    clip.refresh_from_db()
    assert (clip.width, clip.height, clip.duration_s) == (320, 240, pytest.approx(2.0, abs=0.15))
    assert (clip.container, clip.video_codec, clip.unplayable) == ("mp4", "h264", "")
    found = clip.annotation
    assert found is not None
    assert found.finished_at is not None
    assert (found.job, found.frames, found.frames_without_face) == (job, 20, 0)
    assert found.model_version
    blocks = list(SampleBlock.objects.filter(annotation=found).order_by("index"))
    assert [block.index for block in blocks] == [0, 1, 2, 3]
    samples = Samples.concat([Samples.from_bytes(bytes(block.samples)) for block in blocks])
    assert len(samples) == 20
    assert Seconds.from_bytes(bytes(blocks[0].seconds)) is not None
    track = Track.objects.get(annotation=found)
    assert (track.number, track.thumbnail) == (1, None)
    assert (track.first_s, track.last_s) == pytest.approx((0.0, 1.9), abs=0.01)


def test_pictures_of_faces_are_kept_only_where_wanted(make: Callable[..., Clip]) -> None:
    clip = make(keep_thumbnails=True)
    work()
    track = Track.objects.get(annotation__clip=clip)
    assert bytes(track.thumbnail).startswith(b"\xff\xd8")
    services.set_keep_thumbnails(clip.user_id, clip.pk, False)
    track.refresh_from_db()
    assert track.thumbnail is None


def test_who_takes_the_pictures_back_while_it_runs_gets_none(make: Callable[..., Clip]) -> None:
    clip = make(keep_thumbnails=True)

    def take_back() -> None:
        services.set_keep_thumbnails(clip.user_id, clip.pk, False)

    with in_the_middle(take_back):
        work()
    assert Track.objects.get(annotation__clip=clip).thumbnail is None


def test_only_the_chosen_range_is_read(make: Callable[..., Clip]) -> None:
    clip = make(options={"rate": 5, "start_s": 0.5, "end_s": 1.5})
    assert work().state == "done"
    clip.refresh_from_db()
    assert clip.annotation is not None
    assert (clip.annotation.rate, clip.annotation.start_s) == (5.0, 0.5)
    assert clip.annotation.frames == 5


def test_what_no_browser_plays_gets_a_proxy(make: Callable[..., Clip], tmp_path: Path) -> None:
    clip = make(avi(tmp_path / "film.avi"))
    assert work().state == "done"
    clip.refresh_from_db()
    assert clip.unplayable
    info = probe(files.absolute(clip.proxy_path))
    assert (info.container, info.video_codec, info.unplayable) == ("mp4", "h264", "")
    folder = files.absolute(clip.path).parent
    assert sorted(path.name for path in folder.iterdir()) == ["proxy.mp4", "source"]


def test_a_clip_without_anybody_in_it_is_done_too(
    make: Callable[..., Clip], tmp_path: Path
) -> None:
    clip = make(film(tmp_path / "empty.mp4", with_face=False))
    assert work().state == "done"
    clip.refresh_from_db()
    assert clip.annotation is not None
    assert clip.annotation.frames == clip.annotation.frames_without_face > 0
    assert not Track.objects.exists()


def test_what_the_person_said_of_the_time_stands(make: Callable[..., Clip]) -> None:
    clip = make()
    said = services.set_recorded_at(clip.user_id, clip.pk, "2026-03-14T12:00", timezone.now())
    assert said is not None
    info = probe(files.absolute(clip.path))
    told = mock.Mock(wraps=info, recorded_at=timezone.now() - timedelta(days=1))
    for name in info.__slots__:
        if name != "recorded_at":
            setattr(told, name, getattr(info, name))
    with mock.patch("inference.video.probe.probe", return_value=told):
        work()
    clip.refresh_from_db()
    assert (clip.recorded_at, clip.recorded_from) == (said.recorded_at, "person")


def test_reading_again_replaces_what_was_found_when_it_is_done(
    make: Callable[..., Clip], alice: User
) -> None:
    clip = make()
    work()
    clip.refresh_from_db()
    first = clip.annotation
    assert first is not None
    Track.objects.filter(annotation=first).update(name="Ann")
    services.request_annotation(alice.pk, clip.pk, AnnotateOptions(rate=10), timezone.now())
    seen: list[Any] = []
    with in_the_middle(lambda: seen.append(Clip.objects.get().annotation)):
        work()
    assert seen == [first]  # until then the old one is shown
    clip.refresh_from_db()
    assert clip.annotation is not None
    assert clip.annotation.rate == 10
    assert Annotation.objects.count() == 1
    assert Track.objects.get().name == "Ann"


@pytest.mark.services
def test_the_annotated_video_is_made_and_goes_with_a_new_reading(
    make: Callable[..., Clip], alice: User
) -> None:
    clip = make()
    work()
    job = services.request_render(alice.pk, clip.pk, timezone.now())
    assert job is not None
    job = work()
    assert (job.state, job.kind) == ("done", "render")
    result = files.absolute(job.result_path)
    assert probe(result).duration_s == pytest.approx(2.0, abs=0.15)
    assert result.read_bytes() != files.absolute(clip.path).read_bytes()
    services.request_annotation(alice.pk, clip.pk, AnnotateOptions(), timezone.now())
    work()
    assert not result.exists()
    assert not Job.objects.filter(kind="render").exists()


# === Photos ===


def photo_of(user: User, content: bytes) -> Photo:
    photo_id = uuid4()
    path = files.photo_source(user.pk, photo_id)
    files.make_folder(files.absolute(path).parent)
    files.absolute(path).write_bytes(content)
    photo = Photo.objects.create(
        id=photo_id, user=user, name="p.jpg", path=path, size=1, created_at=timezone.now()
    )
    jobs.enqueue(user.pk, Job.Kind.PHOTO, photo)
    return photo


def test_a_photo_is_read(alice: User) -> None:
    photo = photo_of(alice, jpeg(two_faces()))
    assert work().state == "done"
    photo.refresh_from_db()
    assert (photo.width, photo.height, len(photo.faces)) == (480, 240, 2)
    assert photo.model_version


def test_what_is_no_photo_says_so(alice: User) -> None:
    photo_of(alice, b"GIF89a not a picture of ours")
    job = work()
    assert (job.state, job.problem) == ("failed", "not_photo")


# === What goes wrong, and what the person is told ===


def _broken(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / "broken.mp4"
    whole = film(tmp_path / "whole.mp4").read_bytes()
    path.write_bytes(
        {
            "empty": b"",
            "not_video": b"%PDF-1.7 this is a letter" * 100,
            "truncated": whole[: len(whole) // 2],
        }[kind]
    )
    return path


@pytest.mark.parametrize("kind", ["empty", "not_video", "truncated"])
def test_a_file_that_cannot_be_read_has_a_reason(
    make: Callable[..., Clip], tmp_path: Path, kind: str
) -> None:
    clip = make(_broken(tmp_path, kind))
    job = work()
    assert (job.state, job.problem) == ("failed", kind)
    assert str(strings.PROBLEMS[kind]) == strings.problem_sentence(job.problem, {})
    assert files.absolute(clip.path).exists()
    assert not Annotation.objects.exists()


def test_a_range_behind_the_end_has_nothing_in_it(make: Callable[..., Clip]) -> None:
    make(options={"rate": 5, "start_s": 60})
    assert work().problem == "nothing_in_range"
    assert not Annotation.objects.exists()


def test_a_file_that_is_gone(make: Callable[..., Clip]) -> None:
    files.absolute(make().path).unlink()
    assert work().problem == "file_gone"


def test_a_full_disk(make: Callable[..., Clip], tmp_path: Path) -> None:
    clip = make(avi(tmp_path / "film.avi"))

    def full(path: Path, out: Path, **kwargs: Any) -> None:
        out.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with mock.patch("inference.video.proxy.make_proxy", full):
        job = work()
    assert (job.state, job.problem) == ("failed", "disk_full")
    assert [path.name for path in files.absolute(clip.path).parent.iterdir()] == ["source"]


def test_a_proxy_that_fails_takes_nothing_else_with_it(
    make: Callable[..., Clip], tmp_path: Path
) -> None:
    clip = make(avi(tmp_path / "film.avi"))
    with mock.patch("inference.video.proxy.make_proxy", side_effect=RuntimeError("encoder")):
        job = work()
    assert (job.state, job.problem) == ("failed", "no_proxy")
    clip.refresh_from_db()
    first = clip.annotation
    assert first is not None
    # Trying again goes on where it failed.
    jobs.retry(clip.user_id, job.pk, timezone.now())
    with mock.patch.object(video, "annotate", side_effect=AssertionError("read twice")):
        assert work().state == "done"
    clip.refresh_from_db()
    assert (clip.annotation, bool(clip.proxy_path)) == (first, True)


@pytest.mark.parametrize(
    ("error", "problem"),
    [(BundleError("broken"), "model"), (ZeroDivisionError(), "internal")],
)
def test_faults_of_ours_are_said_to_be_ours(
    make: Callable[..., Clip], error: Exception, problem: str
) -> None:
    make()
    with mock.patch.object(video, "annotate", side_effect=error):
        job = work()
    assert (job.state, job.problem) == ("failed", problem)
    assert not Annotation.objects.exists()


def test_without_a_database_the_job_is_left_to_the_sweep(make: Callable[..., Clip]) -> None:
    make()
    with mock.patch.object(video, "annotate", side_effect=OperationalError("gone")):
        job = work()
    assert job.state == "running"
    assert jobs.sweep(timezone.now() + timedelta(seconds=31), second_chance_s=0) == 1
    assert work().state == "done"
    assert Annotation.objects.count() == 1


# === Stopped in the middle ===


@pytest.fixture
def quick_beats() -> Iterator[None]:
    with mock.patch.object(jobs, "HEARTBEAT_S", 0.02):
        yield


def after_a_beat(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_cancelled_job_stops_and_leaves_nothing_half_made(
    make: Callable[..., Clip], alice: User, short_blocks: None, quick_beats: None
) -> None:
    clip = make(options={"rate": 0})
    held = took()

    def cancel() -> None:
        assert SampleBlock.objects.count() == 1
        jobs.cancel(alice.pk, held.job.pk, timezone.now())
        after_a_beat(lambda: held.cancelled)

    with in_the_middle(cancel), held:
        runner.do(held)
    held.job.refresh_from_db()
    assert (held.job.state, held.job.problem) == ("cancelled", "")
    assert not Annotation.objects.exists()
    assert files.absolute(clip.path).exists()


@pytest.mark.services
def test_a_clip_that_is_deleted_while_it_is_read_is_gone(
    make: Callable[..., Clip], alice: User, media: Path, short_blocks: None, quick_beats: None
) -> None:
    clip = make(options={"rate": 0})
    held = took()

    def delete() -> None:
        assert services.delete_clip(alice.pk, clip.pk)
        after_a_beat(lambda: held.lost)

    with in_the_middle(delete), held:
        runner.do(held)
    for model in (Clip, Job, Annotation, SampleBlock, Track):
        assert not model._default_manager.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_a_clip_that_is_deleted_between_two_beats_is_gone_too(
    make: Callable[..., Clip], alice: User, media: Path, short_blocks: None
) -> None:
    clip = make(options={"rate": 0})
    with in_the_middle(lambda: services.delete_clip(alice.pk, clip.pk)):
        assert runner.work_one(KINDS, threading.Event())
    assert not Job.objects.exists()
    assert not SampleBlock.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_a_clip_that_is_deleted_while_its_proxy_is_made_leaves_no_file(
    make: Callable[..., Clip], alice: User, media: Path, tmp_path: Path
) -> None:
    clip = make(avi(tmp_path / "film.avi"))

    def deleted(path: Path, out: Path, **kwargs: Any) -> None:
        services.delete_clip(alice.pk, clip.pk)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(b"made for nobody")

    with mock.patch("inference.video.proxy.make_proxy", deleted):
        assert runner.work_one(KINDS, threading.Event())
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_a_worker_that_is_told_to_end_gives_its_job_back(
    make: Callable[..., Clip], short_blocks: None
) -> None:
    make(options={"rate": 0})
    stopping = threading.Event()
    with in_the_middle(stopping.set):
        assert runner.work_one(KINDS, stopping)
    job = Job.objects.get()
    assert (job.state, job.attempts, job.holder) == ("waiting", 0, "")
    assert work().state == "done"
    assert Annotation.objects.count() == 1
    assert SampleBlock.objects.count() == 4


@pytest.mark.services
def test_a_worker_that_wakes_up_too_late_writes_nothing(
    make: Callable[..., Clip], short_blocks: None
) -> None:
    make(options={"rate": 0})
    zombie = took()
    numbers: list[tuple[int, int]] = []

    def somebody_else_does_it() -> None:
        jobs.sweep(timezone.now() + timedelta(seconds=31), second_chance_s=0)
        assert work().state == "done"
        numbers.append((Annotation.objects.count(), SampleBlock.objects.count()))

    with in_the_middle(somebody_else_does_it):
        runner.do(zombie)  # its thread for signs of life is dead
    assert numbers == [(1, 4)]
    assert (Annotation.objects.count(), SampleBlock.objects.count()) == (1, 4)
    job = Job.objects.get()
    assert (job.state, job.problem, job.progress) == ("done", "", 1.0)


def test_nothing_is_computed_inside_a_transaction(
    make: Callable[..., Clip], short_blocks: None
) -> None:
    make(options={"rate": 0})
    real = video.annotate

    def watched(*args: Any, **kwargs: Any) -> Iterator[Any]:
        for block in real(*args, **kwargs):
            assert not connection.in_atomic_block
            yield block

    with mock.patch.object(video, "annotate", watched):
        assert work().state == "done"


# === Signs of life ===


def test_signs_of_life_come_while_one_step_takes_long(
    make: Callable[..., Clip], quick_beats: None
) -> None:
    make()
    held = took()
    with held:
        held.say(Job.Stage.ANNOTATING, 0.4)
        first = held.job.heartbeat_at
        after_a_beat(lambda: Job.objects.get().heartbeat_at != first)
        after_a_beat(lambda: Job.objects.get().progress == 0.4)
        assert not held.should_stop()
    with pytest.raises(LostError), jobs.holding(held.job, "another"):
        pytest.fail("it must not come here")


def test_a_beat_that_does_not_arrive_is_no_reason_to_stop(
    make: Callable[..., Clip], quick_beats: None
) -> None:
    make()
    held = took()
    tried = threading.Event()

    def fails(*args: Any) -> bool:
        tried.set()
        raise OperationalError("database is locked")

    with mock.patch.object(jobs, "beat", fails), held:
        assert tried.wait(10)
        held.check()
    assert not held.lost


def test_to_stop_is_an_error_that_says_so(make: Callable[..., Clip]) -> None:
    make()
    held = took()
    held.cancelled = True
    with pytest.raises(StoppedError):
        held.check()


def test_no_holder_is_ever_the_same() -> None:
    names = {new_holder() for _number in range(1000)}
    assert len(names) == 1000
    assert all(len(name) <= 64 and f":{os.getpid()}:" in name for name in names)
