"""Every verb gives the same rows on every engine, row by row, and never alters its input."""

import json
import warnings

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from prep.engines import engine_of, is_lazy
from prep.frames import to_polars
from prep.steps import step, step_from_json, verbs
from tests.prep.steps.frames import ENGINES, plain, rows, same_rows

pytestmark = pytest.mark.filterwarnings("ignore")  # Spark's own, about pandas

CASES = {
    "bin": [
        {"columns": ["x", "n"], "edges": [0, 2, 10]},
        {"columns": "n", "count": 2},
        {"columns": "x", "count": 3, "how": "width"},
    ],
    "cast": [
        {"to": {"amount": "number", "n": "text", "ok": "integer", "x": "integer", "Weird Näme": "boolean"}},
        {"to": {"amount": "currency"}},
    ],
    "categorize": [{"columns": "name", "categories": {"Ana": [], "Zoë Ruiz": ["zr"], "Lukas": []}, "closeness": 0.8}],
    "clean_names": [{}, {"case": "camel", "rename": {"id": "ID"}}],
    "clip_outliers": [
        {"columns": ["x", "n"]},
        {"columns": "x", "by": ["team", "part"], "method": "mad"},
        {"columns": "n", "method": "quantile"},
    ],
    "derive": [
        {
            "columns": {
                "ratio": "n / x",
                "who": "join(upper(strip(name)), '-', text(n))",
                "x": "round(abs(x), 1)",
                "seven": "7",
            }
        }
    ],
    "drop_duplicates": [
        {"columns": ["team", "n"]},
        {"columns": ["team", "n"], "keep": "last"},
        {"columns": "team", "keep": "most_complete"},
        {"columns": "team", "keep": "newest", "time": "at"},
        {"columns": ["team", "part"], "keep": "oldest", "time": "at"},
        {"columns": ["team", "n", "x"], "keep": "none"},
    ],
    "drop_missing": [{}, {"columns": ["name", "x"], "how": "all"}, {"at_least": 11}],
    "encode_labels": [{"columns": "team", "fit_where": "part == 'train'"}],
    "filter_rows": [
        {"where": "n > 1 and team in ['red', 'grün'] or x is None"},
        {"where": "matches(name, '^[A-Z]')", "drop": True},
    ],
    "fix_mojibake": [{}],
    "flag_outliers": [
        {"columns": ["x", "n"], "by": "team"},
        {"columns": "x", "method": "mad", "fit_where": "part == 'train'"},
    ],
    "impute": [
        {"columns": ["x", "n"], "how": "mean", "by": "team"},
        {"columns": ["x", "n"], "how": "median", "indicator": True},
        {"columns": ["name", "n", "ok", "at"], "how": "mode", "by": "part"},
        {"columns": ["x", "n"], "how": "constant", "value": -1},
        {"columns": ["name", "x"], "how": "forward", "time": "at", "by": "team"},
        {"columns": ["n", "x"], "how": "backward", "time": "at", "indicator": True},
    ],
    "missing_tokens": [{}, {"numbers": [900, -2]}],
    "near_duplicates": [{"column": "note", "threshold": 0.7}],
    "normalize_text": [{}, {"columns": "name", "case": "lower", "quotes": True, "html": True}],
    "one_hot": [{"columns": ["team", "n"], "missing": True}],
    "parse_dates": [
        {"columns": "day"},
        {"columns": "day", "to": "datetime", "day_first": True},
        {"columns": "day", "formats": ["%d/%m/%Y"]},
    ],
    "pivot_longer": [
        {"columns": ["x", "n"], "names": "what"},
        {"keep": ["id", "team"], "columns": ["name", "note"], "names": "what", "drop_missing": True},
    ],
    "pivot_wider": [
        {"names": "team", "values": "x", "id": "id"},
        {"names": "team", "values": "n", "id": "part", "combine": "sum"},
    ],
    "pseudonymize": [{"columns": ["name", "n"], "key": "a key for these tests", "separate": True}],
    "redact": [{"columns": "note"}, {"columns": "note", "what": [], "patterns": {"fox": "f.x"}}],
    "scale": [
        {"columns": ["x", "n"], "fit_where": "part == 'train'"},
        {"columns": "x", "how": "robust", "fit_where": None},
    ],
    "split_column": [
        {"column": "note", "into": ["a", "b"], "at": "-"},
        {"column": "note", "into": ["p", "q"], "pattern": r"(\w)-(\w)", "keep": True},
    ],
}
ALL = [(verb, parameters) for verb, some in CASES.items() for parameters in some]
ON_SPARK = {"clip_outliers": {1}, "drop_duplicates": {0, 2, 3}, "impute": {0, 4}}


def test_every_verb_is_tried():
    assert sorted(CASES) == verbs()


def tried(parameters):
    """Each verb with its parameters."""
    return pytest.mark.parametrize(
        ("verb", "parameters"), parameters, ids=lambda one: one if isinstance(one, str) else json.dumps(one)[:60]
    )


