"""``evaluate``, ``explain``, ``measure-crop`` and ``measure-detector``."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from inference.commands.options import HOLDOUT, add_data, add_seed, read_split
from inference.detectors import DETECTORS, load_detector
from inference.errors import DataError


def add(commands: Any) -> None:
    """Add the parsers."""
    evaluate = commands.add_parser("evaluate", help="measure a bundle on one split")
    evaluate.add_argument("bundle", type=Path)
    evaluate.add_argument("--split", default="PublicTest", help="which, where the data have splits")
    evaluate.add_argument("--out", type=Path, help="folder for metrics.json, plots and a page")
    evaluate.add_argument(
        "--placed-faces",
        type=int,
        metavar="N",
        help="how many faces to place in larger pictures (1000; 0 leaves that out)",
    )
    evaluate.add_argument(
        "--no-reference", action="store_true", help="do not compare with the float network"
    )
    evaluate.set_defaults(run=_evaluate)

    explain = commands.add_parser("explain", help="draw what a network sees in a face")
    explain.add_argument("bundle", type=Path)
    explain.add_argument("picture", type=Path)
    explain.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    explain.add_argument("--layer", help="also draw this layer's feature maps")
    explain.add_argument("--label", help="draw where this label comes from (the likeliest)")
    explain.add_argument("--crop", action="store_true", help="the picture is a face's crop already")
    explain.set_defaults(run=_explain)

    crop = commands.add_parser("measure-crop", help="which margin and alignment is read best")
    crop.add_argument("bundle", type=Path)
    crop.add_argument("--count", type=int, default=700, help="held-back faces to look at")
    crop.add_argument("--out", type=Path, help="write every crop tried as JSON here")
    crop.set_defaults(run=_measure_crop)

    geometry = commands.add_parser(
        "measure-detector", help="how a detector's boxes lie to the crops of a data set"
    )
    geometry.add_argument("detector", choices=sorted(DETECTORS))
    geometry.add_argument("--count", type=int, default=500, help="faces to look at")
    geometry.set_defaults(run=_measure_detector)

    for command in (evaluate, crop, geometry):
        add_data(command)
    for command in (crop, geometry):
        add_seed(command)


def _evaluate(args: argparse.Namespace) -> None:
    from inference.bundle import Bundle
    from inference.evaluation.examine import PLACED_FACES, examine
    from inference.evaluation.page import write_report
    from inference.evaluation.tables import all_tables

    bundle = Bundle.load(args.bundle, labels=None)
    faces = read_split(args, args.split, side=bundle.card.input_size)
    placed = PLACED_FACES if args.placed_faces is None else args.placed_faces
    found = examine(
        bundle,
        faces,
        data=args.data.name,
        split=args.split if (faces.split == args.split).all() else "",
        reference=not args.no_reference,
        placements=None if placed > 0 else (),
        placed_faces=placed,
    )
    where = " ".join(filter(None, (found.data, found.split)))
    print(f"{found.version} on {where}, {found.n:,} faces\n")
    print("\n\n".join(table.to_text() for table in all_tables(found)))
    if args.out is not None:
        write_report(found, args.out)
        print(f"\nThe page is {args.out / 'index.html'}.")


def _explain(args: argparse.Namespace) -> None:
    from inference.bundle import Bundle
    from inference.evaluation import explain_pictures as pictures
    from inference.files import write_atomically

    bundle = Bundle.load(args.bundle, labels=None)
    try:
        picture = pictures.read_picture(args.picture.read_bytes())
    except OSError:
        raise DataError(f"The picture {args.picture.name} cannot be read.") from None
    cut = pictures.whole_picture if args.crop else pictures.largest_face
    crop = cut(bundle, picture)
    # Keras takes long to import: not before there is a face.
    from inference.evaluation.explain import Explainer

    explainer = Explainer(bundle)
    found = explainer.activation_map(crop, args.label)
    cost = explainer.occlusion_map(crop, found.label)
    drawn = {f"{found.label}.png": pictures.map_png(crop, found, cost, bundle.labels)}
    if args.layer is not None:
        features = explainer.features(crop, args.layer)
        drawn[f"features-{args.layer}.png"] = pictures.features_png(features, args.layer)
    args.out.mkdir(parents=True, exist_ok=True)
    for name, png in drawn.items():
        write_atomically(args.out / name, png)
    chance = float(found.probabilities[bundle.labels.index(found.label)])
    print(
        f"{found.label}, {100 * chance:.0f} %; {found.way} of the layer {found.layer}; "
        f"{', '.join(drawn)} in {args.out}"
    )


def _measure_crop(args: argparse.Namespace) -> None:
    import numpy as np

    from inference.bundle import Bundle
    from inference.data.faces import TRAINING, split_holdout
    from inference.evaluation.crop_search import candidates, search
    from inference.evaluation.crop_tables import crops, marginals
    from inference.evaluation.views import label_set_of, mapped_truth, true_labels
    from inference.files import write_atomically

    bundle = Bundle.load(args.bundle, labels=None)
    training = read_split(args, TRAINING, side=bundle.card.input_size)
    _, held_back = split_holdout(training, HOLDOUT, args.seed)
    labels = true_labels(held_back)
    if not labels:
        raise DataError("The faces held back have neither votes nor labels to compare with.")
    rule = "plurality" if "plurality" in labels else "own"
    truth = mapped_truth(labels[rule], label_set_of(bundle.labels))
    rows = np.flatnonzero(truth >= 0)[: args.count]
    found = search(bundle, held_back.faces_gray[rows], truth[rows], candidates(bundle.card.crop))
    print(f"{crops(found).to_text()}\n\n{marginals(found).to_text()}")
    if args.out is not None:
        write_atomically(args.out, f"{json.dumps(found.to_dict(), indent=2)}\n".encode())


def _measure_detector(args: argparse.Namespace) -> None:
    from inference.data.faces import TRAINING, split_holdout
    from inference.evaluation.geometry import measure
    from inference.evaluation.placed import Placement

    _, held_back = split_holdout(read_split(args, TRAINING), HOLDOUT, args.seed)
    found = measure(load_detector(args.detector), held_back.faces_gray[: args.count], Placement())
    print(json.dumps(dataclasses.asdict(found), indent=2))
