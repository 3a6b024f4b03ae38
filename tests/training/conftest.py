"""What the tests of training share: a media folder of their own, and data sets in it."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from emotionweb.accounts.models import User
from emotionweb.training import checking, datasets
from emotionweb.training.models import Dataset
from inference.data.faces import FaceSet
from tests.base import make_user
from tests.training.faces import distinct_faces, zip_of


@pytest.fixture(autouse=True)
def media(settings, tmp_path: Path) -> Path:
    """An empty media folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def admin(db: None) -> User:
    """An administrator."""
    user = make_user("admin")
    user.is_staff = user.is_superuser = True
    user.save()
    return user


def uploaded(faces: FaceSet, name: str = "faces.zip") -> SimpleUploadedFile:
    """Faces as a browser sends them."""
    return SimpleUploadedFile(name, zip_of(faces))


def ready(faces: FaceSet, by: User | None = None, *, freeze: bool = True) -> Dataset:
    """A data set that has passed its check."""
    dataset = datasets.create([uploaded(faces)], "Drawn", by, freeze=freeze)
    checking.work()
    dataset.refresh_from_db()
    assert dataset.state == "ready", dataset.problem
    return dataset


@pytest.fixture(scope="session")
def drawn() -> FaceSet:
    """Faces enough for a fifth of them to be a test set."""
    return distinct_faces(240)
