"""Whether a table is as it must be: every fault counted, some of them shown."""

import subprocess
import sys
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from prep.errors import BrokenSchema
from prep.schema import Column, Schema, check_yaml, validate
from prep.schema_file import schema_to_yaml

SCHEMA = Schema(
    [
        Column("id", "string"),
        Column("label", "string", isin=["x", "y"], nullable=True),
        Column("confidence", "number", ge=0, le=1),
    ],
    unique=[["id"]],
)
GOOD = pl.DataFrame({"id": ["a", "b"], "label": ["x", None], "confidence": [0.0, 1.0]})


def faults(frame, schema=SCHEMA, *more):
    return [(fault.column, fault.must, fault.count, fault.rows) for fault in validate(frame, schema, *more).faults]


@pytest.mark.parametrize("kind", [pl.DataFrame.lazy, pl.DataFrame.to_arrow, pl.DataFrame.to_pandas, pl.DataFrame.clone])
def test_a_good_table_of_any_engine_is_valid_to_the_last_row(kind):
    report = validate(kind(GOOD), SCHEMA)
    assert (report.is_valid, report.count, str(report)) == (True, 0, "All 2 rows are as they should be.")


def test_a_lazy_frame_is_looked_at_row_by_row():
    """pandera alone looks at no row of a lazy frame, and bad data "passes"."""
    assert not validate(GOOD.with_columns(label=pl.lit("z")).lazy(), SCHEMA).is_valid


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"id": ["a", "a"]}, ("id", "must not repeat", 2, [1, 2])),
        ({"id": ["a", None]}, ("id", "must not be empty", 1, [2])),
        ({"label": ["x", "z"]}, ("label", "must be one of 'x', 'y'", 1, [2])),
        ({"confidence": [1.5, 1.0]}, ("confidence", "must be at most 1", 1, [1])),
        ({"confidence": [1.0, -0.1]}, ("confidence", "must be at least 0", 1, [2])),
        ({"confidence": [None, 1.0]}, ("confidence", "must not be empty", 1, [1])),
        ({"label": [1, 2]}, ("label", "must be of type String, but is Int64", 1, [])),
    ],
)
def test_a_fault_is_told_with_its_column_its_rule_and_its_rows(change, fault):
    assert fault in faults(GOOD.with_columns(**{name: pl.Series(values) for name, values in change.items()}))


def test_a_missing_column_is_told_with_the_nearest():
    assert faults(GOOD.rename({"label": "lable"})) == [("label", "must be there (did you mean 'lable'?)", 1, [])]


def test_a_number_may_be_whole_and_a_column_may_be_all_empty():
    assert faults(GOOD.with_columns(confidence=pl.Series([0, 1]), label=pl.lit(None))) == []


def test_two_columns_can_name_a_row_together():
    schema = Schema([Column("item"), Column("annotator")], unique=[["item", "annotator"]])
    frame = {"item": ["a", "a", "a"], "annotator": ["u", "v", "u"]}
    assert faults(frame, schema) == [("item + annotator", "must not repeat", 2, [1, 3])]


def test_all_are_counted_and_a_hundred_shown():
    frame = pl.DataFrame({"id": map(str, range(5000)), "label": ["z"] * 5000, "confidence": [0.5] * 5000})
    report = validate(frame, SCHEMA)
    assert (report.count, len(report.bad_rows), len(report.faults[0].rows)) == (5000, 5000, 100)
    assert len(validate(frame, SCHEMA, shown=3).faults[0].rows) == 3
    assert "5,000 rows, such as row 1 ('z'), row 2 ('z'), row 3 ('z')" in str(report)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "z"]), st.floats(-1, 2)), min_size=1))
def test_bad_rows_are_those_that_python_finds_and_quarantine_parts_them_from_the_good(rows):
    frame = pl.DataFrame(rows, schema=["id", "label", "confidence"], orient="row")
    ids = frame["id"].to_list()
    bad = [n for n, (i, lb, c) in enumerate(rows, 1) if ids.count(i) > 1 or lb == "z" or not 0 <= c <= 1]
    report = validate(frame, SCHEMA)
    good, quarantined = report.quarantine(frame)
    assert report.bad_rows == quarantined["row"].to_list() == bad
    assert good.height + len(bad) == len(rows)
    assert validate(good, SCHEMA).is_valid
    assert all(quarantined["faults"].list.len() > 0)


COLUMNS = {
    "word": (st.none() | st.sampled_from(["", "a", "ab", "b1", "é", "zzz"]), pl.String),
    "whole": (st.none() | st.integers(-3, 3), pl.Int64),
    "number": (st.none() | st.just(float("nan")) | st.sampled_from([-1.0, 0.0, 0.5, 2.0]), pl.Float64),
    "yes": (st.none() | st.booleans(), pl.Boolean),
}


@st.composite
def asked(draw):
    """A column of a schema that may ask anything of what it holds."""
    name = draw(st.sampled_from([*COLUMNS, "there is none"]))
    number, text = name in {"whole", "number"}, name == "word"
    values = {"word": ["a", "ab", "zzz"], "whole": [0, 1, 2], "number": [0.0, 0.5], "yes": [True]}.get(name, ["a"])
    return Column(
        name,
        draw(st.sampled_from(["any", "string", "integer", "number", "boolean"])),
        nullable=draw(st.booleans()),
        unique=draw(st.booleans()),
        isin=draw(st.none() | st.just(values)),
        ge=draw(st.none() | st.integers(-1, 0)) if number else None,
        le=draw(st.none() | st.integers(1, 2)) if number else None,
        matches=draw(st.none() | st.sampled_from(["[a-z]", "^a", "b?$"])) if text else None,
        min_length=draw(st.none() | st.integers(0, 1)) if text else None,
        max_length=draw(st.none() | st.integers(1, 2)) if text else None,
    )


