"""The photo of a check-in: what is taken, what is left out of it, whose it is, and when it goes."""

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from emotionweb.accounts.models import User
from emotionweb.clips import files, housekeeping
from emotionweb.clips.services import limits
from emotionweb.journal import checkins, photos
from emotionweb.journal.checkins import CheckInDraft
from emotionweb.journal.models import CheckIn
from emotionweb.privacy.holdings import holding

FORM = "/journal/check-in/"


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def picture(size: tuple[int, int] = (40, 30), kind: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **more)
    return out.getvalue()


def from_a_phone(size: tuple[int, int] = (40, 30)) -> bytes:
    """Taken upright: the pixels lie on their side, and place and maker stand in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it to the right
    exif[0x010F] = "Maker of phones"
    exif.get_ifd(0x8825)[1] = "N"
    return picture(size, exif=exif, comment=b"a comment")


def small(content: bytes) -> bytes:
    return photos.small_jpeg(io.BytesIO(content), len(content))


def opened(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def said(user: User, photo: bool = True, **more: Any) -> CheckIn:
    row, _created = checkins.check_in(user, CheckInDraft(mood=4, **more), timezone.now())
    if photo:
        photos.attach(user.pk, row.pk, small(picture()))
        row.refresh_from_db()
    return row


def place(row: CheckIn) -> Path:
    return files.absolute(photos.relative_path(row.user_id, row.pk))


# === What is taken ===


def test_it_stands_upright_and_only_the_pixels_are_left() -> None:
    before = from_a_phone()
    assert b"Maker of phones" in before
    made = small(before)
    assert b"Maker" not in made
    assert b"comment" not in made
    with opened(made) as image:
        assert (image.format, image.size) == ("JPEG", (30, 40))
        assert len(image.getexif()) == 0
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)


@pytest.mark.parametrize(
    ("size", "kept"), [((4000, 3000), (1600, 1200)), ((900, 3200), (450, 1600)), ((16, 9), (16, 9))]
)
def test_it_is_made_smaller_never_larger(size: tuple[int, int], kept: tuple[int, int]) -> None:
    with opened(small(picture(size))) as image:
        assert image.size == kept


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_clear_becomes_white(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, kind)
    with opened(small(out.getvalue())) as image:
        assert np.asarray(image).min() > 250


# === What is not ===


@pytest.mark.parametrize("content", [b"text", b"\xff\xd8\xff", b"<svg/>", b"%PDF-1.4"])
def test_what_is_no_picture_is_told(content: bytes) -> None:
    with pytest.raises(photos.PhotoError, match=r"no picture|damaged"):
        small(content)


def test_a_gif_is_not_taken() -> None:
    with pytest.raises(photos.PhotoError, match="JPEG, PNG and WebP"):
        small(picture(kind="GIF"))


def test_a_cut_off_picture_is_told() -> None:
    whole = picture((600, 600))
    with pytest.raises(photos.PhotoError, match="damaged"):
        small(whole[: len(whole) // 2])


def test_a_file_that_is_too_large_is_not_opened() -> None:
    with (
        mock.patch.object(Image, "open") as opening,
        pytest.raises(photos.PhotoError, match="16 MB"),
    ):
        photos.small_jpeg(io.BytesIO(b""), photos.MAX_BYTES + 1)
    opening.assert_not_called()


@pytest.mark.parametrize("side", [9_000, 15_000, 60_000])
def test_a_small_file_that_unfolds_to_a_huge_picture_is_not_decoded(side: int) -> None:
    """Only its header says the size: nothing of that size is ever made here."""
    bomb = bytearray(picture((1, 1), "PNG"))
    bomb[16:24] = side.to_bytes(4, "big") * 2
    import zlib

    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    with pytest.raises(photos.PhotoError, match="64 million pixels"):
        small(bytes(bomb))


# === On the pages ===


def send(client: Client, path: str = FORM, **more: Any) -> Any:
    now = timezone.localtime(timezone.now() - timedelta(minutes=1), timezone.get_fixed_timezone(0))
    fields = {"mood": "4", "date": now.date().isoformat(), "time": f"{now:%H:%M}", **more}
    return client.post(path, fields)


def upload(content: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_with_the_form_it_is_kept_shown_replaced_and_removed(
    alice: User, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(alice)
    assert send(client, photo=upload(from_a_phone())).status_code == 302
    row = CheckIn.objects.get()
    address = f"/journal/check-in/{row.pk}/photo/"
    assert row.photo == f"checkins/{alice.pk}/{row.pk}.jpg"
    assert place(row).stat().st_mode & 0o077 == 0 or place(row).parent.stat().st_mode & 0o077 == 0
    for page in ("/", f"/journal/{row.local_day}/", f"/journal/check-in/{row.pk}/"):
        assert f'src="{address}"' in client.get(page).content.decode(), page

    first = place(row).read_bytes()
    send(client, f"{FORM}{row.pk}/", photo=upload(picture((60, 60))))
    assert place(row).read_bytes() != first
    send(client, f"{FORM}{row.pk}/", note="only words")
    assert place(row).exists()
    with django_capture_on_commit_callbacks(execute=True):
        send(client, f"{FORM}{row.pk}/", remove_photo="on")
    row.refresh_from_db()
    assert row.photo == ""
    assert not place(row).exists()
    assert client.get(address).status_code == 404


def test_a_photo_that_is_refused_is_told_at_its_field_and_nothing_is_stored(
    alice: User, client: Client
) -> None:
    client.force_login(alice)
    page = send(client, photo=upload(b"no picture"), note="kept")
    assert page.context["form"].errors == {
        "photo": ["This is no picture that can be read. JPEG, PNG and WebP can."]
    }
    assert "kept" in page.content.decode()
    assert not CheckIn.objects.exists()


def test_after_another_error_it_is_said_that_the_photo_has_to_be_chosen_again(
    alice: User, client: Client
) -> None:
    client.force_login(alice)
    page = send(client, photo=upload(picture()), mood="")
    assert "choose it again" in page.content.decode()


def test_the_photo_is_the_persons_own(alice: User, bob: User, charlie: User) -> None:
    row = said(alice)
    address = f"/journal/check-in/{row.pk}/photo/"
    clients = {user.name: Client() for user in (alice, bob, charlie)}
    for user in (alice, bob, charlie):
        clients[user.name].force_login(user)
    mine = clients["Alice"].get(address)
    assert mine["Content-Type"] == "image/jpeg"
    assert mine["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in mine["Cache-Control"]
    assert "sandbox" in mine["Content-Security-Policy"]
    assert clients["Bob"].get(address).status_code == 404
    assert clients["Charlie"].get(address).status_code == 404
    assert Client().get(address).status_code == 302
    checkins.delete(alice.pk, row.pk, timezone.now())
    assert clients["Alice"].get(address).status_code == 404


def test_nobody_writes_to_the_check_in_of_another(alice: User, bob: User) -> None:
    row = said(alice, photo=False)
    photos.attach(bob.pk, row.pk, b"x")
    row.refresh_from_db()
    assert row.photo == ""
    assert not files.absolute(photos.relative_path(bob.pk, row.pk)).exists()


# === How it goes, and how much there is ===


def test_it_stays_while_deleting_can_be_undone_and_goes_with_the_purge(
    alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    row, now = said(alice), timezone.now()
    checkins.delete(alice.pk, row.pk, now)
    assert place(row).exists()
    checkins.restore(alice.pk, row.pk)
    checkins.delete(alice.pk, row.pk, now)
    with django_capture_on_commit_callbacks(execute=True):
        assert checkins.purge(now + timedelta(days=8)) == 1
    assert not place(row).exists()


def test_it_goes_when_days_are_erased(
    alice: User, bob: User, django_capture_on_commit_callbacks: Any
) -> None:
    row, other = said(alice), said(bob)
    kept = holding("check_ins")
    assert kept is not None
    assert kept.erase is not None
    with django_capture_on_commit_callbacks(execute=True):
        kept.erase(alice, date(2000, 1, 1), date(2100, 1, 1))
    assert not place(row).exists()
    assert place(other).exists()


def test_it_goes_with_the_account(alice: User, django_capture_on_commit_callbacks: Any) -> None:
    path = place(said(alice))
    with django_capture_on_commit_callbacks(execute=True):
        alice.delete()
    assert not path.exists()


def test_a_deletion_that_is_rolled_back_loses_nothing(alice: User) -> None:
    row = said(alice)
    row.delete()  # the test's own transaction never commits
    assert files.absolute(photos.relative_path(alice.pk, row.pk or UUID(int=0))).parent.is_dir()
    assert len(list(files.absolute(f"checkins/{alice.pk}").iterdir())) == 1


def test_it_counts_for_the_room_of_the_person(alice: User, bob: User, settings: Any) -> None:
    before = limits(alice.pk).used
    row = said(alice)
    assert limits(alice.pk).used == before + place(row).stat().st_size
    assert limits(bob.pk).used == 0
    settings.USER_QUOTA_BYTES = limits(alice.pk).used
    second = said(alice, photo=False)
    with pytest.raises(photos.PhotoError, match="no room"):
        photos.attach(alice.pk, second.pk, b"x" * 100)
    second.refresh_from_db()
    assert second.photo == ""


def test_a_file_that_could_not_be_written_leaves_the_check_in_without_it(
    alice: User, client: Client
) -> None:
    client.force_login(alice)
    with mock.patch("emotionweb.journal.photos.os.fsync", side_effect=OSError("full")):
        page = client.post(
            FORM,
            {"mood": "3", "date": "2026-01-02", "time": "10:00", "photo": upload(picture())},
            follow=True,
        )
    assert "no room left for the photo" in page.content.decode()
    row = CheckIn.objects.get()
    assert row.photo == ""
    assert list(place(row).parent.iterdir()) == []


def test_files_without_a_check_in_are_cleaned_away(alice: User) -> None:
    row = said(alice)
    stray = place(row).with_name("half.jpg.x")
    stray.write_bytes(b"x")
    assert housekeeping.clean(timezone.now()) == 0
    assert housekeeping.clean(timezone.now() + timedelta(days=3)) == 1
    assert place(row).exists()
    assert not stray.exists()
