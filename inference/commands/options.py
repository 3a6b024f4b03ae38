"""Options that several commands share."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from inference.data import FaceSet, read
from inference.data.duplicates import drop_duplicates
from inference.data.faces import TRAINING

logger = logging.getLogger(__name__)

#: Share of Training held back for stopping, temperatures and thresholds.
HOLDOUT = 0.05


def add_data(command: argparse.ArgumentParser) -> None:
    """``--data`` and ``--votes``: what to read."""
    command.add_argument(
        "--data", type=Path, required=True, help="data set of faces, see `python -m inference data`"
    )
    command.add_argument(
        "--without-copies",
        action="store_true",
        help="leave out the pictures that another split has too, mirrored or nearly the same",
    )
    add_votes(command)


def add_votes(command: argparse.ArgumentParser) -> None:
    """``--votes``: FER+ votes beside a table of FER2013."""
    command.add_argument(
        "--votes", type=Path, metavar="FER2013NEW", help="FER+ votes, joined by row to the data"
    )


def add_seed(command: argparse.ArgumentParser) -> None:
    """``--seed``: also chooses the part held back."""
    command.add_argument("--seed", type=int, default=0, help="also chooses the held-back part")


def read_data(args: argparse.Namespace, *, side: int = 48) -> FaceSet:
    """What ``--data`` and ``--votes`` name; the account of the reading goes to the log.

    Raises:
        DataError: it cannot be used.
    """
    faces, report = read(args.data, votes=args.votes, side=side)
    logger.info("%s", report.summary())
    return faces


def read_split(args: argparse.Namespace, split: str, *, side: int = 48) -> FaceSet:
    """One split of the data; all of it where the data set has no splits.

    With ``--without-copies`` training loses the pictures that a test has too, and a test
    those that training has.

    Raises:
        DataError: it cannot be used, or has other splits only.
    """
    faces = read_data(args, side=side)
    if args.without_copies:
        keep = "test" if split == TRAINING else "training"
        faces = drop_duplicates(faces, across_only=True, keep=keep)
    return faces.split_or_all(split)
