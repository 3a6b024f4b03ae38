"""A corrected face of the live page: kept only with consent, and only as a crop."""

import json
from uuid import uuid4

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import give_consent, withdraw_consent
from emotionweb.live import services as live
from emotionweb.live.models import LiveSession
from emotionweb.live.services import active_bundle_path
from emotionweb.training import live_given
from emotionweb.training.models import GivenCrop
from inference.bundle import Bundle
from inference.frames import decode_jpeg
from inference.pipeline import FacePipeline
from inference.stream import FaceStream
from tests.inference.pictures import portrait
from tests.training.bundles import SHIPPED

pytestmark = pytest.mark.django_db
ADDRESS = "/training/given/live/"


@pytest.fixture(scope="module")
def frame() -> bytes:
    """A photograph with one face, as the page sends it."""
    return cv2.imencode(".jpg", portrait())[1].tobytes()


@pytest.fixture(scope="module")
def seen(frame: bytes):
    """The face as the live page was told about it."""
    pipeline = FacePipeline.load(SHIPPED)
    (face,) = pipeline.analyse_jpeg(frame, FaceStream(), 0.0).faces
    return face


def make_session(user: User) -> LiveSession:
    now = timezone.now()
    return LiveSession.objects.create(
        user=user,
        started_at=now,
        last_seen_at=now,
        held_since=now,
        timezone="UTC",
        day_start_hour=0,
        model_version="m-1",
    )


def send(
    client: Client, session: LiveSession, frame: bytes, box, /, **more: object
) -> HttpResponse:
    form = {
        "frame": SimpleUploadedFile("frame.jpg", frame, "image/jpeg"),
        "box": json.dumps([float(x) for x in box]),
        "expression": "sadness",
        "said": "happiness",
        "session": str(session.pk),
    }
    return client.post(ADDRESS, form | more, HTTP_ACCEPT="application/json")


@pytest.fixture
def session(alice: User, client: Client) -> LiveSession:
    client.force_login(alice)
    return make_session(alice)


def test_without_consent_nothing_is_kept(client, session, frame, seen) -> None:
    answer = send(client, session, frame, seen.box_xyxy)
    assert answer.status_code == 409
    assert "you have not agreed" in answer.json()["said"]
    assert not GivenCrop.objects.exists()


def test_with_consent_the_crop_of_the_network_is_kept_and_nothing_else(
    client, session, alice, frame, seen
) -> None:
    give_consent(alice, Consent.Kind.TRAINING)
    assert send(client, session, frame, seen.box_xyxy).status_code == 201
    row = GivenCrop.objects.get()
    bundle = Bundle.load(active_bundle_path())
    crop = cv2.imdecode(np.frombuffer(row.crop, np.uint8), cv2.IMREAD_UNCHANGED)
    side = bundle.card.input_size
    assert crop.shape == (side, side)
    # The same face, cut out by the pipeline from the same frame.
    gray = cv2.cvtColor(decode_jpeg(frame), cv2.COLOR_BGR2GRAY)
    x1, y1, x2, y2 = (int(v) for v in seen.box_xyxy)
    around = cv2.resize(gray[max(y1, 0) : y2, max(x1, 0) : x2], (side, side))
    assert np.corrcoef(crop.ravel(), around.ravel())[0, 1] > 0.5
    assert (row.user, row.expression, row.said) == (alice, "sadness", "happiness")
    assert (row.source_kind, row.source_id, row.state) == ("live", session.pk, "waiting")
    assert row.model_version == bundle.version


def test_it_goes_with_the_consent_and_with_the_session(client, session, alice, frame, seen) -> None:
    give_consent(alice, Consent.Kind.TRAINING)
    send(client, session, frame, seen.box_xyxy)
    withdraw_consent(alice, Consent.Kind.TRAINING)
    assert not GivenCrop.objects.exists()
    give_consent(alice, Consent.Kind.TRAINING)
    send(client, session, frame, seen.box_xyxy)
    assert GivenCrop.objects.exists()
    live.delete_session(alice.pk, session.pk)
    assert not GivenCrop.objects.exists()


def test_another_persons_session_is_not_there(client, session, bob, frame, seen) -> None:
    client.force_login(bob)
    give_consent(bob, Consent.Kind.TRAINING)
    assert send(client, session, frame, seen.box_xyxy).status_code == 404
    assert send(client, session, frame, seen.box_xyxy, session=str(uuid4())).status_code == 404
    assert not GivenCrop.objects.exists()


def test_who_is_logged_out_is_told(session, frame, seen) -> None:
    answer = send(Client(), session, frame, seen.box_xyxy)
    assert answer.status_code == 401
    assert not GivenCrop.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"expression": "boredom"},
        {"said": "boredom"},
        {"box": "[0, 0, 1, 1]"},
        {"box": "[NaN, 0, 100, 100]"},
        {"box": "[-9000, -9000, -8900, -8900]"},
        {"box": "[1, 2, 60, 60]"},
        {"frame": SimpleUploadedFile("frame.jpg", b"\xff\xd8\xffno picture")},
        {"frame": SimpleUploadedFile("frame.png", b"\x89PNG")},
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(
    wrong: dict[str, object], client, session, alice, frame, seen
) -> None:
    give_consent(alice, Consent.Kind.TRAINING)
    answer = send(client, session, frame, seen.box_xyxy, **wrong)
    assert answer.status_code == 409
    assert answer.json()["said"].endswith(".")
    assert not GivenCrop.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"box": "here"}, {"box": "[1]"}, {"session": "x"}, {"frame": ""}]
)
def test_a_form_of_another_shape_is_not_understood(
    wrong: dict[str, object], client, session, alice, frame, seen
) -> None:
    give_consent(alice, Consent.Kind.TRAINING)
    assert send(client, session, frame, seen.box_xyxy, **wrong).status_code == 400
    assert not GivenCrop.objects.exists()


def test_one_session_gives_only_so_many(client, session, alice, frame, seen, monkeypatch) -> None:
    monkeypatch.setattr(live_given, "MOST_OF_A_SESSION", 2)
    give_consent(alice, Consent.Kind.TRAINING)
    answers = [send(client, session, frame, seen.box_xyxy).status_code for _ in range(3)]
    assert answers == [201, 201, 409]


def test_the_page_offers_the_expressions_only_with_consent(client, session, alice) -> None:
    give_consent(alice, Consent.Kind.CAMERA)
    shown = client.get("/live/").content.decode()
    assert 'data-may-give="no"' in shown
    assert 'name="expression"' not in shown
    give_consent(alice, Consent.Kind.TRAINING)
    shown = client.get("/live/").content.decode()
    assert 'data-may-give="yes"' in shown
    assert shown.count('name="expression"') == 8
