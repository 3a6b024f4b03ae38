"""One readable page of an evaluation that needs no other file, and the files beside it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

import cv2
import numpy as np

from inference.evaluation import plots, tables
from inference.evaluation.results import Evaluation
from inference.evaluation.tables import Table, percent
from inference.evaluation.views import RULE_NAMES, RULE_WORDS
from inference.files import write_atomically
from inference.labels import LABELS

#: How many of the surest wrong answers are shown.
WORST = 24


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot for light and dark surroundings.

    Attributes:
        name: of its file, without the ending.
        alt: what it shows, for those who do not see it.
        caption: how to read it.
        light: PNG.
        dark: PNG.
    """

    name: str
    alt: str
    caption: str
    light: bytes
    dark: bytes


def write_report(found: Evaluation, out: Path) -> None:
    """Write ``metrics.json``, a PNG for each plot and ``index.html`` into a folder.

    Args:
        found: the evaluation.
        out: the folder; made where it is not there, files of the same name are replaced.
    """
    out.mkdir(parents=True, exist_ok=True)
    pictures = draw(found)
    for picture in pictures:
        write_atomically(out / f"{picture.name}.png", picture.light)
    text = json.dumps(found.to_dict(), indent=2, ensure_ascii=False, allow_nan=False)
    write_atomically(out / "metrics.json", f"{text}\n".encode())
    # The page last: it is there only when all it speaks of is.
    write_atomically(out / "index.html", render(found, pictures).encode())


def draw(found: Evaluation) -> list[Picture]:
    """Every plot there is something to draw in."""
    main = found.main
    what = f"{RULE_NAMES[main.view.rule]}, n = {main.scores.n:,}"
    drawings = [
        (
            "f1",
            plots.f1_by_class(main),
            f"F1 of each class with its interval; {what}.",
            f"A class with few faces has a wide interval. {what}.",
            300,
        ),
        (
            "confusion",
            plots.confusion(main, shares=False),
            f"Confusion matrix in faces; {what}.",
            f"Rows are the label, columns the answer, in faces. {what}.",
            plots.WIDTH,
        ),
        (
            "confusion-normalised",
            plots.confusion(main, shares=True),
            f"Confusion matrix in per cent of each row; {what}.",
            f"The same in per cent of each row. {what}.",
            plots.WIDTH,
        ),
    ]
    if found.calibration:
        calibration = found.main_calibration
        where = f"{RULE_NAMES[calibration.key.split('/')[1]]}, n = {calibration.n:,}"
        drawings += [
            (
                "reliability",
                plots.reliability(calibration),
                f"Reliability of distribution and confidence; {where}.",
                "On the dashed line a probability means what it says; above it, it is too modest. "
                "The larger a point, the more faces; bins of fewer than "
                f"{plots.FEWEST_IN_A_BIN} are left out. {where}.",
                plots.WIDTH,
            ),
            (
                "risk-coverage",
                plots.risk_coverage(calibration),
                f"Share of wrong answers against share of faces that get one; {where}.",
                f"Further left fewer faces get a label, and fewer labels are wrong. {where}.",
                340,
            ),
        ]
    return [
        Picture(
            name,
            alt,
            caption,
            plots.figure_png(drawing, plots.LIGHT, height),
            plots.figure_png(drawing, plots.DARK, height),
        )
        for name, drawing, alt, caption, height in drawings
    ]


def render(found: Evaluation, pictures: list[Picture]) -> str:
    """The page as HTML; pictures and styles are inside, nothing is loaded."""
    css = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    by_name = {picture.name: picture for picture in pictures}
    placing = {
        "Class by class": ("f1", "confusion", "confusion-normalised"),
        "Calibration": ("reliability",),
        "Answering only": ("risk-coverage",),
    }
    sections = []
    for table in tables.all_tables(found):
        names = next((v for start, v in placing.items() if table.title.startswith(start)), ())
        figures = "".join(_figure(by_name[name]) for name in names if name in by_name)
        sections.append(_section(table, figures))
    split = f", {found.split}" if found.split else ""
    subject = f"{found.data or 'a set of faces'}{split}, {found.n:,} faces"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(found.version)} on {escape(subject)}</title>\n"
        f"<style>\n{css}</style>\n</head>\n<body>\n<header>\n"
        f"<h1>{escape(found.version)}</h1>\n"
        f'<p class="lead">Measured on {escape(subject)}, through the network the product runs '
        "(int8, LiteRT).</p>\n"
        "<p>What the network says is what an expression looks like to people, not what anybody "
        "feels.</p>\n"
        f"{_facts(found)}</header>\n<main>\n{''.join(sections)}{_worst(found)}</main>\n"
        "</body>\n</html>\n"
    )


