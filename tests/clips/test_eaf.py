import io
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pympi.Elan import Eaf

from emotionweb.accounts.models import User
from emotionweb.clips import corrections, eaf_import, markers, tracks
from emotionweb.clips.exports.content import Content
from emotionweb.clips.exports.elan import eaf, tier_of
from emotionweb.clips.models import Clip, Correction
from emotionweb.clips.options import RefusedError
from inference.labels import LABELS
from tests.clips.results import Face, make_clip, track_of

HAPPY, SAD, ANGRY = (LABELS.index(name) for name in ("happiness", "sadness", "anger"))


def shows(at_s: float) -> str | None:
    """Happy to 10 s, unsure to 12, sad to 20."""
    if at_s <= 10.0:
        return "happiness"
    return None if at_s <= 12.0 else "sadness"


@pytest.fixture
def clip(alice: User) -> Clip:
    faces = [Face(1, 0, 20, shows), Face(2, 5, 8, "anger", (400, 50, 480, 140))]
    clip = make_clip(alice, faces, length_s=30.0, name="a/b: garden.webm")
    who = (alice.pk, clip.pk)
    tracks.rename(*who, track_of(clip).pk, "Anna & <Bea>")
    corrections.say(*who, track_id=track_of(clip).pk, start_s=2, end_s=6, expression=SAD)
    corrections.say(*who, track_id=track_of(clip).pk, start_s=4, end_s=8, expression=ANGRY)
    corrections.say(*who, track_id=track_of(clip).pk, start_s=15.05, end_s=15.05, expression=HAPPY)
    markers.add(*who, kind="marker", start_s=3, end_s=3, text="door")
    return Clip.objects.get(pk=clip.pk)


