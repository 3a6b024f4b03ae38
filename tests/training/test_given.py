from datetime import date
from pathlib import Path
from uuid import uuid4

import cv2
import numpy as np
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from emotionweb.accounts import models as accounts
from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import delete_account, give_consent, withdraw_consent
from emotionweb.clips import files, tracks
from emotionweb.clips import services as clip_services
from emotionweb.clips.models import Annotation, Clip, SampleBlock
from emotionweb.live.services import active_bundle_path
from emotionweb.training import given
from emotionweb.training.models import GivenCrop
from inference.bundle import Bundle
from inference.labels import LABELS
from inference.pipeline import FacePipeline, PipelineConfig
from inference.stream import FaceStream
from inference.video.decode import frames
from inference.video.samples import Samples
from tests.clips.films import film
from tests.clips.results import make_clip

pytestmark = pytest.mark.services

CROP = np.arange(48 * 48, dtype=np.uint32).reshape(48, 48).astype(np.uint8)
SAD = LABELS.index("sadness")
TRAINING = Consent.Kind.TRAINING


def give(user: User, **more: object) -> GivenCrop | None:
    said = {
        "expression": "sadness",
        "said": "happiness",
        "model_version": "m-1",
        "source_kind": "clip",
        "source_id": uuid4(),
    }
    return given.give(user, CROP, **(said | more))  # type: ignore[arg-type]


def test_without_consent_nothing_is_kept(alice: User) -> None:
    assert not given.may_give(alice)
    assert give(alice) is None
    give_consent(alice, Consent.Kind.CAMERA)  # to something else
    assert give(alice) is None
    assert not GivenCrop.objects.exists()


def test_what_is_given_is_what_the_network_saw_and_what_was_said(alice: User) -> None:
    give_consent(alice, TRAINING)
    row = give(alice)
    assert row is not None
    picture = cv2.imdecode(np.frombuffer(row.crop, np.uint8), cv2.IMREAD_UNCHANGED)
    assert (picture == CROP).all()
    assert (row.expression, row.said, row.state) == ("sadness", "happiness", "waiting")


def test_a_wrong_crop_or_expression_is_a_mistake_of_the_program(alice: User) -> None:
    give_consent(alice, TRAINING)
    with pytest.raises(ValueError, match="no expression"):
        give(alice, expression="joy")
    with pytest.raises(ValueError, match="gray"):
        given.give(
            alice,
            np.zeros((48, 48, 3), np.uint8),
            expression="fear",
            said="",
            model_version="m",
            source_kind="clip",
            source_id=uuid4(),
        )


def test_withdrawing_deletes_all_of_this_person_and_no_other(alice: User, bob: User) -> None:
    for user in (alice, bob):
        give_consent(user, TRAINING)
        give(user)
        give(user)
    withdraw_consent(alice, Consent.Kind.CAMERA)
    assert given.count(alice.pk) == 2
    withdraw_consent(alice, TRAINING)
    assert (given.count(alice.pk), given.count(bob.pk)) == (0, 2)
    assert give(alice) is None


