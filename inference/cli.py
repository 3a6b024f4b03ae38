"""Training, export and evaluation from the command line."""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import sys
from pathlib import Path

from inference.detectors import DETECTORS, load_detector
from inference.errors import DataError, InferenceError
from inference.models import ARCHITECTURES

_HOLDOUT = 0.05


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status (2 for input that cannot be used)."""
    args = _parser().parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    try:
        args.run(args)
    except InferenceError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m inference", description=__doc__)
    commands = parser.add_subparsers(required=True)

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

    evaluate = commands.add_parser("evaluate", help="measure a bundle on one split")
    evaluate.add_argument("bundle", type=Path)
    evaluate.add_argument("--usage", default="PublicTest", help="which split")
    evaluate.set_defaults(run=_evaluate)

    geometry = commands.add_parser(
        "measure-detector", help="how a detector's boxes lie to the crops of a data set"
    )
    geometry.add_argument("detector", choices=sorted(DETECTORS))
    geometry.add_argument("--count", type=int, default=500, help="faces to look at")
    geometry.set_defaults(run=_measure_detector)

    for command in (train, export, evaluate, geometry):
        command.add_argument("--data", type=Path, required=True, help="parquet file of faces")
    for command in (train, export, geometry):
        command.add_argument("--seed", type=int, default=0, help="also chooses the held-back part")
    return parser


def _train(args: argparse.Namespace) -> None:
    from inference.training.data import read_parquet, split_holdout
    from inference.training.train import TrainConfig, train

    config = TrainConfig.from_recipe(
        args.architecture,
        epochs=args.epochs,
        batch_size=args.batch_size,
        learning_rate=args.learning_rate,
        seed=args.seed,
    )
    faces, _ = split_holdout(read_parquet(args.data)["Training"], _HOLDOUT, args.seed)
    train(faces, config, args.out, resume=args.resume)


def _export(args: argparse.Namespace) -> None:
    from inference.training.make_bundle import make_bundle

    bundle = make_bundle(args.run_folder, args.data, args.out, holdout=_HOLDOUT)
    print(f"{bundle.version} -> {args.out}")


def _evaluate(args: argparse.Namespace) -> None:
    from inference.bundle import Bundle
    from inference.training.data import read_parquet
    from inference.training.evaluate import evaluate

    bundle = Bundle.load(args.bundle)
    splits = read_parquet(args.data)
    if args.usage not in splits:
        raise DataError(f"There is no split {args.usage}; there are {', '.join(splits)}.")
    print(json.dumps(evaluate(bundle, splits[args.usage]), indent=2))


def _measure_detector(args: argparse.Namespace) -> None:
    from inference.training.data import read_parquet, split_holdout
    from inference.training.geometry import measure
    from inference.training.placed import Placement

    _, held_back = split_holdout(read_parquet(args.data)["Training"], _HOLDOUT, args.seed)
    found = measure(load_detector(args.detector), held_back.faces_gray[: args.count], Placement())
    print(json.dumps(dataclasses.asdict(found), indent=2))
