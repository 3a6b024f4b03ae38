"""The messages of a live socket, version 1, and the codes it closes with.

The browser sends a frame as one binary message (a sequence number of four bytes, big-endian,
then a JPEG) and everything else as a JSON object with a ``type``. Each frame is answered by
exactly one ``result``, ``dropped`` or ``error`` with its number.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Literal, TypedDict

from django.utils.translation import gettext_lazy as _

from inference.errors import FrameError, FrameTooLargeError, FrameTruncatedError
from inference.frames import DEFAULT_LIMITS
from inference.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from emotionweb.live.services import Summary
    from inference.pipeline import FaceResult, FrameResult

VERSION = 1
IN_FLIGHT = 2
MAX_TEXT_BYTES = 4096
_SEQUENCE_BYTES = 4


# === Errors ===


class ErrorCode(StrEnum):
    """What went wrong, for scripts; the sentence beside it is for people."""

    NOT_AN_IMAGE = "not_an_image"
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    BAD_MESSAGE = "bad_message"
    TOO_FAST = "too_fast"
    UNAVAILABLE = "unavailable"
    NOT_LOGGED_IN = "not_logged_in"
    CONSENT = "consent"
    TAKEN_OVER = "taken_over"


class CloseCode(IntEnum):
    """Why the server closed the socket. 1009 comes from Daphne: a message above its limit."""

    NORMAL = 1000
    BAD_INPUT = 4400
    NOT_LOGGED_IN = 4401
    CONSENT = 4403
    TAKEN_OVER = 4409
    SESSION_GONE = 4410
    TOO_FAST = 4429
    UNAVAILABLE = 4503


SENTENCES: Mapping[ErrorCode, _StrPromise] = {
    ErrorCode.NOT_AN_IMAGE: _(
        "This is not a JPEG picture. Nothing was analysed; the session goes on."
    ),
    ErrorCode.TRUNCATED: _(
        "The picture arrived cut off or damaged. It was left out; the session goes on."
    ),
    ErrorCode.TOO_LARGE: _(
        "The picture is too large or too small to be analysed. Choose another camera or "
        "resolution; the session goes on."
    ),
    ErrorCode.BAD_MESSAGE: _(
        "The page sent a message that the server does not understand. Reload the page."
    ),
    ErrorCode.TOO_FAST: _(
        "Pictures are arriving faster than they can be analysed. Some were left out."
    ),
    ErrorCode.UNAVAILABLE: _(
        "Recognition is not available right now. What was recorded is saved. Try again in a moment."
    ),
    ErrorCode.NOT_LOGGED_IN: _(
        "You are not logged in any more. What was recorded is saved. Log in to go on."
    ),
    ErrorCode.CONSENT: _("The camera needs your consent first. Nothing is analysed without it."),
    ErrorCode.TAKEN_OVER: _(
        "The session goes on in another tab or window. What was recorded here is saved."
    ),
}


class ProtocolError(Exception):
    """A message that cannot be used; ``seq`` tells which frame it was, where that is known."""

    def __init__(self, code: ErrorCode, seq: int | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.seq = seq


def code_of(error: FrameError) -> ErrorCode:
    """The code under which the browser hears of a picture that could not be analysed."""
    if isinstance(error, FrameTooLargeError):
        return ErrorCode.TOO_LARGE
    if isinstance(error, FrameTruncatedError):
        return ErrorCode.TRUNCATED
    return ErrorCode.NOT_AN_IMAGE


# === From the browser ===


def parse_frame(data: bytes) -> tuple[int, bytes]:
    """Split a binary message into sequence number and JPEG.

    Raises:
        ProtocolError: There is no room for a number and a picture.
    """
    if len(data) <= _SEQUENCE_BYTES:
        raise ProtocolError(ErrorCode.BAD_MESSAGE)
    return int.from_bytes(data[:_SEQUENCE_BYTES], "big"), data[_SEQUENCE_BYTES:]


class Command(StrEnum):
    """What the browser can ask for."""

    STOP = "stop"
    PAUSE = "pause"
    RESUME = "resume"
    SELECT = "select"


@dataclass(frozen=True, slots=True)
class Control:
    """A text message; ``track`` is the chosen face of a ``select``."""

    command: Command
    track: int | None = None


def parse_control(text: str) -> Control:
    """Read a text message.

    Raises:
        ProtocolError: Too long, not JSON, of no known type or without what its type needs.
    """
    if len(text) > MAX_TEXT_BYTES:
        raise ProtocolError(ErrorCode.BAD_MESSAGE)
    try:
        message = json.loads(text)
        command = Command(message["type"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ProtocolError(ErrorCode.BAD_MESSAGE) from None
    if command is not Command.SELECT:
        return Control(command)
    track = message.get("track")
    if type(track) is not int:
        raise ProtocolError(ErrorCode.BAD_MESSAGE)
    return Control(command, track)


# === To the browser ===


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
    """One face; ``box`` in pixels of the frame, ``p`` smoothed probabilities."""

    track: int
    you: bool
    box: list[float]
    roll: float
    label: str | None
    mixed: list[str]
    unsure: str | None
    p: list[float]


class ResultMessage(TypedDict):
    """Answer to a frame that was analysed; ``ms`` are milliseconds of each stage."""

    type: Literal["result"]
    seq: int
    width: int
    height: int
    ms: dict[str, float]
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


def ready_message(session_id: UUID, resumed: bool, model: str) -> ReadyMessage:
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


def error_message(code: ErrorCode, seq: int | None = None) -> ErrorMessage:
    """An error with its sentence in the active language."""
    return {"type": "error", "code": code.value, "message": str(SENTENCES[code]), "seq": seq}


def summary_message(summary: Summary) -> SummaryMessage:
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


def result_message(
    seq: int, result: FrameResult, own: FaceResult | None, wait_ms: float
) -> ResultMessage:
    """The answer to a frame.

    Args:
        seq: Number of the frame.
        result: Of the pipeline.
        own: The face that is the person's own.
        wait_ms: How long the frame waited for a thread.
    """
    stages = {name: round(ms, 2) for name, ms in result.stages_ms.items()}
    stages["wait"] = round(wait_ms, 2)
    return {
        "type": "result",
        "seq": seq,
        "width": result.width,
        "height": result.height,
        "ms": stages,
        "faces": [_face_message(face, face is own) for face in result.faces],
    }


def _face_message(face: FaceResult, you: bool) -> FaceMessage:
    return {
        "track": face.track_id,
        "you": you,
        "box": [round(side, 1) for side in face.box_xyxy],
        "roll": round(face.roll_deg, 1),
        "label": face.label,
        "mixed": list(face.mixed),
        "unsure": face.unsure,
        # Through float64: rounding a float32 keeps its tail of digits in the text.
        "p": [round(share, 3) for share in face.smoothed.tolist()],
    }
