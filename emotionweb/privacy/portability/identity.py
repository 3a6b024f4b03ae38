"""Which id a row gets here: its own where that is free, else one that is the same every time."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import models

from emotionweb.accounts.models import User
from emotionweb.privacy.tables import Table

#: Of the ids that rows get whose own id is somebody else's here.
_NAMESPACE = UUID("6f1c2f0e-5d0b-4b8a-9d1e-3c8a7e0f4b52")


class NotThereError(ValueError):
    """What a row belongs to is not here: not in the archive, left out, or not to be read."""


class Ids:
    """The ids of one person's import.

    Args:
        user: Whose rows they become.
        tables: All tables.
    """

    def __init__(self, user: User, tables: Iterable[Table]) -> None:
        self._user = user
        self._tables = {table.model: table for table in tables}
        #: (model, id in the archive) -> id here.
        self._known: dict[tuple[type[models.Model], str], Any] = {}
        self._uuids: dict[tuple[type[models.Model], UUID], UUID] = {}

    def of_row(self, table: Table, old: Any) -> Any:
        """The id for a row of a table with ids of its own; ``None`` where it gets a number."""
        pk = table.model._meta.pk
        if not isinstance(pk, models.UUIDField):
            return None
        return self._uuid(table.model, UUID(str(old)))

    def known(self, table: Table, old: Any, new: Any) -> None:
        """A row of the archive is here under this id."""
        self._known[table.model, str(old)] = new

    def of_target(self, model: type[models.Model], old: Any) -> Any:
        """The id here of a row that another one points to.

        Raises:
            NotThereError: See there.
        """
        try:
            return self._known[model, str(old)]
        except KeyError:
            raise NotThereError from None

    def of_source(self, old: Any) -> UUID:
        """The id here of a session or clip, whether or not it is in the archive."""
        wanted = UUID(str(old))
        for model, table in self._tables.items():
            if table.person and isinstance(model._meta.pk, models.UUIDField):
                new = self._uuid(model, wanted)
                if new != wanted:
                    return new
        return wanted

    def _uuid(self, model: type[models.Model], old: UUID) -> UUID:
        key = (model, old)
        if key not in self._uuids:
            other = uuid.uuid5(_NAMESPACE, f"{self._user.pk} {old}")
            taken = self._is_somebody_elses(model, old)
            was_here = model._default_manager.filter(pk=other).exists()
            self._uuids[key] = other if taken or was_here else old
        return self._uuids[key]

    def _is_somebody_elses(self, model: type[models.Model], pk: UUID) -> bool:
        table = self._tables[model]
        there = model._default_manager.filter(pk=pk)
        return there.exists() and not table.rows(self._user).filter(pk=pk).exists()
