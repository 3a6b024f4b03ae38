"""``evaluate`` and ``measure-detector``."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from inference.commands.options import HOLDOUT, add_data, add_seed, read_split
from inference.detectors import DETECTORS, load_detector


def add(commands: Any) -> None:
    """Add the parsers."""
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

    for command in (evaluate, geometry):
        add_data(command)
    add_seed(geometry)


def _evaluate(args: argparse.Namespace) -> None:
    from inference.bundle import Bundle
    from inference.evaluation.evaluate import evaluate

    bundle = Bundle.load(args.bundle)
    print(json.dumps(evaluate(bundle, read_split(args, args.usage)), indent=2))


def _measure_detector(args: argparse.Namespace) -> None:
    from inference.data.faces import TRAINING, split_holdout
    from inference.evaluation.geometry import measure
    from inference.evaluation.placed import Placement

    _, held_back = split_holdout(read_split(args, TRAINING), HOLDOUT, args.seed)
    found = measure(load_detector(args.detector), held_back.faces_gray[: args.count], Placement())
    print(json.dumps(dataclasses.asdict(found), indent=2))
