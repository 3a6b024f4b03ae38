"""Tables of FER2013: both of Kaggle's files, FER+ votes, parquet."""

import tracemalloc

import numpy as np
import pytest

from inference.data import read
from inference.data.report import Reason
from inference.errors import DataError
from inference.labels import FER2013_LABELS, LABELS
from tests.drawn_faces import drawn_faces
from tests.inference.data_files import (
    csv_row,
    encoded,
    pixels,
    scene,
    write_csv,
    write_lines,
    write_parquet,
    write_votes,
)

USAGES = ["Training"] * 5 + ["PublicTest"] * 3 + ["PrivateTest"] * 2
HEADER = "emotion,pixels,Usage"


@pytest.fixture(scope="module")
def faces():
    return drawn_faces(10, labels=FER2013_LABELS)


@pytest.fixture(scope="module")
def rows(faces):
    return [csv_row(face, 3) for face in faces.faces_gray]


def _reasons(report):
    return {reason.value: n for reason, n in report.skipped_by_reason.items()}


@pytest.mark.parametrize("name", ["fer2013.csv", "anything.parquet"])
def test_fer2013_is_read_whatever_its_name(tmp_path, faces, name):
    found, report = read(write_csv(tmp_path / name, faces, USAGES))
    assert (found.faces_gray == faces.faces_gray).all()
    assert (found.expression == faces.expression).all()
    assert found.split.tolist() == USAGES
    assert found.source[7] == f"{name}, row 7"
    assert not found.votes.any()
    assert (report.taken, report.left_out) == (10, 0)
    assert {split: sum(n.values()) for split, n in report.counts.items()} == {
        "Training": 5,
        "PublicTest": 3,
        "PrivateTest": 2,
    }


def test_icml_face_data_has_other_columns_and_stray_spaces(tmp_path, faces):
    lines = ["emotion, Usage, pixels"]
    lines += [f"3,{usage}, {pixels(f)}" for f, usage in zip(faces.faces_gray, USAGES, strict=True)]
    path = tmp_path / "icml_face_data.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    found, report = read(path)
    assert (found.faces_gray == faces.faces_gray).all()
    assert set(found.expression) == {LABELS.index("happiness")}
    assert report.left_out == 0


def test_votes_are_joined_by_row_also_after_a_bad_row(tmp_path, faces):
    data = write_csv(tmp_path / "d.csv", faces, USAGES)
    lines = data.read_text().splitlines()
    lines[3] = lines[3].rpartition(" ")[0] + ",Training"
    write_lines(data, lines)
    votes = write_votes(tmp_path / "v.csv", faces.votes, USAGES)
    found, report = read(data, votes=votes)
    good = [0, 1, *range(3, 10)]
    assert (found.votes == faces.votes[good]).all()
    assert report.voted == 9
    assert report.skipped[0].source == "d.csv, row 2"


def test_votes_of_other_pictures_are_refused(tmp_path, faces):
    data = write_csv(tmp_path / "d.csv", faces, USAGES)
    votes = write_votes(tmp_path / "v.csv", faces.votes, USAGES[::-1])
    with pytest.raises(DataError, match="do not belong together: row 0 is in Training here"):
        read(data, votes=votes)


def test_votes_that_end_early_or_are_no_numbers_are_remarked(tmp_path, faces):
    data = write_csv(tmp_path / "d.csv", faces, USAGES)
    votes = write_votes(tmp_path / "v.csv", faces.votes[:6], USAGES[:6])
    lines = votes.read_text().splitlines()
    lines[2] = lines[2][:-1] + "many"
    lines[3] = "Training"
    found, report = read(data, votes=write_lines(votes, lines))
    assert report.voted == 4
    assert report.remarks["rows beyond the end of the votes"] == 4
    assert report.remarks["rows without readable votes"] == 2
    assert len(found) == 10


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "no file"),
        ("Usage,neutral\n", "lacks the columns happiness"),
        ("", "lacks the columns Usage"),
    ],
)
def test_votes_that_cannot_be_used(tmp_path, faces, content, sentence):
    data = write_csv(tmp_path / "d.csv", faces, USAGES)
    votes = tmp_path / "v.csv"
    if content is not None:
        votes.write_text(content)
    with pytest.raises(DataError, match=sentence):
        read(data, votes=votes)


def test_votes_in_the_place_of_pictures_are_recognised(tmp_path, faces):
    votes = write_votes(tmp_path / "v.csv", faces.votes, USAGES)
    with pytest.raises(DataError, match=r"give fer2013\.csv as the data"):
        read(votes)


FACE = pixels(scene(0))
BAD_ROWS = [
    (f"3,{FACE.rpartition(' ')[0]},Training", Reason.WRONG_SIZE, "2,303 pixels in place of 2,304"),
    (f"3,{FACE} 1,Training", Reason.WRONG_SIZE, "2,305"),
    ("3,,Training", Reason.MISSING_PIXELS, "no pixels"),
    ("3", Reason.MISSING_PIXELS, "1 columns"),
    (f"3,{'999 ' * 2304},Training", Reason.BAD_PIXELS, "“999”"),
    (f"3,{'-1 ' * 2304},Training", Reason.BAD_PIXELS, "“-1”"),
    (f"3,{'nan ' * 2304},Training", Reason.BAD_PIXELS, "“nan”"),
    (f"3,{'x ' * 2304},Training", Reason.BAD_PIXELS, "“x”"),
    (f"7,{FACE},Training", Reason.UNKNOWN_CLASS, "“7”"),
    (f",{FACE},Training", Reason.UNKNOWN_CLASS, "“”"),
    (f"3,{FACE},Practice", Reason.UNKNOWN_SPLIT, "“Practice”"),
    (f'3,"{FACE},Training', Reason.MISSING_PIXELS, "2 columns"),
    ("3," + "9 " * 100_000 + ",Training", Reason.UNREADABLE, "not a line of a table"),
]


