"""Draws the icons of the app from the sign of the site: ``python -m emotionweb.offline.icons``.

The shapes come from ``static/img/favicon.svg``, so the sign is drawn in one place only. It reads
the few path commands that stand in there and no SVG in general.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageDraw

IMAGES = Path(__file__).resolve().parents[2] / "static" / "img"
SIZES = (192, 512)
#: Of the favicon.
UNITS = 32
#: Drawn so much larger, then made smaller: smooth edges.
OVERSAMPLING = 4
#: A platform may cut a maskable icon down to a circle of 80 % of its width; the corners of the
#: sign reach to 82 % of the half width, so it is made a little smaller.
MASKABLE_SCALE = 0.9
CURVE_STEPS = 24
_SVG = "{http://www.w3.org/2000/svg}"
_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d*\.\d+|\d+)")
Point = tuple[float, float]


def draw(size: int, *, maskable: bool) -> Image.Image:
    """The sign as a square picture.

    Args:
        size: Pixels a side.
        maskable: The ground fills the square and the sign is smaller, so that a platform can
            cut its own shape out of it.
    """
    root = ElementTree.parse(IMAGES / "favicon.svg").getroot()  # noqa: S314  (our own file)
    scale = size * OVERSAMPLING / UNITS
    picture = Image.new("RGBA", (size * OVERSAMPLING,) * 2, (0, 0, 0, 0))
    pen = _Pen(ImageDraw.Draw(picture), scale, MASKABLE_SCALE if maskable else 1.0)
    ground = _found(root, "rect")
    pen.ground(ground.attrib["fill"], 0.0 if maskable else float(ground.attrib["rx"]))
    group = _found(root, "g")
    width = float(group.attrib["stroke-width"])
    for path in group.iter(f"{_SVG}path"):
        colour = path.get("stroke") or group.attrib["stroke"]
        for line in lines(path.attrib["d"]):
            pen.stroke(line, width, colour)
    for circle in root.iter(f"{_SVG}circle"):
        centre = float(circle.attrib["cx"]), float(circle.attrib["cy"])
        pen.dot(centre, float(circle.attrib["r"]), circle.attrib["fill"])
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def _found(root: ElementTree.Element, name: str) -> ElementTree.Element:
    found = root.find(f"{_SVG}{name}")
    if found is None:
        raise ValueError(f"There is no <{name}> in the favicon.")
    return found


class _Pen:
    """Draws in the units of the favicon, around its middle."""

    def __init__(self, canvas: ImageDraw.ImageDraw, scale: float, shrink: float) -> None:
        self._canvas, self._scale, self._shrink = canvas, scale, shrink

    def _at(self, point: Point) -> Point:
        middle = UNITS / 2
        x, y = ((middle + (value - middle) * self._shrink) * self._scale for value in point)
        return x, y

    def ground(self, colour: str, radius: float) -> None:
        side = UNITS * self._scale - 1
        self._canvas.rounded_rectangle((0, 0, side, side), radius * self._scale, fill=colour)

    def dot(self, centre: Point, radius: float, colour: str) -> None:
        (x, y), r = self._at(centre), radius * self._shrink * self._scale
        self._canvas.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def stroke(self, line: list[Point], width: float, colour: str) -> None:
        """A line with round ends and corners: a dot at each of its points."""
        points = [self._at(point) for point in line]
        thick = round(width * self._shrink * self._scale)
        self._canvas.line(points, fill=colour, width=thick, joint="curve")
        for point in line:
            self.dot(point, width / 2, colour)


# === Paths ===


def lines(path: str) -> list[list[Point]]:
    """The lines of an SVG path (M, L, H, V, C, S, A and their small letters), curves as points."""
    tokens = _TOKEN.findall(path)
    out: list[list[Point]] = []
    here, control, command = (0.0, 0.0), (0.0, 0.0), ""
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
        base = here if command.islower() else (0.0, 0.0)
        kind = command.upper()
        numbers = [float(tokens.pop(0)) for _ in range(_ARGUMENTS[kind])]
        end = _end(kind, numbers, here, base)
        mirrored = (2 * here[0] - control[0], 2 * here[1] - control[1])
        control = end
        if kind == "M":
            out.append([end])
            command = "l" if command == "m" else "L"
        elif kind in "CS":
            pairs = [(base[0] + x, base[1] + y) for x, y in zip(*[iter(numbers)] * 2, strict=True)]
            first, second = (mirrored, pairs[0]) if kind == "S" else (pairs[0], pairs[1])
            out[-1] += _bezier(here, first, second, end)
            control = second
        elif kind == "A":
            out[-1] += _arc(here, end, numbers[0], large=bool(numbers[3]), sweep=bool(numbers[4]))
        else:
            out[-1].append(end)
        here = end
    return out


_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "A": 7}


def _end(kind: str, numbers: list[float], here: Point, base: Point) -> Point:
    if kind == "H":
        return base[0] + numbers[0], here[1]
    if kind == "V":
        return here[0], base[1] + numbers[0]
    return base[0] + numbers[-2], base[1] + numbers[-1]


def _bezier(start: Point, first: Point, second: Point, end: Point) -> Iterator[Point]:
    for step in range(1, CURVE_STEPS + 1):
        t = step / CURVE_STEPS
        parts = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        points = (start, first, second, end)
        x, y = (sum(w * p[i] for w, p in zip(parts, points, strict=True)) for i in (0, 1))
        yield x, y


def _arc(start: Point, end: Point, radius: float, *, large: bool, sweep: bool) -> Iterator[Point]:
    """Part of a circle, by its ends (SVG 2, appendix B.2.4, for equal radii)."""
    half = ((end[0] - start[0]) / 2, (end[1] - start[1]) / 2)
    reach = math.hypot(*half)
    away = math.sqrt(max(0.0, radius * radius - reach * reach)) / reach
    side = 1.0 if large != sweep else -1.0
    middle = (
        start[0] + half[0] - side * away * half[1],
        start[1] + half[1] + side * away * half[0],
    )
    begin = math.atan2(start[1] - middle[1], start[0] - middle[0])
    turn = math.atan2(end[1] - middle[1], end[0] - middle[0]) - begin
    turn = turn % math.tau if sweep else turn % math.tau - math.tau
    for step in range(1, CURVE_STEPS + 1):
        angle = begin + turn * step / CURVE_STEPS
        yield middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle)


def main() -> None:
    """Write all icons."""
    for size in SIZES:
        draw(size, maskable=False).save(IMAGES / f"icon-{size}.png", optimize=True)
        whole = draw(size, maskable=True).convert("RGB")
        whole.save(IMAGES / f"maskable-{size}.png", optimize=True)


if __name__ == "__main__":
    main()
