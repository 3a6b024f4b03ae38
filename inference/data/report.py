"""What a reader took, what it left out, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inference.labels import LABELS

#: So many of the left-out rows and files are kept by name; all are counted.
MAX_NAMED = 100
#: Names from a data set are cut to this: numpy gives every row the room of the longest.
_MAX_NAME = 120
#: Different details of one reason in a summary.
_MAX_DETAILS = 4


class Reason(StrEnum):
    """Why a row or a file was left out."""

    UNREADABLE = "unreadable"
    UNKNOWN_CLASS = "unknown_class"
    UNKNOWN_SPLIT = "unknown_split"
    WRONG_SIZE = "wrong_size"
    BAD_PIXELS = "bad_pixels"
    MISSING_PIXELS = "missing_pixels"
    DUPLICATE = "duplicate"
    CLIMBING_PATH = "climbing_path"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    LINK = "link"


#: The reasons in words, for "… left out: 3 …".
IN_WORDS: Mapping[Reason, str] = {
    Reason.UNREADABLE: "not readable",
    Reason.UNKNOWN_CLASS: "of a class that is none of the eight expressions",
    Reason.UNKNOWN_SPLIT: "of an unknown split",
    Reason.WRONG_SIZE: "of a wrong size",
    Reason.BAD_PIXELS: "with pixels that are no gray levels from 0 to 255",
    Reason.MISSING_PIXELS: "without pixels",
    Reason.DUPLICATE: "there already",
    Reason.CLIMBING_PATH: "with a path that leaves the archive",
    Reason.ENCRYPTED: "encrypted",
    Reason.TOO_LARGE: "too large",
    Reason.LINK: "a link to a folder",
}


def printable(text: str) -> str:
    """A name from a data set as it can be shown: no control characters, not endless."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= _MAX_NAME else "…" + shown[-(_MAX_NAME - 1) :]


@dataclass(frozen=True, slots=True)
class Skipped:
    """One row or file that was left out.

    Attributes:
        source: which, for people.
        reason: why.
        detail: what exactly was wrong, may be empty.
    """

    source: str
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class ReadReport:
    """The account of one reading.

    Attributes:
        name: of the file or folder.
        format: what it was found to be.
        taken: number of faces.
        counts: split (``""``: none) -> label (``""``: none) -> number of faces.
        voted: faces with FER+ votes.
        persons: known persons.
        clips: known clips.
        repeated: faces with exactly the pixels of an earlier one.
        skipped: the first ``MAX_NAMED`` that were left out.
        skipped_by_reason: how many were left out for each reason.
        remarks: what else was done or noticed -> how often.
    """

    name: str
    format: str
    taken: int
    counts: Mapping[str, Mapping[str, int]]
    voted: int
    persons: int
    clips: int
    repeated: int
    skipped: tuple[Skipped, ...]
    skipped_by_reason: Mapping[Reason, int]
    remarks: Mapping[str, int]

    @property
    def left_out(self) -> int:
        """How many rows or files were left out."""
        return sum(self.skipped_by_reason.values())

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "format": self.format,
            "taken": self.taken,
            "counts": {split: dict(labels) for split, labels in self.counts.items()},
            "voted": self.voted,
            "persons": self.persons,
            "clips": self.clips,
            "repeated": self.repeated,
            "left_out": self.left_out,
            "skipped_by_reason": {r.value: n for r, n in self.skipped_by_reason.items()},
            "skipped": [
                {"source": s.source, "reason": s.reason.value, "detail": s.detail}
                for s in self.skipped
            ],
            "remarks": dict(self.remarks),
        }

    def summary(self) -> str:
        """Some lines of plain text for a person."""
        lines = [f"{self.name}: {self.format}, {_faces(self.taken)} taken."]
        for split, labels in self.counts.items():
            total = sum(labels.values())
            parts = [f"{label or 'no label'} {labels[label]:,}" for label in _in_order(labels)]
            lines.append(f"  {split or 'no split'}: {total:,} ({', '.join(parts)})")
        if self.voted:
            lines.append(f"  {_faces(self.voted)} with votes.")
        if self.persons:
            lines.append(f"  {self.persons:,} persons, {self.clips:,} clips.")
        if self.repeated:
            lines.append(f"  {_faces(self.repeated)} with exactly the pixels of an earlier one.")
        lines += [f"  {text}: {n:,}" for text, n in self.remarks.items()]
        if not self.left_out:
            return "\n".join([*lines, "Nothing left out."])
        lines.append(f"{self.left_out:,} left out:")
        for reason, n in self.skipped_by_reason.items():
            examples = [s for s in self.skipped if s.reason is reason]
            what = f", such as {examples[0].source}" if examples else ""
            details = [d for d in dict.fromkeys(s.detail for s in examples) if d]
            why = f" ({', '.join(details[:_MAX_DETAILS])})" if details else ""
            lines.append(f"  {n:,} {IN_WORDS[reason]}{what}{why}")
        return "\n".join(lines)


def _faces(n: int) -> str:
    return f"{n:,} face" if n == 1 else f"{n:,} faces"


def _in_order(labels: Mapping[str, int]) -> list[str]:
    return [label for label in (*LABELS, "") if label in labels]
