"""Writes the archive while it is sent: neither memory nor disk ever holds the whole of it."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from emotionweb.accounts.models import User
from emotionweb.clips import files
from emotionweb.privacy.holdings import all_tables
from emotionweb.privacy.portability.values import to_cell, to_json
from emotionweb.privacy.tables import Table

FORMAT, VERSION = "emotionweb-export", 1
#: Rows that are read, and characters that are packed, at a time.
CHUNK_ROWS = 2000
_CHUNK_BYTES = 256 * 1024
#: In a table for people a number of a thousand digits is no use; bytes stay in the data.
_NOT_IN_CSV = "BinaryField"


def archive(user: User, now: datetime, *, with_files: bool) -> Iterator[bytes]:
    """The archive of a person, piece by piece.

    Args:
        user: Whose.
        now: Time, aware.
        with_files: Also what they uploaded: clips and photos.
    """
    pipe = _Pipe()
    tables = all_tables()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as bundle:
        manifest = _manifest(user, tables, now, with_files=with_files)
        bundle.writestr("manifest.json", json.dumps(manifest, indent=1, ensure_ascii=False))
        bundle.writestr("README.txt", _readme())
        yield from pipe.taken()
        for table in tables:
            yield from _write(bundle, pipe, f"data/{table.name}.jsonl", _json_lines(table, user))
            yield from _write(bundle, pipe, f"csv/{table.name}.csv", _csv_lines(table, user))
        if with_files:
            for name, path in stored_files(user, tables):
                yield from _write(bundle, pipe, name, _pieces(path))
    yield from pipe.taken()


def stored_files(user: User, tables: Iterable[Table]) -> Iterator[tuple[str, Path]]:
    """Name in the archive and place on the disk of what a person uploaded."""
    for table in tables:
        if table.file is None:
            continue
        for row in table.rows(user).iterator():
            relative = getattr(row, table.file.column)
            if not relative and not table.file.needed:
                continue
            path = files.absolute(relative)
            if path.is_file():
                yield file_name(table, row.pk, getattr(row, "name", "")), path


def file_name(table: Table, pk: Any, name: str) -> str:
    """Name in the archive of the file of a row, with the ending that it came with."""
    ending = re.search(r"\.[A-Za-z0-9]{1,5}\Z", name)
    return f"files/{table.name}/{pk}{ending[0].lower() if ending else ''}"


def row_of(table: Table, instance: Any) -> dict[str, Any]:
    """A row as it stands in the data."""
    row = {
        column.attname: to_json(column, getattr(instance, column.attname))
        for column in table.columns
    }
    for one in table.sets:
        row[one.name] = [related.pk for related in getattr(instance, one.name).all()]
    return row


def _instances(table: Table, user: User) -> Iterator[Any]:
    rows = table.rows(user).order_by("pk")
    rows = rows.prefetch_related(*(one.name for one in table.sets))
    return iter(rows.iterator(chunk_size=CHUNK_ROWS))


def _json_lines(table: Table, user: User) -> Iterator[bytes]:
    for instance in _instances(table, user):
        line = json.dumps(row_of(table, instance), ensure_ascii=False, allow_nan=False)
        yield f"{line}\n".encode()


def _csv_lines(table: Table, user: User) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    shown = [c for c in table.columns if c.get_internal_type() != _NOT_IN_CSV]
    names = [column.attname for column in shown] + [one.name for one in table.sets]
    writer.writerow(names)
    yield b"\xef\xbb\xbf"  # so that spreadsheets read it as UTF-8
    for instance in _instances(table, user):
        row = row_of(table, instance)
        writer.writerow([to_cell(row[name]) for name in names])
        yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK_BYTES):
            yield piece


def _write(
    bundle: zipfile.ZipFile, pipe: _Pipe, name: str, pieces: Iterable[bytes]
) -> Iterator[bytes]:
    # Videos and photos are packed already: packing them again costs time and gains nothing.
    entry = zipfile.ZipInfo(name, date_time=datetime.now(UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_STORED if name.startswith("files/") else zipfile.ZIP_DEFLATED
    with bundle.open(entry, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece)
            if pipe.held >= _CHUNK_BYTES:
                yield from pipe.taken()
    yield from pipe.taken()


class _Pipe(io.RawIOBase):
    """What the archive is written to: it keeps a piece until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []
        self.held = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        self.held += len(data)
        return len(data)

    def taken(self) -> Iterator[bytes]:
        """Hand over what there is."""
        if self._parts:
            whole = b"".join(self._parts)
            self._parts, self.held = [], 0
            yield whole


def _manifest(
    user: User, tables: Iterable[Table], now: datetime, *, with_files: bool
) -> dict[str, Any]:
    try:
        program = version("emotionweb")
    except PackageNotFoundError:
        program = ""
    return {
        "format": FORMAT,
        "version": VERSION,
        "program": program,
        "exported_at": now.astimezone(UTC).isoformat(),
        "with_files": with_files,
        "rows": {table.name: table.rows(user).count() for table in tables},
    }


def _readme() -> str:
    return _(
        "This is everything that Emotionweb keeps about you.\n\n"
        "csv/    tables that a spreadsheet opens; times are UTC, the zone stands beside them\n"
        "data/   the same without loss, one JSON object a line: this is what an import reads\n"
        "files/  the clips and photos that you uploaded, if you asked for them\n\n"
        "“shown” is what the camera saw, “felt” is what you said. Neither changes the other.\n"
    )
