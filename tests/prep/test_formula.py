"""Formulas are read by an own grammar: what it does not list is refused, and nothing is run."""

import contextlib

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import prep
from prep.errors import PrepError, UnknownColumn, UnusableParameter
from prep.formula import FUNCTIONS, formula

COLUMNS = ["a", "b"]


@pytest.mark.parametrize(
    "hostile",
    [
        "__import__('os').system('true')",
        "a.__class__",
        "().__class__.__bases__[0]",
        "open('/etc/passwd')",
        "(lambda: 1)()",
        "[x for x in (1, 2)]",
        "a[0]",
        "f'{a}'",
        "eval('1')",
        "print(a)",
        "a := 5",
        "await a",
        "lower(*a)",
        "lower(a, b=1)",
        "a @ b",
        "a & b",
        "~a",
        "b'x'",
        "1j",
        "...",
    ],
)
def test_what_is_not_listed_is_refused(hostile):
    with pytest.raises(UnusableParameter):
        formula(hostile, COLUMNS)


@pytest.mark.parametrize("written", ["", "a +", "a b", "a = 1", "import os", "\x00"])
def test_what_cannot_be_read_is_refused_with_an_example(written):
    with pytest.raises(UnusableParameter, match="cannot be read"):
        formula(written, COLUMNS)


def test_a_formula_too_long_or_too_deep_is_refused():
    with pytest.raises(UnusableParameter, match="20,001 characters"):
        formula("a" * 20_001, COLUMNS)
    with pytest.raises(UnusableParameter, match="deeper than 50"):
        formula("-" * 60 + "a", COLUMNS)
    with pytest.raises(UnusableParameter):
        formula("(" * 3000 + "a" + ")" * 3000, COLUMNS)


def test_a_number_too_large_for_a_column_is_refused():
    with pytest.raises(UnusableParameter, match="too large"):
        formula("a + 99999999999999999999", COLUMNS)


def test_a_misspelt_function_names_the_nearest():
    with pytest.raises(UnusableParameter, match="Did you mean 'lower'"):
        formula("lowr(a)", COLUMNS)


def test_a_misspelt_column_names_the_nearest():
    with pytest.raises(UnknownColumn, match="Did you mean 'price'"):
        formula("prise > 1", ["price"])


@pytest.mark.parametrize(
    "written", ["matches(a, '(?=x)')", "matches(a, '(')", r"matches(a, '(x)\\1')", "extract(a, 'x')", "matches(a, b)"]
)
def test_a_pattern_that_cannot_be_used_is_refused(written):
    with pytest.raises(UnusableParameter):
        formula(written, COLUMNS)


def test_nan_is_missing():
    frame = pl.DataFrame({"a": [float("nan"), 1.0]})
    assert frame.select(formula("a is None", frame.schema))["a"].to_list() == [True, False]


@given(st.text(alphabet="ab()[]{}.,'\"+-*/<>=!&|^~:0123456789 \nifelsandorotNe_", max_size=40))
def test_whatever_is_written_is_read_or_refused(written):
    with contextlib.suppress(PrepError):
        assert isinstance(formula(written, COLUMNS), pl.Expr)


def test_every_function_is_told_of_in_the_handbook():
    from pathlib import Path

    text = (Path(__file__).parents[2] / "web" / "handbook" / "85-cleaning.md").read_text()
    assert [name for name in FUNCTIONS if f"`{name}`" not in text] == []


def test_powers_of_powers_are_refused_before_they_grow_beyond_bounds():
    with pytest.raises(UnusableParameter, match="powers of powers go 3 deep"):
        prep.derive(pl.DataFrame({"a": [2]}), {"z": " ** ".join("a" * 30)})
