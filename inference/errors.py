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


class StoppedError(InferenceError):
    """Somebody asked for the work to stop, and it has."""

    def __init__(self) -> None:
        super().__init__("This was cancelled.")


class ClipError(InferenceError):
    """A file that cannot be read as a clip.

    Attributes:
        code: short name of the reason, the same in every language.
    """

    code = "clip"
    sentence = "This clip cannot be read."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class NotAVideoError(ClipError):
    """Of no video format we read, whatever its name says."""

    code = "not_video"
    sentence = "This file is not a video of a kind that can be read here."


class NoVideoError(ClipError):
    """Sound only."""

    code = "no_video"
    sentence = "This file has sound but no picture."


class EmptyFileError(ClipError):
    """0 bytes."""

    code = "empty"
    sentence = "This file is empty."


class TruncatedClipError(ClipError):
    """The file ends before what it announces."""

    code = "truncated"
    sentence = "This file is cut off: its end is missing. The copy or download was incomplete."


class EncryptedClipError(ClipError):
    """Protected by a key that is not here."""

    code = "encrypted"
    sentence = "This video is protected (encrypted) and cannot be read without its key."


class DamagedClipError(ClipError):
    """A video by its headers, but not one of its pictures can be decoded."""

    code = "damaged"
    sentence = "This video is damaged: none of its pictures can be decoded."


class ClipTooLargeError(ClipError):
    """More pixels a picture than we decode."""

    code = "too_large"
    sentence = "The pictures of this video are too large to be read here."


class PhotoError(InferenceError):
    """A file that cannot be read as a photo.

    Attributes:
        code: short name of the reason, the same in every language.
    """

    code = "photo"
    sentence = "This picture cannot be read."

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class NotAPhotoError(PhotoError):
    """Not a JPEG, PNG or WebP."""

    code = "not_photo"
    sentence = "This file is not a picture of a kind that can be read here: JPEG, PNG or WebP."


class HeicPhotoError(NotAPhotoError):
    """The format of newer iPhones, which we do not decode."""

    code = "heic"
    sentence = "HEIC pictures cannot be read here. Save it as JPEG and upload that."


class PhotoTooLargeError(PhotoError):
    """More pixels or bytes than we accept, or fewer pixels than a face needs."""

    code = "photo_size"
    sentence = "This picture has more pixels than can be read here, or too few."


class PhotoTruncatedError(PhotoError):
    """The picture ends before its last row."""

    code = "photo_truncated"
    sentence = "This picture is cut off or damaged."
