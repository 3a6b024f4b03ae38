"""Simplified Chinese is complete, and says the same variables."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|%%")
TRANSLATE_TAG = re.compile(r"""\{%\s*translate\s+(["'])(.+?)\1""")
KEYWORDS = {**DEFAULT_KEYWORDS, "_": None, "gettext_lazy": None, "ngettext_lazy": (1, 2)}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    path = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def _texts(message: Message) -> tuple[list[str], list[str]]:
    """The English forms and the Chinese ones."""
    english = [message.id] if isinstance(message.id, str) else list(message.id)
    chinese = [message.string] if isinstance(message.string, str) else list(message.string)
    return english, chinese


def test_every_text_is_translated(catalog):
    missing = [m.id for m in catalog if m.id and (m.fuzzy or not all(_texts(m)[1]))]
    assert missing == []


def test_translations_keep_the_variables(catalog):
    for message in (m for m in catalog if m.id):
        english, chinese = _texts(message)
        for text in chinese:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(english[-1])), text


def test_the_catalogue_knows_every_text_of_the_sources(catalog):
    """Without GNU gettext, which not every machine has: Python by Babel, templates by pattern."""
    wanted = set()
    for path in (ROOT / "emotionweb").rglob("*.py"):
        for _, text, _, _ in extract_from_file("python", path, KEYWORDS):
            wanted.add(text if isinstance(text, str) else text[0])
    for path in (ROOT / "templates").rglob("*.*"):
        tags = TRANSLATE_TAG.findall(path.read_text(encoding="utf-8"))
        # Django writes a per cent sign of a template as two.
        wanted |= {text.replace("%", "%%") for _, text in tags}
    known = {_texts(m)[0][0] for m in catalog if m.id}
    assert len(wanted) > 200
    assert sorted(wanted - known) == []
