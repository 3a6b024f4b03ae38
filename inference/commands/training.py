"""``train`` and ``export``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from inference.commands.options import HOLDOUT, add_data, add_seed
from inference.models import ARCHITECTURES


def add(commands: Any) -> None:
    """Add the parsers."""
    train = commands.add_parser("train", help="train an architecture by its recipe")
    train.add_argument("architecture", choices=sorted(ARCHITECTURES))
    train.add_argument("--out", type=Path, required=True, help="folder of the run")
    train.add_argument("--epochs", type=int)
    train.add_argument("--batch-size", type=int)
    train.add_argument("--learning-rate", type=float)
    train.add_argument("--resume", action="store_true", help="go on after the last whole epoch")
    train.set_defaults(run=_train)

    export = commands.add_parser("export", help="make a bundle of a finished run and tune it")
    export.add_argument("run_folder", type=Path, metavar="RUN")
    export.add_argument("--out", type=Path, required=True, help="folder of the bundle")
    export.set_defaults(run=_export)

    for command in (train, export):
        add_data(command)
        add_seed(command)


def _train(args: argparse.Namespace) -> None:
    from inference.data.faces import split_holdout
    from inference.data.parquet import read_parquet
    from inference.training.train import TrainConfig, train

    config = TrainConfig.from_recipe(
        args.architecture,
        epochs=args.epochs,
        batch_size=args.batch_size,
        learning_rate=args.learning_rate,
        seed=args.seed,
    )
    faces, _ = split_holdout(read_parquet(args.data)["Training"], HOLDOUT, args.seed)
    train(faces, config, args.out, resume=args.resume)


def _export(args: argparse.Namespace) -> None:
    from inference.training.make_bundle import make_bundle

    bundle = make_bundle(args.run_folder, args.data, args.out, holdout=HOLDOUT)
    print(f"{bundle.version} -> {args.out}")
