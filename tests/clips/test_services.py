"""Rules of clips: names, times, pictures of faces, and what may be asked for when."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from emotionweb.accounts.models import User
from emotionweb.clips import files, jobs, services
from emotionweb.clips.models import Annotation, Clip, Job, Track, Upload
from emotionweb.clips.options import AnnotateOptions, RefusedError
from tests.clips.test_files import clip_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)


@pytest.fixture
def clip(alice: User) -> Clip:
    return clip_of(alice)


def read(clip: Clip) -> Annotation:
    """Give a clip a result."""
    found = Annotation.objects.create(
        clip=clip, created_at=NOW, finished_at=NOW, model_version="1", detector="x", rate=5
    )
    clip.annotation = found
    clip.save()
    return found


# === What is chosen before a clip is read ===


@pytest.mark.parametrize(
    ("data", "options"),
    [
        ({}, AnnotateOptions(5.0, 0.0, None)),
        ({"rate": "0", "start_s": "", "end_s": ""}, AnnotateOptions(0.0, 0.0, None)),
        ({"rate": "30", "start_s": "1.5", "end_s": "90"}, AnnotateOptions(30.0, 1.5, 90.0)),
        ({"rate": 10.0, "start_s": 0.0, "end_s": None}, AnnotateOptions(10.0)),
    ],
)
def test_options_are_read(data: Mapping[str, object], options: AnnotateOptions) -> None:
    assert AnnotateOptions.parse(data) == options
    assert AnnotateOptions.parse(options.as_json()) == options


@pytest.mark.parametrize(
    "data",
    [
        {"rate": "3"},
        {"rate": "nan"},
        {"rate": "x" * 5000},
        {"start_s": "-1"},
        {"start_s": "inf"},
        {"end_s": "nan"},
        {"start_s": "5", "end_s": "5"},
    ],
)
def test_options_that_make_no_sense(data: Mapping[str, object]) -> None:
    with pytest.raises(RefusedError) as refused:
        AnnotateOptions.parse(data)
    assert 0 < len(str(refused.value)) < 120


# === Names and times ===


def test_a_clip_gets_another_name(clip: Clip, alice: User) -> None:
    renamed = services.rename(alice.pk, clip.pk, "  Sunday \u202e walk\n")
    assert renamed is not None
    clip.refresh_from_db()
    assert clip.name == renamed.name == "Sunday walk"
    with pytest.raises(RefusedError, match="needs a name"):
        services.rename(alice.pk, clip.pk, " \x00 ")


def test_the_time_of_the_recording_is_that_of_the_place(clip: Clip, alice: User) -> None:
    Clip.objects.update(timezone="Asia/Shanghai")
    services.set_recorded_at(alice.pk, clip.pk, "2026-11-20T21:30", NOW)
    clip.refresh_from_db()
    assert clip.recorded_at == datetime(2026, 11, 20, 21, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert clip.recorded_from == "person"
    services.set_recorded_at(alice.pk, clip.pk, "", NOW)
    clip.refresh_from_db()
    assert (clip.recorded_at, clip.recorded_from) == (None, "")


@pytest.mark.parametrize(
    "wall", ["yesterday", "2026-11-21T18:01", "1969-01-01T00:00", "2026-03-29T02:30", "0001-01-01"]
)
def test_times_that_cannot_be(clip: Clip, alice: User, wall: str) -> None:
    Clip.objects.update(timezone="Europe/Berlin" if wall.startswith("2026-03") else "UTC")
    with pytest.raises(RefusedError):
        services.set_recorded_at(alice.pk, clip.pk, wall, NOW)
    clip.refresh_from_db()
    assert clip.recorded_at is None


# === What may be asked for when ===


def test_reading_again_makes_a_job_with_the_options(clip: Clip, alice: User) -> None:
    old = Job.objects.create(user=alice, clip=clip, kind="annotate", state="failed", created_at=NOW)
    job = services.request_annotation(alice.pk, clip.pk, AnnotateOptions(rate=0), NOW)
    assert job is not None
    assert (job.state, job.options["rate"]) == ("waiting", 0)
    assert not Job.objects.filter(pk=old.pk).exists()  # one line in the list, not two
    with pytest.raises(RefusedError, match="is being read") as refused:
        services.request_annotation(alice.pk, clip.pk, AnnotateOptions(), NOW)
    assert refused.value.status == 409


def test_an_annotated_video_needs_a_result_and_is_made_once(clip: Clip, alice: User) -> None:
    with pytest.raises(RefusedError, match="once the clip has been read"):
        services.request_render(alice.pk, clip.pk, NOW)
    read(clip)
    job = services.request_render(alice.pk, clip.pk, NOW)
    assert job is not None
    assert services.request_render(alice.pk, clip.pk, NOW) == job
    # Reading again stops it: it would show what is about to be replaced.
    services.request_annotation(alice.pk, clip.pk, AnnotateOptions(), NOW)
    job.refresh_from_db()
    assert job.state == "cancelled"
    with pytest.raises(RefusedError):
        services.request_render(alice.pk, clip.pk, NOW)


@pytest.mark.django_db(transaction=True)
def test_making_it_anew_takes_the_old_file_away(clip: Clip, alice: User) -> None:
    read(clip)
    with mock.patch.object(jobs, "wake"):
        job = services.request_render(alice.pk, clip.pk, NOW)
        assert job is not None
        job.state, job.result_path = "done", files.clip_render(alice.pk, clip.pk, job.pk)
        job.save()
        result = files.absolute(job.result_path)
        result.write_bytes(b"drawn")
        newer = services.request_render(alice.pk, clip.pk, NOW)
    assert newer != job
    assert not result.exists()


def test_an_annotated_video_needs_room(clip: Clip, alice: User, settings: Settings) -> None:
    read(clip)
    settings.USER_QUOTA_BYTES = 4
    with pytest.raises(RefusedError, match="not enough room"):
        services.request_render(alice.pk, clip.pk, NOW)


def test_pictures_of_faces_go_when_they_are_not_wanted(clip: Clip, alice: User) -> None:
    track = Track.objects.create(
        annotation=read(clip), number=1, first_s=0, last_s=1, thumbnail=b"jpeg"
    )
    services.set_keep_thumbnails(alice.pk, clip.pk, True)
    track.refresh_from_db()
    assert track.thumbnail is not None
    services.set_keep_thumbnails(alice.pk, clip.pk, False)
    track.refresh_from_db()
    assert track.thumbnail is None


def test_all_that_belongs_to_a_clip_goes_with_it(clip: Clip, alice: User) -> None:
    Track.objects.create(annotation=read(clip), number=1, first_s=0, last_s=1)
    jobs.enqueue(alice.pk, Job.Kind.ANNOTATE, clip)
    assert services.delete_clip(alice.pk, clip.pk)
    assert not services.delete_clip(alice.pk, clip.pk)
    for model in (Clip, Annotation, Track, Job):
        assert not model._default_manager.exists()


# === Whose ===


def test_everything_is_only_the_owners(clip: Clip, alice: User, bob: User) -> None:
    read(clip)
    job = jobs.enqueue(alice.pk, Job.Kind.ANNOTATE, clip)
    assert services.own_clip(alice.pk, clip.pk) == clip
    assert services.own_job(alice.pk, clip.pk, job.pk) == job
    assert services.own_job(alice.pk, job.pk, job.pk) is None
    for answer in (
        services.own_clip(bob.pk, clip.pk),
        services.own_job(bob.pk, clip.pk, job.pk),
        services.rename(bob.pk, clip.pk, "mine"),
        services.set_recorded_at(bob.pk, clip.pk, "2026-11-20T21:30", NOW),
        services.set_keep_thumbnails(bob.pk, clip.pk, True),
        services.request_annotation(bob.pk, clip.pk, AnnotateOptions(), NOW),
        services.request_render(bob.pk, clip.pk, NOW),
    ):
        assert answer is None
    assert not services.delete_clip(bob.pk, clip.pk)
    clip.refresh_from_db()
    assert (clip.name, clip.recorded_at, clip.keep_thumbnails) == ("film.mp4", None, False)
    assert services.job_rows(bob.pk) == services.recent_jobs(bob.pk, 5) == []


# === Pages and scripts ===


def test_the_list_has_clips_jobs_and_limits(
    clip: Clip, alice: User, client: Client, settings: Settings
) -> None:
    jobs.enqueue(alice.pk, Job.Kind.ANNOTATE, clip)
    Upload.objects.create(
        user=alice, name="u", length=96, created_at=NOW, expires_at=NOW + timedelta(days=1)
    )
    client.force_login(alice)
    context = client.get(reverse("clips:list")).context
    assert list(context["clips"]) == [clip]
    assert [row.thing for row in context["jobs"]] == [str(clip.pk)]
    assert context["limits"].used == 100
    assert context["limits"].max_bytes == settings.CLIP_MAX_BYTES
    assert context["limits"].chunk_bytes == settings.UPLOAD_CHUNK_BYTES


def test_the_script_is_told_how_far_jobs_are(clip: Clip, alice: User, client: Client) -> None:
    job = jobs.enqueue(alice.pk, Job.Kind.ANNOTATE, clip)
    Job.objects.update(
        state="running", progress=0.5, started_at=timezone.now() - timedelta(seconds=60)
    )
    client.force_login(alice)
    (row,) = client.get(reverse("clips:jobs")).json()["jobs"]
    assert (row["id"], row["thing"], row["name"]) == (str(job.pk), str(clip.pk), "film.mp4")
    assert row["progress"] == 0.5
    assert row["eta_s"] == pytest.approx(60, abs=2)
    assert row["url"] == reverse("clips:player", args=[clip.pk])


def test_a_form_gets_a_page_and_a_script_an_answer(clip: Clip, alice: User, client: Client) -> None:
    client.force_login(alice)
    rename = reverse("clips:rename", args=[clip.pk])
    page = client.post(rename, {"name": "One"})
    assert (page.status_code, page.headers["Location"]) == (
        302,
        reverse("clips:player", args=[clip.pk]),
    )
    as_script = {"Accept": "application/json"}
    answer = client.post(rename, {"name": "Two"}, headers=as_script)
    assert answer.json() == {"said": "The clip is renamed.", "name": "Two"}
    refused = client.post(rename, {"name": ""}, headers=as_script)
    assert (refused.status_code, refused.json()) == (400, {"said": "A clip needs a name."})
    clip.refresh_from_db()
    assert clip.name == "Two"


def test_jobs_are_stopped_and_tried_again_from_the_list(
    clip: Clip, alice: User, client: Client
) -> None:
    job = jobs.enqueue(alice.pk, Job.Kind.ANNOTATE, clip)
    client.force_login(alice)
    as_script = {"Accept": "application/json"}
    row = services.job_rows(alice.pk)[0]
    stopped = client.post(row.cancel_url, headers=as_script).json()["job"]
    assert (stopped["state"], stopped["cancel_url"]) == ("cancelled", "")
    again = client.post(stopped["retry_url"], headers=as_script).json()["job"]
    assert (again["state"], again["id"]) == ("waiting", str(job.pk))


def test_a_clip_is_read_again_from_its_page(clip: Clip, alice: User, client: Client) -> None:
    client.force_login(alice)
    url = reverse("clips:annotate", args=[clip.pk])
    as_script = {"Accept": "application/json"}
    assert client.post(url, {"rate": "7"}, headers=as_script).status_code == 400
    assert client.post(url, {"rate": "0"}, headers=as_script).json()["job"]["state"] == "waiting"
    assert client.post(url, {"rate": "0"}, headers=as_script).status_code == 409
    assert Job.objects.get().options["rate"] == 0
