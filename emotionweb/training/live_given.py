"""A face of the live page that a person corrects: cut out of the one frame that they were shown.

The frame comes back from the browser, since the server keeps none; what is kept is the crop.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import cv2
import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from emotionweb.accounts.models import User
from emotionweb.live.models import LiveSession
from emotionweb.live.services import active_bundle_path
from emotionweb.training import given
from emotionweb.training.errors import TrainingError
from emotionweb.training.models import GivenCrop
from inference.align import crop_face, roll_degrees
from inference.bundle import Bundle
from inference.detectors import load_detector
from inference.frames import decode_jpeg
from inference.labels import LABELS
from inference.tracking import overlap

#: A face found again in the frame has to lie so much over the one that was meant.
SAME_FACE = 0.3
#: More of one session teach little: they are nearly the same picture.
MOST_OF_A_SESSION = 60


class GiftRefusedError(TrainingError):
    """A face that cannot be taken; the sentence says why."""


class NoSessionError(Exception):
    """There is no such session of this person."""


@dataclass(frozen=True, slots=True)
class LiveGift:
    """What the page sends.

    Attributes:
        jpeg: the frame that was analysed, as it was analysed: not mirrored.
        box_xyxy: of the face, in pixels of that frame.
        expression: what it shows, in the person's judgement.
        said: what the model said; "" where it was unsure.
        session_id: of the live session.
    """

    jpeg: bytes
    box_xyxy: tuple[float, float, float, float]
    expression: str
    said: str
    session_id: UUID


def give(user: User, gift: LiveGift) -> str:
    """Keep the face for training, where the person agreed to that.

    Returns:
        A sentence for the person.

    Raises:
        NoSessionError: see there.
        GiftRefusedError: no consent, nothing to cut out, or more than enough of one session.
        FrameError: the frame cannot be read; ``str()`` is a sentence.
    """
    session = LiveSession.objects.filter(pk=gift.session_id, user_id=user.pk).first()
    if session is None:
        raise NoSessionError
    if not given.may_give(user):
        raise GiftRefusedError(_no_consent())
    if gift.expression not in LABELS or (gift.said and gift.said not in LABELS):
        raise GiftRefusedError(_("There is no such expression."))
    kept = GivenCrop.objects.filter(source_kind="live", source_id=session.pk).count()
    if kept >= MOST_OF_A_SESSION:
        raise GiftRefusedError(
            _("That is enough of one session: more pictures of the same moments teach little.")
        )
    crop, version = _cut_out(decode_jpeg(gift.jpeg), np.array(gift.box_xyxy, np.float32))
    found = given.give(
        user,
        crop,
        expression=gift.expression,
        said=gift.said,
        model_version=version,
        source_kind="live",
        source_id=session.pk,
    )
    if found is None:
        raise GiftRefusedError(_no_consent())
    return _("Thank you. The face is given to training; you can take it back under Privacy.")


def _no_consent() -> str:
    return _("Nothing was kept: you have not agreed to give faces to training.")


def _cut_out(
    frame_bgr: NDArray[np.uint8], box_xyxy: NDArray[np.float32]
) -> tuple[NDArray[np.uint8], str]:
    """``(side, side)`` uint8 as the network sees the face, and the version of the model."""
    height, width = frame_bgr.shape[:2]
    x1, y1, x2, y2 = box_xyxy.tolist()
    inside = 0 <= (x1 + x2) / 2 <= width and 0 <= (y1 + y2) / 2 <= height
    sizes = 8 <= x2 - x1 <= 2 * width and 8 <= y2 - y1 <= 2 * height
    if not (inside and sizes):  # also where one of them is not a number
        raise GiftRefusedError(_("There is no face in that part of the picture."))
    found = load_detector(settings.LIVE_DETECTOR).detect(frame_bgr)
    best, row = max(
        ((overlap(box, box_xyxy), row) for row, box in enumerate(found.boxes_xyxy)),
        default=(0.0, -1),
    )
    if best < SAME_FACE:
        raise GiftRefusedError(_("The face could not be found again in the picture."))
    bundle = Bundle.load(active_bundle_path())
    gray: NDArray[np.uint8] = cv2.cvtColor(frame_bgr, cv2.COLOR_BGR2GRAY)
    roll = roll_degrees(found.keypoints_xy[row])
    card = bundle.card
    crop = crop_face(gray, found.boxes_xyxy[row], roll, card.input_size, card.crop)
    return crop, bundle.version