def _facts(found: Evaluation) -> str:
    main = found.main
    rule = RULE_NAMES[main.view.rule]
    facts = [
        (
            "Accuracy",
            percent(main.scores.accuracy),
            f"{rule}, n = {main.scores.n:,}",
        ),
        (
            "Macro F1",
            f"{main.scores.macro_f1:.3f}",
            f"{rule}, n = {main.scores.n:,}",
        ),
    ]
    if found.calibration:
        calibration = found.main_calibration
        where = f"{RULE_NAMES[calibration.key.split('/')[1]]}, n = {calibration.n:,}"
        facts.append(
            (
                "Calibration error of the confidence",
                f"{calibration.confidence.expected_error:.3f}",
                where,
            )
        )
    at_100 = next((s for s in found.placed if s.face_px == 100 and not s.roll_deg), None)
    if at_100 is not None:
        facts.append(
            (
                "End to end at 100 px",
                percent(at_100.placed),
                f"bare crop {percent(at_100.bare)}, n = {at_100.found:,} found",
            )
        )
    rows = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}<small>{escape(where)}</small></dd></div>"
        for name, value, where in facts
    )
    return f'<dl class="facts">{rows}</dl>\n'


def _section(table: Table, figures: str) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = []
    for name, cells in table.rows:
        filled = "".join(
            f"<td>{escape(cell.text)}"
            + (f"<small>{escape(cell.beside)}</small>" if cell.beside else "")
            + "</td>"
            for cell in cells
        )
        rows.append(f'<tr><th scope="row">{escape(name)}</th>{filled}</tr>\n')
    return (
        f"<section>\n<h2>{escape(table.title)}</h2>\n"
        + "".join(f'<p class="note">{escape(line)}</p>\n' for line in table.note.splitlines())
        + f'<table class="of-{len(table.columns)}">\n'
        f'<thead><tr><th scope="col"></th>{head}</tr></thead>\n'
        f"<tbody>\n{''.join(rows)}</tbody>\n</table>\n"
        + (f'<div class="figures">\n{figures}</div>\n' if figures else "")
        + "</section>\n"
    )


def _figure(picture: Picture) -> str:
    return (
        "<figure><picture>"
        f'<source media="(prefers-color-scheme: dark)" srcset="{_data_url(picture.dark)}">'
        f'<img src="{_data_url(picture.light)}" alt="{escape(picture.alt)}" '
        f'width="{plots.WIDTH}"></picture>'
        f"<figcaption>{escape(picture.caption)}</figcaption></figure>\n"
    )


def _worst(found: Evaluation) -> str:
    """The faces on which the network is surest and wrong."""
    view = found.main.view
    wrong = np.flatnonzero(~view.right)
    if not len(wrong):
        return ""
    chosen = wrong[np.argsort(-view.confidence[wrong], kind="stable")][:WORST]
    items = []
    for i in chosen:
        row = int(view.rows[i])
        _, png = cv2.imencode(".png", found.faces.faces_gray[row])
        said, label = view.classes[int(view.predicted[i])], view.classes[int(view.truth[i])]
        people = _people(found, row) or "the label"
        items.append(
            f'<li><img src="{_data_url(png.tobytes())}" width="96" height="96" '
            f'alt="A face labelled {escape(label)}, called {escape(said)}">'
            f"called <b>{escape(said)}</b>, {percent(float(view.confidence[i]), 0)}"
            f"<span>label {escape(label)} ({escape(people)})</span>"
            f"<span>{escape(str(found.faces.source[row]))}</span></li>\n"
        )
    return (
        "<section>\n<h2>Surest and wrong</h2>\n"
        f'<p class="note">The {len(chosen)} of {len(wrong):,} wrong answers with the highest '
        f"confidence, of n = {len(view.rows):,}. Where many of these look right, the labels are "
        f"at fault as much as the network. Label: {escape(RULE_WORDS[view.rule])}.</p>\n"
        f'<ul class="faces">\n{"".join(items)}</ul>\n</section>\n'
    )


def _people(found: Evaluation, row: int) -> str:
    """How people voted, most votes first: ``"sadness 6, neutral 4"``."""
    votes = found.faces.votes[row]
    names = (*LABELS, "unknown", "not a face")
    order = np.argsort(-votes, kind="stable")
    return ", ".join(f"{names[i]} {votes[i]:.0f}" for i in order if votes[i] > 0)


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
