"""What is burnt into an annotated video."""

import re
from pathlib import Path

import av
import pytest

from emotionweb.accounts.models import User
from emotionweb.clips import corrections, overlay, tracks
from emotionweb.clips.models import Clip
from inference.labels import LABELS
from inference.video.render import render
from tests.clips.films import film
from tests.clips.results import Face, make_clip, track_of


def moving(at_s: float) -> tuple[float, ...]:
    return (100 + 10 * at_s, 60.0, 180 + 10 * at_s, 150.0)


@pytest.fixture
def clip(alice: User) -> Clip:
    face = Face(1, 0, 10, lambda at: "happiness" if at <= 5 else None, moving)
    return make_clip(alice, [face, Face(2, 14, 16, "anger")], length_s=20.0)


def test_a_box_moves_evenly_between_samples_and_the_words_are_those_before(clip: Clip) -> None:
    at = overlay.labels(clip.annotation)
    (label,) = at(2.5)
    assert label.box_xyxy == pytest.approx((125, 60, 205, 150))
    assert (label.text, label.mark) == ("face 1: happy 90 %", "▲")
    red, green, blue = bytes.fromhex(overlay.COLOURS["happiness"])
    assert label.colour_bgr == (blue, green, red)
    assert at(5.1)[0].text == "face 1: happy 90 %"
    assert (at(5.21)[0].text, at(5.21)[0].mark) == ("face 1: unsure", "?")


def test_nothing_is_drawn_where_nobody_was(clip: Clip) -> None:
    at = overlay.labels(clip.annotation)
    assert len(at(10.05)) == 1
    assert at(10.3) == []
    assert at(13.8) == []
    assert [label.text for label in at(15.0)] == ["face 2: angry 90 %"]
    assert at(19.0) == []


def test_corrections_names_and_what_is_left_out(clip: Clip) -> None:
    who = (clip.user_id, clip.pk)
    first, second = track_of(clip, 1).pk, track_of(clip, 2).pk
    corrections.say(*who, track_id=first, start_s=2, end_s=3, expression=LABELS.index("sadness"))
    tracks.rename(*who, first, "Zoë")
    tracks.rename(*who, second, "小明")
    at = overlay.labels(clip.annotation)
    assert at(2.5)[0].text == "Zoë: sad (corrected)"
    assert at(15.0)[0].text == "face 2: angry 90 %"  # the font has no such letters
    tracks.set_excluded(*who, second, True)
    assert overlay.labels(clip.annotation)(15.0) == []


def test_the_colours_are_those_of_the_pages() -> None:
    css = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text()
    for name in LABELS:
        found = {hit.upper() for hit in re.findall(rf"--{name}:[^;]*?#(\w{{6}})\);", css)} or {
            hit.upper() for hit in re.findall(rf"{name}[^;]*#([0-9A-Fa-f]{{6}})", css)
        }
        assert overlay.COLOURS[name] in found, name


def test_the_video_says_what_drew_it_and_what_was_missed(clip: Clip, tmp_path: Path) -> None:
    source, out = film(tmp_path / "source.mp4"), tmp_path / "drawn.mp4"
    said = overlay.about(clip.annotation)
    for fact in ("model m-1", "blazeface-full", "5 samples a second", "no face found 7.8 s"):
        assert fact in said
    render(source, out, overlay.labels(clip.annotation), comment=said)
    with av.open(str(out)) as written:
        assert written.metadata["comment"] == said
