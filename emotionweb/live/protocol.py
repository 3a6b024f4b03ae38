"""What is said on a live socket, version 1: codes, and what comes from the browser.

The browser sends a frame as one binary message (a sequence number of four bytes, big-endian,
then a JPEG) and everything else as a JSON object with a ``type``. Each frame is answered by
exactly one ``result``, ``dropped`` or ``error`` with its number; ``messages`` has those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from inference.errors import FrameError, FrameTooLargeError, FrameTruncatedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

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
