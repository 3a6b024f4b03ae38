"""One function that reads any data set of faces; what it is, is seen from its content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from inference.data.class_folders import read_class_folders
from inference.data.collect import Collector
from inference.data.faces import FaceSet
from inference.data.fer2013_csv import is_table_of_pixels, read_csv
from inference.data.parquet import read_parquet
from inference.data.report import ReadReport, printable
from inference.data.table import Table
from inference.data.tree import archive_entries, folder_entries, open_archive
from inference.data.votes import Votes, read_votes
from inference.errors import DataError

_PARQUET = b"PAR1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def read(
    path: Path,
    *,
    votes: Path | None = None,
    side: int = 48,
    on_progress: Callable[[int], None] | None = None,
) -> tuple[FaceSet, ReadReport]:
    """Read a data set of faces.

    Args:
        path: ``fer2013.csv`` or ``icml_face_data.csv``, a parquet file of pictures, a folder
            or a zip archive of class folders or of CK+48; names do not matter.
        votes: ``fer2013new.csv``, joined by row to a table.
        side: to which the faces are brought, in pixels.
        on_progress: called now and then with the number of rows or files looked at.

    Returns:
        The faces in the data set's order, and the account of what was taken and left out.

    Raises:
        DataError: the file as a whole cannot be used. A bad row or file never raises.
    """
    path = Path(path)
    into = Collector(path.name or str(path), side, on_progress)
    try:
        start = b"" if path.is_dir() else _start(path)
        cast = None if votes is None else read_votes(votes)
        if path.is_dir() or start.startswith(_ZIP):
            format_name = _read_tree(path, into, cast)
        elif start.startswith(_PARQUET):
            format_name = read_parquet(path, into, cast)
        else:
            format_name = _read_table(path, into, cast)
    except FileNotFoundError:
        raise DataError(f"There is no file {printable(str(path))}.") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name or its content is not valid"
        raise DataError(f"{into.name} cannot be read: {why}.") from None
    return into.finish(format_name)


def _start(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise DataError(f"{printable(path.name)} is neither a file nor a folder.")
    with path.open("rb") as file:
        return file.read(4)


def _read_tree(path: Path, into: Collector, votes: Votes | None) -> str:
    if votes is not None:
        raise DataError(
            f"Votes are joined by row to a table of FER2013; {into.name} has folders, not rows."
        )
    if path.is_dir():
        return read_class_folders(folder_entries(path), into)
    with open_archive(path, into.name) as archive:
        return read_class_folders(archive_entries(archive), into)


def _read_table(path: Path, into: Collector, votes: Votes | None) -> str:
    with path.open("rb") as stream:
        header = Table.open(stream)
        columns = header.columns
        header.release()
        if {"nf", "contempt"} <= set(columns) and "pixels" not in columns:
            raise DataError(
                f"{into.name} has the votes of FER+ but no pictures: give fer2013.csv as the "
                "data and this file as the votes."
            )
        if not is_table_of_pixels(columns):
            raise DataError(
                f"{into.name} is none of what can be read: a table with the columns emotion, "
                "pixels and Usage, a parquet file, a folder or a zip archive of class folders."
            )
        stream.seek(0)
        return read_csv(stream, into, votes)
