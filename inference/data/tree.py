"""Files below a folder or in a zip archive, one after the other, within limits."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from inference.data.pictures import MAX_BYTES, PictureError
from inference.data.report import Reason
from inference.errors import DataError

#: Limits of an archive. Pictures are compressed already: a data set of faces unpacks to
#: about its own size (CK+48 to 1.0 times, bitmaps to some ten times).
MAX_MEMBERS = 1_000_000
MAX_UNPACKED = 16 * 2**30
MAX_RATIO = 100
#: Below this no ratio is a bomb.
_HARMLESS = 64 * 2**20
#: Bytes of the archive's table of contents, which is held in memory.
_MAX_CONTENTS = 256 * 2**20

_JUNK = {"thumbs.db", "desktop.ini", "__macosx"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or a folder of the tree.

    Attributes:
        path: relative to the tree.
        is_folder: whether it is one; it has no bytes then.
        refused: why it will not be read, ``None`` where it can be tried.
        read: its bytes; raises ``PictureError`` where they cannot be had.
    """

    path: PurePosixPath
    is_folder: bool
    refused: PictureError | None
    read: Callable[[], bytes]


def is_junk(path: PurePosixPath) -> bool:
    """What operating systems leave behind, and hidden files; nobody wants to hear of them."""
    return any(
        part.lower() in _JUNK or (part.startswith(".") and part != "..") for part in path.parts
    )


def _nothing() -> bytes:
    return b""


# === Folder ===


def folder_entries(root: Path) -> Iterator[Entry]:
    """Everything below ``root``; links to folders are refused, as they may lead in circles.

    Raises:
        DataError: the folder cannot be listed.
    """

    def fail(error: OSError) -> None:
        if error.filename == os.fspath(root):
            raise DataError(f"The folder {root.name} cannot be read: {error.strerror}.") from error

    for folder, folders, files in os.walk(root, onerror=fail):
        at = PurePosixPath(Path(folder).relative_to(root).as_posix())
        for name in folders:
            linked = (Path(folder) / name).is_symlink()
            refused = PictureError(Reason.LINK, "") if linked else None
            yield Entry(at / name, True, refused, _nothing)
        for name in files:
            file = Path(folder) / name
            yield Entry(at / name, False, None, lambda file=file: _read_file(file))  # type: ignore[misc]


def _read_file(file: Path) -> bytes:
    try:
        found = file.stat()
        # Opening a named pipe would wait for ever.
        if not stat.S_ISREG(found.st_mode):
            raise PictureError(Reason.UNREADABLE, "not a file")
        if found.st_size > MAX_BYTES:
            raise PictureError(Reason.TOO_LARGE, f"{found.st_size >> 20} MB")
        return file.read_bytes()
    except OSError as error:
        raise PictureError(Reason.UNREADABLE, (error.strerror or "").lower()) from None


# === Zip archive ===


def open_archive(path: Path, name: str) -> zipfile.ZipFile:
    """Open an archive and check what it claims before anything is unpacked.

    Raises:
        DataError: damaged, or a bomb.
    """
    try:
        if _contents_bytes(path) > _MAX_CONTENTS:
            raise DataError(f"{name} has too long a table of contents for an archive of pictures.")
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, zlib.error, KeyError):
        raise DataError(f"{name} is a zip archive that is damaged or cut off.") from None
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    size = path.stat().st_size
    if len(members) > MAX_MEMBERS:
        problem = f"has {len(members):,} members; at most {MAX_MEMBERS:,} are read"
    elif unpacked > MAX_UNPACKED:
        problem = f"unpacks to {unpacked / 2**30:.0f} GB; at most {MAX_UNPACKED >> 30} are read"
    elif unpacked > max(_HARMLESS, MAX_RATIO * size):
        problem = f"unpacks to {unpacked / size:.0f} times its size, as only a zip bomb does"
    else:
        return archive
    archive.close()
    raise DataError(f"{name} {problem}.")


def _contents_bytes(path: Path) -> int:
    """Length of the table of contents as the archive's last record states it (APPNOTE 4.3.16)."""
    with path.open("rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - 22 - 0xFFFF - 20 - 56)
        file.seek(start)
        tail = file.read()
    last = tail.rfind(b"PK\x05\x06")
    if last < 0:
        return 0
    # In a large archive a longer record stands before the last one and its 20-byte pointer.
    large = last - 20 - 56
    if large >= 0 and tail[large : large + 4] == b"PK\x06\x06":
        return int.from_bytes(tail[large + 40 : large + 48], "little")
    return int.from_bytes(tail[last + 12 : last + 16], "little")


def archive_entries(archive: zipfile.ZipFile) -> Iterator[Entry]:
    """Every member; nothing is ever written to disk, a name that appears twice is refused."""
    seen: set[str] = set()
    for member in archive.infolist():
        name = member.filename.replace("\\", "/")
        path = PurePosixPath(name)
        refused = None
        if path.is_absolute() or ".." in path.parts or (path.parts and ":" in path.parts[0]):
            refused = PictureError(Reason.CLIMBING_PATH, "")
        elif name in seen:
            refused = PictureError(Reason.DUPLICATE, "a second file of this name")
        elif member.flag_bits & 0x1:
            refused = PictureError(Reason.ENCRYPTED, "")
        elif member.file_size > MAX_BYTES:
            refused = PictureError(Reason.TOO_LARGE, f"{member.file_size >> 20} MB")
        seen.add(name)
        yield Entry(
            path,
            name.endswith("/"),
            refused,
            lambda member=member: _read_member(archive, member),  # type: ignore[misc]
        )


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        # Never more than member.file_size, which has been checked.
        return archive.read(member)
    except Exception:
        # zipfile and its decompressors raise nearly every built-in exception on damaged files.
        raise PictureError(Reason.UNREADABLE, "damaged in the archive") from None
