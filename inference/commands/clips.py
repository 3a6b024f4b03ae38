"""``cross-validate`` and ``train-head``: networks that read clips."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inference.commands.options import add_data, add_seed, read_data
from inference.files import file_sha256
from inference.models import ARCHITECTURES

if TYPE_CHECKING:
    from inference.training.cross_validate import CrossValidation

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

    head = commands.add_parser(
        "train-head", help="cross-validate a temporal head and make its bundle"
    )
    head.add_argument("--bundle", type=Path, required=True, help="the face network under it")
    head.add_argument("--folds", type=int, default=5)
    head.add_argument("--out", type=Path, required=True, help="folder of the bundle")
    head.set_defaults(run=_train_head)
    for command in (folds, head):
        add_data(command)
        add_seed(command)


def _cross_validate(args: argparse.Namespace) -> None:
    from inference.bundle import Bundle
    from inference.errors import DataError
    from inference.training.cross_validate import cross_validate_clips, validate_head
    from inference.training.temporal import TemporalConfig, embed_clips

    faces = read_data(args)
    if args.architecture == TEMPORAL_HEAD:
        if args.bundle is None:
            raise DataError("A temporal head needs --bundle, the face network under it.")
        config = TemporalConfig(seed=args.seed)
        clips = embed_clips(Bundle.load(args.bundle), faces, config)
        found = validate_head(clips, config, folds=args.folds)
    else:
        found = cross_validate_clips(
            args.architecture,
            faces,
            args.out,
            folds=args.folds,
            seed=args.seed,
            epochs=args.epochs,
        )
    _print(found)


def _train_head(args: argparse.Namespace) -> None:
    from inference.bundle import Bundle
    from inference.training.cross_validate import validate_head
    from inference.training.temporal import TemporalConfig, embed_clips, make_head_bundle

    bundle = Bundle.load(args.bundle)
    config = TemporalConfig(seed=args.seed)
    clips = embed_clips(bundle, read_data(args), config)
    found = validate_head(clips, config, folds=args.folds)
    _print(found)
    made = make_head_bundle(
        bundle,
        clips,
        args.out,
        config,
        training={
            "data": args.data.name,
            "data_sha256": file_sha256(args.data) if args.data.is_file() else "",
            "clips": len(clips.classes),
        },
        metrics={"folds_without_shared_persons": asdict(found)},
    )
    print(f"{made.version} -> {args.out}")


def _print(found: CrossValidation) -> None:
    for fold in found.folds:
        share = fold.right / fold.clips
        print(f"fold {fold.fold}: {fold.persons} persons, {fold.clips} clips, {share:.1%} right")
    error = found.standard_error
    print(f"mean {found.mean:.1%}, standard error {error:.1%}, {found.clips} clips in all")
