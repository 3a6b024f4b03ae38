"""What the readers put their faces into; it grows in place and keeps the account."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from inference.data.faces import SPLITS, VOTE_COLUMNS, FaceSet
from inference.data.pictures import PictureError, to_face
from inference.data.report import IN_WORDS, MAX_NAMED, ReadReport, Reason, Skipped, printable
from inference.errors import DataError
from inference.labels import LABELS

#: A set is held in memory: a million faces of 48x48 are 2.3 GB.
MAX_FACES = 1_000_000
_PROGRESS_EVERY = 100


class Collector:
    """Faces taken so far, and the account of those that were not.

    Args:
        name: of the file or folder, for people.
        side: of the faces in pixels.
        on_progress: called with the number of pictures looked at, after every hundred.
    """

    def __init__(
        self, name: str, side: int, on_progress: Callable[[int], None] | None = None
    ) -> None:
        self.name = printable(name)
        self.side = side
        self._on_progress = on_progress
        self._looked_at = 0
        self._pixels = bytearray()
        self._expression: list[int] = []
        self._votes: list[NDArray[np.float32] | None] = []
        self._text: dict[str, list[str]] = {c: [] for c in ("split", "group", "clip", "source")}
        self._seen: set[bytes] = set()
        self._repeated = 0
        self._skipped: list[Skipped] = []
        self._reasons: Counter[Reason] = Counter()
        self._remarks: Counter[str] = Counter()

    def take(
        self,
        gray: NDArray[np.uint8],
        source: str,
        *,
        expression: int = -1,
        votes: NDArray[np.float32] | None = None,
        split: str = "",
        group: str = "",
        clip: str = "",
        once: bool = False,
    ) -> None:
        """Take one picture, or leave it out where it cannot be a face.

        Args:
            gray: ``(H, W)`` uint8, brought to the side wanted here.
            source: where it is from, for people.
            expression: index into ``LABELS``, or -1.
            votes: ``(10,)``, or ``None``.
            split: one of ``SPLITS``, or ``""``.
            group: the person.
            clip: the clip.
            once: leave it out if the same pixels have this label and split already.

        Raises:
            DataError: more faces than memory should hold.
        """
        self._count()
        try:
            face, done = to_face(gray, self.side)
        except PictureError as error:
            self.skip(source, error.reason, error.detail)
            return
        pixels = face.tobytes()
        same_picture = hashlib.blake2b(pixels, digest_size=16).digest()
        same_label = hashlib.blake2b(
            pixels, digest_size=16, salt=bytes([expression + 1]), person=split.encode()
        ).digest()
        if once and same_label in self._seen:
            self.skip(source, Reason.DUPLICATE)
            return
        if len(self._expression) >= MAX_FACES:
            raise DataError(f"{self.name} has more than {MAX_FACES:,} faces, too many for memory.")
        self._repeated += same_picture in self._seen
        self._seen |= {same_picture, same_label}
        if done:
            self.remark(done)
        self._pixels += pixels
        self._expression.append(expression)
        self._votes.append(votes)
        for column, value in (("split", split), ("group", group), ("clip", clip)):
            self._text[column].append(printable(value))
        self._text["source"].append(printable(source))

    def skip(self, source: str, reason: Reason, detail: str = "") -> None:
        """Leave one row or file out."""
        self._count()
        self._reasons[reason] += 1
        if len(self._skipped) < MAX_NAMED:
            self._skipped.append(Skipped(printable(source), reason, printable(detail)))

    def _count(self) -> None:
        # One that is taken up and then left out counts twice: it is a rough number.
        self._looked_at += 1
        if self._on_progress is not None and self._looked_at % _PROGRESS_EVERY == 0:
            self._on_progress(self._looked_at)

    def remark(self, text: str) -> None:
        """Count something a person should know."""
        self._remarks[text] += 1

    def finish(self, format_name: str) -> tuple[FaceSet, ReadReport]:
        """The set and its account.

        Raises:
            DataError: there is no face at all.
        """
        n = len(self._expression)
        if not n:
            raise DataError(f"{self.name} has no face that can be used{self._why_none()}.")
        votes = np.zeros((n, len(VOTE_COLUMNS)), np.float32)
        for row, cast in enumerate(self._votes):
            if cast is not None:
                votes[row] = cast
        faces = FaceSet.of(
            # A view of the buffer: nothing is copied.
            np.frombuffer(self._pixels, np.uint8).reshape(n, self.side, self.side),
            np.array(self._expression, np.int64),
            votes=votes,
            **{column: np.array(values, np.str_) for column, values in self._text.items()},
        )
        report = ReadReport(
            name=self.name,
            format=format_name,
            taken=n,
            counts=_counts(self._text["split"], self._expression),
            voted=int(votes.any(axis=1).sum()),
            persons=len(set(self._text["group"]) - {""}),
            clips=len(set(self._text["clip"]) - {""}),
            repeated=self._repeated,
            skipped=tuple(self._skipped),
            skipped_by_reason=dict(self._reasons.most_common()),
            remarks=dict(self._remarks),
        )
        return faces, report

    def _why_none(self) -> str:
        if not self._reasons:
            return ""
        reason, n = self._reasons.most_common(1)[0]
        return f": {n:,} left out are {IN_WORDS[reason]}"


def _counts(split: list[str], expression: list[int]) -> dict[str, dict[str, int]]:
    pairs = Counter(zip(split, expression, strict=True))
    names = (*LABELS, "")  # -1, no label, is the last
    return {
        s: {names[e]: pairs[s, e] for e in (*range(len(LABELS)), -1) if pairs[s, e]}
        for s in (*SPLITS, "")
        if any(s == key[0] for key in pairs)
    }
