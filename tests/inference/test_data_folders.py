"""Class folders and CK+48, on disk and in zip archives."""

import io
import os
import zipfile

import cv2
import numpy as np
import pytest
from PIL import Image

from inference.data import read, tree
from inference.data.report import Reason
from inference.errors import DataError
from inference.labels import LABELS
from tests.inference.data_files import encoded, scene, write_folder, write_zip
from tests.inference.pictures import jpeg_header

FORMS = {"folder": write_folder, "zip": write_zip}
SPELLINGS = {
    "neutral": ["Neutral", "calm", "6_neutral"],
    "happiness": ["happy", "HAPPINESS", "Joy", "03 Happy"],
    "surprise": ["surprise", "Surprised", "suprise"],
    "sadness": ["sad", "Sadness"],
    "anger": ["angry", "Anger"],
    "disgust": ["disgust", "Disgusted"],
    "fear": ["fear", "fearful", "AFRAID"],
    "contempt": ["contempt", "Contemptuous"],
}


@pytest.fixture(params=FORMS)
def write(request, tmp_path):
    return lambda members: FORMS[request.param](tmp_path / "faces", members)


def _reasons(report):
    return dict(report.skipped_by_reason)


def test_classes_are_known_in_many_spellings(write):
    members = {
        f"{spelling}/{i}.png": encoded(scene(100 * i + len(spelling) + ord(spelling[0])))
        for i, spellings in enumerate(SPELLINGS.values())
        for spelling in spellings
    }
    found, report = read(write(members))
    assert (report.taken, report.left_out) == (len(members), 0)
    expected = {name: len(spellings) for name, spellings in SPELLINGS.items()}
    assert report.counts == {"": expected}
    assert set(found.source) == set(members)


@pytest.mark.parametrize("around", ["", "archive/", "a/b c/"])
@pytest.mark.parametrize("inside", ["", "studio 1/"])
def test_splits_may_lie_around_the_classes_and_folders_around_and_inside(write, around, inside):
    splits = {"train": "Training", "Validation": "PublicTest", "test": "PrivateTest"}
    members = {
        f"{around}{split}/{name}/{inside}{i}.png": encoded(scene(i + 10 * len(split + name)))
        for split in splits
        for name in ("happy", "sad")
        for i in range(2)
    }
    found, report = read(write(members))
    assert report.counts == {s: {"happiness": 2, "sadness": 2} for s in splits.values()}
    assert len(found.part("PublicTest")) == 4


def test_a_class_may_lie_around_its_splits(write):
    members = {f"happy/{s}/1.png": encoded(scene(i)) for i, s in enumerate(("train", "test"))}
    found, _ = read(write(members))
    assert sorted(found.split) == ["PrivateTest", "Training"]
    assert set(found.expression) == {LABELS.index("happiness")}


@pytest.mark.parametrize("extension", [".png", ".jpg", ".bmp", ".webp", ".tiff", ".pgm"])
def test_gray_pictures_of_any_format(write, extension):
    face = scene(1)
    found, _ = read(write({f"happy/1{extension}.data": encoded(face, extension)}))
    assert np.abs(found.faces_gray[0].astype(int) - face).mean() < 4


