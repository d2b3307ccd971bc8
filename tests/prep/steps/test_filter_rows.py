"""filter_rows: the rows that a condition is true of."""

import polars as pl
import pytest

import prep

FRAME = pl.DataFrame({"age": [17, 18, None, 40], "town": ["Rome", "Bonn", "Rome", None], "unit price": [1, 2, 3, 4]})


@pytest.mark.parametrize(
    ("where", "ages"),
    [
        ("age >= 18", [18, 40]),
        ("age >= 18 and town == 'Bonn'", [18]),
        ("not age >= 18", [17]),
        ("age is None", [None]),
        ("town in ['Rome', 'Bonn']", [17, 18, None]),
        ("town not in ['Rome']", [18]),
        ("17 < age < 40", [18]),
        ("col('unit price') > 3", [40]),
        ("age != None and lower(town) == 'rome'", [17]),
        ("(age if age is not None else 99) > 30", [None, 40]),
        ("contains(town, 'o') or age == 40", [17, 18, None, 40]),
    ],
)
def test_the_rows_of_which_it_is_true_stay(where, ages):
    assert prep.filter_rows(FRAME, where)["age"].to_list() == ages


def test_dropping_keeps_the_rows_of_which_it_is_not_true():
    assert prep.filter_rows(FRAME, "age >= 18", drop=True)["age"].to_list() == [17, None]


def test_keeping_and_dropping_share_the_rows_between_them():
    where = "age > 17 or town == 'Rome'"
    assert prep.filter_rows(FRAME, where).height + prep.filter_rows(FRAME, where, drop=True).height == FRAME.height


def test_what_is_no_condition_is_refused():
    with pytest.raises(prep.PrepError, match='The formula "age" is no condition'):
        prep.filter_rows(FRAME, "age")
