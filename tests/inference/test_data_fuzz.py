"""Whatever is in a file: a report, or one sentence."""

import csv
import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inference.data import read
from inference.data.faces import FaceSet
from inference.errors import DataError
from inference.labels import FER2013_LABELS
from tests.drawn_faces import drawn_faces
from tests.inference.data_files import (
    csv_row,
    encoded,
    pixels,
    scene,
    write_csv,
    write_parquet,
    write_votes,
    write_zip,
)

fuzzed = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FACES = drawn_faces(7, labels=FER2013_LABELS)
USAGES = ["Training"] * 4 + ["PublicTest"] * 3


def _holds(path, votes=None):
    """Read it: a set that fits its report, or an error of one printable sentence."""
    try:
        faces, report = read(path, votes=votes)
    except DataError as error:
        sentence = str(error)
        assert sentence.isprintable(), sentence
        assert sentence.endswith("."), sentence
        assert len(sentence) < 400
        assert str(path.parent) not in sentence
        return None
    assert isinstance(faces, FaceSet)
    assert len(faces) == report.taken > 0
    assert sum(n for labels in report.counts.values() for n in labels.values()) == report.taken
    assert report.left_out >= len(report.skipped)
    json.dumps(report.to_dict()).encode()
    report.summary().encode()
    return report


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """One good file of each kind, as bytes."""
    folder = tmp_path_factory.mktemp("whole")
    members = {f"ck/Happy/S010_004_{i:08d}.png": encoded(scene(i)) for i in range(3)}
    members |= {f"train/sad/{i}.jpg": encoded(scene(i), ".jpg") for i in range(3)}
    files = {
        "csv": write_csv(folder / "c", FACES, USAGES),
        "parquet": write_parquet(folder / "p", FACES, USAGES),
        "zip": write_zip(folder / "z", members),
    }
    return {kind: path.read_bytes() for kind, path in files.items()}


@fuzzed
@given(
    start=st.sampled_from([b"", b"PAR1", b"PK\x03\x04", b"PK\x05\x06", b"emotion,pixels,Usage\n"]),
    content=st.binary(max_size=2000),
)
def test_random_bytes(tmp_path, start, content):
    path = tmp_path / "d"
    path.write_bytes(start + content)
    _holds(path)


@pytest.mark.parametrize("kind", ["csv", "parquet", "zip"])
@fuzzed
@given(data=st.data())
def test_files_that_are_cut_off(tmp_path, whole, kind, data):
    path = tmp_path / "d"
    path.write_bytes(whole[kind][: data.draw(st.integers(0, len(whole[kind]) - 1))])
    _holds(path)


@pytest.mark.parametrize("kind", ["csv", "parquet", "zip"])
@fuzzed
@given(data=st.data())
def test_files_with_some_bytes_changed(tmp_path, whole, kind, data):
    content = bytearray(whole[kind])
    where = st.one_of(
        st.integers(0, len(content) - 1),
        st.integers(max(0, len(content) - 2000), len(content) - 1),  # tables of contents
    )
    for position, byte in data.draw(
        st.lists(st.tuples(where, st.integers(0, 255)), min_size=1, max_size=20)
    ):
        content[position] = byte
    path = tmp_path / "d"
    path.write_bytes(content)
    _holds(path)


cells = st.one_of(
    st.sampled_from(["3", "Training", "", "happy", "1 2 3", "-1", pixels(scene(1)), "nan " * 2304]),
    st.text(max_size=30),
)


@fuzzed
@given(
    header=st.permutations(["emotion", " pixels", "Usage ", "other"]),
    rows=st.lists(st.lists(cells, max_size=5), max_size=8),
)
def test_tables_of_anything(tmp_path, header, rows):
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    path = tmp_path / "d"
    path.write_bytes(text.getvalue().encode("utf-8", "surrogatepass") + b"\n")
    _holds(path)


@fuzzed
@given(data=st.data())
def test_bad_rows_never_cost_a_good_one(tmp_path, data):
    bad = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=60)
    lines = data.draw(st.lists(bad.filter(str.strip), max_size=6))
    good = [csv_row(face) for face in FACES.faces_gray]
    mixed = data.draw(st.permutations([*lines, *good]))
    path = tmp_path / "d"
    path.write_text("\n".join(["emotion,pixels,Usage", *mixed]), newline="")
    report = _holds(path)
    assert report.taken == len(good)
    assert report.left_out >= len(lines)


@fuzzed
@given(data=st.data())
def test_votes_of_anything(tmp_path, data):
    votes = write_votes(tmp_path / "v", FACES.votes, USAGES)
    content = bytearray(votes.read_bytes())
    for position, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=12)
    ):
        content[position] = byte
    votes.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    _holds(write_csv(tmp_path / "d", FACES, USAGES), votes)


names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), max_size=20)
parts = st.one_of(
    st.sampled_from(["happy", "Sad", "train", "test", "..", ".", "", "C:", "__MACOSX", "9" * 5000]),
    names,
)
contents = st.sampled_from([encoded(scene(1)), encoded(scene(2), ".jpg")[:300], b"", b"text"])


@fuzzed
@given(members=st.dictionaries(st.lists(parts, max_size=5).map("/".join), contents, max_size=8))
def test_archives_with_any_names(tmp_path, members):
    path = tmp_path / "d"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    _holds(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["d"]


@fuzzed
@given(
    picture=st.binary(max_size=300),
    cut=st.integers(0, 3000),
    kind=st.sampled_from([".png", ".jpg", ".bmp", ".webp", ".tiff", ".pgm", ".jp2"]),
)
def test_pictures_of_anything(tmp_path, picture, cut, kind):
    good = encoded(scene(3), kind)
    path = write_zip(
        tmp_path / "d", {"happy/1": good[:cut] + picture, "happy/2": picture, "happy/3": good}
    )
    assert _holds(path).taken >= 1
