"""The report of a version or of a comparison, as rows and shapes that a template writes out.

What the numbers are stands in ``emotionweb.training.gate`` and ``judge``: a side has ``accuracy``
and ``macro_f1`` with intervals, ``by_class``, ``confusion``, ``reliability``; a comparison two
sides and their paired ``differences``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from emotionweb.expressions import expression_mark, expression_title
from inference.labels import LABELS

Side = Mapping[str, Any]
#: Steps of gray of the confusion matrix; a class each, since no style may stand in the page.
HEATS = 10


@dataclass(frozen=True, slots=True)
class Value:
    """One number of one side: in words, its 95 % interval in words, whether it is the better."""

    text: str
    interval: str = ""
    better: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: this version, the active one (or none), the paired difference."""

    title: str
    mine: Value
    other: Value | None = None
    difference: Value | None = None


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A row of the table by expression, with the shape of its interval.

    ``left``, ``right`` and ``dot`` are places in per cent on an axis from -``REACH`` to ``REACH``.
    """

    name: str
    title: str
    mark: str
    n: int
    mine: Value
    other: Value | None
    difference: Value | None
    left: str = ""
    right: str = ""
    dot: str = ""
    gated: bool = True
    clear: bool = False


#: The axis of differences in F1 goes this far to each side.
REACH = 0.15


@dataclass(frozen=True, slots=True)
class Cell:
    """Of a confusion matrix: how many, which share of the row, how dark (0 to ``HEATS``)."""

    n: int
    percent: int
    heat: int
    right: bool


def lines(mine: Side, other: Side | None, differences: Mapping[str, Any] | None) -> list[Line]:
    """The table of the whole, the most telling number first."""
    found = differences or {}
    return [
        _interval_line(_("Accuracy"), "accuracy", mine, other, found, _share),
        _interval_line(_("Macro F1"), "macro_f1", mine, other, found, _plain),
        _plain_line(_("Calibration error"), mine, other, lambda s: s.get("ece_confidence"), _share),
        _plain_line(
            _("Share that it is sure of"), mine, other, lambda s: s.get("sure_share"), _share, +1
        ),
        _plain_line(_("Wrong among those"), mine, other, lambda s: s.get("risk_of_sure"), _share),
        _plain_line(
            _("One face, median"), mine, other, lambda s: _at(s, "latency_ms", "median"), _ms
        ),
        _plain_line(
            _("One face, 95 % within"), mine, other, lambda s: _at(s, "latency_ms", "p95"), _ms
        ),
        _plain_line(
            _("Size in LiteRT"),
            mine,
            other,
            lambda s: _at(s, "size_bytes", "tflite"),
            lambda n: str(filesizeformat(n)),
        ),
    ]


def class_lines(
    mine: Side, other: Side | None, differences: Mapping[str, Any] | None
) -> list[ClassLine]:
    """F1 by expression."""
    return [_class_line(name, mine, other, differences) for name in LABELS]


def _class_line(
    name: str, mine: Side, other: Side | None, differences: Mapping[str, Any] | None
) -> ClassLine:
    own = mine["by_class"][name]
    their = other["by_class"][name]["f1"] if other else None
    paired = differences["f1"][name] if differences else None
    a, b = _pair(own["f1"], their, _plain)
    shape: dict[str, Any] = {}
    if paired and paired["value"] is not None and paired["low"] is not None:
        shape = {
            "left": _place(paired["low"]),
            "right": _place(paired["high"]),
            "dot": _place(paired["value"]),
            "gated": paired["gated"],
            "clear": paired["low"] > 0 or paired["high"] < 0,
        }
    return ClassLine(
        name=name,
        title=expression_title(name),
        mark=expression_mark(name),
        n=own["n"],
        mine=a,
        other=b,
        difference=_difference(paired, _signed) if paired else None,
        **shape,
    )


def confusion(side: Side) -> list[tuple[str, str, list[Cell]]]:
    """Rows of the truth: name, title, cells in the order of ``LABELS``."""
    rows = []
    for name, counts in zip(LABELS, side["confusion"], strict=True):
        total = sum(counts)
        cells = [
            Cell(
                n=n,
                percent=round(100 * n / total) if total else 0,
                heat=round(HEATS * n / total) if total else 0,
                right=other == name,
            )
            for other, n in zip(LABELS, counts, strict=True)
        ]
        rows.append((name, expression_title(name), cells))
    return rows


@dataclass(frozen=True, slots=True)
class Point:
    """A bin of the reliability diagram: places in per cent from the left and from the top."""

    x: str
    y: str
    radius: str
    words: str


def reliability(side: Side) -> list[Point]:
    """Confidence against accuracy, one point a filled bin; the larger, the more faces."""
    bins = side.get("reliability") or {}
    counts: Sequence[int] = bins.get("count", [])
    most = max(counts, default=0)
    points = []
    for n, sure, right in zip(
        counts, bins.get("confidence", []), bins.get("accuracy", []), strict=True
    ):
        if not n or sure is None or right is None:
            continue
        words = _("%(sure)s sure, %(right)s right, %(n)d faces") % {
            "sure": _share(sure),
            "right": _share(right),
            "n": n,
        }
        radius = 2 + 5 * (n / most) ** 0.5
        points.append(Point(f"{sure:.2%}", f"{1 - right:.2%}", f"{radius:.1f}", words))
    return points


# === Numbers in words ===


def _interval_line(
    title: str,
    key: str,
    mine: Side,
    other: Side | None,
    differences: Mapping[str, Any],
    say: Any,
) -> Line:
    a, b = _pair(mine.get(key), other.get(key) if other else None, say)
    paired = differences.get(key)
    signed = _signed_share if say is _share else _signed
    return Line(title, a, b, _difference(paired, signed) if paired else None)


def _plain_line(
    title: str, mine: Side, other: Side | None, get: Any, say: Any, direction: int = -1
) -> Line:
    """``direction``: +1 where more is better, -1 where less is."""
    a, b = get(mine), get(other) if other else None
    shown = Value(_or_dash(a, say), better=_is_better(a, b, direction))
    if other is None:
        return Line(title, shown)
    return Line(title, shown, Value(_or_dash(b, say), better=_is_better(b, a, direction)))


def _pair(a: Any, b: Any, say: Any) -> tuple[Value, Value | None]:
    one, two = (entry["value"] if entry else None for entry in (a, b))
    mine = Value(_or_dash(one, say), _interval(a, say), _is_better(one, two, +1))
    if b is None:
        return mine, None
    return mine, Value(_or_dash(two, say), _interval(b, say), _is_better(two, one, +1))


def _difference(paired: Mapping[str, Any], say: Any) -> Value:
    return Value(_or_dash(paired["value"], say), _interval(paired, say))


def _interval(entry: Mapping[str, Any] | None, say: Any) -> str:
    if not entry or entry.get("low") is None or entry.get("high") is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": say(entry["low"]), "high": say(entry["high"])}


def _is_better(one: float | None, two: float | None, direction: int) -> bool:
    return one is not None and two is not None and direction * (one - two) > 0


def _at(side: Side, *keys: str) -> Any:
    found: Any = side
    for key in keys:
        found = (found or {}).get(key)
    return found


def _or_dash(value: Any, say: Any) -> str:
    return "–" if value is None else str(say(value))


def _plain(value: float) -> str:
    return f"{value:.3f}"


def _share(value: float) -> str:
    return _("%(number)s %%") % {"number": f"{value * 100:.1f}"}


def _signed(value: float) -> str:
    return _minus(f"{value:+.3f}")


def _signed_share(value: float) -> str:
    return _("%(number)s %%") % {"number": _minus(f"{value * 100:+.1f}")}


def _ms(value: float) -> str:
    return _("%(number)s ms") % {"number": f"{value:.2f}"}


def _minus(number: str) -> str:
    return number.replace("-", "\N{MINUS SIGN}")


def _place(difference: float) -> str:
    inside = min(max(difference, -REACH), REACH)
    return f"{(inside + REACH) / (2 * REACH):.2%}"


def margin_place(margin: float) -> str:
    """Where a margin below zero lies on the axis of differences."""
    return _place(-margin)
