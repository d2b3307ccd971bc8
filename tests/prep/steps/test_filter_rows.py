"""filter_rows: the rows that a condition is true of."""

import polars as pl
import pytest

import prep
from prep.frames import to_polars

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


@pytest.mark.parametrize("engine", ["polars", "lazy", "pandas", "duckdb"])
@pytest.mark.parametrize(("drop", "left"), [(False, [3]), (True, [2**62, 1, None])])
def test_a_row_whose_condition_outgrows_64_bits_is_told_of_and_counts_as_not_true(engine, drop, left):
    frame = pl.DataFrame({"a": [2**62, 3, 1, None], "b": [4, 2, 1, 1]})
    if engine == "lazy":
        frame = frame.lazy()
    if engine == "pandas":
        pd = pytest.importorskip("pandas")
        frame = pd.DataFrame(
            {name: pd.array(values.to_list(), dtype="Int64") for name, values in frame.to_dict().items()}
        )
    if engine == "duckdb":
        frame = pytest.importorskip("duckdb").connect().from_arrow(frame.to_arrow())
    result = prep.filter_rows.run(frame, "a * b > 5", drop=drop)
    assert to_polars(result.frame)["a"].to_list() == left
    assert result.change.quarantine.rows() == [
        (0, "a", f"a={2**62}, b=4", "gives no whole number of 64 bits in a * b > 5")
    ]
    with pytest.raises(prep.PrepError, match="row 0"):
        prep.filter_rows(frame, "a * b > 5", on_error="raise")


def test_what_is_no_condition_is_refused():
    with pytest.raises(prep.PrepError, match='The formula "age" is no condition'):
        prep.filter_rows(FRAME, "age")