@pytest.fixture
def opened(clip: Clip, tmp_path: Path) -> Eaf:
    """The file, opened by the package that ELAN's users open it with."""
    path = tmp_path / "export.eaf"
    path.write_bytes(eaf(Content.of(clip)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return Eaf(str(path))


def tier(found: Eaf, name: str) -> list[tuple[int, int, str]]:
    return sorted(annotation[:3] for annotation in found.get_annotation_data_for_tier(name))


def written(found: Eaf, tmp_path: Path) -> SimpleUploadedFile:
    path = tmp_path / "corrected.eaf"
    found.to_file(str(path))
    return SimpleUploadedFile("corrected.eaf", path.read_bytes())


def take(clip: Clip, file: SimpleUploadedFile | bytes) -> eaf_import.Report:
    if isinstance(file, bytes):
        file = SimpleUploadedFile("x.eaf", file)
    return eaf_import.take_over(clip.user_id, clip.pk, file)


def said(clip: Clip) -> list[tuple[float, float, str, str]]:
    return [
        (c.start_s, c.end_s, c.expression, c.source)
        for c in Correction.objects.filter(track__annotation__clip=clip).order_by(
            "created_at", "start_s"
        )
    ]


# === Export ===


def test_each_face_has_what_the_machine_said_and_a_tier_for_corrections(opened: Eaf) -> None:
    assert set(opened.get_tier_names()) == {
        "face 1 machine",
        "face 1 correction",
        "face 2 machine",
        "face 2 correction",
        "remarks",
    }
    assert tier(opened, "face 1 machine") == [
        (0, 10_000, "happiness"),
        (10_000, 12_000, "unsure"),
        (12_000, 20_000, "sadness"),
    ]
    assert tier(opened, "face 2 machine") == [(4_800, 8_000, "anger")]
    assert tier(opened, "remarks")[0][0] == 3_000
    assert opened.get_parameters_for_tier("face 1 machine")["PARTICIPANT"] == "Anna & <Bea>"


def test_corrections_lie_beside_each_other_and_the_last_word_holds(opened: Eaf) -> None:
    assert tier(opened, "face 1 correction") == [
        (2_000, 4_000, "sadness"),
        (4_000, 8_000, "anger"),
        (14_800, 15_000, "happiness"),
    ]


def test_the_words_to_choose_from_are_the_eight_and_unsure(opened: Eaf) -> None:
    entries = opened.get_cv_entries("expressions")
    assert [values[0][0] for values, _ref in entries.values()] == [*LABELS, "unsure"]
    kind = opened.get_parameters_for_tier("face 1 correction")["LINGUISTIC_TYPE_REF"]
    parameters = opened.get_parameters_for_linguistic_type(kind)
    assert parameters["CONTROLLED_VOCABULARY_REF"] == "expressions"


def test_it_says_which_model_and_what_was_missed(opened: Eaf, clip: Clip) -> None:
    found = dict(opened.get_properties())
    assert found["emotionweb:annotation"] == str(clip.annotation_id)
    assert found["emotionweb:model"] == "m-1"
    assert found["emotionweb:samples_per_second"] == "5"
    assert found["emotionweb:frames_without_face"] == "50"
    assert found["emotionweb:missed_s"] == "10.000"


def test_the_clip_is_named_and_no_path_of_the_server(opened: Eaf, clip: Clip) -> None:
    (media,) = opened.get_linked_files()
    assert media["MEDIA_URL"] == "./a_b_ garden.webm"
    assert media["MIME_TYPE"] == "video/webm"
    assert clip.path not in eaf(Content.of(clip)).decode()


def test_names_of_tiers() -> None:
    assert tier_of("face 12 correction") == (12, "correction")
    for other in ("face 12", "Face 1 machine", "face x machine", "face 1 machine 2", "remarks"):
        assert tier_of(other) is None


# === Import ===


def test_what_was_exported_and_not_changed_adds_nothing(
    clip: Clip, opened: Eaf, tmp_path: Path
) -> None:
    before = said(clip)
    report = take(clip, written(opened, tmp_path))
    assert (report.added, report.unchanged, report.outside) == (0, 7, 0)
    assert not report.unknown_values
    assert said(clip) == before


def test_what_was_changed_in_elan_becomes_corrections(
    clip: Clip, opened: Eaf, tmp_path: Path
) -> None:
    opened.remove_annotation("face 1 machine", 13_000)
    opened.add_annotation("face 1 machine", 12_000, 16_000, "disgust")
    opened.add_annotation("face 1 machine", 16_000, 20_000, "sadness")
    opened.add_annotation("face 2 correction", 6_000, 7_500, "Fear ")
    report = take(clip, written(opened, tmp_path))
    assert report.added == 3
    assert [row for row in said(clip) if row[3] == "elan"] == [
        (6.0, 7.5, "fear", "elan"),
        (12.0, 16.0, "disgust", "elan"),
        (16.0, 20.0, "sadness", "elan"),
    ]
    # Taken over twice is once: the second file says nothing that is not there.
    again = take(clip, written(opened, tmp_path))
    assert again.added == 0


def test_a_correction_that_is_missing_in_the_file_stays(
    clip: Clip, opened: Eaf, tmp_path: Path
) -> None:
    opened.remove_all_annotations_from_tier("face 1 correction")
    take(clip, written(opened, tmp_path))
    assert len(said(clip)) == 3


def test_what_is_not_understood_is_skipped_and_told(
    clip: Clip, opened: Eaf, tmp_path: Path
) -> None:
    opened.add_annotation("face 2 correction", 5_000, 5_500, "hapy")
    opened.add_annotation("face 2 correction", 5_600, 5_700, "unsure")
    opened.add_annotation("face 2 correction", 99_000, 99_500, "happiness")
    opened.add_annotation("face 2 correction", 7_000, 7_500, "happy")
    opened.add_tier("face 9 machine")
    opened.add_tier("gesture")
    report = take(clip, written(opened, tmp_path))
    assert report.added == 1  # "happy" is what the page calls it
    assert report.unknown_values == {"hapy": 1, "unsure": 1}
    assert report.outside == 1
    assert report.unknown_tiers == ["face 9 machine", "gesture"]
    sentence = report.sentence()
    assert "1 correction was taken over." in sentence
    for part in ("“hapy”", "“gesture”", "not in the clip: 1"):
        assert part in sentence


def test_a_file_of_an_earlier_reading_is_refused(clip: Clip) -> None:
    text = eaf(Content.of(clip)).decode()
    other = text.replace(str(clip.annotation_id), "00000000-0000-0000-0000-000000000000")
    with pytest.raises(RefusedError) as refused:
        take(clip, other.encode())
    assert refused.value.status == 409
    assert len(said(clip)) == 3


def test_a_file_that_lost_its_properties_is_known_by_its_tiers(clip: Clip) -> None:
    text = re.sub(r"\s*<PROPERTY NAME=.*?</PROPERTY>", "", eaf(Content.of(clip)).decode())
    text = text.replace(">sadness<", ">contempt<")
    assert take(clip, text.encode()).added == 2


BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<ANNOTATION_DOCUMENT><TIER TIER_ID="face 1 correction">&b;</TIER></ANNOTATION_DOCUMENT>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<ANNOTATION_DOCUMENT>&secret;</ANNOTATION_DOCUMENT>"""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml at all",
        b"<html></html>",
        b"<ANNOTATION_DOCUMENT>",
        b"\xff\xfe<\x00A\x00",
        BOMB.encode(),
        OUTSIDE.encode(),
        OUTSIDE.encode("utf-16"),
        OUTSIDE.replace('"1.0"', '"1.0" encoding="utf-7"').encode("utf-7"),
    ],
)
def test_what_is_no_eaf_or_dangerous_is_refused(clip: Clip, content: bytes) -> None:
    with pytest.raises(RefusedError, match="not an EAF"):
        take(clip, content)


def test_a_file_that_is_too_large_is_not_even_read(clip: Clip) -> None:
    class Endless(io.BytesIO):
        def read(self, *args: Any) -> bytes:
            raise AssertionError("it was read")

    file = SimpleUploadedFile("x.eaf", b"")
    file.file, file.size = Endless(), eaf_import.MAX_BYTES + 1
    with pytest.raises(RefusedError, match="at most"):
        take(clip, file)


def test_strange_times_are_outside(clip: Clip) -> None:
    slots = ["-5", "1_000", "x", "", "9" * 40]
    text = "<ANNOTATION_DOCUMENT><TIME_ORDER>" + "".join(
        f'<TIME_SLOT TIME_SLOT_ID="t{i}" TIME_VALUE="{v}"/>' for i, v in enumerate(slots)
    )
    text += '<TIME_SLOT TIME_SLOT_ID="u"/></TIME_ORDER><TIER TIER_ID="face 1 correction">'
    text += "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="{ref}" TIME_SLOT_REF2="t2">'
        "<ANNOTATION_VALUE>fear</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        for ref in ("t0", "t1", "t3", "t4", "u", "nowhere")
    )
    report = take(clip, (text + "</TIER></ANNOTATION_DOCUMENT>").encode())
    assert (report.added, report.outside) == (0, 6)


def test_by_the_page(client: Client, clip: Clip, bob: User) -> None:
    content = eaf(Content.of(clip)).decode().replace(">anger<", ">fear<")
    path = f"/clips/{clip.pk}/import-eaf/"
    client.force_login(bob)
    file = SimpleUploadedFile("x.eaf", content.encode())
    assert client.post(path, {"file": file}).status_code == 404
    client.force_login(clip.user)
    file = SimpleUploadedFile("x.eaf", content.encode())
    data = client.post(path, {"file": file}).json()
    assert data["imported"]["added"] == 2
    assert data["said"].startswith("2 corrections were taken over.")
    assert len(data["corrections"]) == 5
    assert client.post(path).status_code == 400
