"""Uploads in pieces, as the browser's client sends them."""

import errno
import fcntl
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.http import UnreadablePostError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from emotionweb.accounts.models import User
from emotionweb.clips import files, housekeeping, services, tus
from emotionweb.clips.models import Clip, Job, Photo, Upload
from tests.clips.sending import PIECE, VERSION, Sender

DATA = bytes(range(256)) * 20


@pytest.fixture
def sender(client: Client, alice: User) -> Sender:
    client.force_login(alice)
    return Sender(client)


@pytest.fixture
def another(bob: User) -> Sender:
    client = Client()
    client.force_login(bob)
    return Sender(client)


def begun(sender: Sender, arrived: int = 1000) -> str:
    """The address of an upload of DATA of which a part has arrived."""
    url = sender.create(len(DATA)).headers["Location"]
    if arrived:
        assert sender.patch(url, 0, DATA[:arrived]).status_code == 204
    return url


def upload_of(url: str) -> Upload:
    return Upload.objects.get(pk=url.rstrip("/").rpartition("/")[2])


# === What the server is ===


def test_it_says_what_it_can(sender: Sender, settings: Settings) -> None:
    response = sender.client.options(reverse("clips:uploads"))
    assert response.status_code == 204
    assert response.headers["Tus-Version"] == "1.0.0"
    assert response.headers["Tus-Extension"] == "creation,expiration,termination"
    assert response.headers["Tus-Max-Size"] == str(settings.CLIP_MAX_BYTES)


def test_another_version_is_refused_and_told_ours(sender: Sender) -> None:
    response = sender.create(10, {"Tus-Resumable": "0.2.2"})
    assert (response.status_code, response.headers["Tus-Version"]) == (412, "1.0.0")
    assert not Upload.objects.exists()


def test_strangers_get_401_not_a_page(client: Client, db: None) -> None:
    for method, url in (
        ("post", reverse("clips:uploads")),
        ("head", reverse("clips:upload", args=[uuid4()])),
        ("patch", reverse("clips:upload", args=[uuid4()])),
    ):
        response = getattr(client, method)(url, headers=VERSION)
        assert response.status_code == 401
        assert response.headers["Content-Type"].startswith("text/plain")