@settings(deadline=None, max_examples=60)
@given(st.data(), st.integers(1, 6), st.lists(asked(), min_size=1, max_size=3, unique_by=lambda one: one.name))
def test_what_a_schema_finds_is_what_pandera_finds(data, rows, columns):
    frame = pl.DataFrame(
        {name: data.draw(st.lists(values, min_size=rows, max_size=rows)) for name, (values, _) in COLUMNS.items()},
        schema={name: dtype for name, (_, dtype) in COLUMNS.items()},
    )
    plain = [replace(one, dtype="any") if one.dtype in {"integer", "number"} else one for one in columns]  # any width
    try:
        schema = Schema(plain)
    except BrokenSchema:  # it contradicts itself
        reject()
    found, expected = faults(frame, schema), faults(frame, Schema([]), schema_to_yaml(schema))
    assert sorted(found) == sorted(expected)


def test_each_way_a_value_may_match_is_held_to_its_start():
    frame = {"a": ["x1", "y1", "ay1"]}
    assert faults(frame, Schema([Column("a", matches="x|y")])) == [("a", "must match 'x|y' from its start", 1, [3])]


def test_a_check_that_does_not_fit_the_values_is_told_and_the_others_go_on():
    found = faults({"a": [1, 1]}, Schema([Column("a", matches="x", unique=True)]))
    words = "must match 'x' from its start; that could not be checked on a column of type Int64"
    assert found == [("a", "must not repeat", 2, [1, 2]), ("a", words, 1, [])]


def test_pandera_is_not_loaded_to_check_a_schema():
    code = "from prep.schema import Column, Schema, validate; validate({'a': [1]}, Schema([Column('a', ge=2)]))"
    code += "; import sys; print('pandera' in sys.modules, 'pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "False False\n"


def test_the_report_is_json_too():
    import json

    report = validate(GOOD.with_columns(label=pl.lit("z")), SCHEMA)
    assert json.loads(json.dumps(report.as_dict()))["faults"][0]["count"] == 2
    assert report.shown["label: must be one of 'x', 'y'"][0] == {
        "row": 1, "column": "label", "value": "z", "must": "must be one of 'x', 'y'",
    }  # fmt: skip


YAML = """
columns:
  label:
    nullable: true
    checks:
      isin: [x]
  confidence:
    dtype: float64
    checks:
      greater_than: 0.5
"""


@pytest.mark.parametrize("as_file", [False, True])
def test_the_users_own_pandera_yaml_can_ask_for_more(tmp_path, as_file):
    (tmp_path / "own.yml").write_text(YAML)
    own = tmp_path / "own.yml" if as_file else YAML
    frame = GOOD.with_columns(label=pl.Series(["x", "y"]))
    assert faults(frame, SCHEMA, own) == [
        ("label", "must be one of 'x'", 1, [2]),
        ("confidence", "must be more than 0.5", 1, [1]),
    ]


def test_the_users_own_yaml_cannot_ask_for_less():
    assert faults(GOOD.with_columns(label=pl.lit("z")), SCHEMA, "columns:\n  label:\n    nullable: true\n")


@pytest.mark.parametrize("minimal", [True, False])
def test_what_pandera_writes_itself_is_understood(minimal):
    import pandera.polars as pa
    from pandera.io import polars_io

    written = polars_io.to_yaml(
        pa.DataFrameSchema({"label": pa.Column(pl.String, pa.Check.isin(["x"]), nullable=True)}), minimal=minimal
    )
    assert faults(GOOD.with_columns(label=pl.lit("q")), Schema([]), written)[0][:3] == (
        "label",
        "must be one of 'x'",
        2,
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("columns: [", "cannot be read as YAML"),
        ("- a", "is no pandera schema"),
        ("column: {}", "there is no 'column' in a pandera schema. Did you mean 'columns'?"),
        ("columns: [a]", "must hold names of columns"),
        ("columns: {label: 3}", "must hold what it must be"),
        ("columns: {label: {chekcs: {}}}", "Did you mean 'checks'?"),
        ("columns: {label: {checks: {isinn: [1]}}}", "Did you mean 'isin'?"),
        ("columns: {label: {dtype: strng}}", "pandera cannot make a schema of this"),
        ("columns: {label: {checks: {str_matches: '['}}}", "pandera cannot make a schema of this"),
        ("columns: {label: {checks: !!python/object/apply:os.system [ls]}}", "cannot be read as YAML"),
    ],
)
def test_yaml_that_is_no_schema_is_refused_before_a_row_is_looked_at(text, words):
    with pytest.raises(BrokenSchema) as caught:
        check_yaml(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "unique", "words"),
    [
        ([Column("a"), Column("a")], [], "names the column 'a' twice"),
        ([Column("a", "text")], [], "there is no type 'text'"),
        ([Column("a", ge=2, le=1)], [], "at least 2 and at most 1"),
        ([Column("a", isin=[])], [], "may hold no value at all"),
        ([Column("label")], [["lable"]], "Did you mean 'label'?"),
    ],
)
def test_a_schema_that_contradicts_itself_is_refused(columns, unique, words):
    with pytest.raises(BrokenSchema) as caught:
        Schema(columns, unique=unique)
    assert words in str(caught.value)
