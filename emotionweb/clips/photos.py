"""What was found in photos, in the words and numbers that their pages and files need."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict
from uuid import UUID

import numpy as np
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from emotionweb.clips import files
from emotionweb.clips.models import Photo
from emotionweb.clips.options import RefusedError
from emotionweb.clips.overlay import photo_label
from emotionweb.clips.ownership import NotThereError
from emotionweb.expressions import described_labels, expression_mark, expression_title
from emotionweb.journal import services as journal
from emotionweb.live.strings import reasons
from inference.labels import LABELS
from inference.results import FaceResult, FrameResult
from inference.video.photo import draw, read_photo

FORMAT = "emotionweb-photo"
VERSION = 1


class FaceRecord(TypedDict):
    """One face, as it is stored in ``Photo.faces``.

    Attributes:
        box: Left, top, right, bottom in pixels of the upright picture.
        roll: Degrees that the face is turned in the picture, clockwise positive.
        probabilities: Eight, in the order of ``LABELS``; zeros where it was not scored.
        label: The expression, ``None`` where unsure.
        confidence: 0..1; 0 where it was not scored.
        mixed: Two or more expressions, strongest first, where they are mixed; else empty.
        unsure: Why no expression is named: an ``UnsureReason``, else ``None``.
        correction: What the person says it is.
    """

    box: list[float]
    roll: float
    probabilities: list[float]
    label: str | None
    confidence: float
    mixed: list[str]
    unsure: str | None
    correction: NotRequired[str]


def records(result: FrameResult) -> list[FaceRecord]:
    """What a job stores of a photo, faces from left to right."""
    return sorted((_record(face) for face in result.faces), key=lambda face: face["box"][0])


def _record(face: FaceResult) -> FaceRecord:
    return {
        "box": [round(edge, 1) for edge in face.box_xyxy],
        "roll": round(face.roll_deg, 1),
        "probabilities": [round(share, 4) for share in face.probabilities.tolist()],
        "label": face.label,
        "confidence": round(face.confidence, 4),
        "mixed": list(face.mixed),
        "unsure": None if face.unsure is None else str(face.unsure),
    }


def own_photo(user_id: int, photo_id: UUID) -> Photo:
    """A photo of this person.

    Raises:
        NotThereError: There is none of that id, or it is another person's.
    """
    photo = Photo.objects.filter(user_id=user_id, pk=photo_id).first()
    if photo is None:
        raise NotThereError
    return photo


def delete(user_id: int, photo_id: UUID) -> None:
    """Delete a photo with its file and the faces of it that were given to training.

    Raises:
        NotThereError: The person has no such photo.
    """
    own_photo(user_id, photo_id).delete()  # receivers see to the rest


@transaction.atomic
def correct(user_id: int, photo_id: UUID, face: int, expression: int) -> Photo:
    """Keep what a face shows in the person's judgement, beside what the machine said.

    Args:
        user_id: The person.
        photo_id: Their photo.
        face: Index into its faces.
        expression: Index into ``LABELS``.

    Raises:
        NotThereError: The person has no such photo.
        RefusedError: No such face or expression.
    """
    journal.lock_person(user_id)
    photo = own_photo(user_id, photo_id)
    faces: list[FaceRecord] = photo.faces or []
    if not 0 <= face < len(faces) or not 0 <= expression < len(LABELS):
        raise RefusedError(_("The server did not understand this page. Reload it."))
    faces[face]["correction"] = LABELS[expression]
    photo.faces = faces
    photo.save(update_fields=["faces"])
    return photo


# === Reading ===


def document(photo: Photo) -> dict[str, Any]:
    """A photo as JSON, to be saved; docs/clips-json.md describes it."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "photo": {"name": photo.name, "width": photo.width, "height": photo.height},
        "model_version": photo.model_version,
        "labels": list(LABELS),
        "faces": photo.faces or [],
        "unsure_faces": sum(face["label"] is None for face in photo.faces or []),
    }


def page_data(photo: Photo) -> dict[str, Any]:
    """What the page of a photo knows: its faces in words and in numbers."""
    faces: list[FaceRecord] = photo.faces or []
    return {
        "photo": {
            "id": str(photo.pk),
            "name": photo.name,
            "width": photo.width,
            "height": photo.height,
            "model_version": photo.model_version,
            "looked_at": photo.faces is not None,
            "file_url": reverse("clips:photo-file", args=[photo.pk]),
            "picture_url": reverse("clips:photo-picture", args=[photo.pk]),
            "json_url": reverse("clips:photo-json", args=[photo.pk]),
            "correct_url": reverse("clips:photo-correct", args=[photo.pk]),
        },
        "labels": described_labels(),
        "faces": [face_in_words(number, face) for number, face in enumerate(faces, start=1)],
    }


def face_in_words(number: int, face: FaceRecord) -> dict[str, Any]:
    """One face for a page: what it looks like, the mix in per cent, strongest first."""
    shares = sorted(enumerate(face["probabilities"]), key=lambda pair: -pair[1])
    scored = any(face["probabilities"])
    correction = face.get("correction")
    return {
        **face,
        "index": number - 1,
        "number": number,
        "title": expression_title(face["label"]),
        "mark": expression_mark(face["label"]),
        "percent": round(face["confidence"] * 100),
        "why": reasons().get(face["unsure"] or "", ""),
        "mix": [
            {
                "name": LABELS[index],
                "title": expression_title(LABELS[index]),
                "mark": expression_mark(LABELS[index]),
                "percent": round(share * 100),
            }
            for index, share in shares
            if scored and share >= 0.005
        ],
        "correction_title": expression_title(correction) if correction else "",
    }


def annotated(photo: Photo) -> bytes:
    """The picture as JPEG with every face boxed and named.

    Raises:
        PhotoError: The file cannot be read (any more).
        FileNotFoundError: It is gone.
    """
    faces: list[FaceRecord] = photo.faces or []
    picture = read_photo(files.absolute(photo.path))
    return draw(np.ascontiguousarray(picture), [photo_label(face) for face in faces])
