"""``data``: what is in a data set, and what is wrong with it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from inference.commands.options import add_votes


def add(commands: Any) -> None:
    """Add the parser."""
    data = commands.add_parser("data", help="read a data set and report what is in it")
    data.add_argument(
        "path",
        type=Path,
        help="fer2013.csv, icml_face_data.csv, a parquet file of pictures, a folder or a zip "
        "archive of class folders or of CK+48",
    )
    add_votes(data)
    data.add_argument(
        "--duplicates", action="store_true", help="also look for pictures that are the same"
    )
    data.add_argument("--json", action="store_true", help="print the report as JSON")
    data.set_defaults(run=_data)


def _data(args: argparse.Namespace) -> None:
    from inference.data import read

    faces, report = read(args.path, votes=args.votes)
    out, texts = report.to_dict(), [report.summary()]
    if args.duplicates:
        from inference.data.duplicates import find_duplicates

        duplicates = find_duplicates(faces)
        out["duplicates"] = duplicates.to_dict()
        texts.append(duplicates.summary())
    print(json.dumps(out, indent=2) if args.json else "\n".join(texts))
