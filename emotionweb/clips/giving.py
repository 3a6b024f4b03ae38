"""Giving a corrected face to training: only with consent, and cut out as the network sees it."""

from __future__ import annotations

import logging
from uuid import UUID

import cv2
import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from emotionweb.accounts.models import User
from emotionweb.clips import files
from emotionweb.clips.models import Correction, Photo
from emotionweb.clips.ownership import own_clip, shown
from emotionweb.clips.photos import FaceRecord
from emotionweb.clips.reading import load
from emotionweb.live.services import active_bundle_path
from emotionweb.training import given
from inference.align import crop_face, roll_degrees
from inference.bundle import Bundle, Card
from inference.detectors import load_detector
from inference.errors import InferenceError
from inference.labels import LABELS
from inference.tracking import overlap
from inference.video.decode import frames
from inference.video.photo import read_photo

logger = logging.getLogger(__name__)

#: A face that is found again in the frame has to lie so much over the one that was meant.
SAME_FACE = 0.3
#: How far a correction of one frame may be from a sample, see ``agreement.FRAME_WITHIN_S``.
NEAR_S = 1.0


def give_from_clip(user: User, clip_id: UUID, correction: Correction) -> str:
    """Give one face of a corrected stretch: the largest that the network could read.

    Args:
        user: The person.
        clip_id: Their clip.
        correction: Of it.

    Returns:
        A sentence: what became of it. The correction stays in any case.
    """
    if not given.may_give(user):
        return _no_consent()
    clip = own_clip(user.pk, clip_id)
    annotation = shown(clip)
    start, end = correction.start_s, correction.end_s
    reading = load(annotation.pk, start - NEAR_S, end + NEAR_S)
    samples = reading.samples
    rows = reading.faces_of(correction.track.parts)
    at = samples.at_s[rows]
    within = rows[(at >= start - 1e-3) & (at <= end + 1e-3)]
    if not len(within) and len(rows):
        nearest = int(np.argmin(np.abs(at - (start + end) / 2)))
        within = rows[nearest : nearest + 1]
    scored = within[samples.probabilities[within].any(axis=1)]
    within = scored if len(scored) else within
    if not len(within):
        return _not_cut_out()
    x1, y1, x2, y2 = samples.box_xyxy[within].T
    row = within[int(np.argmax((x2 - x1) * (y2 - y1)))]
    label = int(samples.label[row])
    try:
        frame = _frame(clip.path, float(samples.at_s[row]))
        crop = cut_out(frame, samples.box_xyxy[row])
    except (InferenceError, OSError, ValueError):
        logger.exception("No face could be cut out of clip %s.", clip.pk)
        return _not_cut_out()
    found = given.give(
        user,
        crop,
        expression=correction.expression,
        said=LABELS[label] if label >= 0 else "",
        model_version=annotation.model_version,
        source_kind="clip",
        source_id=clip.pk,
    )
    return _thanks() if found else _no_consent()


def give_from_photo(user: User, photo: Photo, face: int) -> str:
    """Give a corrected face of a photo; returns a sentence, as above."""
    if not given.may_give(user):
        return _no_consent()
    record: FaceRecord = (photo.faces or [])[face]
    try:
        picture = read_photo(files.absolute(photo.path))
        crop = cut_out(picture, np.array(record["box"], np.float32), record["roll"])
    except (InferenceError, OSError, ValueError):
        logger.exception("No face could be cut out of photo %s.", photo.pk)
        return _not_cut_out()
    found = given.give(
        user,
        crop,
        expression=record["correction"],
        said=record["label"] or "",
        model_version=photo.model_version,
        source_kind="photo",
        source_id=photo.pk,
    )
    return _thanks() if found else _no_consent()


def cut_out(
    frame_bgr: NDArray[np.uint8], box_xyxy: NDArray[np.float32], roll_deg: float | None = None
) -> NDArray[np.uint8]:
    """The face as the network sees it.

    Args:
        frame_bgr: ``(H, W, 3)`` uint8 BGR, upright.
        box_xyxy: ``(4,)`` pixels.
        roll_deg: How far the face is turned; ``None``: it is found again to know it.

    Returns:
        ``(side, side)`` uint8 gray.
    """
    card: Card = Bundle.load(active_bundle_path()).card
    gray: NDArray[np.uint8] = cv2.cvtColor(frame_bgr, cv2.COLOR_BGR2GRAY)
    if roll_deg is None:
        box_xyxy, roll_deg = _found_again(frame_bgr, box_xyxy)
    return crop_face(gray, box_xyxy, roll_deg, card.input_size, card.crop)


def _found_again(
    frame_bgr: NDArray[np.uint8], box_xyxy: NDArray[np.float32]
) -> tuple[NDArray[np.float32], float]:
    """Box and roll of the face that lies where one was seen; samples do not keep the roll."""
    detections = load_detector(settings.CLIP_DETECTOR).detect(frame_bgr)
    best, row = max(
        ((overlap(box, box_xyxy), row) for row, box in enumerate(detections.boxes_xyxy)),
        default=(0.0, -1),
    )
    if best < SAME_FACE:
        return box_xyxy, 0.0
    return detections.boxes_xyxy[row], roll_degrees(detections.keypoints_xy[row])


def _frame(path: str, at_s: float) -> NDArray[np.uint8]:
    """The frame of a clip at a time that was looked at.

    Raises:
        ClipError: The file cannot be read.
        ValueError: It has no frame there.
    """
    best: tuple[float, NDArray[np.uint8]] | None = None
    for time, frame in frames(
        files.absolute(path), rate=0.0, start_s=max(at_s - 0.02, 0.0), end_s=at_s + 0.5
    ):
        if best is None or abs(time - at_s) < abs(best[0] - at_s):
            best = (time, frame)
        if time >= at_s:
            break
    if best is None:
        raise ValueError(f"There is no frame at {at_s} s.")
    return best[1]


def _thanks() -> str:
    return _("Saved, and the face is given to training. You can take it back under Privacy.")


def _no_consent() -> str:
    return _("Saved here only: you have not agreed to give faces to training.")


def _not_cut_out() -> str:
    return _("Saved here only: the face could not be cut out of the file.")
