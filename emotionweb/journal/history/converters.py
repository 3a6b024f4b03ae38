"""Months and weeks in addresses; one that is in no calendar leads nowhere."""

from __future__ import annotations

from datetime import date


class MonthConverter:
    """A month as in ``2026-11``, by its first day."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value.year:04}-{value.month:02}"


class WeekConverter:
    """A week of ISO 8601 as in ``2026-W47``, by its Monday."""

    regex = r"\d{4}-W\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisocalendar(int(value[:4]), int(value[6:]), 1)

    def to_url(self, value: date) -> str:
        year, number, _day = value.isocalendar()
        return f"{year:04}-W{number:02}"