def _with_pillow(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


def test_colour_palette_alpha_sixteen_bits_and_exif(write):
    face = scene(1)
    gray = Image.fromarray(face)
    deep = cv2.imencode(".png", face.astype(np.uint16) * 257)[1].tobytes()
    rotated = Image.Exif()
    rotated[0x0112] = 6  # to be shown turned by 90 degrees clockwise
    members = {
        "happy/a.png": _with_pillow(gray.convert("RGB"), format="PNG"),
        "sad/b.gif": _with_pillow(gray.convert("P"), format="GIF"),
        "fear/c.png": _with_pillow(gray.convert("LA"), format="PNG"),
        "anger/d.png": deep,
        "surprise/e.png": _with_pillow(gray.rotate(90), format="PNG", exif=rotated),
    }
    found, report = read(write(members))
    assert report.left_out == 0
    assert np.abs(found.faces_gray.astype(int) - face).max() <= 2


def test_pictures_are_scaled_and_cut_but_never_distorted(write):
    large = cv2.resize(scene(3), (192, 192), interpolation=cv2.INTER_NEAREST)
    wide = np.zeros((96, 128), np.uint8)
    wide[:, 16:112] = cv2.resize(scene(4), (96, 96), interpolation=cv2.INTER_NEAREST)
    found, report = read(write({"happy/l.png": encoded(large), "sad/w.png": encoded(wide)}))
    assert (found.faces_gray[0] == scene(3)).all()
    assert (found.faces_gray[1] == scene(4)).all()
    assert report.remarks == {
        "scaled to 48 × 48": 1,
        "cut to the central square and scaled to 48 × 48": 1,
    }


def test_another_side_can_be_wanted(write):
    found, _ = read(write({"happy/1.png": encoded(scene(1))}), side=64)
    assert found.faces_gray.shape == (1, 64, 64)


def test_what_is_no_face_is_left_out_and_named(write):
    good = encoded(scene(0))
    members = {
        "happy/0.png": good,
        "happy/again.png": good,
        "sad/same picture other label.png": good,
        "happy/broken.png": good[:100],
        "happy/empty.png": b"",
        "happy/notes.txt": b"these are happy people",
        "happy/small.png": encoded(scene(0, 8)),
        "happy/strip.png": encoded(np.zeros((20, 400), np.uint8)),
        "happy/claims.jpg": jpeg_header(60_000, 60_000),
        "happy/large.png": encoded(np.zeros((6000, 5000), np.uint8)),
        "bored/1.png": good,
        "1.png": good,
    }
    found, report = read(write(members))
    assert sorted(found.source) == ["happy/0.png", "sad/same picture other label.png"]
    assert report.repeated == 1
    assert {s.source: s.reason for s in report.skipped} == {
        "happy/again.png": Reason.DUPLICATE,
        "happy/broken.png": Reason.UNREADABLE,
        "happy/empty.png": Reason.UNREADABLE,
        "happy/notes.txt": Reason.UNREADABLE,
        "happy/small.png": Reason.WRONG_SIZE,
        "happy/strip.png": Reason.WRONG_SIZE,
        "happy/claims.jpg": Reason.TOO_LARGE,
        "happy/large.png": Reason.TOO_LARGE,
        "bored/1.png": Reason.UNKNOWN_CLASS,
        "1.png": Reason.UNKNOWN_CLASS,
    }
    for words in ("10 left out", "1 there already, such as happy/again.png", "“bored”"):
        assert words in report.summary()


def test_junk_is_not_worth_a_word(write):
    junk = ("__MACOSX/happy/._1.png", "happy/.DS_Store", "happy/Thumbs.db", ".git/sad/1.png")
    _, report = read(write({"happy/1.png": encoded(scene(0)), **dict.fromkeys(junk, b"junk")}))
    assert (report.taken, report.left_out) == (1, 0)


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"happy/1.png": encoded(scene(0)), "sad/": b""}, r"^The class sad of faces has no pict"),
        (
            {"train/happy/1.png": encoded(scene(0)), "val/": b""},
            r"^The split val of faces has no picture\.$",
        ),
        ({"happy/1.png": b"x"}, "no face that can be used: 1 left out are not readable"),
        ({"readme.txt": b"x"}, "no face that can be used"),
        ({}, "no face that can be used"),
    ],
)
def test_an_empty_class_split_or_set_is_one_sentence(write, members, sentence):
    with pytest.raises(DataError, match=sentence):
        read(write(members))


def test_votes_do_not_go_with_folders(write, tmp_path):
    from tests.inference.data_files import write_votes

    votes = write_votes(tmp_path / "v.csv", np.ones((1, 10)), ["Training"])
    with pytest.raises(DataError, match="Votes are joined by row"):
        read(write({"happy/1.png": encoded(scene(0))}), votes=votes)


# === CK+ ===


def test_frames_of_ck_become_clips_of_persons_in_order_of_time(write):
    frames = {
        f"ck/{name}/S{person:03d}_{clip:03d}_{frame:08d}.png": encoded(scene(7))
        for name, person, clip in (("Happy", 10, 4), ("Fear", 10, 2), ("Happy", 999, 1))
        for frame in (11, 9, 10)
    }
    found, report = read(write(frames))
    assert report.format == "folders of classes with frames of clips (CK+)"
    # Frames of a face that holds still are equal and are all taken.
    assert (report.taken, report.persons, report.clips) == (9, 2, 3)
    assert set(found.group) == {"S010", "S999"}
    for clip in ("S010_004", "S010_002", "S999_001"):
        rows = np.flatnonzero(found.clip == clip)
        assert (np.diff(rows) == 1).all()
        assert [int(s[-6:-4]) for s in found.source[rows]] == [9, 10, 11]


