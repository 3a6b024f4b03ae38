"""Why no expression is named for a face."""

from __future__ import annotations

from enum import StrEnum


class UnsureReason(StrEnum):
    """Why no expression is named."""

    TOO_SMALL = "too_small"
    TOO_BLURRED = "too_blurred"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    TURNED_AWAY = "turned_away"
    NOT_CONFIDENT = "not_confident"
