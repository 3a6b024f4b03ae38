import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.journal.notes import render

ALLOWED = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}


class Elements(HTMLParser):
    """What a browser would make of it: every element with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(html: str) -> None:
    for tag, attributes in Elements(html).found:
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "title", "rel", "start"}
        href = attributes.get("href")
        if href is not None:
            assert attributes["rel"] == "nofollow noopener"
            scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", href, re.IGNORECASE)
            assert scheme is None or scheme[1].lower() in {"http", "https", "mailto"}


def test_what_is_meant_is_shown() -> None:
    html = render("**Good** and *slow* ~~not~~\nnext line\n\n- one\n- two\n\n> said\n\n`x < y`")
    for part in ("<strong>Good</strong>", "<em>slow</em>", "<s>not</s>", "<br>", "<li>one</li>"):
        assert part in html
    assert "<code>x &lt; y</code>" in html


def test_headings_stand_below_those_of_the_page() -> None:
    assert render("# One\n\n### Three") == "<h4>One</h4>\n<h6>Three</h6>\n"


def test_links_are_followed_by_nobody_but_the_person() -> None:
    assert render("[there](https://example.org)") == (
        '<p><a href="https://example.org" rel="nofollow noopener">there</a></p>\n'
    )


def test_pictures_are_not_loaded() -> None:
    assert "<img" not in render("![x](https://evil.example/pixel.gif)")


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\nscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:msgbox)",
        "<javascript:alert(1)>",
        '[x](https://e.example "a\\" onclick=\\"alert(1)")',
        "[x]: javascript:alert(1)\n\n[x]",
        "```html\n</code></pre><script>alert(1)</script>\n```",
        '```"><script>alert(1)</script>\nx\n```',
        "`</code><script>alert(1)</script>`",
        "| a |\n|---|\n| <b onmouseover=alert(1)>b</b> |",
        "<style>*{display:none}</style>",
        "<form action=https://evil.example><input name=password></form>",
        "<a href='https://evil.example' target=_blank style='position:fixed'>x</a>",
        "<!-- --><math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "\u202e<scr\x00ipt>alert(1)</script>",
    ],
)
def test_hostile_notes_are_only_words(hostile: str) -> None:
    assert_harmless(render(hostile))


@given(st.text(st.sampled_from(list("<>\"'`[]()!*_~#|-\\&;:/=\n ahrefscriptjvonlx1")), max_size=80))
def test_no_mix_of_signs_becomes_more_than_is_allowed(note: str) -> None:
    assert_harmless(render(note))
