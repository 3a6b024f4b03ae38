"""``python -m inference data``."""

import argparse
import json

import numpy as np
import pytest

from inference.cli import main
from inference.commands.options import add_data, read_split
from inference.data import FaceSet
from inference.labels import FER2013_LABELS
from tests.drawn_faces import drawn_faces
from tests.inference.data_files import (
    encoded,
    scene,
    write_csv,
    write_parquet,
    write_votes,
    write_zip,
)


@pytest.fixture
def table(tmp_path):
    faces = drawn_faces(8, labels=FER2013_LABELS)
    usages = ["Training"] * 6 + ["PublicTest"] * 2
    votes = write_votes(tmp_path / "fer2013new.csv", faces.votes, usages)
    return write_csv(tmp_path / "fer2013.csv", faces, usages), votes


def test_it_says_in_words_what_is_there(table, capsys):
    data, votes = table
    assert main(["data", str(data), "--votes", str(votes)]) == 0
    text = capsys.readouterr().out
    assert text.startswith("fer2013.csv: a table of pixels (FER2013), 8 faces taken.")
    for line in ("  Training: 6 (", "  PublicTest: 2 (", "8 faces with votes", "Nothing left out"):
        assert line in text


def test_json_has_the_same_and_the_duplicates(tmp_path, capsys):
    face = scene(1)
    members = {
        "train/happy/1.png": encoded(face),
        "test/happy/1.png": encoded(face),
        "train/sad/1.png": b"broken",
        "train/sad/2.png": encoded(scene(2)),
    }
    path = write_zip(tmp_path / "f.zip", members)
    assert main(["data", str(path), "--duplicates", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["taken"], report["skipped_by_reason"]) == (3, {"unreadable": 1})
    assert report["duplicates"]["by_splits"] == {"PrivateTest and Training": 1}
    assert main(["data", str(path), "--duplicates"]) == 0
    assert "PrivateTest and Training: 1 pairs" in capsys.readouterr().out


def test_what_cannot_be_used_is_one_sentence_and_a_status(tmp_path, capsys):
    assert main(["data", str(tmp_path / "none.csv")]) == 2
    assert capsys.readouterr().err.startswith("error: There is no file ")


def test_a_test_loses_what_training_has_too_and_the_other_way_round(tmp_path):
    pictures = [scene(seed) for seed in range(50)]
    pictures += [picture[:, ::-1] for picture in pictures[:4]]  # mirrored copies in the test
    faces = FaceSet.of(np.stack(pictures), np.arange(54) % 7)
    usage = ["Training"] * 40 + ["PublicTest"] * 14
    path = write_parquet(tmp_path / "faces.parquet", faces, usage)
    for split, plain, without in (("Training", 40, 36), ("PublicTest", 14, 10)):
        for flag, n in (([], plain), (["--without-copies"], without)):
            parser = argparse.ArgumentParser()
            add_data(parser)
            args = parser.parse_args(["--data", str(path), *flag])
            assert len(read_split(args, split)) == n
