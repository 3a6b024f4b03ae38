"""Data, training, export and evaluation from the command line."""

from __future__ import annotations

import argparse
import logging
import sys

from inference.commands import clips, data, evaluation, training
from inference.errors import InferenceError


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status (2 for input that cannot be used)."""
    parser = argparse.ArgumentParser(prog="python -m inference", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for module in (data, training, clips, evaluation):
        module.add(commands)
    args = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        args.run(args)
    except InferenceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0
