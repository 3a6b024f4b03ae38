import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from emotionweb.accounts.models import User
from emotionweb.clips import corrections, markers, tracks
from emotionweb.clips.exports import KINDS
from emotionweb.clips.exports.table import guarded
from emotionweb.clips.models import Clip
from emotionweb.expressions import expression_title
from inference.labels import LABELS
from tests.clips.results import Face, make_clip, track_of
from tests.clips.schema import check

HAPPY, SAD = LABELS.index("happiness"), LABELS.index("sadness")
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "clips.schema.json").read_text())
CUE = re.compile(r"(\d\d):(\d\d):(\d\d)\.(\d{3}) --> (\d\d):(\d\d):(\d\d)\.(\d{3})")

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume asynchronous")


def shows(at_s: float) -> str | None:
    """Happy to 10 s, unsure to 12, sad to 20."""
    if at_s <= 10.0:
        return "happiness"
    return None if at_s <= 12.0 else "sadness"


@pytest.fixture
def clip(alice: User) -> Clip:
    clip = make_clip(
        alice,
        [Face(1, 0, 20, shows), Face(2, 5, 8, "anger", (400, 50, 480, 140))],
        length_s=30.0,
        name="our <garden> & house.webm",
    )
    who = (alice.pk, clip.pk)
    tracks.rename(*who, track_of(clip).pk, "=HYPERLINK(1) <b>&")
    corrections.say(*who, track_id=track_of(clip).pk, start_s=2, end_s=4, expression=SAD)
    corrections.say(*who, track_id=track_of(clip).pk, start_s=15, end_s=15, expression=HAPPY)
    markers.add(*who, kind="excluded", start_s=18, end_s=19, text="phone")
    markers.add(*who, kind="marker", start_s=3, end_s=3, text="door")
    return Clip.objects.get(pk=clip.pk)


def export(client: Client, clip: Clip, kind: str) -> bytes:
    client.force_login(clip.user)
    response = client.get(f"/clips/{clip.pk}/export/{kind}/")
    assert response.status_code == 200
    assert f'filename="our <garden> & house.{kind}"' in response["Content-Disposition"]
    return b"".join(response)