def ordered(engine, verb):
    return engine not in {"duckdb", "spark"} or verb == "pivot_wider"


@tried(ALL)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_rows_are_those_of_polars(verb, parameters, engine, on):
    if engine == "spark" and CASES[verb].index(parameters) not in ON_SPARK.get(verb, {0}):
        pytest.skip("Spark is slow: one case of a verb, and those that go other ways there")
    frame = rows(80)
    expected = step(verb, **parameters).run(frame)
    got = step(verb, **parameters).run(on(frame, engine))
    assert engine_of(got.frame) == engine
    same_rows(got.frame, expected.frame, in_order=ordered(engine, verb))


@tried(ALL)
@pytest.mark.parametrize("engine", [one for one in ENGINES if one != "spark"])
def test_the_report_is_that_of_polars(verb, parameters, engine, on):
    frame = rows(80)
    expected, got = (step(verb, **parameters).run(one).change for one in (frame, on(frame, engine)))
    assert (got.rows_in, got.rows_out, got.cells) == (
        expected.rows_in,
        expected.rows_out,
        expected.cells,
    ) or "x" in expected.cells
    assert got.quarantine.sort("row", "column").equals(expected.quarantine.sort("row", "column"))


@tried([(verb, CASES[verb][0]) for verb in ("cast", "filter_rows", "redact")])
def test_the_report_on_spark_counts_the_same(verb, parameters, on):
    frame = rows(80).with_columns(pl.col("x").fill_nan(None))
    expected, got = (step(verb, **parameters).run(one, row_id="id").change for one in (frame, on(frame, "spark")))
    assert (got.rows_in, got.rows_out, got.cells) == (expected.rows_in, expected.rows_out, expected.cells)
    assert got.quarantine.sort("row", "column").equals(expected.quarantine.sort("row", "column"))


@tried(ALL)
@pytest.mark.parametrize("engine", ["polars", "polars-lazy", "pandas", "pyarrow", "duckdb"])
@pytest.mark.parametrize("count", [0, 1])
def test_nothing_and_a_single_row_will_do(verb, parameters, engine, count, on):
    frame = rows(count)
    expected = step(verb, **parameters).run(frame)
    got = step(verb, **parameters).run(on(frame, engine) if engine != "polars" else frame)
    assert expected.change.rows_in == count == got.change.rows_in
    same_rows(got.frame, expected.frame, in_order=ordered(engine, verb))


@tried(ALL)
@pytest.mark.parametrize("engine", ["polars", "pandas", "pyarrow"])
def test_the_input_is_not_altered(verb, parameters, engine, on):
    frame = rows(80)
    given = frame.clone() if engine == "polars" else on(frame, engine)
    before = plain(to_polars(given)).rows()
    result = step(verb, **parameters).run(given)
    str(result.change)
    assert repr(plain(to_polars(given)).rows()) == repr(before)


@tried([(verb, some[0]) for verb, some in CASES.items()])
def test_a_step_goes_through_json_and_does_the_same(verb, parameters):
    frame = rows(80)
    first = step(verb, **parameters)
    entry = json.loads(json.dumps(first.as_json())) | ({"key": parameters["key"]} if "key" in parameters else {})
    assert_frame_equal(step_from_json(entry).run(frame).frame, first.run(frame).frame)


@tried([(verb, some[0]) for verb, some in CASES.items() if hasattr(step(verb, **some[0]), "fitted")])
def test_a_fitted_step_kept_as_json_does_the_same_to_other_rows(verb, parameters):
    train, serving = rows(80), rows(40, seed=11)
    fitted = step(verb, **parameters).fit(train)
    kept = step_from_json(json.loads(json.dumps(fitted.as_json())))
    assert_frame_equal(kept.run(serving).frame, fitted.run(serving).frame)


@tried(ALL)
def test_a_lazy_frame_is_run_only_by_a_verb_that_says_so(verb, parameters):
    made = step(verb, **parameters)
    if made.looks:
        pytest.skip("it says that it looks")
    frame = rows(5).lazy().map_batches(_refuse, schema=None)
    assert is_lazy(made.run(frame).frame)


def _refuse(_):
    raise AssertionError("the rows were asked for")


@tried([(verb, some[0]) for verb, some in CASES.items()])
@pytest.mark.parametrize("engine", ["polars", "pandas", "pyarrow"])
def test_a_frame_without_columns_is_taken_or_refused_with_a_cure(verb, parameters, engine, on):
    from prep.errors import PrepError

    frame = pl.DataFrame() if engine == "polars" else on(pl.DataFrame(), engine)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            got = (
                step(verb).run(frame)
                if verb in {"clean_names", "drop_missing", "normalize_text", "missing_tokens"}
                else step(verb, **parameters).run(frame)
            )
        except PrepError:
            return
    assert got.change.rows_in == 0
