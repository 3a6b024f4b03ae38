"""What the columns of a table mean, and what the words for a mood are worth."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from emotionweb.journal.models.checkins import HIGHEST, LOWEST
from emotionweb.privacy.tabular.sheet import Sheet

#: Order of year, month and day.
ORDERS = ("ymd", "dmy", "mdy")
#: More different words than this are no moods.
MOST_MOODS = 60

#: Words that people and programs use; Daylio's five first.
_KNOWN_MOODS: Mapping[str, int] = {
    "rad": 5,
    "good": 4,
    "meh": 3,
    "bad": 2,
    "awful": 1,
    "great": 5,
    "amazing": 5,
    "excellent": 5,
    "happy": 4,
    "fine": 4,
    "ok": 3,
    "okay": 3,
    "neutral": 3,
    "so-so": 3,
    "low": 2,
    "sad": 2,
    "terrible": 1,
    "horrible": 1,
    "很好": 5,
    "好": 4,
    "一般": 3,
    "不好": 2,
    "很差": 1,
    "超棒": 5,
    "糟糕": 1,
    "开心": 4,
}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "date": ("full_date", "date", "day", "datetime", "timestamp", "日期", "时间戳"),
    "time": ("time", "hour", "时间"),
    "mood": ("mood", "rating", "score", "feeling", "心情", "情绪"),
    "note": ("note", "notes", "text", "journal", "comment", "entry", "笔记", "备注", "日记"),
    "title": ("note_title", "title", "标题"),
    "tags": ("activities", "tags", "activity", "labels", "活动", "标签"),
    "energy": ("energy", "精力"),
}
_DATE = re.compile(r"(\d{1,4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,4})")
_TIME = re.compile(r"(\d{1,2})[:.：h](\d{2})(?:[:.](\d{2}))?\s*([ap])?\.?m?\.?", re.IGNORECASE)
_DAY_WITH_YEAR = re.compile(
    r"\d{4}[^\d:]{1,3}\d{1,2}[^\d:]{1,3}\d{1,2}|\d{1,2}[^\d:]{1,3}\d{1,2}[^\d:]{1,3}\d{4}"
)
_CHINESE_HALF = {"上午": "a", "下午": "p", "晚上": "p"}
NOON = time(12)


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns; "" where there is none.

    Attributes:
        order: One of ``ORDERS``.
        moods: Word or number of the table -> 1..5.
    """

    date: str
    mood: str
    time: str = ""
    note: str = ""
    title: str = ""
    tags: str = ""
    energy: str = ""
    order: str = "ymd"
    moods: Mapping[str, int] = field(default_factory=dict)


def guess(sheet: Sheet) -> Columns:
    """Say what the columns probably mean; the person looks at it."""
    found = {key: _named(sheet, names) for key, names in _NAMES.items()}
    date_column = found["date"] or sheet.header[0]
    mood_column = found["mood"] or sheet.header[1]
    return Columns(
        **{**found, "date": date_column, "mood": mood_column},
        order=guess_order(sheet.column(date_column)),
        moods=guess_moods(sheet.column(mood_column)),
    )


def guess_order(cells: list[str]) -> str:
    """Order of year, month and day, by which of them can be none of the others."""
    for cell in cells:
        if not (match := _DATE.search(cell)):
            continue
        first, second = match.group(1), match.group(2)
        if len(first) == 4:
            return "ymd"
        if int(first) > 12:
            return "dmy"
        if int(second) > 12:
            return "mdy"
    return "ymd" if not cells or len(cells[0].partition("-")[0]) == 4 else "dmy"


def is_ambiguous(cells: list[str]) -> bool:
    """Whether the order of day and month cannot be told from the cells."""
    dates = [match for cell in cells if (match := _DATE.search(cell))]
    return bool(dates) and all(
        len(match.group(1)) < 4 and int(match.group(1)) <= 12 and int(match.group(2)) <= 12
        for match in dates
    )


def guess_moods(cells: list[str]) -> dict[str, int]:
    """What each word is worth: by what it says, numbers by their range; else the middle."""
    words = [word for word, _count in Counter(filter(None, cells)).most_common(MOST_MOODS + 1)]
    numbers = {word: number for word in words if (number := _number(word)) is not None}
    if numbers and len(numbers) == len(words):
        low, high = min(numbers.values()), max(numbers.values())
        low, high = (LOWEST, HIGHEST) if low >= LOWEST and high <= HIGHEST else _scale(low, high)
        return {word: _scaled(number, low, high) for word, number in sorted(numbers.items())}
    return {word: _KNOWN_MOODS.get(word.casefold(), 3) for word in words}


def parse_date(cell: str, order: str) -> date | None:
    """The date in a cell; ``None`` where there is none."""
    if not (match := _DATE.search(cell)):
        return None
    parts = dict(zip(order, match.groups(), strict=True))
    year = int(parts["y"])
    if len(parts["y"]) <= 2:
        year += 2000 if year < 70 else 1900
    try:
        return date(year, int(parts["m"]), int(parts["d"]))
    except ValueError:
        return None


def parse_time_beside_date(cell: str) -> time | None:
    """The time of day in a cell that begins with a date; ``None`` where nothing follows it."""
    return parse_time(_DATE.sub(" ", cell, count=1))


def parse_time(cell: str) -> time | None:
    """The time of day in a cell, of 12 or 24 hours; ``None`` where there is none."""
    # "03.04.2026 14:00" begins with a day, not with four minutes past three.
    cell = _DAY_WITH_YEAR.sub(" ", cell, count=1)
    for word, half in _CHINESE_HALF.items():
        if word in cell:
            cell = f"{cell.replace(word, '')} {half}m"
    if not (match := _TIME.search(cell)):
        return None
    hour, minute, second = int(match.group(1)), int(match.group(2)), int(match.group(3) or 0)
    half = (match.group(4) or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _named(sheet: Sheet, names: tuple[str, ...]) -> str:
    plain = {one.casefold().strip(): one for one in sheet.header}
    return next((plain[name] for name in names if name in plain), "")


def _number(word: str) -> float | None:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None


def _scale(low: float, high: float) -> tuple[float, float]:
    """The usual scale that holds these numbers: 0 or 1 to 10 or 100, else the numbers' own."""
    for top in (10.0, 100.0):
        if low >= 0 and high <= top:
            return (0.0 if low < 1 else 1.0), top
    return low, high


def _scaled(number: float, low: float, high: float) -> int:
    share = 0.5 if high <= low else (number - low) / (high - low)
    return round(LOWEST + share * (HIGHEST - LOWEST))