def table(client: Client, clip: Clip) -> list[dict[str, str]]:
    text = export(client, clip, "csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_a_row_a_face_and_one_for_each_frame_without(client: Client, clip: Clip) -> None:
    rows = table(client, clip)
    assert len([row for row in rows if row["track"] == "1"]) == 101
    assert len([row for row in rows if row["track"] == "2"]) == 16
    missed = [row for row in rows if row["unsure"] == "no_face"]
    assert len(missed) == 50
    assert {row["track"] for row in missed} == {""}
    times = [float(row["time_s"]) for row in rows]
    assert times == sorted(times)
    looked_at = sum(float(row["stands_for_s"]) for row in rows if row["track"] != "2")
    assert looked_at == pytest.approx(30.0)


def test_csv_carries_model_settings_and_corrections(client: Client, clip: Clip) -> None:
    rows = table(client, clip)
    assert {(r["model"], r["detector"], r["samples_per_second"]) for r in rows} == {
        ("m-1", "blazeface-full", "5")
    }
    said = {
        row["time_s"]: (row["expression"], row["correction"])
        for row in rows
        if row["track"] == "1" and row["correction"]
    }
    assert len(said) == 11 + 1
    assert said["3.000000"] == ("happiness", "sadness")
    assert said["15.000000"] == ("sadness", "happiness")
    unsure = [row for row in rows if row["unsure"] == "not_confident"]
    assert len(unsure) == 10
    assert {row["expression"] for row in unsure} == {""}
    left_out = [row["time_s"] for row in rows if row["left_out"] == "1"]
    assert left_out == [f"{18 + i / 5:.6f}" for i in range(6)]


def test_no_name_is_a_formula(client: Client, clip: Clip) -> None:
    (name,) = {row["name"] for row in table(client, clip) if row["track"] == "1"}
    assert name == "'=HYPERLINK(1) <b>&"
    for bad in ("=1", "+1", "-1", "@x", "\tx", "\rx", "＝1"):
        assert guarded(bad) == f"'{bad}"
    assert guarded("Anna=1") == "Anna=1"


def document(client: Client, clip: Clip) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(export(client, clip, "json"))
    return found


def test_json_is_as_its_schema_says(client: Client, clip: Clip) -> None:
    check(document(client, clip), SCHEMA)


def test_json_has_everything_the_samples_had(client: Client, clip: Clip) -> None:
    found = document(client, clip)
    assert found["annotation"]["model_version"] == "m-1"
    assert found["annotation"]["frames_without_face"] == 50
    assert found["summary"]["missed_s"] == pytest.approx(10.0)
    first, second = found["tracks"]
    columns = first["samples"]
    assert {len(column) for column in columns.values()} == {101}
    assert [found["frames"]["t"][i] for i in columns["frame"][:3]] == [0.0, 0.2, 0.4]
    assert columns["label"].count(HAPPY) == 51
    assert columns["correction"].count(SAD) == 11
    assert found["reasons"][columns["reason"][52] - 1] == "not_confident"
    assert [one["expression"] for one in first["corrections"]] == [SAD, HAPPY]
    assert len(second["samples"]["box"]) == 16
    assert found["agreement"]["n_s"] == pytest.approx(11 * 0.2 + 0.2)


def test_the_schema_notices_what_is_wrong(client: Client, clip: Clip) -> None:
    found = document(client, clip)
    found["tracks"][0]["samples"]["label"][3] = 8
    with pytest.raises(AssertionError, match="label"):
        check(found, SCHEMA)


def test_webvtt_is_valid_and_in_order(client: Client, clip: Clip) -> None:
    text = export(client, clip, "vtt").decode()
    head, note, *cues = text.rstrip("\n").split("\n\n")
    assert head == "WEBVTT"
    assert note.startswith("NOTE\n")
    for fact in ("m-1", "blazeface-full", "no face found: 10.0 s", "unsure: 2.0 s"):
        assert fact in note
    last = -1
    for cue in cues:
        times, payload = cue.split("\n")
        found = CUE.fullmatch(times)
        assert found, times
        h, m, s, ms, h2, m2, s2, ms2 = map(int, found.groups())
        start = ((h * 60 + m) * 60 + s) * 1000 + ms
        end = ((h2 * 60 + m2) * 60 + s2) * 1000 + ms2
        assert last <= start < end
        last = start
        assert "-->" not in payload
    assert cues[0].endswith("<v =HYPERLINK(1) &lt;b&gt;&amp;>happy 90 %")
    assert "00:00:10.000 --> 00:00:12.000" in text
    assert "<c.correction>corrected: sad</c>" in text


def test_webvtt_speaks_the_language_of_the_person(client: Client, clip: Clip) -> None:
    clip.user.language = "zh-hans"
    clip.user.save()
    with translation.override("zh-hans"):
        happy = expression_title("happiness")
    assert happy != "happy"
    assert f">{happy} 90 %" in export(client, clip, "vtt").decode()


@pytest.mark.parametrize("kind", [*KINDS, "exe"])
def test_exports_are_the_persons_own(
    client: Client, clip: Clip, bob: User, charlie: User, kind: str
) -> None:
    path = f"/clips/{clip.pk}/export/{kind}/"
    for stranger in (bob, charlie):
        client.force_login(stranger)
        assert client.get(path).status_code == 404
    client.logout()
    assert client.get(path).status_code == 302


def test_there_is_no_export_of_another_kind_or_before_the_reading(
    client: Client, alice: User, clip: Clip
) -> None:
    client.force_login(alice)
    assert client.get(f"/clips/{clip.pk}/export/exe/").status_code == 404
    bare = make_clip(alice, annotated=False)
    assert client.get(f"/clips/{bare.pk}/export/csv/").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_a_clip_without_a_face_can_be_exported(client: Client, bob: User, kind: str) -> None:
    clip = make_clip(bob, name="our <garden> & house.mov")
    assert export(client, clip, kind)
    if kind == "json":
        check(document(client, clip), SCHEMA)
