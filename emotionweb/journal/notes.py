"""Notes are Markdown of the person; what becomes of them is safe to put into a page."""

from __future__ import annotations

from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

#: A page has its own headings above the note.
HEADINGS_FROM = 4
_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}


def render(note: str) -> str:
    """Return a note as HTML.

    HTML in it is text, pictures are links (a picture from elsewhere would tell when the note is
    read), and a second program lets only known elements and addresses through.
    """
    return nh3.clean(
        _parser().render(note),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable(["strikethrough", "table"]).disable("image")
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


def _lower_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = int(token.tag[1:]) + HEADINGS_FROM - 1
            token.tag = f"h{min(level, 6)}"
