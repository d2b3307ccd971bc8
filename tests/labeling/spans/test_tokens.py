"""Tokens, and spans as BIO tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.errors import Unusable
from labeling.spans import Span, from_bio, to_bio, tokens

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def words(text, how="word"):
    return [text[start:end] for start, end in tokens(text, how)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("EU rejects, twice.", ["EU", "rejects", ",", "twice", "."]),
        ("cafe\u0301 e\u0301t\u00e9", ["cafe\u0301", "e\u0301t\u00e9"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("أَهْلًا بك", ["أَهْلًا", "بك"]),
        ("ok👩‍🚀👍🏽🇩🇪🇫🇷!", ["ok", "👩‍🚀", "👍🏽", "🇩🇪", "🇫🇷", "!"]),
        ("نمی‌خواهم", ["نمی‌خواهم"]),
        (" \n", []),
    ],
)
def test_words_keep_their_marks_and_emoji_their_parts(text, wanted):
    assert words(text) == wanted


@given(TEXT, st.sampled_from(["space", "word", "character"]))
def test_tokens_hold_every_character_but_white_space_once_and_in_order(text, how):
    assert "".join(words(text, how)) == "".join(one for one in text if not one.isspace())
    assert all(start < end for start, end in tokens(text, how))


@given(TEXT.filter(str.strip), st.data())
def test_reading_tags_undoes_writing_them(text, data):
    at = tokens(text)
    edges = sorted(data.draw(st.sets(st.integers(0, len(at)), max_size=8)))
    spans = [
        Span(at[first][0], at[last - 1][1], data.draw(st.sampled_from(["PER", "B-ORG", "I"])))
        for first, last in zip(edges[::2], edges[1::2], strict=False)
    ]
    assert from_bio(to_bio(spans, at), at) == spans


def test_spans_that_overlap_are_refused_with_both_named():
    with pytest.raises(Unusable, match="'PER' at 0–4 and 'ORG' at 3–8 overlap"):
        to_bio([Span(0, 4, "PER"), Span(3, 8, "ORG")], [(0, 4), (5, 8)])


def test_a_span_that_ends_within_a_token_is_refused_not_moved():
    with pytest.raises(Unusable, match="'PER' at 0–2 does not begin and end where a token does"):
        to_bio([Span(0, 2, "PER")], [(0, 4)])


def test_iob1_is_read_as_it_is_meant():
    at = [(0, 1), (1, 2), (2, 3)]
    assert from_bio(["I-A", "B-A", "I-B"], at) == [Span(0, 1, "A"), Span(1, 2, "A"), Span(2, 3, "B")]


@pytest.mark.parametrize("tag", ["X-PER", "B-", "PER", ""])
def test_what_is_no_tag_is_refused(tag):
    with pytest.raises(Unusable, match="is no BIO tag"):
        from_bio([tag], [(0, 1)])


def test_an_unknown_tokeniser_names_the_known():
    with pytest.raises(Unusable, match="space, word, character"):
        tokens("a", "spacy")
