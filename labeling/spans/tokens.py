"""Tokens of a text, and spans as a BIO tag for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from labeling.errors import Unusable
from labeling.spans.model import Span, disjoint

Ends = tuple[int, int]

_JOINER = "\u200d"
_NON_JOINER = "\u200c"
_SKIN = range(0x1F3FB, 0x1F400)
_FLAG = range(0x1F1E6, 0x1F200)


def by_space(text: str) -> list[Ends]:
    """What stands between white space.

    >>> by_space("EU rejects, twice")
    [(0, 2), (3, 11), (12, 17)]
    """
    return [found.span() for found in re.finditer(r"\S+", text)]


def by_word(text: str) -> list[Ends]:
    """Runs of letters and digits, and every other sign alone. Marks stay with their letter, an emoji with its parts.

    >>> by_word("EU rejects, twice")
    [(0, 2), (3, 10), (10, 11), (12, 17)]
    >>> by_word("👩\u200d🚀 e\u0301t\u00e9")
    [(0, 3), (4, 8)]
    """
    found: list[Ends] = []
    start, is_word, before = 0, False, " "
    for place, sign in enumerate(text):
        if sign.isspace():
            if not before.isspace():
                found.append((start, place))
        elif before.isspace():
            start, is_word = place, _is_word(sign)
        elif not (_clings(sign, before, text, start, place) or (is_word and _is_word(sign))):
            found.append((start, place))
            start, is_word = place, _is_word(sign)
        before = sign
    if not before.isspace():
        found.append((start, len(text)))
    return found


def _is_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_"


def _clings(sign: str, before: str, text: str, start: int, place: int) -> bool:
    """Whether a sign is part of what stands before it: a mark, a joiner, what is joined, a skin tone, half of a flag."""
    if unicodedata.category(sign)[0] == "M" or sign in {_JOINER, _NON_JOINER} or ord(sign) in _SKIN:
        return True
    if before == _JOINER or (before == _NON_JOINER and _is_word(sign)):
        return True
    is_half = ord(sign) in _FLAG and ord(before) in _FLAG
    return is_half and sum(ord(one) in _FLAG for one in text[start:place]) % 2 == 1


def by_character(text: str) -> list[Ends]:
    """Every code point that is no white space: for Chinese, Japanese and Thai, which put none between words.

    >>> by_character("喜 欢")
    [(0, 1), (2, 3)]
    """
    return [found.span() for found in re.finditer(r"\S", text)]


TOKENISERS: Mapping[str, Callable[[str], list[Ends]]] = {"space": by_space, "word": by_word, "character": by_character}


def tokens(text: str, how: str = "word") -> list[Ends]:
    """Start and end of every token, in order. `how` is one of TOKENISERS. Raises Unusable for another."""
    if how not in TOKENISERS:
        raise Unusable(f"{how!r} is no way to tell tokens apart", cure="Known are: " + ", ".join(TOKENISERS) + ".")
    return TOKENISERS[how](text)


def to_bio(spans: Iterable[Span], at: Sequence[Ends]) -> list[str]:
    """A tag for each token: `B-` the first of a span, `I-` the others, `O` outside (IOB2).

    Raises Unusable for spans that overlap or whose ends lie within a token: BIO cannot say either.

    >>> to_bio([Span(0, 2, "ORG")], [(0, 2), (3, 10)])
    ['B-ORG', 'O']
    """
    ordered = sorted(spans)
    pair = disjoint(ordered)
    if pair is not None:
        raise Unusable(
            f"The spans {_said(pair[0])} and {_said(pair[1])} overlap, which BIO tags cannot say",
            cure="Export as jsonl or labelstudio, or have one of them taken out.",
        )
    starts = {start: place for place, (start, _) in enumerate(at)}
    ends = {end: place for place, (_, end) in enumerate(at)}
    tags = ["O"] * len(at)
    for span in ordered:
        first, last = starts.get(span.start), ends.get(span.end)
        if first is None or last is None:
            raise Unusable(
                f"The span {_said(span)} does not begin and end where a token does",
                cure="Export with another way to tell tokens apart (space, word, character), or as jsonl.",
            )
        tags[first : last + 1] = [f"B-{span.label}"] + [f"I-{span.label}"] * (last - first)
    return tags


def from_bio(tags: Sequence[str], at: Sequence[Ends]) -> list[Span]:
    """The spans that tags say. An `I-` that goes on from nothing begins a span, so that IOB1 is read too.

    Raises Unusable for a tag that is none, and where tags and tokens are not as many.

    >>> from_bio(["I-ORG", "I-ORG", "B-ORG", "O"], [(0, 2), (3, 5), (6, 8), (9, 10)])
    [Span(start=0, end=5, label='ORG'), Span(start=6, end=8, label='ORG')]
    """
    if len(tags) != len(at):
        raise Unusable(f"{len(tags)} tags do not fit {len(at)} tokens", cure="Give each token one tag.")
    found: list[Span] = []
    open_label: str | None = None
    for tag, (start, end) in zip(tags, at, strict=True):
        head, _, label = tag.partition("-")
        if tag == "O":
            open_label = None
        elif head not in {"B", "I"} or not label:
            raise Unusable(f"{tag[:40]!r} is no BIO tag", cure="Tags are O, B-label and I-label.")
        elif head == "I" and label == open_label:
            found[-1] = found[-1]._replace(end=end)
        else:
            found.append(Span(start, end, label))
            open_label = label
    return found


def _said(span: Span) -> str:
    return f"{span.label!r} at {span.start}–{span.end}"
