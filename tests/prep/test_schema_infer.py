"""A schema learned from a good frame, kept in a file, and refused where it contradicts itself."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.errors import BrokenSchema, UnknownColumn, UnusableFrame
from prep.schema import Column, Schema, validate
from prep.schema_file import load_schema, save_schema, schema_from_yaml, schema_to_yaml
from prep.schema_infer import infer_schema
from prep.schema_page import report_page

GOOD = pl.DataFrame(
    {
        "id": [f"m{n}" for n in range(40)],
        "label": ["late", "refund"] * 20,
        "age": [*range(20, 59), None],
        "share": [n / 40 for n in range(40)],
        "paid": [True, False] * 20,
        "day": [dt.date(2025, 1, 1)] * 40,
        "tags": [["x"]] * 40,
    }
)


def test_what_is_learned_is_what_the_frame_was():
    found = {one.name: one for one in infer_schema(GOOD).columns}
    assert {name: one.dtype for name, one in found.items()} == {
        "id": "string", "label": "string", "age": "integer", "share": "number", "paid": "boolean", "day": "date", "tags": "any",
    }  # fmt: skip
    assert (found["id"].unique, found["label"].unique, found["age"].nullable, found["id"].nullable) == (
        True,
        False,
        True,
        False,
    )
    assert (found["label"].isin, found["age"].ge, found["share"].le) == (["late", "refund"], 0, 1)


@settings(deadline=None, max_examples=5)
@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(-9, 9)), st.text(max_size=3), st.floats(0, 2)),
        min_size=1,
        max_size=40,
    )
)
def test_a_frame_passes_what_was_learned_from_it_and_the_file_undoes_itself(rows):
    frame = pl.DataFrame(rows, schema={"n": pl.Int64, "t": pl.String, "x": pl.Float64}, orient="row")
    schema = infer_schema(frame)
    assert validate(frame, schema).is_valid
    assert schema_from_yaml(schema_to_yaml(schema)) == schema


def test_every_part_of_a_schema_comes_back_from_its_file(tmp_path):
    schema = Schema(
        [
            Column("id", "string", unique=True, matches="m[0-9]+", min_length=2, max_length=9),
            Column("age", "integer", nullable=True, ge=0, le=120, required=False),
            Column("at", "datetime", ge=dt.datetime(2025, 1, 1)),  # noqa: DTZ001
            Column("label", "string", isin=["a", "b"]),
            Column("x", "number"), Column("b", "boolean"), Column("any"),
        ],
        unique=[["id", "label"], ["id"]], name="people", absent=["secret"], strict=True,
    )  # fmt: skip
    save_schema(schema, tmp_path / "s.yaml")
    assert load_schema(tmp_path / "s.yaml") == schema


def test_the_file_is_panderas_own_too():
    from pandera.io import polars_io

    found = polars_io.from_yaml(schema_to_yaml(infer_schema(GOOD.drop("tags"))))
    assert list(found.columns) == GOOD.columns[:-1]
    assert found.columns["label"].checks


def test_panderas_words_that_a_schema_lacks_are_refused_and_not_dropped():
    with pytest.raises(BrokenSchema, match="validate with it as extra_yaml"):
        schema_from_yaml("columns: {a: {checks: {str_contains: x}}}")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (lambda: Schema([Column("a", "string", ge=1)]), "'a' is a string and must be at least 1"),
        (lambda: Schema([Column("a", "integer", isin=["x"])]), "the allowed value 'x' is not"),
        (lambda: Schema([Column("a", "integer", isin=[1.5])]), "the allowed value 1.5 is not"),
        (lambda: Schema([Column("a", "number", isin=[1, 2], ge=5)]), "none of its allowed values is at least 5"),
        (lambda: Schema([Column("a", "string", isin=["x"], matches="y")]), "of the wanted pattern"),
        (lambda: Schema([Column("a", isin=["x", None])]), "nullable=True"),
        (lambda: Schema([Column("a", isin="xy")]), "must be a list"),
        (lambda: Schema([Column("a", unique=True, isin=["x"])]), "one row at most"),
        (lambda: Schema([Column("a", unique=True, ge=2, le=2)]), "one row at most"),
        (lambda: Schema([Column("a"), Column("b", isin=["x"])], unique=[["b"]]), "one row at most"),
        (lambda: Schema([Column("a")], absent=["a"]), "described and must be absent"),
        (lambda: Schema([Column("a", required=False)], unique=[["a"]]), "need not be there"),
        (lambda: Schema([Column("a")], unique=[[]]), "names no column"),
        (lambda: Schema([Column("a", "integer", ge=1.2, le=1.8)]), "no whole number lies between"),
        (lambda: Schema([Column("a", ge=float("nan"))]), "NaN"),
        (lambda: Schema([Column("a", ge=dt.date(2025, 1, 1), le=3)]), "no type has both"),
        (lambda: Schema([Column("a", min_length=3, max_length=2)]), "at least 3 and at most 2 characters"),
        (lambda: Schema([Column("a", "date", max_length=2)]), "only text has those"),
        (lambda: Schema([Column("a", matches="(")]), "no regular expression"),
    ],
)
def test_a_contradiction_is_named(schema, words):
    with pytest.raises(BrokenSchema) as caught:
        schema()
    assert words in str(caught.value)


def test_patterns_lengths_and_unwanted_columns_are_faults():
    schema = Schema([Column("a", matches="m[0-9]", max_length=3)], absent=["secret"], strict=True)
    told = {
        (one.column, one.must)
        for one in validate({"a": ["m1", "x1", "m1234"], "secret": [1] * 3, "z": [1] * 3}, schema).faults
    }
    assert told == {
        ("a", "must match 'm[0-9]' from its start"),
        ("a", "must have at most 3 characters"),
        ("secret", "must not be there"),
        ("z", "must not be there"),
    }


def test_rows_are_named_by_their_id_where_one_is_given():
    report = validate(
        {"id": ["p", "q"], "age": [1, -1]}, Schema([Column("id"), Column("age", "integer", ge=0)]), row_id="id"
    )
    assert report.faults[0].ids == ["q"]
    assert "'q' (-1)" in str(report)
    assert report.as_dict()["faults"][0]["ids"] == ["q"]
    with pytest.raises(UnknownColumn):
        validate({"a": [1]}, Schema([]), row_id="id")


def test_duckdb_is_held_to_a_schema_in_full_depth():
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.connect().sql("select 'k' || range as id, range - 3 as age from range(6)")
    report = validate(relation, Schema([Column("id", "string"), Column("age", "integer", ge=0)]), row_id="id")
    assert (report.count, sorted(report.faults[0].ids)) == (3, ["k0", "k1", "k2"])


def test_the_report_is_a_page_too_in_which_nothing_is_markup():
    page = report_page(validate({"a": ["<script>"]}, Schema([Column("a", isin=["x"])])), "new.csv")
    assert "must be one of" in page
    assert "<script" not in page


def test_nothing_is_learned_from_nothing():
    for empty in ({}, {"a": []}):
        with pytest.raises(UnusableFrame, match="no rows to learn"):
            infer_schema(empty)
