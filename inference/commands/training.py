"""``train`` and ``export``."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from inference.commands.options import HOLDOUT, add_data, add_seed, read_split
from inference.data.faces import TRAINING, FaceSet, split_holdout
from inference.files import file_sha256
from inference.models import ARCHITECTURES, Recipe
from inference.models.augmentation import AugmentConfig


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

    export.add_argument("--report", metavar="SPLIT", help="measure it on this split (PublicTest)")

    for command in (train, export):
        command.add_argument(
            "--holdout", type=float, default=HOLDOUT, help="share of the training data held back"
        )
        add_data(command)
        add_seed(command)


def _train(args: argparse.Namespace) -> None:
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
    faces, held_back = _training_part(args, args.holdout, config.recipe.input_size)
    train(faces, config, args.out, validation=held_back, resume=args.resume)


def _training_part(args: argparse.Namespace, holdout: float, side: int) -> tuple[FaceSet, FaceSet]:
    """The faces to learn from, and those held back; test splits are not looked at."""
    return split_holdout(read_split(args, TRAINING, side=side), holdout, args.seed)


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
    from inference.training.train import read_config

    config = read_config(args.run_folder)
    rest, held_back = _training_part(args, args.holdout, config.recipe.input_size)
    report_on = {}
    if args.report:
        report_on[args.report] = read_split(args, args.report, side=config.recipe.input_size)
    bundle = make_bundle(
        args.run_folder,
        args.out,
        held_back=held_back,
        report_on=report_on,
        data={
            "data": args.data.name,
            "data_sha256": file_sha256(args.data) if args.data.is_file() else "",
            "faces": len(rest),
            "held_back_for_thresholds": len(held_back),
        },
    )
    print(f"{bundle.version} -> {args.out}")
