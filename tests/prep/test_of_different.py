"""columns.of_different: work on text done once for each different value, where values repeat much."""

import polars as pl
import pytest

from prep.columns import of_different

ROWS = 40_000


def asked(values):
    """What the work was asked for, and what came of it."""
    seen = []

    def done(some):
        seen.append(len(some))
        return some.str.len_chars().cast(pl.Int64)

    made = of_different(pl.Series("t", values, dtype=pl.String), done)
    return sum(seen), made


@pytest.mark.parametrize("values", [["é", "bb", None, ""], [None], ["only"]])
def test_repeated_values_are_worked_on_once_and_the_result_is_the_same(values):
    count, made = asked(values * (ROWS // len(values)))
    assert count <= len(values)
    assert made.name == "t"
    assert made.to_list() == [None if one is None else len(one) for one in values] * (ROWS // len(values))


def test_values_that_are_all_different_are_not_looked_for_among_each_other():
    count, made = asked([f"row {n}" for n in range(ROWS)])
    assert count == ROWS
    assert made.to_list() == [len(f"row {n}") for n in range(ROWS)]


def test_values_that_repeat_side_by_side_only_are_seen_to_be_different():
    count, _ = asked([f"row {n // 3}" for n in range(ROWS)])
    assert count == ROWS
