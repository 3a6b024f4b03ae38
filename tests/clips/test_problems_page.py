"""The list of failures in docs is the one of the code."""

import re
from pathlib import Path

from django.utils import translation

from emotionweb.clips.strings import PROBLEMS

PAGE = Path(__file__).parents[2] / "docs" / "clips-problems.md"


def test_the_list_in_docs_is_that_of_the_code() -> None:
    listed = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE))
    with translation.override("en"):
        assert listed == {code: str(sentence) for code, sentence in PROBLEMS.items()}
