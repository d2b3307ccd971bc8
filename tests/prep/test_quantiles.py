"""quantiles: exact, also where the values are too many to hold."""

import numpy as np
import polars as pl
import pytest

import prep
from prep import quantiles as module
from prep.quantiles import quantiles

SHARES = {"low": 0.25, "half": 0.5, "high": 0.9, "least": 0.0, "most": 1.0}


@pytest.fixture
def held_few(monkeypatch):
    monkeypatch.setattr(module, "HELD", 100)


def values(kind):
    draw = np.random.default_rng(4)
    return {
        "normal": draw.normal(size=5_001) * 50 + 20,
        "ties": draw.choice([0.0, -0.0, 1.0, 5.0], size=5_000),
        "wide": np.concatenate([10.0 ** draw.uniform(-300, 300, 999), -(10.0 ** draw.uniform(-300, 300, 999))]),
        "infinite": np.concatenate([np.full(300, np.inf), draw.normal(size=701), np.full(10, -np.inf)]),
        "whole": draw.integers(-1000, 1000, size=5_000),
    }[kind]


@pytest.mark.parametrize("kind", ["normal", "ties", "wide", "infinite", "whole"])
def test_a_stream_too_long_to_hold_gives_numpys_quantiles(kind, held_few):
    rows = pl.LazyFrame({"x": values(kind)})
    found = quantiles(rows, ["x"], [], rows.collect_schema(), SHARES)["x"][""]
    with np.errstate(invalid="ignore"):
        expected = np.quantile(values(kind).astype(float), list(SHARES.values()))
    sure = ~np.isnan(expected)
    assert np.array(list(found.values()))[sure] == pytest.approx(expected[sure], rel=1e-12)


def test_groups_missing_values_and_nan_are_those_of_the_frame_in_memory(held_few):
    draw = np.random.default_rng(5)
    table = pl.DataFrame({
        "x": [None if n % 7 == 0 else float("nan") if n % 5 == 0 else float(draw.normal()) for n in range(900)],
        "a": [["red", "", None, "bl\x1fue"][n % 4] for n in range(900)],
        "b": [n % 3 for n in range(900)],
    }).with_columns(x=pl.when((pl.col("a") == "red") & (pl.col("b") == 1)).then(None).otherwise("x"))  # fmt: skip
    streamed = quantiles(table.lazy(), ["x"], ["a", "b"], table.schema, SHARES)["x"]
    expected = quantiles(table, ["x"], ["a", "b"], table.schema, SHARES)["x"]
    assert streamed.keys() == expected.keys()
    for key, found in streamed.items():
        assert found == pytest.approx(expected[key]), key


@pytest.mark.parametrize("column", [[None] * 300, [float("nan")] * 300])
def test_a_stream_without_a_value_has_no_quantiles(column, held_few):
    rows = pl.LazyFrame({"x": column})
    assert quantiles(rows, ["x"], [], rows.collect_schema(), {"half": 0.5}) == {"x": {"": {"half": None}}}


@pytest.mark.parametrize(
    ("verb", "parameters"),
    [
        ("impute", {"how": "median", "by": "team"}),
        ("clip_outliers", {"method": "mad"}),
        ("scale", {"how": "robust", "fit_where": None}),
        ("bin", {"count": 4}),
    ],
)
def test_a_verb_learns_the_same_from_a_stream(verb, parameters, held_few):
    table = pl.DataFrame({"x": values("normal"), "team": ["red", "blue", None] * 1667})
    step = prep.step(verb, columns="x", **parameters)
    assert str(step.run(table.lazy()).frame.collect()) == str(step.run(table).frame)
