"""The messages of a live socket to the browser; ``protocol`` has the other direction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, TypedDict

from emotionweb.live.protocol import IN_FLIGHT, SENTENCES, VERSION, ErrorCode
from inference.frames import DEFAULT_LIMITS
from inference.labels import LABELS

if TYPE_CHECKING:
    from uuid import UUID

    from emotionweb.live.services import Summary
    from inference.results import FaceResult, FrameResult


class Limits(TypedDict):
    """What the server accepts."""

    in_flight: int
    max_bytes: int
    max_side: int


class ReadyMessage(TypedDict):
    """First message of a usable socket."""

    type: Literal["ready"]
    protocol: int
    session: str
    resumed: bool
    model: str
    labels: list[str]
    limits: Limits


class FaceMessage(TypedDict):
    """One face.

    ``box`` in pixels of the frame; ``p`` smoothed probabilities: how people would divide over
    the expressions; ``sure`` the chance that ``label`` is what most of them would say;
    ``calibrated`` whether the person's resting face was taken into account.
    """

    track: int
    you: bool
    box: list[float]
    label: str | None
    mixed: list[str]
    unsure: str | None
    p: list[float]
    sure: float
    calibrated: bool


class ResultMessage(TypedDict):
    """Answer to a frame that was analysed."""

    type: Literal["result"]
    seq: int
    width: int
    height: int
    faces: list[FaceMessage]


class DroppedMessage(TypedDict):
    """Answer to a frame that a newer one replaced."""

    type: Literal["dropped"]
    seq: int


class ErrorMessage(TypedDict):
    """Something the person should know."""

    type: Literal["error"]
    code: str
    message: str
    seq: int | None


class ModelMessage(TypedDict):
    """Another model answers from now on."""

    type: Literal["model"]
    model: str


class StateMessage(TypedDict):
    """The server agrees that nothing is analysed, or is again."""

    type: Literal["paused", "resumed"]


class SummaryMessage(TypedDict):
    """Last message after ``stop``: the session as the journal has it."""

    type: Literal["summary"]
    session: str
    seconds: float
    unsure_seconds: float
    means: list[float]
    top: str | None
    day: str


ServerMessage = (
    ReadyMessage
    | ResultMessage
    | DroppedMessage
    | ErrorMessage
    | ModelMessage
    | StateMessage
    | SummaryMessage
)

# Built once: json.dumps with other separators makes a new encoder for every message.
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def encode(message: ServerMessage) -> str:
    """The message as text."""
    return _encode(message)


def ready(session_id: UUID, resumed: bool, model: str) -> ReadyMessage:
    """The first message of a usable socket."""
    return {
        "type": "ready",
        "protocol": VERSION,
        "session": str(session_id),
        "resumed": resumed,
        "model": model,
        "labels": list(LABELS),
        "limits": {
            "in_flight": IN_FLIGHT,
            "max_bytes": DEFAULT_LIMITS.max_bytes,
            "max_side": DEFAULT_LIMITS.max_side,
        },
    }


def error(code: ErrorCode, seq: int | None = None) -> ErrorMessage:
    """An error with its sentence in the active language."""
    return {"type": "error", "code": code.value, "message": str(SENTENCES[code]), "seq": seq}


def summary_of(summary: Summary) -> SummaryMessage:
    """The last message after ``stop``."""
    seen = summary.seen
    shares = {part.name: part.share for part in seen.mix} if seen else {}
    return {
        "type": "summary",
        "session": str(summary.session.pk),
        "seconds": round(seen.seconds, 1) if seen else 0.0,
        "unsure_seconds": round(seen.unsure_seconds, 1) if seen else 0.0,
        "means": [round(shares.get(name, 0.0), 4) for name in LABELS],
        "top": seen.top if seen else None,
        "day": summary.day,
    }


def result_of(seq: int, result: FrameResult, own: FaceResult | None) -> ResultMessage:
    """The answer to a frame.

    Args:
        seq: Number of the frame.
        result: Of the pipeline.
        own: The face that is the person's own.
    """
    return {
        "type": "result",
        "seq": seq,
        "width": result.width,
        "height": result.height,
        "faces": [_face_message(face, face is own) for face in result.faces],
    }


def _face_message(face: FaceResult, you: bool) -> FaceMessage:
    return {
        "track": face.track_id,
        "you": you,
        "box": [round(side, 1) for side in face.box_xyxy],
        "label": face.label,
        "mixed": list(face.mixed),
        "unsure": face.unsure,
        # Through float64: rounding a float32 keeps its tail of digits in the text.
        "p": [round(share, 3) for share in face.smoothed.tolist()],
        "sure": round(face.confidence, 3),
        "calibrated": face.calibration != "",
    }