def test_a_page_of_another_site_cannot_send(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert Sender(client).create(10).status_code == 403
    url = reverse("clips:upload", args=[uuid4()])
    assert client.patch(url, b"x", PIECE, headers=VERSION).status_code == 403
    assert client.delete(url, headers=VERSION).status_code == 403
    assert not Upload.objects.exists()


# === A file on its way ===


@pytest.mark.services
def test_pieces_become_a_clip_that_waits_to_be_read(sender: Sender, alice: User) -> None:
    clip_id = sender.send(DATA, filename="Holiday.mp4", rate="10", keep_thumbnails="1")
    clip = Clip.objects.get()
    assert (clip.pk, clip.user, clip.name, clip.size) == (clip_id, alice, "Holiday.mp4", len(DATA))
    assert clip.keep_thumbnails
    assert (clip.timezone, clip.day_start_hour) == (alice.timezone, alice.day_start_hour)
    path = files.absolute(clip.path)
    assert path.read_bytes() == DATA
    assert path.parent.stat().st_mode & 0o077 == 0
    assert path.stat().st_mode & 0o077 == 0
    job = Job.objects.get()
    assert (job.kind, job.state, job.clip, job.user) == ("annotate", "waiting", clip, alice)
    assert job.options == {"rate": 10.0, "start_s": 0.0, "end_s": None}
    assert not Upload.objects.exists()
    assert not files.upload_path(clip_id).exists()


def test_a_photo_becomes_a_photo(sender: Sender) -> None:
    photo_id = sender.send(DATA, purpose="photo", filename="me.jpg")
    photo = Photo.objects.get()
    assert (photo.pk, photo.name) == (photo_id, "me.jpg")
    assert files.absolute(photo.path).read_bytes() == DATA
    assert Job.objects.get().photo == photo
    assert not Clip.objects.exists()


def test_an_empty_file_is_whole_from_the_start(sender: Sender) -> None:
    url = sender.create(0).headers["Location"]
    assert Clip.objects.get().size == 0
    assert sender.offset(url) == 0
    assert Job.objects.get().state == "waiting"  # its job says what is wrong with it


def test_how_much_has_arrived_is_known_after_a_restart(sender: Sender, alice: User) -> None:
    url = begun(sender, 1234)
    again = Client()  # nothing but the disk and the database remembers
    again.force_login(alice)
    response = Sender(again).head(url)
    assert response.status_code == 200
    assert response.headers["Upload-Offset"] == "1234"
    assert response.headers["Upload-Length"] == str(len(DATA))
    assert response.headers["Cache-Control"] == "no-store"
    assert Sender(again).patch(url, 1234, DATA[1234:]).status_code == 204
    assert files.absolute(Clip.objects.get().path).read_bytes() == DATA


def test_a_piece_in_the_wrong_place_changes_nothing(sender: Sender) -> None:
    url = begun(sender, 1000)
    for offset in (0, 999, 1001):
        assert sender.patch(url, offset, DATA[:100]).status_code == 409
    assert files.upload_path(upload_of(url).pk).read_bytes() == DATA[:1000]


def test_what_came_before_the_line_broke_is_kept(sender: Sender) -> None:
    upload = upload_of(begun(sender, 1000))

    class Breaking:
        pieces = [DATA[1000:1300], DATA[1300:1301]]

        def read(self, size: int) -> bytes:
            if not self.pieces:
                raise UnreadablePostError
            return self.pieces.pop(0)

    assert tus.append(upload, 1000, Breaking(), 2000, timezone.now()) == 1301
    assert files.upload_path(upload.pk).read_bytes() == DATA[:1301]


def test_only_one_writes_at_a_time(sender: Sender) -> None:
    url = begun(sender, 1000)
    with files.upload_path(upload_of(url).pk).open("r+b") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert sender.patch(url, 1000, DATA[1000:]).status_code == 423
    assert sender.offset(url) == 1000
    assert sender.patch(url, 1000, DATA[1000:]).status_code == 204


def test_two_tabs_send_the_same_file_and_it_is_one_clip(sender: Sender, alice: User) -> None:
    second = Client()
    second.force_login(alice)
    tabs = [sender, Sender(second)]
    url = begun(sender, 0)
    for turn in range(100):
        tab = tabs[turn % 2]
        offset = tab.offset(url)
        if offset == len(DATA):
            break
        tab.patch(url, offset, DATA[offset : offset + 700])
        behind = tabs[(turn + 1) % 2].patch(url, offset, DATA[offset : offset + 700])
        assert behind.status_code == 409
    assert files.absolute(Clip.objects.get().path).read_bytes() == DATA
    assert Job.objects.count() == 1


def test_the_last_answer_was_lost_and_the_client_asks_again(sender: Sender) -> None:
    url = begun(sender, 0)
    assert sender.patch(url, 0, DATA).status_code == 204
    assert sender.offset(url) == len(DATA)  # it sees that all is there, and begins no second one
    assert sender.patch(url, len(DATA), b"").status_code == 204
    assert sender.patch(url, 0, DATA).status_code == 409
    assert Clip.objects.count() == Job.objects.count() == 1


def test_the_server_went_down_after_the_last_piece(sender: Sender) -> None:
    url = begun(sender, 0)
    upload = upload_of(url)
    files.upload_path(upload.pk).write_bytes(DATA)
    assert sender.offset(url) == len(DATA)
    assert files.absolute(Clip.objects.get().path).read_bytes() == DATA


def test_the_server_went_down_while_it_finished(sender: Sender) -> None:
    upload = upload_of(begun(sender, 0))
    files.upload_path(upload.pk).write_bytes(DATA)
    with (
        mock.patch.object(tus, "_make_thing", side_effect=RuntimeError("power cut")),
        pytest.raises(RuntimeError),
    ):
        tus.finish(upload, timezone.now())
    assert not Clip.objects.exists()
    assert tus.arrived(upload) == len(DATA)
    assert housekeeping.finish_whole_uploads(timezone.now()) == 1  # nobody came back to ask
    assert files.absolute(Clip.objects.get().path).read_bytes() == DATA
    assert housekeeping.finish_whole_uploads(timezone.now()) == 0


def test_a_clip_is_not_made_of_an_upload_that_was_cancelled_meanwhile(
    sender: Sender, media: Path
) -> None:
    upload = upload_of(begun(sender, 0))
    files.upload_path(upload.pk).write_bytes(DATA)
    Upload.objects.filter(pk=upload.pk).delete()
    tus.finish(upload, timezone.now())
    assert not Clip.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file() and path.name == "source"]


# === What is refused ===


def test_more_than_one_file_may_have(sender: Sender, settings: Settings) -> None:
    settings.CLIP_MAX_BYTES, settings.PHOTO_MAX_BYTES = 2000, 500
    response = sender.create(2001)
    assert response.status_code == 413
    assert "2.0" in response.content.decode()
    assert sender.create(501, purpose="photo").status_code == 413
    assert sender.create(2000).status_code == 201
    assert sender.create(500, purpose="photo").status_code == 201


def test_the_quota_counts_files_and_what_is_on_its_way(
    sender: Sender, another: Sender, settings: Settings, alice: User
) -> None:
    settings.USER_QUOTA_BYTES = 10_000
    another.create(9_000)  # somebody else's
    sender.send(DATA[:2000])
    sender.create(3_000)
    sender.send(DATA[:1000], purpose="photo")
    proxy = files.absolute(files.clip_proxy(alice.pk, Clip.objects.get(user=alice).pk))
    proxy.write_bytes(bytes(500))
    room = services.limits(alice.pk)
    assert (room.used, room.free) == (6_500, 3_500)
    response = sender.create(3_501)
    assert response.status_code == 413
    assert "Delete something first" in response.content.decode()
    assert sender.create(3_500).status_code == 201
    assert services.limits(alice.pk).free == 0


