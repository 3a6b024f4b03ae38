"""``train`` and ``export``."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from inference.commands.options import HOLDOUT, add_data, add_seed
from inference.models import ARCHITECTURES, Recipe
from inference.training.augment import AugmentConfig


def add(commands: Any) -> None:
    """Add the parsers."""
    train = commands.add_parser("train", help="train an architecture by its recipe")
    train.add_argument("architecture", choices=sorted(ARCHITECTURES))
    train.add_argument("--out", type=Path, required=True, help="folder of the run")
    train.add_argument("--start-from", default="", help="a trained.keras to go on from")
    train.add_argument("--deterministic", action="store_true", help="the same on every run; slower")
    train.add_argument("--resume", action="store_true", help="go on after the last whole epoch")
    _add_fields(train.add_argument_group("recipe (default: the architecture's own)"), Recipe)
    _add_fields(train.add_argument_group("augmentation"), AugmentConfig, "augment-")
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

    wanted = {f.name: getattr(args, f.name) for f in fields(Recipe) if f.name != "augment"}
    drawn = {f.name: getattr(args, f"augment_{f.name}") for f in fields(AugmentConfig)}
    config = TrainConfig.of(
        args.architecture,
        seed=args.seed,
        start_from=args.start_from,
        deterministic=args.deterministic,
        **wanted,
    )
    changed = {name: value for name, value in drawn.items() if value is not None}
    augment = replace(config.recipe.augment, **changed)
    config = replace(config, recipe=replace(config.recipe, augment=augment))
    faces, held_back = split_holdout(read_parquet(args.data)["Training"], HOLDOUT, args.seed)
    train(faces, config, args.out, validation=held_back, resume=args.resume)


def _add_fields(group: Any, config: type[Recipe] | type[AugmentConfig], prefix: str = "") -> None:
    """An option for every plain field of a configuration; none given keeps the recipe's."""
    for entry in fields(config):
        option = f"--{prefix}{entry.name.replace('_', '-')}"
        if isinstance(entry.default, bool):
            group.add_argument(option, action=argparse.BooleanOptionalAction, default=None)
        elif isinstance(entry.default, (int, float, str)):
            group.add_argument(option, type=type(entry.default), metavar="X")


def _export(args: argparse.Namespace) -> None:
    from inference.training.make_bundle import make_bundle

    bundle = make_bundle(args.run_folder, args.data, args.out, holdout=HOLDOUT)
    print(f"{bundle.version} -> {args.out}")
