"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

#: Share of Training held back for stopping, temperatures and thresholds.
HOLDOUT = 0.05


def add_data(command: argparse.ArgumentParser) -> None:
    """``--data``: what to read."""
    command.add_argument("--data", type=Path, required=True, help="data set of faces")


def add_seed(command: argparse.ArgumentParser) -> None:
    """``--seed``: also chooses the part held back."""
    command.add_argument("--seed", type=int, default=0, help="also chooses the held-back part")
