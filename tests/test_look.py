"""What pages say and draw, and that scripts, styles and words agree on their names."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from emotionweb.expressions import MARKS, TITLES, described_labels
from emotionweb.journal.summaries import DaySummary, mix
from emotionweb.live import calibration_views, protocol, strings
from emotionweb.templatetags import look
from inference.labels import LABELS
from inference.reasons import UnsureReason

STATIC = Path(settings.BASE_DIR) / "static"


def day(means: tuple[float, ...], seconds: float = 60.0, unsure_seconds: float = 0.0) -> DaySummary:
    return DaySummary(
        day=date(2026, 11, 21),
        timezone="Europe/Berlin",
        seconds=seconds,
        unsure_seconds=unsure_seconds,
        first_at=datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
        last_at=datetime(2026, 11, 21, 8, 40, tzinfo=UTC),
        sessions=1,
        mix=mix(seconds, means),
    )


HAPPY = (0.3, 0.6, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0)
EVEN = (0.4, 0.45, 0.15, 0.0, 0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (42.4, "42 s"),
        (59.6, "1 min"),
        (31 * 60, "31 min"),
        (3599, "1 h"),
        (3900, "1 h 5 min"),
    ],
)
def test_durations_are_said_in_the_largest_fitting_unit(seconds: float, said: str) -> None:
    assert look.duration(seconds) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ((8, 0), (10, 59), "all before noon"),
        ((8, 0), (11, 0), "between 09:00 and 12:00"),
        ((11, 0), (16, 59), "all in the afternoon"),
        ((17, 0), (22, 59), "all in the evening"),
        ((0, 0), (3, 30), "all at night"),
        ((22, 30), (23, 30), "between 23:30 and 00:30"),
    ],
)
def test_the_part_of_the_day_is_that_of_the_persons_own_clock(
    first: tuple[int, int], last: tuple[int, int], said: str
) -> None:
    """Berlin in November is an hour ahead of UTC."""
    start = datetime(2026, 11, 21, *first, tzinfo=UTC)
    end = datetime(2026, 11, 21, *last, tzinfo=UTC)
    assert look.part_of_day(start, end, "Europe/Berlin") == said


def test_an_average_never_stands_without_its_time() -> None:
    assert look.observed(day(HAPPY, seconds=31 * 60)) == "Observed 31 min, all before noon"


def test_a_day_without_a_sure_answer_says_so() -> None:
    unsure = day((0.0,) * 8, seconds=0.0, unsure_seconds=20.0)
    assert look.observed(unsure) == "Nothing sure in 20 s, all before noon"
    assert look.looked(unsure.mix) == "No sure answer"


def test_a_day_that_was_mostly_neutral_tells_what_else_it_was() -> None:
    angry = (0.6, 0.1, 0.0, 0.05, 0.25, 0.0, 0.0, 0.0)
    hardly = (0.75, 0.14, 0.0, 0.0, 0.11, 0.0, 0.0, 0.0)
    assert look.looked(day(angry).mix) == "Looked mostly neutral, at times angry"
    assert look.looked(day(hardly).mix) == "Looked mostly neutral"


def test_a_mix_is_called_mostly_only_above_half() -> None:
    assert look.looked(day(HAPPY).mix) == "Looked mostly happy"
    assert look.looked(day(EVEN).mix) == "Looked happy and neutral"


def test_the_bar_is_filled_by_the_shares_and_the_unsure_time() -> None:
    drawn = look.mix_bar(day(HAPPY, seconds=30.0, unsure_seconds=10.0))
    assert [(part.name, part.start, part.width) for part in drawn["segments"]] == [
        ("happiness", "0.00%", "45.00%"),
        ("neutral", "45.00%", "22.50%"),
        ("surprise", "67.50%", "7.50%"),
    ]
    assert (drawn["unsure"].start, drawn["unsure"].width) == ("75.00%", "25.00%")


def test_the_bar_says_in_words_what_it_draws() -> None:
    words = look.mix_bar(day(HAPPY, seconds=30.0, unsure_seconds=10.0))["words"]
    assert words == "happy 60 %, neutral 30 %, surprised 10 %, unsure 25 % of the time"


def test_slivers_are_gathered_in_one_part_of_the_bar() -> None:
    drawn = look.mix_bar(day((0.60, 0.32, 0.02, 0.02, 0.01, 0.01, 0.01, 0.01)))
    assert [part.name for part in drawn["segments"]] == ["neutral", "happiness"]
    assert (drawn["others"].start, drawn["others"].width) == ("92.00%", "8.00%")
    assert drawn["words"] == "neutral 60 %, happy 32 %, others 8 %"
    assert "others 8 %" in render_to_string("_mix.html", drawn)


def test_a_legend_that_is_cut_short_does_not_speak_of_others() -> None:
    """They would seem to be everything that it leaves out."""
    short = day((0.45, 0.20, 0.16, 0.11, 0.02, 0.02, 0.02, 0.02))
    assert look.mix_bar(short, named=3)["others_share"] is None
    assert look.mix_bar(short, named=4)["others_share"] == pytest.approx(0.08)


def test_an_empty_day_draws_an_empty_bar() -> None:
    drawn = look.mix_bar(day((0.0,) * 8, seconds=0.0))
    assert drawn["segments"] == []
    assert (drawn["others"], drawn["unsure"], drawn["words"]) == (None, None, "")


def test_numbers_in_attributes_are_not_localised() -> None:
    """A comma in an attribute of an SVG would make the bar disappear."""
    with translation.override("de"):
        html = render_to_string("_mix.html", look.mix_bar(day(HAPPY, unsure_seconds=7.0)))
    attributes = re.findall(r'(?:x|x1|width)="([^"]+)"', html)
    assert attributes
    assert not any("," in value for value in attributes)


def test_each_expression_has_a_name_a_mark_and_a_colour() -> None:
    tokens = (STATIC / "css" / "tokens.css").read_text()
    assert tuple(TITLES) == tuple(MARKS) == LABELS
    assert len(set(MARKS.values())) == len(LABELS)
    for name in (*LABELS, "unsure"):
        assert re.search(rf"--{name}: light-dark\(", tokens)
        assert re.search(rf"--stage-{name}: #", tokens)
    assert [label["name"] for label in described_labels()] == list(LABELS)


def test_each_reason_has_words() -> None:
    assert set(strings.reasons()) == set(UnsureReason)


def test_each_end_of_a_connection_is_explained() -> None:
    script = (STATIC / "live" / "closes.js").read_text()
    named = set(re.findall(r'reason: "(\w+)"', script)) - {"stopped"}
    assert named <= set(strings.closes())
    codes = {int(code) for code in re.findall(r"^  (\d{4}):", script, flags=re.MULTILINE)}
    assert set(protocol.CloseCode) <= codes


def test_each_camera_problem_is_explained() -> None:
    script = (STATIC / "live" / "camera.js").read_text()
    named = set(re.findall(r'Error: "(\w+)"', script)) | {"insecure", "unsupported", "unknown"}
    assert named | {"unplugged"} == set(strings.camera_problems())


def test_each_word_the_script_asks_for_is_there() -> None:
    said: set[str] = set()
    for module in (STATIC / "live").glob("*.js"):
        if module.name == "calibrate.js":  # has a page and words of its own
            continue
        said |= set(re.findall(r"\bmessages\.(\w+)", module.read_text()))
    assert said == set(strings.messages())


def test_each_word_of_the_guided_minute_is_there() -> None:
    script = (STATIC / "live" / "calibrate.js").read_text()
    taken = re.search(r"const \{ ([^}]+) \} = config\.messages", script)
    assert taken is not None
    said = set(re.findall(r"config\.messages\.(\w+)", script)) | set(taken[1].split(", "))
    assert said == set(calibration_views.words())


@pytest.mark.parametrize(
    ("names", "english", "chinese"),
    [
        (["Walk"], "Walk", "Walk"),
        (["Walk", "Music"], "Walk and Music", "Walk和Music"),
        (["Walk", "Music", "Friends"], "Walk, Music and Friends", "Walk、Music和Friends"),
    ],
)
def test_several_things_are_said_as_the_language_does(
    names: list[str], english: str, chinese: str
) -> None:
    assert look.all_of(names) == english
    with translation.override("zh-hans"):
        assert look.all_of(names) == chinese
