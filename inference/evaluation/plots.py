"""The pictures of an evaluation, in the project's colours, for paper and for the dark."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from inference.evaluation.metrics import normalised
from inference.evaluation.results import Calibration, Measured
from inference.labels import LABEL_SETS, LABELS

#: Width of every picture in CSS pixels, drawn at twice that: a phone shows it nearly whole.
WIDTH = 440
#: A bin of fewer faces is not drawn: its share jumps with each of them.
FEWEST_IN_A_BIN = 10
_DPI = 100
_SHARPNESS = 2


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of the light or dark surface; ``expressions`` in the order of ``LABELS``."""

    paper: str
    ink: str
    quiet: str
    hairline: str
    expressions: tuple[str, ...]


LIGHT = Theme(
    paper="#ffffff",
    ink="#1f2328",
    quiet="#5b626b",
    hairline="#e2dcd0",
    expressions=(
        "#7a828c",
        "#b87900",
        "#b8578f",
        "#0067a8",
        "#c44a00",
        "#00805c",
        "#6b4fbb",
        "#7a5a3a",
    ),
)
DARK = Theme(
    paper="#1d2024",
    ink="#eceae6",
    quiet="#a2a8b0",
    hairline="#30343a",
    expressions=(
        "#9aa2ac",
        "#f0b429",
        "#e08dbc",
        "#5aa9e6",
        "#ff8a4c",
        "#3cc79a",
        "#a892f0",
        "#c9a27a",
    ),
)


def figure_png(draw: Callable[[Axes, Theme], None], theme: Theme, height: int = WIDTH) -> bytes:
    """One picture as a PNG file.

    Args:
        draw: fills the axes.
        theme: its colours.
        height: in CSS pixels; the width is ``WIDTH``.
    """
    style: Any = {
        "font.size": 9.5,
        "text.color": theme.ink,
        "axes.edgecolor": theme.hairline,
        "axes.facecolor": theme.paper,
        "axes.labelcolor": theme.quiet,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "figure.facecolor": theme.paper,
        "xtick.color": theme.quiet,
        "ytick.color": theme.quiet,
        "grid.color": theme.hairline,
        "legend.frameon": False,
    }
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, layout="constrained")
        draw(figure.add_subplot(), theme)
        out = io.BytesIO()
        # No software tag: the same numbers give the same bytes.
        figure.savefig(out, format="png", dpi=_DPI * _SHARPNESS, metadata={"Software": None})
    return out.getvalue()


def class_colours(label_set: str, theme: Theme) -> list[str]:
    """A colour for each class of a label set: that of the first expression it stands for."""
    return [
        theme.expressions[LABELS.index(stands_for[0])]
        for stands_for in LABEL_SETS[label_set].values()
    ]


def confusion(measured: Measured, *, shares: bool) -> Callable[[Axes, Theme], None]:
    """The confusion matrix, as counts or as per cent of each true class."""

    def draw(axes: Axes, theme: Theme) -> None:
        scores = measured.scores
        share = normalised(scores.confusion)
        # The cells' shade is the share in both: counts alone would show the common classes only.
        ramp = LinearSegmentedColormap.from_list("ink", [theme.paper, theme.ink])
        axes.imshow(share, cmap=ramp, vmin=0, vmax=1)
        for row, column in np.ndindex(share.shape):
            dark = share[row, column] > 0.5
            count = int(scores.confusion[row, column])
            text = f"{100 * share[row, column]:.0f}" if shares else str(count)
            axes.text(
                column,
                row,
                text,
                ha="center",
                va="center",
                fontsize=8.5,
                color=theme.paper if dark else (theme.ink if count else theme.quiet),
                fontweight="bold" if row == column else "normal",
            )
        ticks = range(len(scores.classes))
        axes.set_xticks(ticks, list(scores.classes), rotation=40, ha="right")
        axes.set_yticks(
            ticks,
            [f"{name}  {n:,}" for name, n in zip(scores.classes, scores.support, strict=True)],
        )
        axes.tick_params(length=0)
        axes.set_xlabel("the network says")
        axes.set_ylabel("true label, number of faces")
        for spine in axes.spines.values():
            spine.set_visible(False)
        edges = np.arange(len(scores.classes) + 1) - 0.5
        axes.set_xticks(edges, minor=True)
        axes.set_yticks(edges, minor=True)
        axes.grid(which="minor", linewidth=0.8)
        axes.tick_params(which="minor", length=0)

    return draw


