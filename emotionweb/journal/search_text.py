"""Text as the search compares it, the same in every database.

SQLite folds the case of ASCII only and knows nothing of full-width signs, PostgreSQL does what its
collation says. So what is compared is folded here, stored beside the note, and looked for as a part
of it. Parts and not words, since Chinese is written without spaces.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

#: Signs of Markdown: "**Good talk** with" is found as "good talk with".
_MARKUP = str.maketrans("", "", "*_~`#>")


def search_text(text: str) -> str:
    """Fold a text: no case, no width, no Markdown, one space where there was any white space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).translate(_MARKUP).split())


def search_terms(query: str) -> list[str]:
    """What a query asks for: its words, and what stands in quotation marks as it stands.

    Each of them must be in a note. One that nothing is left of when it is folded is left out.
    """
    terms: list[str] = []
    for number, part in enumerate(_one_quotation_mark(query).split('"')):
        terms += [part] if number % 2 else part.split()
    folded = (search_text(term) for term in terms)
    return list(dict.fromkeys(term for term in folded if term))


def plain_text(note: str) -> str:
    """A note in one line, without the signs of Markdown."""
    return " ".join(note.translate(_MARKUP).split())


class Piece(NamedTuple):
    """A piece of a text, and whether it is what was looked for."""

    text: str
    found: bool


def excerpt(text: str, terms: list[str], length: int = 160) -> list[Piece]:
    """Cut a text around the first of the terms and mark all of them in it.

    Args:
        text: As it was written.
        terms: Folded, as from :func:`search_terms`.
        length: Of the excerpt, about.
    """
    plain = plain_text(text)
    folded, origins = _folded_with_origins(plain)
    spans = sorted(span for term in terms for span in _spans(folded, origins, term))
    begin = max(0, spans[0][0] - length // 4) if spans else 0
    end = min(len(plain), begin + length)
    pieces = [Piece("… ", False)] if begin > 0 else []
    at = begin
    for start, stop in spans:
        if stop <= at or start >= end:
            continue
        start = max(start, at)
        pieces += [Piece(plain[at:start], False), Piece(plain[start:stop], True)]
        at = stop
    pieces.append(Piece(plain[at : max(at, end)], False))
    if max(at, end) < len(plain):
        pieces.append(Piece(" …", False))
    return [piece for piece in pieces if piece.text]


def _one_quotation_mark(query: str) -> str:
    for mark in "“”„«»「」『』＂":
        query = query.replace(mark, '"')
    return query


def _folded_with_origins(text: str) -> tuple[str, list[int]]:
    """Fold sign by sign, and say from which sign of the text each folded one is."""
    folded: list[str] = []
    origins: list[int] = []
    for number, sign in enumerate(text):
        for one in unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sign).casefold()):
            folded.append(one)
            origins.append(number)
    return "".join(folded), origins


def _spans(folded: str, origins: list[int], term: str) -> list[tuple[int, int]]:
    spans, at = [], folded.find(term)
    while at >= 0:
        spans.append((origins[at], origins[at + len(term) - 1] + 1))
        at = folded.find(term, at + len(term))
    return spans