def test_the_reference_clips_are_what_they_say(reference_data):
    found, report = read(reference_data.with_name("ck48-dev.zip"))
    assert (report.taken, report.clips, report.persons, report.left_out) == (600, 200, 81, 0)
    assert np.unique(found.clip, return_counts=True)[1].tolist() == [3] * 200


# === Hostile archives and folders ===


def test_paths_that_climb_out_of_a_zip_are_left_out_and_nothing_is_written(tmp_path):
    climbing = ("../evil/happy/1.png", "/happy/2.png", "C:/happy/3.png", "a\\..\\..\\happy\\4.png")
    members = {name: encoded(scene(i)) for i, name in enumerate(("happy/0.png", *climbing))}
    found, report = read(write_zip(tmp_path / "f.zip", members))
    assert found.source.tolist() == ["happy/0.png"]
    assert _reasons(report) == {Reason.CLIMBING_PATH: 4}
    assert [path.name for path in tmp_path.iterdir()] == ["f.zip"]
    with pytest.raises(DataError, match="4 left out are with a path that leaves the archive"):
        read(write_zip(tmp_path / "g.zip", {name: members[name] for name in climbing}))


def test_encrypted_and_damaged_members_are_left_out(tmp_path):
    members = {f"happy/{i}.png": encoded(scene(i)) for i in range(3)}
    data = bytearray(write_zip(tmp_path / "f.zip", members).read_bytes())
    first, second = (
        data.index(b"PK\x01\x02"),
        data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4),
    )
    data[first + 8] |= 1  # the flag of encryption
    data[second + 16] ^= 0xFF  # the checksum
    (tmp_path / "f.zip").write_bytes(data)
    found, report = read(tmp_path / "f.zip")
    assert found.source.tolist() == ["happy/2.png"]
    assert _reasons(report) == {Reason.ENCRYPTED: 1, Reason.UNREADABLE: 1}


def test_a_name_twice_in_a_zip_is_taken_once(tmp_path):
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("happy/1.png", encoded(scene(1)))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("happy/1.png", encoded(scene(2)))
    found, report = read(path)
    assert (len(found), _reasons(report)) == (1, {Reason.DUPLICATE: 1})


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    members = {"happy/1.png": encoded(scene(0)), "happy/2.bmp": bytes(100 * 2**20)}
    with pytest.raises(DataError, match="times its size, as only a zip bomb does"):
        read(write_zip(tmp_path / "f.zip", members))


@pytest.mark.parametrize(
    ("limit", "value", "sentence"),
    [
        ("MAX_MEMBERS", 2, r"has 3 members; at most 2 are read"),
        ("MAX_UNPACKED", 100, "unpacks to"),
        ("_MAX_CONTENTS", 100, "too long a table of contents"),
    ],
)
def test_the_other_limits_of_an_archive(tmp_path, monkeypatch, limit, value, sentence):
    path = write_zip(tmp_path / "f.zip", {f"sad/{i}.png": encoded(scene(i)) for i in range(3)})
    assert len(read(path)[0]) == 3
    monkeypatch.setattr(tree, limit, value)
    with pytest.raises(DataError, match=sentence):
        read(path)


def test_links_pipes_and_locked_files_do_not_stop_a_folder(tmp_path):
    root = write_folder(tmp_path / "f", {"happy/1.png": encoded(scene(0))})
    (root / "happy" / "circle").symlink_to(root, target_is_directory=True)
    (root / "happy" / "gone.png").symlink_to(root / "nowhere")
    os.mkfifo(root / "happy" / "pipe.png")
    found, report = read(root)
    assert len(found) == 1
    assert _reasons(report) == {Reason.LINK: 1, Reason.UNREADABLE: 2}
    with pytest.raises(DataError, match="neither a file nor a folder"):
        read(root / "happy" / "pipe.png")


def test_names_that_terminals_or_encodings_choke_on_can_be_shown(tmp_path):
    root = write_folder(tmp_path / "f", {"happy/1.png": encoded(scene(0))})
    (root / "happy" / "\x1b[31m\udcff.png").write_bytes(b"x")
    _, report = read(root)
    assert report.skipped[0].source == "happy/\ufffd[31m\ufffd.png"
    report.summary().encode()