def reliability(found: Calibration) -> Callable[[Axes, Theme], None]:
    """Confidence against accuracy; a point's size is its number of faces."""

    def draw(axes: Axes, theme: Theme) -> None:
        axes.plot([0, 1], [0, 1], color=theme.quiet, linewidth=1, linestyle=(0, (4, 3)))
        axes.text(0.1, 0.13, "means what it says", color=theme.quiet, rotation=45, fontsize=8.5)
        for name, bins, marker, filled in (
            ("distribution", found.distribution, "s", False),
            ("confidence", found.confidence, "o", True),
        ):
            colour = theme.ink if filled else theme.expressions[LABELS.index("sadness")]
            used = bins.count >= FEWEST_IN_A_BIN
            axes.plot(bins.confidence[used], bins.accuracy[used], color=colour, linewidth=1)
            axes.scatter(
                bins.confidence[used],
                bins.accuracy[used],
                s=16 + 260 * bins.count[used] / max(found.n, 1),
                marker=marker,
                facecolor=colour if filled else theme.paper,
                edgecolor=colour,
                zorder=3,
                label=f"{name}: error {bins.expected_error:.3f}",
            )
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 1.02)
        axes.set_xlabel("what the network says, mean of each bin")
        axes.set_ylabel("share that is right")
        axes.grid(linewidth=0.6)
        axes.legend(loc="lower right", markerscale=0.7)

    return draw


def risk_coverage(found: Calibration) -> Callable[[Axes, Theme], None]:
    """Errors against the share of faces that get a label, with the bundle's threshold."""

    def draw(axes: Axes, theme: Theme) -> None:
        curve, sure = found.risk, found.sure
        axes.plot(100 * curve.coverage, 100 * curve.risk, color=theme.ink, linewidth=1.6)
        risk = 100 * curve.risk_at(sure)
        axes.plot([100 * sure], [risk], marker="o", color=theme.ink, markersize=8)
        axes.annotate(
            f"threshold {found.unsure_below:.2f}:\n{100 * sure:.0f} % get a label,\n"
            f"{risk:.1f} % of those are wrong",
            (100 * sure, risk),
            xytext=(-14, 8),
            textcoords="offset points",
            ha="right",
            va="bottom",
        )
        axes.set_xlim(0, 101)
        axes.set_ylim(0, max(float(100 * curve.risk.max()), risk) * 1.1 + 1)
        axes.set_xlabel("per cent of the faces that get a label, the surest first")
        axes.set_ylabel("per cent of those that are wrong")
        axes.grid(linewidth=0.6)

    return draw


def f1_by_class(measured: Measured) -> Callable[[Axes, Theme], None]:
    """F1 of each class with its interval, the best first."""

    def draw(axes: Axes, theme: Theme) -> None:
        scores, colours = measured.scores, class_colours(measured.view.label_set, theme)
        order = [i for i in np.argsort(scores.f1) if scores.support[i]]
        for height, i in enumerate(order):
            interval = measured.intervals.f1[i]
            axes.plot([interval.low, interval.high], [height] * 2, color=colours[i], linewidth=2.5)
            axes.plot([interval.value], [height], marker="o", color=colours[i], markersize=8)
            axes.text(
                min(interval.high + 0.025, 1.02), height, f"{interval.value:.2f}", va="center"
            )
        axes.set_yticks(
            range(len(order)), [f"{scores.classes[i]}  {scores.support[i]:,}" for i in order]
        )
        axes.axvline(scores.macro_f1, color=theme.quiet, linewidth=1, linestyle=(0, (4, 3)))
        axes.text(
            scores.macro_f1,
            len(order) - 0.45,
            f"macro {scores.macro_f1:.2f}",
            color=theme.quiet,
            ha="center",
            fontsize=8.5,
        )
        axes.set_ylim(-0.6, len(order) - 0.2)
        axes.set_xlim(0, 1.12)
        axes.set_xticks(np.linspace(0, 1, 6))
        axes.set_xlabel("F1 and its 95 % interval")
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", linewidth=0.6)

    return draw
