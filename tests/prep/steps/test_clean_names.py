"""clean_names: names that are easy to write, and the map back."""

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep
from prep.steps.clean_names import CleanNames


def cleaned(*names, **parameters):
    return CleanNames(**parameters).names(list(names))


def test_words_are_joined_by_underscores_in_small_letters():
    assert cleaned("Customer ID", "unit-price", "  Total (EUR) ") == ["customer_id", "unit_price", "total_eur"]


def test_humps_and_runs_of_capitals_are_words():
    assert cleaned("customerID", "HTTPServer", "parseHTML2Text") == ["customer_id", "http_server", "parse_html2_text"]


def test_accents_go_and_other_scripts_stay():
    assert cleaned("Größe", "Café", "Œuvre", "数量", "имя") == ["grosse", "cafe", "oeuvre", "数量", "имя"]


def test_accents_stay_when_asked():
    assert cleaned("Größe", ascii=False) == ["größe"]


def test_signs_that_mean_something_become_words():
    assert cleaned("% off", "# items", "R&D", "who's") == ["percent_off", "number_items", "r_and_d", "whos"]


@pytest.mark.parametrize(
    ("case", "name"),
    [
        ("camel", "customerId"),
        ("pascal", "CustomerId"),
        ("kebab", "customer-id"),
        ("upper", "CUSTOMER_ID"),
        ("keep", "Customer_ID"),
    ],
)
def test_the_case_is_chosen(case, name):
    assert cleaned("Customer ID", case=case) == [name]


def test_a_name_with_nothing_left_is_called_after_its_place():
    assert cleaned("a", "???", "") == ["a", "column_2", "column_3"]


def test_names_that_become_equal_or_differ_by_case_only_are_numbered():
    assert cleaned("Name", "name", "NAME ", case="keep") == ["Name", "name_2", "NAME_3"]


def test_a_name_given_outright_is_taken_and_avoided_by_others():
    assert cleaned("x", "Y y", rename={"x": "y_y"}) == ["y_y", "y_y_2"]


def test_the_report_maps_old_names_to_new():
    change = prep.clean_names.run(pl.DataFrame({"A b": [1], "c": [2]})).change
    assert change.renamed == {"A b": "a_b"}
    assert "'A b' is now 'a_b'" in str(change)


def test_renaming_to_one_name_twice_is_refused():
    with pytest.raises(prep.PrepError, match="rename gives two columns one name"):
        cleaned("a", "b", rename={"a": "x", "b": "x"})


def test_renaming_a_column_that_there_is_not_names_the_nearest():
    with pytest.raises(prep.PrepError, match="Did you mean 'age'"):
        prep.clean_names(pl.DataFrame({"age": [1]}), rename={"agee": "x"})


def test_pandas_columns_of_one_name_are_told_apart():
    frame = pd.DataFrame([[1, 2, 3]], columns=["a", "A", "a"])
    assert list(prep.clean_names(frame).columns) == ["a", "a_2", "a_3"]
    assert list(frame.columns) == ["a", "A", "a"]


def test_pandas_columns_named_by_numbers_become_text():
    assert list(prep.clean_names(pd.DataFrame([[1, 2]], columns=[0, 1])).columns) == ["0", "1"]


@given(
    st.lists(st.text(max_size=12), unique=True, max_size=8),
    st.sampled_from(["snake", "camel", "kebab", "upper", "keep"]),
)
def test_names_are_never_empty_never_twice_and_clean_already(names, case):
    found = cleaned(*names, case=case)
    assert len({one.lower() for one in found}) == len(names)
    assert all(found)
    if case == "snake":
        assert cleaned(*found, case=case) == found
