"""What the player page asks and says, and who may."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import give_consent
from emotionweb.clips import jobs
from emotionweb.clips.models import Clip, Job
from emotionweb.journal.models import Observation
from inference.labels import LABELS
from tests.clips.results import NOON, Face, make_clip, track_of

JSON = {"content_type": "application/json", "headers": {"Accept": "application/json"}}
SAD = LABELS.index("sadness")


@pytest.fixture
def clip(alice: User) -> Clip:
    return make_clip(alice, [Face(1, 0, 40), Face(2, 20, 50, "anger", (400, 50, 470, 140))])


@pytest.fixture
def page(client: Client, clip: Clip) -> "Page":
    client.force_login(clip.user)
    return Page(client, clip)


class Page:
    """The player of a clip, as its script sees it."""

    def __init__(self, client: Client, clip: Clip) -> None:
        self.client, self.clip = client, clip
        self.track = track_of(clip).pk

    def get(self, path: str, status: int = 200, **query: Any) -> dict[str, Any]:
        return self._answer(self.client.get(f"/clips/{self.clip.pk}/{path}", query), status)

    def post(self, path: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        url = f"/clips/{self.clip.pk}/{path}"
        return self._answer(self.client.post(url, {} if body is None else body, **JSON), status)

    def delete(self, path: str, status: int = 200) -> dict[str, Any]:
        return self._answer(self.client.delete(f"/clips/{self.clip.pk}/{path}"), status)

    def _answer(self, response: Any, status: int) -> dict[str, Any]:
        assert response.status_code == status, response.content
        found: dict[str, Any] = response.json()
        return found


def test_the_data_have_everything_that_was_agreed_on(page: Page) -> None:
    data = page.get("data/")
    assert set(data) == {
        *("clip", "job", "annotation", "labels", "reasons", "tracks", "markers", "corrections"),
        *("agreement", "summary", "exports", "renders", "training_consent"),
    }
    assert data["clip"]["video_url"] == f"/clips/{page.clip.pk}/file/"
    assert data["clip"]["recorded_at"] == NOON.isoformat()
    assert [label["name"] for label in data["labels"]] == list(LABELS)
    assert len(data["reasons"]) == 6
    assert data["annotation"]["model_version"] == "m-1"
    first, second = data["tracks"]
    assert (first["number"], first["first"], first["last"]) == (1, 0.0, 40.0)
    assert (second["seconds"], second["transitions"]) == (pytest.approx(30.2), 0)
    assert first["share"][LABELS.index("happiness")] == 1.0
    assert data["summary"]["looked_at_s"] == pytest.approx(60.0)
    assert data["summary"]["missed_s"] == pytest.approx(10.0)
    assert {one["kind"] for one in data["exports"]} == {"csv", "json", "vtt", "eaf"}
    assert (data["job"], data["agreement"], data["training_consent"]) == (None, None, False)


def test_a_clip_that_nobody_looked_at_yet(client: Client, alice: User) -> None:
    clip = make_clip(alice, annotated=False)
    job = jobs.enqueue(alice.pk, Job.Kind.ANNOTATE, clip, {})
    client.force_login(alice)
    data = client.get(f"/clips/{clip.pk}/data/").json()
    assert (data["annotation"], data["tracks"], data["exports"]) == (None, [], [])
    assert data["summary"] is None
    assert (data["job"]["id"], data["job"]["state"]) == (str(job.pk), "waiting")
    for path in ("timeline/", "boxes/", "export/csv/", "tracks/1/face/"):
        assert client.get(f"/clips/{clip.pk}/{path}").status_code == 404


def test_a_clip_that_no_browser_plays_has_no_address_before_its_proxy(page: Page) -> None:
    Clip.objects.filter(pk=page.clip.pk).update(unplayable="container")
    assert page.get("data/")["clip"]["video_url"] is None
    Clip.objects.filter(pk=page.clip.pk).update(proxy_path="clips/1/2/proxy.mp4")
    assert page.get("data/")["clip"]["video_url"]


def test_queries_do_not_grow_with_the_tracks(client: Client, alice: User) -> None:
    def queries(clip: Clip) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/clips/{clip.pk}/data/").status_code == 200
        return len(captured)

    client.force_login(alice)
    few = queries(make_clip(alice, [Face(1, 0, 5)]))
    assert queries(make_clip(alice, [Face(raw, raw, raw + 2) for raw in range(12)])) == few


# === Saying something ===


def test_name_me_exclude_and_back(page: Page) -> None:
    path = f"tracks/{page.track}/"
    assert page.post(path, {"action": "name", "name": " Anna "})["tracks"][0]["name"] == "Anna"
    assert page.post(path, {"action": "me", "value": True})["tracks"][0]["me"] is True
    assert Observation.objects.filter(source_id=page.clip.pk).count() == 4
    data = page.post(path, {"action": "exclude", "value": True})
    assert data["tracks"][0]["excluded"] is True
    assert data["summary"]["with_face_s"] == pytest.approx(30.2)
    assert not Observation.objects.exists()
    page.post(path, {"action": "exclude", "value": False})
    assert Observation.objects.count() == 4
    assert page.post("not-me/")["tracks"][0]["me"] is False
    assert not Observation.objects.exists()


def test_merge_and_split(page: Page) -> None:
    data = page.post(f"tracks/{page.track}/", {"action": "split", "at": 20})
    assert [track["number"] for track in data["tracks"]] == [1, 2, 3]
    third = data["tracks"][2]["id"]
    data = page.post(f"tracks/{third}/", {"action": "merge", "into": page.track})
    assert [track["number"] for track in data["tracks"]] == [1, 2]
    assert data["tracks"][0]["seconds"] == pytest.approx(40.0)


def test_me_without_a_time_asks_for_it_and_then_works(page: Page) -> None:
    Clip.objects.filter(pk=page.clip.pk).update(recorded_at=None)
    said = {"action": "me", "value": True}
    answer = page.post(f"tracks/{page.track}/", said, status=409)
    assert answer["ask"] == "recorded_at"
    assert "recorded" in answer["said"]
    form = {"at": "2026-02-03T08:30"}
    response = page.client.post(
        f"/clips/{page.clip.pk}/recorded/", form, headers={"Accept": "application/json"}
    )
    assert response.status_code == 200
    assert page.post(f"tracks/{page.track}/", said)["tracks"][0]["me"] is True
    assert Observation.objects.first().start.isoformat() == "2026-02-03T08:30:00+00:00"  # type: ignore[union-attr]


def test_correcting_confirming_and_taking_back(page: Page) -> None:
    body = {"track": page.track, "start": 1.0, "end": 3.0, "expression": SAD}
    data = page.post("corrections/", body)
    (one,) = data["corrections"]
    assert (one["track"], one["expression"], one["source"]) == (page.track, SAD, "page")
    assert data["agreement"]["per_expression"] == [
        {"expression": SAD, "n_s": pytest.approx(2.2), "agree_s": 0.0}
    ]
    body |= {"start": 10, "end": 14, "expression": LABELS.index("happiness")}
    assert page.post("corrections/", body)["agreement"]["kappa"] == pytest.approx(0.0, abs=1e-9)
    data = page.delete(f"corrections/{one['id']}/")
    assert len(data["corrections"]) == 1


def test_markers_and_stretches_left_out(page: Page) -> None:
    data = page.post("markers/", {"kind": "excluded", "start": 10, "end": 20, "text": "phone"})
    assert data["summary"]["excluded_s"] == pytest.approx(10.0)
    (marker,) = data["markers"]
    assert marker["text"] == "phone"
    data = page.delete(f"markers/{marker['id']}/")
    assert (data["markers"], data["summary"]["excluded_s"]) == ([], 0.0)


def test_asking_for_the_annotated_video(page: Page) -> None:
    (render,) = page.post("render/")["renders"]
    assert (render["state"], render["url"]) == ("waiting", None)
    Job.objects.filter(pk=render["job"]).update(state="done", result_path="clips/1/2/x.mp4")
    (render,) = page.get("data/")["renders"]
    assert render["url"] == f"/clips/{page.clip.pk}/renders/{render['job']}/"


def test_a_timeline_and_boxes(page: Page) -> None:
    found = page.get("timeline/", **{"from": 0, "to": 60, "bins": 30})
    assert [len(track["mean"]) for track in found["tracks"]] == [240, 240]
    assert found["tracks"][0]["seen"] == [100] * 20 + [0] * 10
    found = page.get("boxes/", **{"from": 20, "to": 21})
    assert [len(track["t"]) for track in found["tracks"]] == [6, 6]


def test_a_small_picture_only_where_it_is_kept(page: Page) -> None:
    url = f"/clips/{page.clip.pk}/tracks/{page.track}/face/"
    assert page.client.get(url).status_code == 404
    track = track_of(page.clip)
    track.thumbnail = b"\xff\xd8\xff"
    track.save()
    assert page.get("data/")["tracks"][0]["thumbnail_url"] == url
    response = page.client.get(url)
    assert (response["Content-Type"], response.content) == ("image/jpeg", b"\xff\xd8\xff")


def test_whether_faces_may_be_given_is_told(page: Page) -> None:
    give_consent(page.clip.user, Consent.Kind.TRAINING)
    assert page.get("data/")["training_consent"] is True


def test_the_journal_takes_a_clip_out_by_a_form(client: Client, clip: Clip) -> None:
    client.force_login(clip.user)
    page = Page(client, clip)
    page.post(f"tracks/{page.track}/", {"action": "me", "value": True})
    day = client.get("/journal/2026-03-14/").content.decode()
    assert f"/clips/{clip.pk}/not-me/" in day
    response = client.post(f"/clips/{clip.pk}/not-me/")
    assert response.status_code == 302
    assert response["Location"] == "/journal/"
    assert not Observation.objects.exists()
    assert Clip.objects.filter(pk=clip.pk).exists()


# === What cannot be ===


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("tracks/{track}/", {}),
        ("tracks/{track}/", {"action": "dance"}),
        ("tracks/{track}/", {"action": "split"}),
        ("tracks/{track}/", {"action": "split", "at": "x"}),
        ("tracks/{track}/", {"action": "split", "at": True}),
        ("tracks/{track}/", {"action": "split", "at": 1e400}),
        ("tracks/{track}/", {"action": "merge", "into": None}),
        ("tracks/{track}/", {"action": "merge", "into": [1]}),
        ("tracks/{track}/", []),
        ("tracks/{track}/", "not json {"),
        ("corrections/", {"track": "{track}"}),
        ("corrections/", {"track": 1, "start": 0, "end": 1, "expression": "happy"}),
        ("markers/", {"kind": "excluded", "start": 3, "end": 3}),
        ("markers/", {"kind": "x", "start": 3, "end": 4}),
    ],
)
def test_what_is_not_understood_is_a_sentence_and_changes_nothing(
    page: Page, path: str, body: Any
) -> None:
    before = page.get("data/")
    assert page.post(path.format(track=page.track), body, status=400)["said"]
    assert page.get("data/") == before


@pytest.mark.parametrize(
    "query",
    [
        {"from": "x"},
        {"from": 5, "to": 5},
        {"from": 9, "to": 5},
        {"bins": 0},
        {"bins": 2001},
        {"bins": "inf"},
        {"from": "nan", "to": 5},
    ],
)
def test_a_stretch_that_cannot_be_drawn(page: Page, query: dict[str, Any]) -> None:
    assert page.get("timeline/", status=400, **query)["said"]


def test_boxes_of_more_than_two_minutes_are_refused(page: Page) -> None:
    assert page.get("boxes/", status=400, **{"from": 0, "to": 121})["said"]


# === Whose ===


def _calls(clip: Clip) -> list[tuple[str, str, dict[str, Any]]]:
    track = track_of(clip).pk
    return [
        ("get", "data/", {}),
        ("get", "timeline/", {}),
        ("get", "boxes/", {}),
        ("get", f"tracks/{track}/face/", {}),
        ("get", "export/csv/", {}),
        ("post", f"tracks/{track}/", {"action": "name", "name": "Mallory"}),
        ("post", f"tracks/{track}/", {"action": "me", "value": True}),
        ("post", "not-me/", {}),
        ("post", "corrections/", {"track": track, "start": 1, "end": 2, "expression": 1}),
        ("delete", f"corrections/{uuid4()}/", {}),
        ("post", "markers/", {"kind": "excluded", "start": 1, "end": 2, "text": ""}),
        ("delete", "markers/1/", {}),
        ("post", "render/", {}),
        ("get", f"renders/{uuid4()}/", {}),
    ]


def _call(client: Client, clip: Clip, call: tuple[str, str, dict[str, Any]]) -> int:
    method, path, body = call
    url = f"/clips/{clip.pk}/{path}"
    send: Callable[..., Any] = getattr(client, method)
    response = send(url) if method in ("get", "delete") else send(url, body, **JSON)
    return int(response.status_code)


def test_anothers_clip_is_no_clip(client: Client, clip: Clip, bob: User, charlie: User) -> None:
    make_clip(bob, [Face(1, 0, 10)])
    for stranger in (bob, charlie):
        client.force_login(stranger)
        for call in _calls(clip):
            assert _call(client, clip, call) == 404, call
    assert (track_of(clip).name, track_of(clip).is_me) == ("", False)
    assert not clip.markers.exists()
    assert not Job.objects.exists()


def test_strangers_are_sent_to_the_login_and_scripts_told(client: Client, clip: Clip) -> None:
    for call in _calls(clip):
        assert _call(client, clip, call) in (302, 401), call
    response = client.get(f"/clips/{clip.pk}/data/", headers={"Accept": "application/json"})
    assert response.status_code == 401
    assert response.json()["said"]


def test_another_method_is_refused(page: Page) -> None:
    for path in (f"tracks/{page.track}/", "corrections/", "markers/", "render/", "not-me/"):
        assert page.client.get(f"/clips/{page.clip.pk}/{path}").status_code == 405


def test_a_post_without_the_token_is_refused(clip: Clip) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(clip.user)
    for path in (f"tracks/{track_of(clip).pk}/", "not-me/", "corrections/"):
        assert client.post(f"/clips/{clip.pk}/{path}", {}, **JSON).status_code == 403
