"""cast: columns of another type, however the values were written; nothing is nulled unseen."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep
from prep.errors import BadValues


def read(texts, to, **parameters):
    return prep.cast(pl.DataFrame({"v": texts}), {"v": to}, on_error="null", **parameters)["v"].to_list()


def bad(texts, to, **parameters):
    quarantine = prep.cast.run(pl.DataFrame({"v": texts}), {"v": to}, **parameters).change.quarantine
    return quarantine["value"].to_list()


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "1,234,567.5"),
        ("de", "1.234.567,5"),
        ("fr", "1 234 567,5"),
        ("fr", "1\u202f234\u00a0567,5"),
        ("ch", "1'234'567.5"),
        ("in", "12,34,567.5"),
    ],
)
def test_a_number_is_written_as_its_locale_writes_it(locale, text):
    assert read([text], "number", locale=locale) == [1234567.5]


@pytest.mark.parametrize(
    ("locale", "text"),
    [("en", "1,23"), ("en", "1.234,5"), ("en", "1,2345"), ("de", "1.23"), ("de", "1,234.5"), ("in", "1,234,567")],
)
def test_thousands_that_stand_where_none_can_are_no_number(locale, text):
    assert bad([text], "number", locale=locale) == [text]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-7", -7),
        ("−7", -7),
        ("7-", -7),
        ("(7)", -7),
        ("+7", 7),
        ("- 7", -7),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("-1.5E-2", -0.015),
        (" 8 ", 8),
    ],
)
def test_signs_brackets_and_exponents_are_read(text, number):
    assert read([text], "number") == [number]


@pytest.mark.parametrize("text", ["abc", "inf", "NaN", "1e999", "0x1F", "1_000", "--1", "1.2.3", "12 apples", "(5"])
def test_what_is_no_number_is_set_aside(text):
    assert bad([text, "1"], "number") == [text]


def test_a_whole_number_keeps_every_digit():
    texts = ["9223372036854775807", "-9223372036854775808", "9,007,199,254,740,993"]
    assert read(texts, "integer") == [9223372036854775807, -9223372036854775808, 9007199254740993]


def test_a_whole_number_may_be_written_with_a_point_but_is_not_rounded():
    assert read(["3.0", "3.5", "1e3", "99999999999999999999"], "integer") == [3, None, 1000, None]
    assert bad(["3.0", "3.5", "99999999999999999999"], "integer") == ["3.5", "99999999999999999999"]


def test_numbers_become_whole_only_where_they_are():
    assert read([2.0, 2.5, float("nan"), None], "integer") == [2, None, None, None]
    assert bad([2.0, 2.5, float("nan"), None], "integer") == ["2.5"]


def test_percent_is_a_fraction_and_needs_its_sign():
    assert read(["12.5 %", "100%", "%5", "-3%"], "percent") == [0.125, 1.0, 0.05, -0.03]
    assert bad(["12.5", "1%"], "percent") == ["12.5"]


def test_money_keeps_its_currency_beside_it():
    frame = prep.cast(pl.DataFrame({"p": ["€ 1,200.50", "12 USD", "-$5", "CHF 7", "9"]}), {"p": "currency"})
    assert frame.rows() == [(1200.5, "€"), (12.0, "USD"), (-5.0, "$"), (7.0, "CHF"), (9.0, None)]


def test_words_of_several_languages_are_true_or_false():
    assert read(["Yes", "no", "JA", "nein", "oui", "1", "0", "vrai", None], "boolean") == [
        True,
        False,
        True,
        False,
        True,
        True,
        False,
        True,
        None,
    ]
    assert bad(["yes", "perhaps"], "boolean") == ["perhaps"]


def test_own_words_for_true_and_false():
    assert read(["signed", "open"], "boolean", true=["signed"], false=["open"]) == [True, False]


def test_numbers_other_than_0_and_1_are_not_true():
    assert bad([0, 1, 2], "boolean") == ["2"]


def test_blank_is_missing_and_no_fault():
    assert read(["", "  ", None], "number") == [None] * 3
    assert bad(["", "  ", None], "number") == []


def test_what_cannot_be_read_stands_in_the_quarantine_with_its_row_and_reason():
    change = prep.cast.run(pl.DataFrame({"id": [7, 8], "v": ["1", "x"]}), {"v": "number"}).change
    assert change.quarantine.rows() == [(1, "v", "x", "is no number")]


def test_rows_are_named_by_their_id_when_asked():
    step = prep.step("cast", to={"v": "number"})
    assert step.run(pl.DataFrame({"id": ["a", "b"], "v": ["1", "x"]}), row_id="id").change.quarantine[
        "row"
    ].to_list() == ["b"]


def test_the_plain_function_says_aloud_what_it_set_aside():
    with pytest.warns(
        prep.ValuesSetAside, match=r"cast set aside 1 value \(row 1, v: 'x' is no number\); it is missing in the frame"
    ):
        prep.cast(pl.DataFrame({"v": ["1", "x"]}), {"v": "number"})


@pytest.mark.parametrize("kind", ["eager", "lazy"])
def test_to_raise_is_to_raise_with_all_of_them(kind):
    frame = pl.DataFrame({"v": ["x", "1", "y"]})
    with pytest.raises(
        BadValues, match=r"cast cannot use 2 of the values: row 0, v: 'x' is no number; row 2"
    ) as caught:
        prep.cast(frame.lazy() if kind == "lazy" else frame, {"v": "number"}, on_error="raise")
    assert caught.value.quarantine.height == 2


def test_to_null_is_to_count_only():
    change = prep.cast.run(pl.DataFrame({"v": ["x", "1"]}), {"v": "number"}, on_error="null").change
    assert (change.bad, change.facts) == (0, {"made_missing": 1})


def test_a_list_is_refused_and_a_type_that_there_is_not_names_the_nearest():
    with pytest.raises(prep.PrepError, match="cast cannot make"):
        prep.cast(pl.DataFrame({"v": [[1]]}), {"v": "number"})
    with pytest.raises(prep.PrepError, match="is not known"):
        prep.cast(pl.DataFrame({"v": ["1"]}), {"v": "intege"})


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_whole_number_comes_back_from_text_with_thousands(number):
    assert read([f"{number:,}"], "integer") == [number]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_comes_back_from_its_text(number):
    assert read([repr(number)], "number") == [number]
