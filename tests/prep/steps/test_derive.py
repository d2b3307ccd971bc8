"""derive: new columns by formula, never run as Python."""

import polars as pl
import pytest

import prep
from prep.frames import to_polars

FRAME = pl.DataFrame({"price": [2.5, 0.0, None], "count": [4, 0, 1], "name": ["Ana", "ben", None]})


def derived(written):
    return prep.derive(FRAME, {"z": written}, on_error="null")["z"].to_list()


@pytest.mark.parametrize(
    ("written", "values"),
    [
        ("price * count", [10.0, 0.0, None]),
        ("count // 3", [1, 0, 0]),
        ("-count ** 2", [-16, 0, -1]),
        ("upper(name)", ["ANA", "BEN", None]),
        ("join(name, '-', text(count))", ["Ana-4", "ben-0", None]),
        ("'many' if count > 2 else 'few'", ["many", "few", "few"]),
        ("coalesce(price, 9)", [2.5, 0.0, 9.0]),
        ("max(count, 2)", [4, 2, 2]),
        ("round(price / 3, 2)", [0.83, 0.0, None]),
        ("length(name) == 3", [True, True, None]),
        ("extract(name, '([A-Z])')", ["A", None, None]),
        ("7", [7, 7, 7]),
    ],
)
def test_a_formula_means_what_it_says(written, values):
    assert derived(written) == values


def test_columns_see_those_that_came_in_and_not_each_other():
    frame = prep.derive(FRAME, {"count": "count + 1", "twice": "count * 2"})
    assert frame.select("count", "twice").rows() == [(5, 8), (1, 0), (2, 2)]


def test_what_is_not_finite_is_set_aside_with_its_values():
    change = prep.derive.run(FRAME, {"z": "price / count"}).change
    assert change.quarantine.rows() == [(1, "z", "price=0.0, count=0", "gives no finite number in price / count")]


def test_a_missing_value_gives_a_missing_one_and_is_no_fault():
    assert prep.derive.run(FRAME, {"z": "price + 1"}).change.bad == 0


def test_parts_that_do_not_go_together_are_named():
    with pytest.raises(
        prep.PrepError,
        match=r'"name \+ count" does not go with its columns \(name holds text, count holds whole numbers\)',
    ):
        prep.derive(FRAME, {"z": "name + count"})


def test_a_column_that_there_is_not_names_the_nearest():
    with pytest.raises(prep.PrepError, match="Did you mean 'price'"):
        prep.derive(FRAME, {"z": "pric * 2"})


WHOLE = {"a": [2**62, 3, -(2**63), None, 0], "b": [2, 3, -1, 5, 0]}


@pytest.mark.parametrize(
    ("written", "expected", "bad"),
    [
        ("a * b", [None, 9, None, None, 0], [0, 2]),
        ("a + a", [None, 6, None, None, 0], [0, 2]),
        ("-a", [-(2**62), -3, None, None, 0], [2]),
        ("a // b", [2**61, 1, None, None, None], [2, 4]),
        ("b ** b", [4, 27, None, 3125, 1], [2]),
        ("a % b", [0, 0, 0, None, None], [4]),
        ("(a * b) / 2.0", [None, 4.5, None, None, 0.0], [0, 2]),
        ("(a * b) > 5", [None, True, None, None, False], [0, 2]),
        ("a * b if a < 100 and a > -100 else 0", [0, 9, 0, 0, 0], []),
        ("a > 100 or a * b > 5", [True, True, None, None, False], [2]),
        ("coalesce(a * b, 1)", [None, 9, None, 1, 0], [0, 2]),
    ],
)
@pytest.mark.parametrize("engine", ["polars", "pandas", "duckdb"])
def test_a_whole_number_that_outgrows_64_bits_is_set_aside_and_never_wraps(written, expected, bad, engine):
    frame = pl.DataFrame(WHOLE)
    if engine == "pandas":
        import pandas as pd

        frame = pd.DataFrame({name: pd.array(values, dtype="Int64") for name, values in WHOLE.items()})
    if engine == "duckdb":
        duckdb = pytest.importorskip("duckdb")
        frame = duckdb.connect().from_arrow(frame.to_arrow())
    result = prep.derive.run(frame, {"z": written})
    assert to_polars(result.frame)["z"].to_list() == expected
    assert result.change.quarantine["row"].to_list() == bad


def test_small_whole_numbers_grow_into_64_bits():
    frame = pl.DataFrame({"a": pl.Series([100], dtype=pl.Int8), "u": pl.Series([3], dtype=pl.UInt8)})
    assert prep.derive(frame, {"z": "a * 100", "w": "u - 5", "v": "length(text(u)) - 4"}).row(0)[2:] == (10_000, -2, -3)
