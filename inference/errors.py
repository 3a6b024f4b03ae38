"""Errors of the package. Each message is a sentence that can be shown to a person."""

from __future__ import annotations

from collections.abc import Iterable


class InferenceError(Exception):
    """Base of every error this package raises on purpose."""


class UnknownNameError(InferenceError):
    """A name that is in no registry."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"There is no {kind} “{name}”. Known: {', '.join(sorted(known))}.")


class DataError(InferenceError):
    """Training or evaluation data that cannot be used."""


class BundleError(InferenceError):
    """A model bundle that cannot be used."""


class BundleCorruptError(BundleError):
    """A file of the bundle is missing, damaged, or not the one its card describes."""


class BundleIncompatibleError(BundleError):
    """The bundle is whole but made for another version or another set of labels."""


class FrameError(InferenceError):
    """A picture that cannot be analysed."""


class FrameNotAnImageError(FrameError):
    """The bytes are not a picture of a format we read."""


class FrameTooLargeError(FrameError):
    """The picture has more pixels, or the message more bytes, than we accept."""


class FrameTruncatedError(FrameError):
    """The picture ends before its last row."""
