"""Reads an archive that somebody brings: ours, somebody's, or something else altogether."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from emotionweb.privacy.portability.export import FORMAT, VERSION

#: Of one line and of the manifest; a minute of samples of four faces has some 600 kB.
MAX_LINE_BYTES = 32 * 1024**2
#: All data of an archive, unpacked; ten years of an hour a day have half a gigabyte.
MAX_DATA_BYTES = 8 * 1024**3
#: A file that is so much larger unpacked than packed was made to fill the disk.
MAX_RATIO = 300


class ArchiveError(ValueError):
    """An archive that cannot be used; says why in a sentence for the person."""


class BadLineError(ValueError):
    """A line that cannot be read.

    Args:
        number: Of the line, from 1.
        why: In words.
    """

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number


class Archive:
    """An open archive; close it, or use it as a context.

    Raises:
        ArchiveError: It is none of ours, damaged, or made by a later version.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError):
            raise ArchiveError(
                _("This is not a zip file, or it did not arrive whole. Nothing was changed.")
            ) from None
        try:
            self._check_size()
            self.manifest = self._read_manifest()
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *args: object) -> None:
        self._zip.close()

    def rows(self, table: str) -> Iterator[dict[str, Any] | BadLineError]:
        """The rows of a table in order; in the place of a bad one, what is wrong with it."""
        name = f"data/{table}.jsonl"
        if name not in self._zip.NameToInfo:
            return
        try:
            with self._zip.open(name) as file:
                number = 0
                while line := file.readline(MAX_LINE_BYTES + 1):
                    number += 1
                    if line.strip():
                        yield _parsed(line, number)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError) as error:
            raise ArchiveError(
                _("%(name)s in the archive is damaged. Nothing was changed.") % {"name": name}
            ) from error

    def has_file(self, name: str) -> bool:
        """Whether there is such a file."""
        return name in self._zip.NameToInfo

    def file_size(self, name: str) -> int:
        """Its bytes, unpacked."""
        return self._zip.getinfo(name).file_size

    def copy_file(self, name: str, target: Path) -> None:
        """Unpack a file.

        Raises:
            ArchiveError: It is damaged.
        """
        try:
            with self._zip.open(name) as source, target.open("xb") as out:
                left = self.file_size(name)
                while piece := source.read(min(1 << 20, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        raise zipfile.BadZipFile
                    out.write(piece)
        except (zipfile.BadZipFile, EOFError) as error:
            raise ArchiveError(_("A file in the archive is damaged.")) from error

    def _check_size(self) -> None:
        entries = self._zip.infolist()
        data = [entry for entry in entries if not entry.filename.startswith("files/")]
        swollen = any(
            entry.file_size > 1 << 20 and entry.file_size > MAX_RATIO * max(1, entry.compress_size)
            for entry in entries
        )
        if swollen or sum(entry.file_size for entry in data) > MAX_DATA_BYTES:
            raise ArchiveError(
                _("Unpacked, this archive would be far too large. Nothing was changed.")
            )

    def _read_manifest(self) -> dict[str, Any]:
        try:
            with self._zip.open("manifest.json") as file:
                manifest = json.loads(file.read(MAX_LINE_BYTES))
            known, made = manifest["format"] == FORMAT, int(manifest["version"])
        except (KeyError, TypeError, ValueError, zipfile.BadZipFile, OSError):
            known, made = False, 0
        if not known:
            raise ArchiveError(
                _("This archive is not an export of Emotionweb. Nothing was changed.")
            )
        if made > VERSION:
            raise ArchiveError(
                _("This archive was made by a later version of Emotionweb. Nothing was changed.")
            )
        return dict(manifest)


def _parsed(line: bytes, number: int) -> dict[str, Any] | BadLineError:
    if len(line) > MAX_LINE_BYTES:
        return BadLineError(number, _("It is too long."))
    try:
        row = json.loads(line)
    except ValueError:
        return BadLineError(number, _("It is no JSON."))
    return row if isinstance(row, dict) else BadLineError(number, _("It is no row."))
