"""Rows for the administration's pages, and administrators with few permissions."""

from uuid import uuid4

import cv2
from django.contrib.auth.models import Permission
from django.utils import timezone

from emotionweb.accounts.models import User
from emotionweb.training.models import GivenCrop, ModelVersion, Run
from inference.labels import LABELS
from tests.drawn_faces import drawn_faces


def allow(user: User, *codenames: str) -> User:
    """Make somebody an administrator who may do only this; returns them read anew."""
    user.is_staff = True
    user.save()
    found = Permission.objects.filter(content_type__app_label="training", codename__in=codenames)
    assert len(found) == len(codenames), codenames
    user.user_permissions.set(found)
    return User.objects.get(pk=user.pk)


def make_crops(user: User, n: int, state: str = "waiting") -> list[GivenCrop]:
    """Faces that somebody gave, in the order in which they came."""
    faces = drawn_faces(n, seed=7)
    return [
        GivenCrop.objects.create(
            user=user,
            crop=cv2.imencode(".png", faces.faces_gray[row])[1].tobytes(),
            expression=LABELS[faces.expression[row]],
            said="neutral" if row % 2 else "",
            model_version="m-1",
            source_kind="live",
            source_id=uuid4(),
            state=state,
            created_at=timezone.now(),
        )
        for row in range(n)
    ]


def make_run(**fields: object) -> Run:
    """A run that waits, unless said otherwise; its folder does not exist."""
    said = {"architecture": "flagship", "path": "training/runs/none", "created_at": timezone.now()}
    return Run.objects.create(**(said | fields))


def shipped() -> ModelVersion:
    """The version that every new database has."""
    return ModelVersion.objects.get(number=1)
