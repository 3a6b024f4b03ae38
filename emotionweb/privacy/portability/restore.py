"""Takes an archive in: first only looking, then for good, and back again if it was wrong.

What is here already is never changed. Rows go in by the thousand, each thousand in a transaction of
its own, so that nobody else waits; where one fails, all that went in before it goes out again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DatabaseError, IntegrityError, models, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from emotionweb.accounts.models import User
from emotionweb.clips import files
from emotionweb.journal import services as journal
from emotionweb.journal.models import DailyEmotionLog, Observation
from emotionweb.privacy.holdings import all_tables
from emotionweb.privacy.models import ImportBatch
from emotionweb.privacy.portability.export import file_name
from emotionweb.privacy.portability.identity import Ids, NotThereError
from emotionweb.privacy.portability.reading import Archive, ArchiveError, BadLineError
from emotionweb.privacy.portability.values import from_json
from emotionweb.privacy.tables import Table

logger = logging.getLogger(__name__)

CHUNK_ROWS = 1000
#: So many problems are kept in words; all are counted.
KEPT_PROBLEMS = 50


@dataclass(slots=True)
class TableReport:
    """What an archive holds of one table.

    Attributes:
        title: What a person calls such rows.
        new: Rows that are not here yet.
        here: Rows that are, and stay as they are.
        left_out: Rows that are not taken, by ``why_not``.
        bad: Rows that cannot be read.
    """

    name: str
    title: str = ""
    new: int = 0
    here: int = 0
    left_out: int = 0
    bad: int = 0
    why_not: str = ""


@dataclass(slots=True)
class Report:
    """What an import does, or did."""

    tables: list[TableReport] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def new(self) -> int:
        """Rows that are not here yet."""
        return sum(table.new for table in self.tables)

    def problem(self, table: TableReport, number: int, why: object) -> None:
        """Count a row that cannot be read, and keep why."""
        table.bad += 1
        if len(self.problems) < KEPT_PROBLEMS:
            self.problems.append(f"{table.title}, {number}: {why}")


def look(user: User, path: Path) -> Report:
    """Say what an archive would bring, and change nothing.

    Raises:
        ArchiveError: It cannot be used.
    """
    with Archive(path) as archive:
        return _Restoring(user, archive, None).run()


def take_in(user: User, path: Path, now: datetime) -> tuple[Report, ImportBatch]:
    """Take in what is not here yet.

    Returns:
        What was done, and the batch that ``undo`` takes back.

    Raises:
        ArchiveError: It cannot be used, or went wrong in the middle; nothing is left of it then.
    """
    with Archive(path) as archive:
        batch = ImportBatch.objects.create(user=user, at=now, kind=ImportBatch.Kind.ARCHIVE)
        try:
            report = _Restoring(user, archive, batch).run()
        except (ArchiveError, DatabaseError, OSError):
            undo(batch)
            raise
    return report, batch


def undo(batch: ImportBatch) -> int:
    """Take out what a batch brought, with its files; what was changed since then, too.

    Returns:
        How many rows.
    """
    removed = 0
    tables = {table.name: table for table in all_tables()}
    days = {date.fromisoformat(day) for day in batch.days}
    for name in reversed(list(batch.made)):
        table, pks = tables[name], batch.made[name]
        for start in range(0, len(pks), CHUNK_ROWS):
            with transaction.atomic():
                journal.lock_person(batch.user_id)
                rows = table.rows(batch.user).filter(pk__in=pks[start : start + CHUNK_ROWS])
                removed += rows.delete()[1].get(table.model._meta.label, 0)
    for day in days:
        journal.recompute_day(batch.user_id, day)
    batch.delete()
    return removed


class _Restoring:
    def __init__(self, user: User, archive: Archive, batch: ImportBatch | None) -> None:
        self.user = user
        self.archive = archive
        self.batch = batch
        self.tables = all_tables()
        self.ids = Ids(user, self.tables)
        self.report = Report()
        self.days: set[date] = set()

    def run(self) -> Report:
        for table in self.tables:
            title = capfirst(str(table.model._meta.verbose_name_plural))
            report = TableReport(table.name, title, why_not=str(table.why_not))
            self.report.tables.append(report)
            rows = enumerate(self.archive.rows(table.name), 1)
            while chunk := list(islice(rows, CHUNK_ROWS)):
                self._chunk(table, report, chunk)
        if self.batch is not None:
            for table in self.tables:
                if table.after is not None:
                    table.after(self.user)
            for day in self.days:
                journal.recompute_day(self.user.pk, day)
            self.batch.days = sorted(day.isoformat() for day in self.days)
            self.batch.save()
        return self.report

    def _chunk(self, table: Table, report: TableReport, chunk: Sequence[tuple[int, Any]]) -> None:
        wanted = list(self._readable(table, report, chunk))
        if self.batch is None:
            new = self._sorted(table, wanted)
            for row in new:
                self.ids.known(table, row.old, row.pk)
            report.new += len(new)
            report.here += len(wanted) - len(new)
            return
        with transaction.atomic():
            if not journal.lock_person(self.user.pk):
                raise ArchiveError(_("The account is gone."))
            new = self._sorted(table, wanted)
            report.here += len(wanted) - len(new)
            report.new += self._store(table, report, self._unsealed(table, report, new))

    def _readable(
        self, table: Table, report: TableReport, chunk: Sequence[tuple[int, Any]]
    ) -> Iterator[_Row]:
        for number, raw in chunk:
            if isinstance(raw, BadLineError):
                self.report.problem(report, raw.number, raw)
                continue
            if not table.restored or (table.wanted is not None and not table.wanted(raw)):
                report.left_out += 1
                continue
            try:
                row = self._row(table, number, raw)
            except NotThereError:
                report.left_out += 1
                report.why_not = _("what it belongs to is not taken")
                continue
            except (KeyError, TypeError, ValueError) as error:
                why = f"“{error.args[0]}” is missing." if isinstance(error, KeyError) else error
                self.report.problem(report, number, why)
                continue
            if row.file and not self.archive.has_file(row.file):
                if table.file is not None and table.file.needed:
                    report.left_out += 1
                    report.why_not = _("its file is not in the archive")
                    continue
                row.without_file(table)
            yield row

    def _row(self, table: Table, number: int, raw: dict[str, Any]) -> _Row:
        values: dict[str, Any] = {}
        old = raw[table.model._meta.pk.attname]
        for column in table.columns:
            name, value = column.attname, raw[column.attname]
            if column.primary_key:
                continue
            if column.is_relation and value is not None:
                assert isinstance(column.related_model, type)
                values[name] = self.ids.of_target(column.related_model, value)
            elif name in table.points_to and value is not None:
                values[name] = self.ids.of_source(value)
            else:
                values[name] = from_json(column, value)
        if table.person is not None:
            values[f"{table.person}_id"] = self.user.pk
        pk = self.ids.of_row(table, old)
        file = ""
        if table.file is not None and (table.file.needed or values[table.file.column]):
            values[table.file.column] = table.file.path(self.user.pk, pk)
            file = file_name(table, old, str(raw.get("name", "")))
        sets = {
            one.name: [self.ids.of_target(one.related_model, pk) for pk in raw.get(one.name, [])]
            for one in table.sets
        }
        return _Row(number, old, pk, values, sets, file)

    def _unsealed(self, table: Table, report: TableReport, rows: list[_Row]) -> list[_Row]:
        """Without observations of days that are sealed here: those take no more."""
        if table.model is not Observation:
            return rows
        days = {row.values["local_day"] for row in rows}
        logs = DailyEmotionLog.objects.filter(user=self.user, day__in=days, sealed=True)
        sealed = set(logs.values_list("day", flat=True))
        kept = [row for row in rows if row.values["local_day"] not in sealed]
        report.left_out += len(rows) - len(kept)
        return kept

    def _sorted(self, table: Table, rows: list[_Row]) -> list[_Row]:
        """Those of the rows that are not here yet; numbers of the others are noted."""
        if table.identity:
            here = self._here_by_identity(table, rows)
        else:
            there = table.rows(self.user).filter(pk__in=[row.pk for row in rows])
            here = {pk: pk for pk in there.values_list("pk", flat=True)}
        new = []
        for row in rows:
            key = row.key(table.identity)
            if key not in here:
                new.append(row)
                here[key] = None  # the same row twice in one archive is one row
            elif here[key] is not None:
                self.ids.known(table, row.old, here[key])
        return new

    def _here_by_identity(self, table: Table, rows: list[_Row]) -> dict[Any, Any]:
        first = table.identity[0]
        values = {row.values.get(first) for row in rows}
        found = table.rows(self.user).filter(**{f"{first}__in": values})
        return {
            tuple(one[1:]): one[0] for one in found.values_list("pk", *table.identity).iterator()
        }

    def _store(self, table: Table, report: TableReport, rows: list[_Row]) -> int:
        """Store rows; returns how many."""
        assert self.batch is not None
        try:
            with transaction.atomic():
                stored = self._create(table, rows)
        except IntegrityError:
            stored = []
            for row in rows:
                try:
                    with transaction.atomic():
                        stored += self._create(table, [row])
                except IntegrityError:
                    self.report.problem(report, row.number, _("It is not possible like this."))
        for row, instance in stored:
            self.ids.known(table, row.old, instance.pk)
        made = self.batch.made.setdefault(table.name, [])
        made += [one.pk if isinstance(one.pk, int) else str(one.pk) for _row, one in stored]
        if table.model in (Observation, DailyEmotionLog):
            day = "day" if table.model is DailyEmotionLog else "local_day"
            self.days |= {getattr(one, day) for _row, one in stored}
        self.batch.save()
        return len(stored)

    def _create(self, table: Table, rows: list[_Row]) -> list[tuple[_Row, models.Model]]:
        stored = [(row, self._instance(table, row)) for row in rows]
        table.model._default_manager.bulk_create([instance for _row, instance in stored])
        for row, instance in stored:
            for name, targets in row.sets.items():
                getattr(instance, name).set(targets)
            if table.file is not None and row.file:
                self._unpack(row, files.absolute(getattr(instance, table.file.column)))
        return stored

    def _instance(self, table: Table, row: _Row) -> models.Model:
        instance = table.model(**row.values)
        if row.pk is not None:
            instance.pk = row.pk
        return instance

    def _unpack(self, row: _Row, target: Path) -> None:
        if self.archive.file_size(row.file) > files.free_bytes():
            raise ArchiveError(_("The disk of the server is full. Nothing was changed."))
        files.make_folder(target.parent)
        target.unlink(missing_ok=True)  # left behind by an attempt that was killed
        self.archive.copy_file(row.file, target)


@dataclass(slots=True)
class _Row:
    """A row on its way.

    Attributes:
        number: Of its line.
        old: Id in the archive.
        pk: Id here, if it is known before it is stored.
        file: Name in the archive, or "".
    """

    number: int
    old: Any
    pk: Any
    values: dict[str, Any]
    sets: dict[str, list[Any]]
    file: str

    def without_file(self, table: Table) -> None:
        """The row as one that never had a file."""
        assert table.file is not None
        self.values[table.file.column], self.file = "", ""

    def key(self, identity: tuple[str, ...]) -> Any:
        return tuple(self.values.get(name) for name in identity) if identity else self.pk
