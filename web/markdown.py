"""Guidelines and handbook pages: Markdown to safe HTML, and what changed between two versions. Knows no page."""

from __future__ import annotations

import difflib
import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Literal, TypedDict

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TAGS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "dl",
        "dt",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "kbd",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": {"align"}, "th": {"align", "scope"}}
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


class Piece(TypedDict):
    """A run of words that both versions have, or only one."""

    kind: Literal["same", "added", "removed"]
    text: str


class Block(TypedDict):
    """A line of a diff: `pieces` are its words. A changed line holds what was added and what was removed."""

    kind: Literal["same", "added", "removed", "changed"]
    pieces: list[Piece]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # html=False: a guideline's tags are shown as text. No images: a guideline must not call another server.
    return (
        MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"]).disable("image")
    )


@lru_cache(maxsize=256)
def to_html(text: str) -> Markup:
    r"""The HTML of a Markdown text, cut down to an allow-list of tags; headings start at h2, as the page has the h1.

    >>> to_html("# Rules\n\n<script>alert(1)</script> *be fair*")
    Markup('<h2>Rules</h2>\n<p>&lt;script&gt;alert(1)&lt;/script&gt; <em>be fair</em></p>\n')
    >>> to_html("[here](javascript:alert(1))")
    Markup('<p>[here](javascript:alert(1))</p>\n')
    """
    return _html(text)


def of_item(text: str) -> Markup:
    r"""The same for the text of an item; not kept, as there are many. A link opens beside the desk, not in its place.

    >>> of_item("[a](https://example.org)")
    Markup('<p><a href="https://example.org" target="_blank" rel="noopener noreferrer nofollow">a</a></p>\n')
    """
    return _html(text, links={"target": "_blank"})


def _html(text: str, links: dict[str, str] | None = None) -> Markup:
    import nh3

    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        style = token.attrs.pop("style", None) if token.tag in {"td", "th"} else None
        if isinstance(style, str):  # the parser aligns a column by style, which the page's policy forbids
            token.attrs["align"] = style.removeprefix("text-align:")
        if token.type == "th_open":
            token.attrs["scope"] = "col"
    html = _parser().renderer.render(tokens, _parser().options, {})
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto"},
        set_tag_attribute_values={"a": links} if links else None,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(cleaned)  # noqa: S704 - nh3 has just cleaned it


def headings(text: str) -> list[str]:
    r"""The plain headings of a Markdown text in order, for tables of contents.

    >>> headings("# One\n## Two")
    ['One', 'Two']
    """
    tokens = _parser().parse(text)
    return [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]


def diff(before: str, after: str) -> list[Block]:
    r"""What changed from one version to the next, line by line and word by word inside a changed line.

    >>> [(block["kind"], [piece["text"] for piece in block["pieces"]]) for block in diff("a\nb c", "a\nb d")]
    [('same', ['a']), ('changed', ['b ', 'c', 'd'])]
    """
    old, new = before.splitlines(), after.splitlines()
    blocks: list[Block] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            blocks += [_whole("same", line) for line in old[a:b]]
            continue
        pairs = min(b - a, d - c)
        blocks += [_line(old[a + place], new[c + place]) for place in range(pairs)]
        blocks += [_whole("removed", line) for line in old[a + pairs : b]]
        blocks += [_whole("added", line) for line in new[c + pairs : d]]
    return blocks


def _whole(kind: Literal["same", "added", "removed"], line: str) -> Block:
    return {"kind": kind, "pieces": [{"kind": kind, "text": line}]}


def _line(before: str, after: str) -> Block:
    """One line changed into another, word by word; as removed and added where little of it stayed."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    pieces: list[Piece] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            pieces.append({"kind": "same", "text": "".join(old[a:b])})
            continue
        if b > a:
            pieces.append({"kind": "removed", "text": "".join(old[a:b])})
        if d > c:
            pieces.append({"kind": "added", "text": "".join(new[c:d])})
    if matcher.ratio() < 0.3:
        pieces = [{"kind": "removed", "text": before}, {"kind": "added", "text": after}]
    return {"kind": "changed", "pieces": pieces}
