from pathlib import Path
from uuid import uuid4

import cv2
import numpy as np
import pytest
from django.conf import settings
from django.test import Client

from emotionweb.accounts.models import User
from emotionweb.clips import files, photos
from emotionweb.clips.models import Photo
from emotionweb.clips.overlay import COLOURS
from inference.labels import LABELS
from inference.pipeline import FacePipeline, PipelineConfig
from inference.video.photo import analyse_photo, read_photo
from tests.clips.results import NOON
from tests.inference.pictures import two_faces

HAPPY, SAD = LABELS.index("happiness"), LABELS.index("sadness")


@pytest.fixture(scope="module")
def faces() -> list[photos.FaceRecord]:
    """What the shipped model says of a picture with two faces."""
    config = PipelineConfig(detector=settings.CLIP_DETECTOR)
    pipeline = FacePipeline.load(settings.MODEL_BUNDLE, config)
    return photos.records(analyse_photo(pipeline, two_faces()))


def make_photo(user: User, faces: list[photos.FaceRecord] | None, name: str = "us.jpg") -> Photo:
    photo_id = uuid4()
    path = files.photo_source(user.pk, photo_id)
    files.make_folder(files.absolute(path).parent)
    assert cv2.imwrite(str(files.absolute(path)) + ".jpg", two_faces())
    Path(str(files.absolute(path)) + ".jpg").rename(files.absolute(path))
    return Photo.objects.create(
        pk=photo_id,
        user=user,
        name=name,
        path=path,
        size=1,
        created_at=NOON,
        width=480,
        height=240,
        faces=faces,
        model_version="m-1" if faces is not None else "",
    )


@pytest.fixture
def photo(alice: User, faces: list[photos.FaceRecord]) -> Photo:
    return make_photo(alice, [{**face} for face in faces])  # type: ignore[typeddict-item]


def test_faces_are_stored_from_left_to_right_with_their_mix(
    faces: list[photos.FaceRecord],
) -> None:
    left, right = faces
    assert left["box"][0] < right["box"][0]
    for face in faces:
        assert sum(face["probabilities"]) == pytest.approx(1.0, abs=1e-3)
        assert face["label"] == "happiness"
        assert face["unsure"] is None


def test_the_json_is_the_record_with_its_model(client: Client, photo: Photo) -> None:
    client.force_login(photo.user)
    response = client.get(f"/clips/photos/{photo.pk}/json/")
    assert 'filename="us.json"' in response["Content-Disposition"]
    found = response.json()
    assert (found["format"], found["version"]) == ("emotionweb-photo", 1)
    assert found["model_version"] == "m-1"
    assert found["faces"] == photo.faces
    assert found["unsure_faces"] == 0


def test_the_picture_has_a_box_at_each_face_in_the_colour_of_its_expression(
    client: Client, photo: Photo
) -> None:
    client.force_login(photo.user)
    response = client.get(f"/clips/photos/{photo.pk}/picture/")
    assert response["Content-Type"] == "image/jpeg"
    drawn = cv2.imdecode(np.frombuffer(response.content, np.uint8), cv2.IMREAD_COLOR)
    before = read_photo(files.absolute(photo.path))
    assert drawn.shape == before.shape
    colour = np.array(list(bytes.fromhex(COLOURS["happiness"]))[::-1], int)
    for face in photo.faces:
        x1, _y1, _x2, y2 = (round(edge) for edge in face["box"])
        line = drawn[y2 - 20 : y2 - 10, x1 - 2 : x1 + 3].astype(int)
        assert np.abs(line - colour).sum(axis=2).min() < 60
    assert (
        "attachment"
        in client.get(f"/clips/photos/{photo.pk}/picture/?download")["Content-Disposition"]
    )


def test_a_correction_stands_beside_what_the_machine_said(client: Client, photo: Photo) -> None:
    client.force_login(photo.user)
    data = client.post(
        f"/clips/photos/{photo.pk}/corrections/",
        {"face": 1, "expression": SAD},
        content_type="application/json",
        headers={"Accept": "application/json"},
    ).json()
    assert data["faces"][1]["correction_title"] == "sad"
    assert data["faces"][1]["label"] == "happiness"
    photo.refresh_from_db()
    assert photo.faces[1]["correction"] == "sadness"
    assert "correction" not in photo.faces[0]


@pytest.mark.parametrize(("face", "expression"), [(2, 1), (-1, 1), (0, 8), ("x", 1), (0, None)])
def test_a_correction_of_nothing_is_refused(
    client: Client, photo: Photo, face: object, expression: object
) -> None:
    client.force_login(photo.user)
    response = client.post(
        f"/clips/photos/{photo.pk}/corrections/",
        {"face": face, "expression": expression},
        content_type="application/json",
    )
    assert response.status_code == 400
    assert response.json()["said"]


def test_deleting_removes_the_file_too(
    client: Client, photo: Photo, django_capture_on_commit_callbacks: object
) -> None:
    path = files.absolute(photo.path)
    client.force_login(photo.user)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        response = client.post(f"/clips/photos/{photo.pk}/delete/")
    assert response.status_code == 302
    assert not path.exists()
    assert not Photo.objects.exists()


@pytest.mark.parametrize("path", ["", "json/", "picture/", "file/"])
def test_photos_are_the_persons_own(
    client: Client, photo: Photo, bob: User, charlie: User, path: str
) -> None:
    for stranger in (bob, charlie):
        client.force_login(stranger)
        assert client.get(f"/clips/photos/{photo.pk}/{path}").status_code == 404
        for action in ("delete/", "corrections/"):
            answer = client.post(f"/clips/photos/{photo.pk}/{action}", {"face": 0, "expression": 1})
            assert answer.status_code == 404
    client.logout()
    assert client.get(f"/clips/photos/{photo.pk}/{path}").status_code == 302
    assert Photo.objects.filter(pk=photo.pk).exists()


def test_a_photo_that_was_not_looked_at_yet(client: Client, alice: User) -> None:
    photo = make_photo(alice, None)
    data = photos.page_data(photo)
    assert (data["photo"]["looked_at"], data["faces"]) == (False, [])
    assert photos.document(photo)["faces"] == []


def test_a_photo_whose_file_is_gone_has_no_picture(client: Client, photo: Photo) -> None:
    files.absolute(photo.path).unlink()
    client.force_login(photo.user)
    assert client.get(f"/clips/photos/{photo.pk}/picture/").status_code == 404
