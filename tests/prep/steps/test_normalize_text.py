"""normalize_text: text in one form."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep


def normalized(*texts, **parameters):
    return prep.normalize_text(pl.DataFrame({"t": list(texts)}, schema={"t": pl.String}), **parameters)["t"].to_list()


def test_spaces_of_every_kind_become_one_and_go_from_the_ends():
    assert normalized("  a\u00a0\u2003b\t\nc ") == ["a b c"]


def test_lines_are_kept_when_asked():
    assert normalized(" a  b \r\n\tc ", whitespace="lines") == ["a b\nc"]


def test_only_the_ends_are_trimmed_when_asked():
    assert normalized("  a  b ", whitespace="trim") == ["a  b"]


def test_nfkc_makes_one_of_ligatures_wide_letters_and_composed_accents():
    assert normalized("ﬁ１Ａ", "e\u0301") == ["fi1A", "é"]


def test_nfc_composes_only():
    assert normalized("ﬁ", "e\u0301", unicode="NFC") == ["ﬁ", "é"]


def test_invisible_marks_go_and_what_joins_emoji_stays():
    assert normalized("\ufeffa\u00adb\x00\u200bc", "👩\u200d🚀") == ["abc", "👩\u200d🚀"]


def test_quotes_become_straight_when_asked():
    assert normalized("“it’s” „so“ «x»", quotes=True) == ['"it\'s" "so" "x"']


def test_entities_are_read_when_asked():
    assert normalized("a &amp; b&nbsp;c", "&lt;p&gt;", None, html=True) == ["a & b c", "<p>", None]


@pytest.mark.parametrize(("case", "text"), [("lower", "ana ruiz"), ("upper", "ANA RUIZ"), ("title", "Ana Ruiz")])
def test_the_case_is_chosen(case, text):
    assert normalized("aNA ruiz", case=case) == [text]


def test_missing_stays_missing_and_empty_stays_empty():
    assert normalized(None, "   ") == [None, ""]


def test_only_columns_of_text_are_touched_and_only_those_named():
    frame = pl.DataFrame({"a": [" x "], "b": [" y "], "n": [1]})
    assert prep.normalize_text(frame, "a").rows() == [("x", " y ", 1)]
    assert prep.normalize_text(frame).rows() == [("x", "y", 1)]


def test_a_column_of_numbers_is_refused_by_name():
    with pytest.raises(prep.PrepError, match="normalize_text takes text; column 'n' holds whole numbers"):
        prep.normalize_text(pl.DataFrame({"n": [1]}), "n")


def test_categories_are_text():
    frame = pl.DataFrame({"c": pl.Series([" a ", "b"], dtype=pl.Categorical)})
    assert prep.normalize_text(frame)["c"].to_list() == ["a", "b"]


@given(st.lists(st.text() | st.none(), max_size=5))
def test_doing_it_twice_is_doing_it_once(texts):
    once = normalized(*texts, quotes=True)
    assert normalized(*once, quotes=True) == once


def test_the_report_counts_and_shows():
    change = prep.normalize_text.run(pl.DataFrame({"t": [" a", "b", " a", None]})).change
    assert change.cells == {"t": 2}
    assert str(change) == "normalize_text: 4 rows\n  t: 2 cells changed, such as ' a' -> 'a'"