def test_a_new_wording_is_asked_anew(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    give_consent(alice, TRAINING)
    give(alice)
    later = {**accounts.CONSENT_TEXT_VERSIONS, TRAINING: date(2027, 1, 1)}
    monkeypatch.setattr(accounts, "CONSENT_TEXT_VERSIONS", later)
    monkeypatch.setattr("emotionweb.accounts.services.CONSENT_TEXT_VERSIONS", later)
    monkeypatch.setattr(given, "CONSENT_TEXT_VERSIONS", later)
    assert not given.may_give(alice)
    assert give(alice) is None
    assert given.count(alice.pk) == 1  # given under the old one, and not taken back


def test_an_account_takes_its_faces_along(alice: User) -> None:
    give_consent(alice, TRAINING)
    give(alice)
    delete_account(alice)
    assert not GivenCrop.objects.exists()


class TestPrivacyPage:
    def test_the_switch_gives_and_takes_back(self, client: Client, alice: User) -> None:
        client.force_login(alice)
        page = client.get("/accounts/privacy/")
        assert b'data-testid="training-consent-accept"' in page.content
        client.post("/accounts/consent/training/", {"answer": "give"})
        assert given.may_give(alice)
        give(alice)
        page = client.get("/accounts/privacy/")
        assert b"1 face of yours is kept for training." in page.content
        assert b'data-testid="training-consent-withdraw"' in page.content
        response = client.post("/accounts/consent/training/", {"answer": "withdraw"}, follow=True)
        assert b"are deleted" in response.content
        assert given.count(alice.pk) == 0
        assert not given.may_give(alice)

    def test_it_comes_back_to_where_it_was_asked_but_not_elsewhere(
        self, client: Client, alice: User
    ) -> None:
        client.force_login(alice)
        path = "/accounts/consent/training/"
        assert client.get(f"{path}?next=/clips/").context["next"] == "/clips/"
        away = client.post(path, {"answer": "give", "next": "https://elsewhere.example/"})
        assert away["Location"] == "/accounts/privacy/"

    def test_a_stranger_is_sent_to_the_login(self, client: Client, db: None) -> None:
        response = client.post("/accounts/consent/training/", {"answer": "give"})
        assert "/accounts/login/" in response["Location"]
        assert not Consent.objects.exists()


# === From a real clip ===


@pytest.fixture
def clip(alice: User, settings: object, tmp_path: Path) -> Clip:
    """A clip of a face, read by the shipped model."""
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    clip = make_clip(alice, annotated=False, length_s=2.0)
    clip.path = files.clip_source(alice.pk, clip.pk)
    clip.save()
    film(files.absolute(clip.path))
    _read(clip)
    return Clip.objects.get(pk=clip.pk)


def _read(clip: Clip) -> None:
    config = PipelineConfig(detector=settings.CLIP_DETECTOR, redetect_s=0.0)
    pipeline = FacePipeline.load(active_bundle_path(), config)
    stream, faces, times = FaceStream(), [], []
    for at, frame in frames(files.absolute(clip.path)):
        times.append(at)
        faces += [(at, face) for face in pipeline.analyse(frame, stream, at).faces]
    samples = Samples.of_faces(faces, times)
    annotation = Annotation.objects.create(
        clip=clip,
        created_at=timezone.now(),
        finished_at=timezone.now(),
        model_version=pipeline.bundle.version,
        detector=settings.CLIP_DETECTOR,
        rate=0,
        end_s=2.0,
    )
    SampleBlock.objects.create(
        annotation=annotation,
        index=0,
        start_s=0,
        end_s=2,
        samples=samples.to_bytes(),
        seconds=samples.by_second().to_bytes(),
    )
    tracks.make_tracks(annotation)
    clip.annotation = annotation
    clip.save()


def correct(client: Client, clip: Clip, start: float, end: float) -> dict[str, object]:
    client.force_login(clip.user)
    track = clip.annotation.tracks.get().pk
    body = {"track": track, "start": start, "end": end, "expression": SAD, "give": True}
    response = client.post(f"/clips/{clip.pk}/corrections/", body, content_type="application/json")
    assert response.status_code == 200
    found: dict[str, object] = response.json()
    return found


def test_without_consent_the_correction_stays_and_the_face_does_not_go(
    client: Client, clip: Clip
) -> None:
    data = correct(client, clip, 0.5, 1.0)
    assert "not agreed" in str(data["said"])
    assert len(data["corrections"]) == 1  # type: ignore[arg-type]
    assert data["training_consent"] is False
    assert not GivenCrop.objects.exists()


@pytest.mark.parametrize(("start", "end"), [(0.5, 1.0), (0.73, 0.73)])
def test_the_face_that_is_given_is_the_one_the_network_saw(
    client: Client, clip: Clip, start: float, end: float
) -> None:
    give_consent(clip.user, TRAINING)
    data = correct(client, clip, start, end)
    assert "given to training" in str(data["said"])
    row = GivenCrop.objects.get()
    assert (row.expression, row.said, row.source_id) == ("sadness", "happiness", clip.pk)
    assert row.model_version == clip.annotation.model_version
    card = Bundle.load(active_bundle_path()).card
    crop = cv2.imdecode(np.frombuffer(row.crop, np.uint8), cv2.IMREAD_UNCHANGED)
    assert crop.shape == (card.input_size, card.input_size)
    pipeline = FacePipeline.load(active_bundle_path())
    assert LABELS[int(pipeline.classify(crop[None])[0].argmax())] == "happiness"


def test_it_goes_with_its_clip(client: Client, clip: Clip) -> None:
    give_consent(clip.user, TRAINING)
    correct(client, clip, 0.5, 1.0)
    clip_services.delete_clip(clip.user_id, clip.pk)
    assert not GivenCrop.objects.exists()


def test_a_file_that_is_gone_costs_the_face_only(client: Client, clip: Clip) -> None:
    give_consent(clip.user, TRAINING)
    files.absolute(clip.path).unlink()
    data = correct(client, clip, 0.5, 1.0)
    assert "could not be cut out" in str(data["said"])
    assert len(data["corrections"]) == 1  # type: ignore[arg-type]
