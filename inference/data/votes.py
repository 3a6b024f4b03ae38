"""FER+ votes, ``fer2013new.csv``: row by row what ten people saw in the faces of FER2013.

Barsoum et al., "Training Deep Networks for Facial Expression Recognition with
Crowd-Sourced Label Distribution", ICMI 2016; https://github.com/microsoft/FERPlus.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.data.faces import VOTE_COLUMNS
from inference.data.names import split_name
from inference.data.report import printable
from inference.data.table import Table
from inference.errors import DataError

#: FER2013 has 35,887 rows.
_MAX_ROWS = 1_000_000
#: Share of rows whose split may differ between pictures and votes: a damaged row, not a shift.
_MAX_MISMATCHED = 0.01
#: More votes than this for one column are a mistake in the file.
_MAX_VOTES = 1000


@dataclass(frozen=True, slots=True)
class Votes:
    """Votes by row.

    Attributes:
        name: of the file, for people.
        votes: ``(n, 10)`` float32 in the order of ``VOTE_COLUMNS``; zeros where unreadable.
        split: of each row, ``""`` where it is unknown.
    """

    name: str
    votes: NDArray[np.float32]
    split: tuple[str, ...]


class VoteJoin:
    """Hands out the votes of a row and watches that the rows belong together.

    Args:
        votes: by row; ``None``: nobody voted.
    """

    def __init__(self, votes: Votes | None) -> None:
        self._votes = votes
        self._joined = 0
        self._first_mismatch = ""
        self._mismatched = 0

    def of(self, row: int, split: str) -> tuple[NDArray[np.float32] | None, str]:
        """The votes of one row, and a remark for the account where they are missing."""
        if self._votes is None:
            return None, ""
        if row >= len(self._votes.votes):
            return None, "rows beyond the end of the votes"
        self._joined += 1
        if split and self._votes.split[row] not in ("", split):
            self._mismatched += 1
            self._first_mismatch = self._first_mismatch or (
                f"row {row} is in {split} here and in {self._votes.split[row]} there"
            )
            return None, "rows whose votes are of another split"
        votes = self._votes.votes[row]
        return votes, "" if votes.any() else "rows without readable votes"

    def check(self, name: str) -> None:
        """Refuse votes that are not of these pictures.

        Raises:
            DataError: the splits differ in more than a stray row.
        """
        if self._votes is not None and self._mismatched > _MAX_MISMATCHED * self._joined:
            raise DataError(
                f"{name} and the votes {self._votes.name} do not belong together: "
                f"{self._first_mismatch}."
            )


def read_votes(path: Path) -> Votes:
    """Read ``fer2013new.csv``.

    Args:
        path: columns ``Usage`` and those of ``VOTE_COLUMNS``; other columns are ignored.

    Raises:
        DataError: no such file, columns missing, no rows, far too many rows.
    """
    name = printable(path.name)
    rows: list[NDArray[np.float32]] = []
    splits: list[str] = []
    try:
        with path.open("rb") as stream:
            table = Table.open(stream)
            usage, *columns = table.index(("Usage", *VOTE_COLUMNS), name)
            for cells in table.rows():
                rows.append(_votes(cells, columns))
                known = cells is not None and usage < len(cells)
                splits.append((split_name(cells[usage]) or "") if cells and known else "")
                if len(rows) > _MAX_ROWS:
                    raise DataError(f"{name} has more than {_MAX_ROWS:,} rows of votes.")
            table.release()
    except FileNotFoundError:
        raise DataError(f"There is no file {printable(str(path))} of votes.") from None
    except (OSError, ValueError) as error:
        raise DataError(f"The votes {name} cannot be read: {_why(error)}.") from None
    if not rows:
        raise DataError(f"{name} has no row of votes.")
    return Votes(name, np.stack(rows), tuple(splits))


def _votes(cells: list[str] | None, columns: list[int]) -> NDArray[np.float32]:
    votes = np.zeros(len(VOTE_COLUMNS), np.float32)
    try:
        cast = [float(cells[c]) for c in columns] if cells else []
    except (IndexError, ValueError):
        return votes
    if cast and all(math.isfinite(v) and 0 <= v <= _MAX_VOTES for v in cast):
        votes[:] = cast
    return votes


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or "it is not a text file"
