"""Values of columns as JSON and back, without loss."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

#: Of which a spreadsheet would make a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_json(column: models.Field[Any, Any], value: Any) -> Any:
    """The value of a column as JSON."""
    if value is None or isinstance(column, models.JSONField):
        return value
    if isinstance(column, models.BinaryField):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(column, models.DateTimeField):
        return value.astimezone(UTC).isoformat()
    if isinstance(
        column, models.DateField | models.TimeField | models.UUIDField | models.ForeignKey
    ):
        return value if isinstance(value, int | float) else str(value)
    return value


def from_json(column: models.Field[Any, Any], value: Any) -> Any:
    """The value that ``to_json`` made this of.

    Raises:
        ValueError: It is none of this column.
    """
    if value is None:
        if not column.null:
            raise ValueError(f"“{column.name}” is missing.")
        return None
    if isinstance(column, models.JSONField):
        return value
    try:
        if isinstance(column, models.BinaryField):
            return base64.b64decode(value, validate=True)
        if isinstance(column, models.DateTimeField):
            at = datetime.fromisoformat(value)
            if at.utcoffset() is None:
                raise ValueError("a time without a zone")
            return at.astimezone(UTC)
        cleaned = column.clean(value, None)
    except (binascii.Error, TypeError, ValueError, ValidationError) as error:
        raise ValueError(f"“{column.name}” cannot be {str(value)[:40]!r}.") from error
    if isinstance(cleaned, str) and "\x00" in cleaned:
        raise ValueError(f"“{column.name}” holds a sign that cannot be stored.")
    return cleaned


def to_cell(value: Any) -> str:
    """A JSON value as a cell of a table, which no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if isinstance(value, str) and text.startswith(_FORMULA_STARTS):
        return f"'{text}"
    return text
