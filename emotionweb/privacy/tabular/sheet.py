"""A file of text as a table, whoever wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

#: Ten years of a dozen entries a day have some 20 MB.
MAX_BYTES = 32 * 1024**2
MAX_ROWS = 200_000
_DELIMITERS = ",;\t|"
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
#: Tried in this order; GB 18030 is what Chinese systems write, and takes nearly everything.
_ENCODINGS = ("utf-8", "gb18030", "cp1252")


class SheetError(ValueError):
    """A file that is no table; says why in a sentence for the person."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table.

    Attributes:
        header: Names of the columns; each once, numbered where one came twice.
        rows: As long as the header each.
    """

    header: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]

    def column(self, name: str) -> list[str]:
        """The cells of a column."""
        index = self.header.index(name)
        return [row[index] for row in self.rows]


def read(data: bytes) -> Sheet:
    """Read a table; encoding and separator are found out.

    Raises:
        SheetError: It is none, or too long.
    """
    if len(data) > MAX_BYTES:
        raise SheetError(_("This table is too large. Nothing was changed."))
    text = _decoded(data)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or "\x00" in text:
        raise SheetError(_no_table())
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(lines), strict=True)
        cells = [[cell.strip() for cell in row] for row in reader if any(map(str.strip, row))]
    except csv.Error:
        raise SheetError(_no_table()) from None
    if len(cells) > MAX_ROWS + 1:
        raise SheetError(_("This table is too large. Nothing was changed."))
    header = _header(cells[0])
    if len(header) < 2:
        raise SheetError(_no_table())
    width = len(header)
    rows = [tuple((row + [""] * width)[:width]) for row in cells[1:]]
    return Sheet(header, rows)


def _no_table() -> str:
    return _(
        "This is no table: the first line has to name the columns, with commas, semicolons or "
        "tabs between. Nothing was changed."
    )


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                raise SheetError(_no_table()) from None
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError(_no_table())


def _delimiter(lines: Sequence[str]) -> str:
    """The separator that splits the header into most names, and each line alike."""
    counts = {one: lines[0].count(one) for one in _DELIMITERS}
    return max(_DELIMITERS, key=lambda one: counts[one])


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = cell.lstrip("\ufeff")[:80] or str(number)
        names.append(f"{name} ({number})" if name in names else name)
    return tuple(names)
