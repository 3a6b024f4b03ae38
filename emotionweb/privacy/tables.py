"""Which rows of a person are taken along, and how two of them are the same one.

A holding names its tables; what the columns are is read from the models, so a new column
cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Field, ManyToManyField, Model, QuerySet
    from django.utils.functional import _StrPromise

    from emotionweb.accounts.models import User


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that belongs to a row.

    Attributes:
        column: That holds its path, relative to the media folder.
        path: Where it has to lie for a person and an id.
        needed: Whether a row is nothing without it. Where not, the column may be empty, and a
            row whose file is not in the archive is restored with an empty one.
    """

    column: str
    path: Callable[[int, Any], str]
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one model.

    Attributes:
        name: Of its files in the archive.
        model: What they are.
        rows: Those of a person.
        identity: Fields that say which row is which, besides the person; a row that is here
            already is left as it is. Empty: the id alone.
        left_out: Columns that are worked out anew or say nothing elsewhere.
        restored: ``False``: for reading only, with a reason in ``why_not``.
        why_not: See there.
        wanted: Of the rows, those that are restored, as a test of the mapping of a row.
        points_to: Columns with the id of a row of another table that is no foreign key:
            column -> name of the table.
        file: That belongs to each row, or to some.
        after: Called with the person when all rows of all tables are in.
    """

    name: str
    model: type[Model]
    rows: Callable[[User], QuerySet[Any]]
    identity: tuple[str, ...] = ()
    left_out: frozenset[str] = frozenset()
    restored: bool = True
    why_not: _StrPromise | str = ""
    wanted: Callable[[Mapping[str, Any]], bool] | None = None
    points_to: Mapping[str, str] = field(default_factory=dict)
    file: StoredFile | None = None
    after: Callable[[User], None] | None = None

    @property
    def columns(self) -> list[Field[Any, Any]]:
        """The columns that are taken along, without the person."""
        return [
            column
            for column in self.model._meta.concrete_fields
            if column.name not in self.left_out and not is_person(column)
        ]

    @property
    def sets(self) -> list[ManyToManyField[Any, Any]]:
        """Sets of other rows that are taken along, such as tags."""
        return [one for one in self.model._meta.many_to_many if one.name not in self.left_out]

    @property
    def person(self) -> str | None:
        """Name of the column with the person; ``None`` where another row leads there."""
        return next((c.name for c in self.model._meta.concrete_fields if is_person(c)), None)


def is_person(column: Field[Any, Any]) -> bool:
    """Whether a column holds whose the row is."""
    from emotionweb.accounts.models import User

    return column.is_relation and column.related_model is User
