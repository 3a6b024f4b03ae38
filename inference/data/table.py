"""Rows of a CSV file one after the other, whatever is in them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from inference.errors import DataError

#: Characters of a line; a row of 48x48 pixels has at most 9,300.
_MAX_LINE = 64 * 1024
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file whose header has been read.

    Attributes:
        columns: names without surrounding spaces, in lower case.
    """

    columns: tuple[str, ...]
    _delimiter: str
    _text: io.TextIOWrapper

    @classmethod
    def open(cls, stream: BinaryIO) -> Table:
        """Read the header of a CSV file; ``stream`` stays the caller's to close."""
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="replace")
        line = next(_lines(text), None) or ""
        delimiter = max(_DELIMITERS, key=line.count)
        columns = _cells(line, delimiter) or []
        return cls(tuple(c.strip().lower() for c in columns), delimiter, text)

    def index(self, names: Sequence[str], of: str) -> list[int]:
        """Where the columns ``names`` are, case and surrounding spaces aside.

        Raises:
            DataError: some are missing; ``of`` is the file's name in the sentence.
        """
        missing = [name for name in names if name.lower() not in self.columns]
        if missing:
            raise lacking(of, missing)
        return [self.columns.index(name.lower()) for name in names]

    def rows(self) -> Iterator[list[str] | None]:
        """The cells of each row below the header; ``None`` for a line that is far too long.

        Every line is taken by itself, so that a stray quotation mark spoils one row only.
        Empty lines are no rows.
        """
        for line in _lines(self._text):
            if line is None:
                yield None
            elif line.strip():
                yield _cells(line, self._delimiter)

    def release(self) -> None:
        """Give the stream back unclosed."""
        self._text.detach()


def lacking(name: str, columns: Sequence[str]) -> DataError:
    """The error of a table without some columns."""
    word = "column" if len(columns) == 1 else "columns"
    return DataError(f"{name} lacks the {word} {', '.join(columns)}.")


def _cells(line: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return None


def _lines(text: io.TextIOWrapper) -> Iterator[str | None]:
    """Lines of bounded length, ``None`` for a longer one: a file may be one line of gigabytes."""
    while line := text.readline(_MAX_LINE):
        if len(line) < _MAX_LINE or line.endswith("\n"):
            yield line
            continue
        while rest := text.readline(_MAX_LINE):
            if rest.endswith("\n"):
                break
        yield None
