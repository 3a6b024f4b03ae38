import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.journal.search_text import Piece, excerpt, search_terms, search_text


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ｓｐｏｒｔ", "sport"),
        ("STRASSE Straße", "strasse strasse"),
        ("**Good talk** with\n\n> Ann", "good talk with ann"),
        ("沿着河走了很久，和老朋友**聊得很好**。", "沿着河走了很久,和老朋友聊得很好。"),
        ("ﬁne", "fine"),
        ("e\u0301te\u0301", "été"),
        ("İstanbul", "i\u0307stanbul"),
        ("100 %  sure_thing", "100 % surething"),
        ("  ", ""),
    ],
)
def test_case_width_and_markdown_do_not_count(text: str, folded: str) -> None:
    assert search_text(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    once = search_text(text)
    assert search_text(once) == once


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("River  WALK", ["river", "walk"]),
        ('"good talk" river', ["good talk", "river"]),
        ("“聊得 很好” 河", ["聊得 很好", "河"]),
        ("走　河", ["走", "河"]),
        ('* "" ', []),
        ("walk Walk", ["walk"]),
        ('"open end', ["open end"]),
    ],
)
def test_words_and_what_is_in_quotation_marks(query: str, terms: list[str]) -> None:
    assert search_terms(query) == terms


def test_an_excerpt_marks_what_was_found_as_it_was_written() -> None:
    note = "A long WALK by the river. **Good talk** with an old friend."
    assert excerpt(note, ["walk", "good talk"]) == [
        Piece("A long ", False),
        Piece("WALK", True),
        Piece(" by the river. ", False),
        Piece("Good talk", True),
        Piece(" with an old friend.", False),
    ]


def test_an_excerpt_of_a_long_note_lies_around_the_first_find() -> None:
    pieces = excerpt("很" * 500 + "河边" + "好" * 500, ["河边"], length=40)
    assert pieces[0] == Piece("… ", False)
    assert pieces[-1] == Piece(" …", False)
    assert Piece("河边", True) in pieces
    assert sum(len(piece.text) for piece in pieces) <= 44


def test_finds_that_overlap_are_marked_once() -> None:
    assert excerpt("river", ["riv", "iver"]) == [Piece("riv", True), Piece("er", True)]


@given(st.text(min_size=1), st.text(min_size=1, max_size=5))
def test_an_excerpt_never_breaks(text: str, query: str) -> None:
    pieces = excerpt(text, search_terms(query), length=20)
    plain = " ".join(text.translate(str.maketrans("", "", "*_~`#>")).split())
    inner = "".join(piece.text for piece in pieces)
    for mark in ("… ", " …"):
        inner = inner.removeprefix(mark).removesuffix(mark)
    assert inner in plain or "…" in plain
