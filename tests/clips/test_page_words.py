"""Words and modules of the pages of clips: the scripts find all that they ask for."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import translation

from emotionweb.clips import page_words
from emotionweb.templatetags import clip_pages

STATIC = settings.BASE_DIR / "static"
SCRIPTS = [path for path in (STATIC / "clips").glob("*.js") if path.name != "types.js"]
#: Asked for by a name that is put together, or by the overlay of the live page.
BY_STATE = {"uploaded", "queued", "uploading", "reconnecting", "paused", "failed", "you"}


def asked_for() -> set[str]:
    """The messages that the scripts name."""
    names: set[str] = set()
    for path in SCRIPTS:
        text = path.read_text()
        names |= set(re.findall(r"\bmessages\.(\w+)", text))
        names |= set(re.findall(r'\bsaid\("(\w+)"', text))
        for choice in re.findall(r"\bmessages\[([^\]]+)\]", text):
            names |= set(re.findall(r'"(\w+)"', choice)) - {"excluded"}
    return names | BY_STATE


def offered() -> dict[str, str]:
    messages = page_words.player_words()["messages"]
    assert isinstance(messages, dict)
    return {**messages, **page_words.upload_words()}


def test_every_word_that_a_script_asks_for_is_there() -> None:
    assert asked_for() - offered().keys() == set()


def test_no_word_is_there_for_nobody() -> None:
    text = "".join(path.read_text() for path in SCRIPTS)
    named = asked_for() | set(re.findall(r'"(\w+)"', text))
    assert offered().keys() - named == set()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_places_in_a_sentence_are_the_same_in_every_language(language: str) -> None:
    with translation.override("en"):
        english = offered()
    with translation.override(language):
        for key, sentence in offered().items():
            places = set(re.findall(r"\{(\w+)\}", sentence))
            assert places == set(re.findall(r"\{(\w+)\}", english[key])), key


def test_the_modules_that_are_fetched_at_once_are_all_of_them() -> None:
    found: set[str] = set()
    waiting = ["clips/player.js"]
    while waiting:
        name = waiting.pop()
        for where in re.findall(
            r'^import .*? from "(.+?)";', (STATIC / name).read_text(), re.M | re.S
        ):
            path = ((STATIC / name).parent / where).resolve().relative_to(STATIC).as_posix()
            if path not in found:
                found.add(path)
                waiting.append(path)
    assert set(clip_pages.PLAYER_MODULES) == found


def test_lengths_are_said_as_players_say_them() -> None:
    assert [clip_pages.clock(value) for value in (0, 59.9, 252, 7384, None)] == [
        "0:00",
        "0:59",
        "4:12",
        "2:03:04",
        "",
    ]