@pytest.mark.parametrize(("bad", "reason", "detail"), BAD_ROWS)
def test_a_bad_row_is_left_out_and_named(tmp_path, rows, bad, reason, detail):
    found, report = read(write_lines(tmp_path / "d.csv", [HEADER, rows[0], bad, *rows[1:3]]))
    assert len(found) == 3
    (skipped,) = report.skipped
    assert (skipped.source, skipped.reason) == ("d.csv, row 1", reason)
    assert detail in skipped.detail


def test_unusual_spellings_of_gray_levels_are_understood(tmp_path):
    levels = ["007", "12.0", "+3"] + ["255"] * 2301
    found, _ = read(write_lines(tmp_path / "d.csv", [HEADER, f"3,{' '.join(levels)},Training"]))
    assert found.faces_gray[0].ravel()[:4].tolist() == [7, 12, 3, 255]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_missing_columns_are_named(tmp_path, rows, missing):
    names = HEADER.split(",")
    column = names.pop(missing)
    with pytest.raises(DataError, match=f"^d.csv lacks the column {column}\\.$"):
        read(write_lines(tmp_path / "d.csv", [",".join(names), *rows]))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "none of what can be read"),
        (b"hello\n", "none of what can be read"),
        (b"\x00\x01\x02" * 50, "none of what can be read"),
        (HEADER.encode(), "no face that can be used"),
        (HEADER.encode() + b"\n3,1 2 3,Training\n", "no face that can be used: 1 left out"),
        (b"PAR1", "parquet file"),
        (b"PK\x03\x04", "damaged or cut off"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path, content, sentence):
    path = tmp_path / "d.bin"
    path.write_bytes(content)
    with pytest.raises(DataError, match=sentence) as caught:
        read(path)
    assert "\n" not in str(caught.value)
    assert str(tmp_path) not in str(caught.value)


def test_an_empty_split_is_refused_when_it_is_asked_for(tmp_path, rows):
    found, _ = read(write_lines(tmp_path / "d.csv", [HEADER, *rows]))
    with pytest.raises(DataError, match="no face in the split “PublicTest”; there are Training"):
        found.part("PublicTest")


def test_rows_are_not_held_as_text(tmp_path):
    """A row has some 8 KB of text and 2.3 KB of pixels: the text of 1,500 rows is 12 MB."""
    path = tmp_path / "d.csv"
    with path.open("w") as file:
        file.write(HEADER + "\n")
        for seed in range(1500):
            level = np.random.default_rng(seed).integers(100, 256, (48, 48))
            file.write(csv_row(level) + "\n")
    tracemalloc.start()
    found, _ = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == 1500
    assert path.stat().st_size > 13_000_000
    assert peak < 2 * found.faces_gray.nbytes


def test_a_line_of_many_megabytes_is_never_held(tmp_path, rows):
    path = tmp_path / "d.csv"
    path.write_text(f"{HEADER}\n{rows[0]}\n" + "1 " * 20_000_000 + f"\n{rows[1]}\n")
    tracemalloc.start()
    found, report = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (len(found), _reasons(report)) == (2, {"unreadable": 1})
    assert peak < 5_000_000


# === Parquet ===


def test_parquet_with_votes_only_or_labels_only(tmp_path, faces):
    no_votes = dict.fromkeys([*LABELS, "unknown", "NF"])
    labels, _ = read(write_parquet(tmp_path / "l", faces, USAGES, usage=None, **no_votes))
    assert (labels.expression == faces.expression).all()
    assert set(labels.split) == {""}
    votes, _ = read(write_parquet(tmp_path / "v", faces, USAGES, emotion=None))
    assert (votes.votes == faces.votes).all()
    assert set(votes.expression) == {-1}


def test_bad_rows_of_a_parquet_file_are_left_out(tmp_path, faces):
    images = [encoded(face) for face in faces.faces_gray]
    images[1] = images[1][:40]
    images[2] = None
    images[4] = b"no picture"
    emotions = ["happy"] * 10
    emotions[5] = "hungry"
    path = write_parquet(tmp_path / "d", faces, USAGES, image=images, emotion=emotions)
    found, report = read(path)
    assert len(found) == 6
    assert _reasons(report) == {"unreadable": 2, "missing_pixels": 1, "unknown_class": 1}


def test_pictures_of_a_parquet_file_may_be_colour_and_of_any_size(tmp_path, faces):
    colour = [
        encoded(np.dstack([np.kron(f, np.ones((2, 2), np.uint8))] * 3), ".bmp")
        for f in faces.faces_gray
    ]
    found, report = read(write_parquet(tmp_path / "d", faces, USAGES, image=colour))
    assert np.abs(found.faces_gray.astype(int) - faces.faces_gray).max() <= 1
    assert report.remarks == {"scaled to 48 × 48": 10}


@pytest.mark.parametrize("cut", [1, 10, 100, 2000])
def test_a_parquet_file_that_is_cut_off_is_refused(tmp_path, faces, cut):
    path = write_parquet(tmp_path / "d", faces, USAGES)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(DataError, match="not a parquet file of faces that can be read"):
        read(path)


def test_the_reference_data_are_what_they_say(reference_data):
    found, report = read(reference_data)
    assert {split: sum(n.values()) for split, n in report.counts.items()} == {
        "Training": 28016,
        "PublicTest": 3512,
    }
    assert (report.voted, report.left_out) == (31528, 0)
    # Five of the first rows are near copies of PrivateTest and not there.
    assert found.source[100] == f"{reference_data.name}, row 105"
