"""Learning curves as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure


def draw_curves(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw loss and accuracy by epoch, training and held-back part.

    Args:
        rows: one dict an epoch, as in ``curves.json``.
        path: of the PNG.
    """
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    for axes, quantity in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        names = sorted({k for row in rows for k in row if k.endswith(quantity)})
        for name in names:
            epochs = [row["epoch"] + 1 for row in rows if name in row]
            style = "-" if name.startswith("val_") else "--"
            axes.plot(epochs, [row[name] for row in rows if name in row], style, label=_words(name))
        axes.set_xlabel("epoch")
        axes.set_title(quantity)
        axes.grid(alpha=0.3)
        if names:
            axes.legend(fontsize="small")
    partial = path.with_suffix(".partial.png")
    figure.savefig(partial, dpi=110)
    partial.replace(path)


def _words(name: str) -> str:
    held_back = name.startswith("val_")
    words = name.removeprefix("val_").replace("_accuracy", "").replace("_loss", "")
    words = {"accuracy": "expression", "loss": "all"}.get(words, words)
    return f"{words} (held back)" if held_back else f"{words} (training, augmented)"
