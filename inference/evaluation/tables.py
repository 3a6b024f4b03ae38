"""The tables of an evaluation, once for the terminal and the page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from inference.evaluation.bootstrap import Interval
from inference.evaluation.end_to_end import PlacedScore
from inference.evaluation.results import Calibration, Evaluation, Measured, Reference
from inference.evaluation.views import RULE_NAMES, RULE_WORDS

#: An accuracy of fewer faces says nothing.
ENOUGH_FACES = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and, in smaller type, how sure it is."""

    text: str
    beside: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.beside})" if self.beside else self.text


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a heading; the first column names the row.

    Attributes:
        title: what it shows.
        note: how to read it; a line is a paragraph.
        columns: of the cells, without the row's name.
        rows: name and cells.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    def to_text(self) -> str:
        """Aligned columns for a terminal."""
        lines = [("", *self.columns), *((name, *map(str, cells)) for name, cells in self.rows)]
        widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
        body = (
            "  ".join(
                text.ljust(width) if i == 0 else text.rjust(width)
                for i, (text, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )
        return "\n".join([self.title, *(f"  {line}" for line in body)])


def percent(share: float, digits: int = 1) -> str:
    """``0.8712`` as ``87.1 %``; a dash where it is not defined."""
    return "–" if math.isnan(share) else f"{100 * share:.{digits}f} %"


def whole(number: int) -> Cell:
    """``3137`` as ``3,137``."""
    return Cell(f"{number:,}")


def _percent_cell(interval: Interval) -> Cell:
    if math.isnan(interval.value):
        return Cell("–")
    return Cell(percent(interval.value), f"{100 * interval.low:.1f}–{100 * interval.high:.1f}")


def _number_cell(interval: Interval) -> Cell:
    if math.isnan(interval.value):
        return Cell("–")
    return Cell(f"{interval.value:.3f}", f"{interval.low:.2f}–{interval.high:.2f}")


def _points(share: float) -> str:
    """A signed difference in points, with a real minus; never ``-0.0``."""
    rounded = round(100 * share, 1)
    return f"{'−' if rounded < 0 else '+'}{abs(rounded):.1f}" if rounded else "0.0"


def points_cell(interval: Interval) -> Cell:
    return Cell(_points(interval.value), f"{_points(interval.low)} to {_points(interval.high)}")


def overview(found: Evaluation) -> Table:
    """Every question with its accuracy."""
    return Table(
        "Accuracy under each rule",
        "A score means something only with its rule and its number of faces (n): the rules keep "
        "different faces. Top 2 and top 3 count a face as right when its label is among the two "
        "or three likeliest. In smaller type or brackets: the 95 % interval of 2,000 resamples.\n"
        + _legend(found),
        ("n", "accuracy", "macro F1", "top 2", "top 3"),
        tuple(
            (
                m.view.title,
                (
                    whole(m.scores.n),
                    _percent_cell(m.intervals.accuracy),
                    _number_cell(m.intervals.macro_f1),
                    Cell(percent(m.top2)),
                    Cell(percent(m.top3)),
                ),
            )
            for m in found.measured
        ),
    )


def _legend(found: Evaluation) -> str:
    """What the rules and label sets in the rows mean."""
    rules = dict.fromkeys(m.view.rule for m in found.measured)
    sentences = [RULE_WORDS[rule][0].upper() + RULE_WORDS[rule][1:] + "." for rule in rules]
    sets = {m.view.label_set for m in found.measured}
    if "six" in sets:
        sentences.append("Six classes: disgust counts as anger.")
    if "five" in sets:
        sentences.append("Five classes: no fear and no neutral.")
    if len(sets) > 1:
        sentences.append(
            "Faces whose label a set has no class for are left out, and the likeliest of its "
            "own classes is the answer; probabilities of one class are added up."
        )
    return " ".join(sentences)


def by_class(measured: Measured) -> Table:
    """Precision, recall and F1 of each class."""
    scores, intervals = measured.scores, measured.intervals
    return Table(
        f"Class by class, n = {scores.n:,}",
        "Recall: of the faces with this label, how many were called so. Precision: of the faces "
        "called so, how many have this label. F1 is their harmonic mean, macro F1 the mean of "
        f"the classes' F1. Label: {RULE_WORDS[measured.view.rule]}.",
        ("n", "precision", "recall", "F1"),
        tuple(
            (
                name,
                (
                    whole(int(scores.support[i])),
                    _percent_cell(intervals.precision[i]),
                    _percent_cell(intervals.recall[i]),
                    _number_cell(intervals.f1[i]),
                ),
            )
            for i, name in enumerate(scores.classes)
            if scores.support[i]
        ),
    )


def calibration(found: Evaluation) -> Table:
    """How far each kind of probability is from what it says."""

    def row(c: Calibration) -> tuple[Cell, ...]:
        return (
            whole(c.n),
            Cell(f"{c.confidence.expected_error:.3f}"),
            Cell(f"{c.distribution.expected_error:.3f}"),
            Cell(f"{c.brier:.3f}"),
            Cell(f"{c.log_loss:.3f}"),
            Cell("–" if math.isnan(c.votes_cross_entropy) else f"{c.votes_cross_entropy:.3f}"),
        )

    return Table(
        "Calibration",
        "Expected calibration error (ECE): the mean gap between what the network says and how "
        "often it is right, over 15 bins. The confidence is fitted to being right; the "
        "distribution is fitted to how people divide, so as a chance to be right it is modest "
        "on purpose. Brier and log loss compare the distribution with the label, the last "
        "column with the people's votes; lower is better in all.",
        ("n", "conf. ECE", "distr. ECE", "Brier", "log loss", "to votes"),
        tuple((RULE_NAMES[c.key.split("/")[1]], row(c)) for c in found.calibration),
    )


def unsure(found: Calibration) -> Table:
    """What holding back the least sure answers buys."""
    shares = (1.0, 0.9, 0.8, 0.7, 0.5)
    rows = [
        (f"the surest {100 * share:.0f} %", (whole(round(share * found.n)), share))
        for share in shares
    ]
    rows.insert(
        1,
        (
            f"confidence at least {found.unsure_below:.3f} (the model's threshold)",
            (whole(round(found.sure * found.n)), found.sure),
        ),
    )
    return Table(
        "Answering only when sure",
        "Faces in order of confidence; of those that get a label, how many are wrong. "
        f"Label: {RULE_WORDS[found.key.split('/')[1]]}; n = {found.n:,}. Mean over all coverages "
        f"(area under the curve): {found.risk.area:.4f}.",
        ("faces", "wrong"),
        tuple(
            (name, (count, Cell(percent(found.risk.risk_at(share)))))
            for name, (count, share) in rows
        ),
    )


def placed(found: Evaluation) -> Table:
    """The loss between a face in a picture and the bare crop."""
    return Table(
        "End to end: faces in larger pictures",
        "Each face is put into a larger picture at this size and rotation, found by the "
        "detector, turned upright, cropped and classified, and compared with its bare crop. "
        "Both accuracies are of the same faces, those that were found; of fewer than "
        f"{ENOUGH_FACES} none is given. Refused is what the quality gate would not have judged; "
        "it is switched off for the accuracy.",
        ("placed", "found", "refused", "bare crop", "end to end", "points"),
        tuple(
            (
                f"{score.face_px} px in {score.frame_wh[0]}x{score.frame_wh[1]}, "
                f"{_angle(score.roll_deg)}",
                _placed_cells(score),
            )
            for score in found.placed
        ),
    )


def _placed_cells(score: PlacedScore) -> tuple[Cell, ...]:
    counts = (whole(score.n), whole(score.found))
    if score.found < ENOUGH_FACES:
        return (*counts, *(Cell("–") for _ in range(4)))
    return (
        *counts,
        Cell(percent(score.refused)),
        Cell(percent(score.bare)),
        Cell(percent(score.placed)),
        points_cell(score.gain),
    )


def _angle(degrees: float) -> str:
    return "upright" if not degrees else f"{'−' if degrees < 0 else '+'}{abs(degrees):.0f}°"


_REASONS = {
    "sure": "gets a label",
    "no_face": "no face found",
    "not_confident": "not confident",
    "too_small": "too small",
    "too_blurred": "too blurred",
    "too_dark": "too dark",
    "too_bright": "too bright",
    "turned_away": "turned away",
}


def gate(report: dict[str, Any]) -> Table:
    """What the quality gate does with faces of 100 pixels."""
    n = report["n"]
    reasons = sorted(report["reasons"].items(), key=lambda entry: -entry[1])
    return Table(
        "The quality gate at 100 pixels, upright",
        f"Of {n:,} faces {percent(report['unsure_share'])} get no label. Those that get one are "
        f"right in {percent(report['accuracy_of_sure'])} of the cases, all that were scored in "
        f"{percent(report['accuracy_of_all_scored'])} (FER+ plurality).",
        ("faces", "share"),
        tuple(
            (_REASONS.get(name, name), (whole(count), Cell(percent(count / n))))
            for name, count in reasons
        ),
    )


def int8(found: Evaluation, reference: Reference) -> Table:
    """The int8 network against the float one."""
    agreement = ", ".join(
        f"{percent(share)} ({head})" for head, share in reference.agreement.items()
    )
    by_key = {m.view.key: m for m in found.measured}
    return Table(
        "Int8 in LiteRT against float in Keras",
        f"The same top class: {agreement} of n = {found.n:,} faces. The difference in accuracy is "
        "LiteRT minus Keras, in points, on the same faces.",
        ("n", "points"),
        tuple(
            (by_key[key].view.title, (whole(by_key[key].scores.n), points_cell(gain)))
            for key, gain in reference.gain.items()
        ),
    )


def all_tables(found: Evaluation) -> list[Table]:
    """Every table there is something to put in, in the order of reading."""
    out = [overview(found), by_class(found.main)]
    if found.calibration:
        out += [calibration(found), unsure(found.main_calibration)]
    if found.placed:
        out.append(placed(found))
    if found.gate is not None:
        out.append(gate(found.gate))
    if found.reference is not None:
        out.append(int8(found, found.reference))
    return out
