"""Faces that people give to training: with their consent to exactly that, and while it stands."""

from __future__ import annotations

from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from emotionweb.accounts.models import CONSENT_TEXT_VERSIONS, Consent, User
from emotionweb.accounts.services import has_consent
from emotionweb.training.models import GivenCrop
from inference.labels import LABELS

TRAINING = Consent.Kind.TRAINING


def may_give(user: User) -> bool:
    """Whether the person agrees, in the wording of today."""
    return has_consent(user, TRAINING)


@transaction.atomic
def give(
    user: User,
    crop_gray: NDArray[np.uint8],
    *,
    expression: str,
    said: str,
    model_version: str,
    source_kind: str,
    source_id: UUID,
) -> GivenCrop | None:
    """Keep a face for training.

    Args:
        user: Who gives it.
        crop_gray: ``(side, side)`` uint8, as the network sees it.
        expression: What it shows, in the person's judgement: one of ``LABELS``.
        said: What the model said; "" where it was unsure.
        model_version: Of that model.
        source_kind: "clip", "photo" or "live".
        source_id: Of what it was cut out of.

    Returns:
        What was kept; ``None`` without consent.
    """
    import cv2  # a web process starts without it

    if expression not in LABELS or (said and said not in LABELS):
        raise ValueError(f"{expression!r} or {said!r} is no expression.")
    if crop_gray.ndim != 2 or crop_gray.dtype != np.uint8:
        raise ValueError(f"A crop is gray, not {crop_gray.dtype} {crop_gray.shape}.")
    # Held until the end: a withdrawal waits, and removes what is kept here.
    standing = user.consents.select_for_update().filter(
        kind=TRAINING, withdrawn_at=None, text_version=CONSENT_TEXT_VERSIONS[TRAINING]
    )
    if not list(standing):
        return None
    return GivenCrop.objects.create(
        user=user,
        crop=cv2.imencode(".png", crop_gray)[1].tobytes(),
        expression=expression,
        said=said,
        model_version=model_version,
        source_kind=source_kind,
        source_id=source_id,
        created_at=timezone.now(),
    )


def count(user_id: int) -> int:
    """How many faces of this person are kept."""
    return GivenCrop.objects.filter(user_id=user_id).count()


def forget_person(user_id: int) -> int:
    """Delete all that a person gave; returns how many."""
    return GivenCrop.objects.filter(user_id=user_id).delete()[0]


def forget_source(source_kind: str, source_id: UUID) -> int:
    """Delete what was cut out of a clip, photo or session; returns how many."""
    return GivenCrop.objects.filter(source_kind=source_kind, source_id=source_id).delete()[0]
