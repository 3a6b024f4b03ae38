"""``cross-validate``: clip networks on folds that share no person."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from inference.commands.options import add_data, add_seed, read_data
from inference.models import ARCHITECTURES

#: Not in the registry: it reads a face bundle's embeddings, not pictures.
TEMPORAL_HEAD = "temporal-head"


def add(commands: Any) -> None:
    """Add the parsers."""
    clip_networks = sorted(name for name, entry in ARCHITECTURES.items() if entry.frames > 1)
    folds = commands.add_parser(
        "cross-validate", help="train and test a clip network on folds that share no person"
    )
    folds.add_argument("architecture", choices=[*clip_networks, TEMPORAL_HEAD])
    folds.add_argument("--bundle", type=Path, help=f"the face network under a {TEMPORAL_HEAD}")
    folds.add_argument("--folds", type=int, default=5)
    folds.add_argument("--epochs", type=int, help="fewer than the recipe's")
    folds.add_argument("--out", type=Path, required=True, help="folder of the runs")
    folds.set_defaults(run=_cross_validate)
    add_data(folds)
    add_seed(folds)


def _cross_validate(args: argparse.Namespace) -> None:
    from inference.bundle import Bundle
    from inference.errors import DataError
    from inference.training.cross_validate import cross_validate_clips, cross_validate_head

    faces = read_data(args)
    if args.architecture == TEMPORAL_HEAD:
        if args.bundle is None:
            raise DataError("A temporal head needs --bundle, the face network under it.")
        bundle = Bundle.load(args.bundle)
        found = cross_validate_head(bundle, faces, args.out, folds=args.folds, seed=args.seed)
    else:
        found = cross_validate_clips(
            args.architecture,
            faces,
            args.out,
            folds=args.folds,
            seed=args.seed,
            epochs=args.epochs,
        )
    for fold in found.folds:
        share = fold.right / fold.clips
        print(f"fold {fold.fold}: {fold.persons} persons, {fold.clips} clips, {share:.1%} right")
    error = found.standard_error
    print(f"mean {found.mean:.1%}, standard error {error:.1%}, {found.clips} clips in all")