def test_the_disk_has_no_room_for_it(sender: Sender) -> None:
    with mock.patch.object(files, "free_bytes", return_value=5_000):
        first = sender.create(3_000)  # promised, though nothing has arrived
        assert first.status_code == 201
        response = sender.create(2_001)
        assert response.status_code == 507
        assert "full" in response.content.decode()
        sender.patch(first.headers["Location"], 0, DATA[:1000])
    with mock.patch.object(files, "free_bytes", return_value=4_000):  # what arrived is on the disk
        assert sender.create(2_000).status_code == 201


def test_the_disk_fills_in_the_middle_of_a_piece(sender: Sender) -> None:
    url = begun(sender, 1000)
    write, room = os.write, [700]

    def nearly_full(handle: int, piece: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        count = write(handle, piece[: room[0]])
        room[0] -= count
        return count

    with mock.patch.object(tus.os, "write", nearly_full):
        response = sender.patch(url, 1000, DATA[1000:])
    assert response.status_code == 507
    assert sender.offset(url) == 1700
    assert sender.patch(url, 1700, DATA[1700:]).status_code == 204
    assert files.absolute(Clip.objects.get().path).read_bytes() == DATA


def test_pieces_are_small(sender: Sender, settings: Settings) -> None:
    settings.UPLOAD_CHUNK_BYTES = 500
    url = begun(sender, 0)
    assert sender.patch(url, 0, DATA[:501]).status_code == 413
    assert sender.patch(url, 0, DATA[:500]).status_code == 204


def test_no_more_comes_than_was_announced(sender: Sender) -> None:
    url = begun(sender, 5000)
    assert sender.patch(url, 5000, bytes(1000)).status_code == 413
    assert sender.offset(url) == 5000


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Upload-Length", "-1"),
        ("Upload-Length", "a lot"),
        ("Upload-Length", "²"),
        ("Upload-Length", ""),
        ("Upload-Metadata", "filename ***"),
        ("Upload-Metadata", "filename /w=="),  # no UTF-8
    ],
)
def test_headers_that_cannot_be_read(sender: Sender, header: str, value: str) -> None:
    assert sender.create(10, {header: value}).status_code == 400
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "meta",
    [{"rate": "7"}, {"rate": "fast"}, {"start_s": "9", "end_s": "3"}, {"purpose": "malware"}],
)
def test_choices_that_cannot_be_used(sender: Sender, meta: dict[str, str]) -> None:
    assert sender.create(10, **meta).status_code == 400
    assert not Upload.objects.exists()


def test_a_piece_says_where_it_belongs_and_what_it_is(sender: Sender) -> None:
    url = begun(sender, 0)
    assert sender.patch(url, 0, b"x", **{"Upload-Offset": "x"}).status_code == 400
    assert sender.client.patch(url, b"x", "text/plain", headers=VERSION).status_code == 415
    assert sender.offset(url) == 0


def test_nobody_keeps_begun_uploads_without_end(sender: Sender) -> None:
    with mock.patch.object(tus, "MAX_UNFINISHED", 2):
        assert [sender.create(1).status_code for _number in range(3)] == [201, 201, 403]


# === Whose, and the end ===


def test_nobody_learns_of_the_upload_of_another(sender: Sender, another: Sender) -> None:
    url = begun(sender, 1000)
    assert another.head(url).status_code == 404
    assert another.patch(url, 1000, DATA[1000:]).status_code == 404
    assert another.delete(url).status_code == 404
    assert sender.offset(url) == 1000
    sender.patch(url, 1000, DATA[1000:])
    assert another.head(url).status_code == 404  # nor of what it became
    assert another.patch(url, len(DATA), b"").status_code == 404


def test_giving_up_frees_the_room(
    sender: Sender, alice: User, django_capture_on_commit_callbacks: Callable
) -> None:
    url = begun(sender, 1000)
    path = files.upload_path(upload_of(url).pk)
    with django_capture_on_commit_callbacks(execute=True):
        assert sender.delete(url).status_code == 204
    assert not path.exists()
    assert services.limits(alice.pk).used == 0
    assert sender.head(url).status_code == 404
    assert sender.patch(url, 1000, b"x").status_code == 404


def test_what_is_complete_is_not_given_up(sender: Sender) -> None:
    url = begun(sender, 0)
    sender.patch(url, 0, DATA)
    assert sender.delete(url).status_code == 410
    assert Clip.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_nobody_goes_on_with_is_removed_after_a_week(sender: Sender) -> None:
    old, new = upload_of(begun(sender, 1000)), upload_of(begun(sender, 10))
    week = timezone.now() + tus.EXPIRES_AFTER
    tus.append(new, 10, mock.Mock(read=lambda size: b""), 0, week - timedelta(minutes=1))
    assert housekeeping.clean(week + timedelta(minutes=1)) == 1
    assert Upload.objects.get() == new
    assert not files.upload_path(old.pk).exists()
    assert files.upload_path(new.pk).exists()


def test_the_expiry_is_told(sender: Sender) -> None:
    response = sender.create(10)
    assert response.headers["Upload-Expires"].endswith("GMT")
    assert UUID(response.headers["Location"].rstrip("/").rpartition("/")[2])
