"""Free text: what a text may be, how far two are apart, and which is nearest to all."""

import pytest

from labeling.errors import Unusable
from labeling.kinds import Vote, kind

TEXT = kind("text")
ANY = TEXT.options({})


def consensus(*texts):
    (one,) = TEXT.consensus([Vote("i", f"w{place}", text) for place, text in enumerate(texts)], ANY)
    return one


def test_distances_are_levenshteins_over_the_longer_text():
    # Levenshtein's own pair: kitten and sitting are three edits apart (Wagner & Fischer 1974 count them so).
    assert TEXT.distance("kitten", "sitting", ANY) == pytest.approx(3 / 7)
    assert TEXT.distance("Saturday", "Sunday", ANY) == pytest.approx(3 / 8)
    assert TEXT.distance("abc", "xyz", ANY) == 1


def test_composed_and_decomposed_letters_are_one_text():
    assert TEXT.parse("Cafe\u0301", ANY) == TEXT.parse(" Café\r\n", ANY) == "Café"


def test_an_emoji_counts_as_one_character():
    options = TEXT.options({"most": 2})
    assert TEXT.parse("😀😀", options) == "😀😀"
    with pytest.raises(Unusable, match="The text has 3 characters"):
        TEXT.parse("😀😀😀", options)


@pytest.mark.parametrize(
    "options",
    [{"least": 0}, {"least": 5, "most": 4}, {"most": 20_001}, {"lines": "two"}, {"pattern": "("}, {"pattern": 7},
     {"pattern": "(?=a)b"}, {"least": True}],
)  # fmt: skip
def test_rules_that_cannot_be_kept_are_refused(options):
    with pytest.raises(Unusable):
        TEXT.options(options)


def test_the_whole_text_has_to_match_and_the_refusal_names_the_pattern():
    options = TEXT.options({"pattern": "[0-9]+"})
    assert TEXT.parse("123", options) == "123"
    with pytest.raises(Unusable, match="does not fit"):
        TEXT.parse("123a", options)


def test_a_pattern_that_would_take_others_an_age_is_matched_at_once():
    options = TEXT.options({"pattern": "(a+)+b", "most": 20_000})
    with pytest.raises(Unusable):
        TEXT.parse("a" * 20_000, options)


def test_the_answer_nearest_to_all_others_is_chosen_and_has_no_confidence():
    one = consensus("the cat sat", "the cat sat down", "the cat sat dow")
    assert one.answer == "the cat sat dow"
    assert one.confidence is None
    assert not one.is_tie
    assert one.disagreement == pytest.approx((4 / 15 + 1 / 16) / 3)


def test_what_most_gave_wins_among_those_as_near():
    one = consensus("ja", "ja", "no")
    assert (one.answer, one.majority, one.is_tie) == ("ja", "ja", False)


def test_two_different_texts_are_a_tie_whoever_gave_them_and_in_whatever_order():
    assert consensus("b", "a").answer == consensus("a", "b").answer == "a"
    assert consensus("a", "b").is_tie


def test_limits_may_be_widened_under_answers_and_not_narrowed():
    before = TEXT.options({"least": 2, "most": 10, "lines": "one", "pattern": "x+"})

    def unsafe(**after):
        return TEXT.unsafe(before, TEXT.options({"least": 2, "most": 10, "lines": "one", "pattern": "x+"} | after))

    assert unsafe(least=1, most=20, lines="several", pattern="") == ""
    assert "widened" in unsafe(most=9)
    assert "taken away" in unsafe(pattern="y+")
    assert "stay allowed" in TEXT.unsafe(TEXT.options({}), TEXT.options({"lines": "one"}))
