"""Alice's clip, seen by alice, by bob with clips of his own, by charlie, and by a stranger."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from emotionweb.accounts.models import User
from emotionweb.clips import files, jobs
from emotionweb.clips.models import Clip, Job, Photo, Upload
from tests.clips.test_files import clip_of

pytestmark = pytest.mark.django_db

OF_ALL = {"list", "jobs", "uploads", "photos"}
METHODS = ("get", "post", "head", "delete")
GETS = ("player", "file")
POSTS = ("delete", "rename", "recorded", "thumbnails", "annotate")


@pytest.fixture
def clip(alice: User, bob: User) -> Clip:
    clip_of(bob)
    return clip_of(alice, container="mp4")


def as_user(user: User | None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def ids_of(name: str, clip: Clip, job: Job, photo: Photo) -> dict[str, UUID | int | str]:
    """Arguments of an address, all alice's."""
    known = {
        "clip_id": clip.pk,
        "thing_id": clip.pk,
        "job_id": job.pk,
        "photo_id": photo.pk,
        "upload_id": clip.pk,
        "track_id": 1,
        "correction_id": uuid4(),
        "marker_id": 1,
        "kind": "json",
    }
    (_pattern, wanted), *_more = _patterns()[name]
    return {key: known[key] for key in wanted}


def _patterns() -> dict[str, list[tuple[str, list[str]]]]:
    from emotionweb.clips import urls

    resolver = get_resolver("emotionweb.clips.urls")
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for pattern in urls.urlpatterns:
        matches = resolver.reverse_dict.getlist(pattern.name)
        found[str(pattern.name)] = [(text, names) for text, names in matches[0][0]]
    return found


def test_every_address_of_another_is_404_and_of_a_stranger_the_login(
    clip: Clip, alice: User, bob: User, charlie: User
) -> None:
    job = jobs.enqueue(alice.pk, Job.Kind.ANNOTATE, clip)
    photo = Photo.objects.create(
        user=alice,
        name="p",
        path=files.photo_source(alice.pk, uuid4()),
        size=1,
        created_at=timezone.now(),
    )
    names = set(_patterns()) - OF_ALL
    assert {"player", "file", "delete", "cancel", "retry", "upload"} <= names
    for name in names:
        url = reverse(f"clips:{name}", kwargs=ids_of(name, clip, job, photo))
        tus = {"Tus-Resumable": "1.0.0"} if name == "upload" else {}
        for method in METHODS:
            for user in (bob, charlie):
                response = getattr(as_user(user), method)(url, headers=tus)
                # 400: what was sent is refused before anything is looked for.
                assert response.status_code in (400, 404, 405), f"{user} {method} {url}"
            stranger = getattr(as_user(None), method)(url, headers=tus)
            assert stranger.status_code in (302, 401, 405), f"{method} {url}"
            if stranger.status_code == 302:
                assert stranger.headers["Location"].startswith(reverse("accounts:login"))
        answers = {getattr(as_user(bob), one)(url, headers=tus).status_code for one in METHODS}
        assert 404 in answers or answers == {400, 405}, url
    clip.refresh_from_db()
    job.refresh_from_db()
    assert (clip.name, job.state) == ("film.mp4", "waiting")
    assert Photo.objects.exists()


def test_the_owner_gets_in(clip: Clip, alice: User) -> None:
    client = as_user(alice)
    for name in ("list", "jobs"):
        assert client.get(reverse(f"clips:{name}")).status_code == 200
    for name in GETS:
        assert client.head(reverse(f"clips:{name}", args=[clip.pk])).status_code == 200


def test_lists_have_only_what_is_ones_own(clip: Clip, bob: User, charlie: User) -> None:
    for user, count in ((bob, 1), (charlie, 0)):
        context = as_user(user).get(reverse("clips:list")).context
        assert [one.user for one in context["clips"]] == [user] * count
        assert context["limits"].used == 4 * count
        assert as_user(user).get(reverse("clips:jobs")).json() == {"jobs": []}


def test_lists_are_for_people_who_are_logged_in(db: None) -> None:
    login = reverse("accounts:login")
    for name in ("list", "jobs"):
        url = reverse(f"clips:{name}")
        assert as_user(None).get(url).headers["Location"] == f"{login}?next={url}"
    script = as_user(None).get(reverse("clips:jobs"), headers={"Accept": "application/json"})
    assert script.status_code == 401


def test_what_changes_something_is_not_done_by_looking(clip: Clip, alice: User) -> None:
    for name in POSTS:
        url = reverse(f"clips:{name}", args=[clip.pk])
        assert as_user(alice).get(url).status_code == 405
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(alice)
        assert strict.post(url).status_code == 403
    assert Clip.objects.filter(pk=clip.pk, name="film.mp4").exists()


def test_administrators_see_sizes_and_not_names(clip: Clip, admin_client: Client) -> None:
    Clip.objects.update(name="my secret.mp4")
    Upload.objects.create(
        user=clip.user,
        name="my secret.mp4",
        length=9,
        created_at=timezone.now(),
        expires_at=timezone.now(),
    )
    job = jobs.enqueue(clip.user_id, Job.Kind.ANNOTATE, clip)
    for model, pk in (("clip", clip.pk), ("upload", Upload.objects.get().pk), ("job", job.pk)):
        for url in (
            reverse(f"admin:clips_{model}_changelist"),
            reverse(f"admin:clips_{model}_change", args=[pk]),
        ):
            response = admin_client.get(url)
            assert response.status_code == 200
            assert "my secret" not in response.content.decode()
        assert admin_client.get(reverse(f"admin:clips_{model}_add")).status_code == 403
