"""Runs: asked for, cancelled, tried again, and what their pages show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from emotionweb.training.models import Run
from emotionweb.training.options import CHOICES, FINE_TUNE, RECIPE_FIELDS, RunOptions

if TYPE_CHECKING:
    from emotionweb.accounts.models import User

__all__ = ["CHOICES", "FINE_TUNE", "RECIPE_FIELDS", "RunOptions"]


def create(options: RunOptions, by: User | None) -> Run:
    """Ask for a run; the training worker takes it in its turn.

    Raises:
        RunRefused: something about the options; the sentence says what.
    """
    raise NotImplementedError


def cancel(run: Run, by: User | None) -> None:
    """Stop a run; the best network so far becomes a version. A second time does nothing.

    Raises:
        RunRefused: it has ended.
    """
    raise NotImplementedError


def retry(run: Run, by: User | None) -> None:
    """Let a failed or cancelled run go on where it stopped.

    Raises:
        RunRefused: it is not of these, or it gave a version.
    """
    raise NotImplementedError


def delete(run: Run, by: User | None) -> None:
    """Remove a run that has ended, with its folder; its version stays.

    Raises:
        RunRefused: it has not ended.
    """
    raise NotImplementedError


def curves(run: Run) -> list[dict[str, Any]]:
    """One row a pass: ``epoch`` (from 0), ``loss``, ``val_loss``, accuracies by head.

    Names are Keras': ``expression_accuracy``, ``val_expression_accuracy`` where there are two
    heads, else ``accuracy``, ``val_accuracy``. ``val_`` is measured on the part held back.
    """
    raise NotImplementedError


def log_tail(run: Run, lines: int = 40) -> str:
    """The end of what it wrote."""
    raise NotImplementedError


def eta_s(run: Run) -> float | None:
    """Seconds until training ends, at the pace so far; ``None`` while nobody can say."""
    raise NotImplementedError


def that_used(crop_ids: Sequence[object]) -> list[Run]:
    """The runs that learnt from any of these given faces."""
    raise NotImplementedError
