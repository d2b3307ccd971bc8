"""Whatever is given wrong is refused with a sentence that says what to do, by every verb in the same way."""

import pandas as pd
import polars as pl
import pytest

import prep
from prep.errors import PrepError, UnknownColumn, UnusableFrame, UnusableParameter
from prep.steps import step, verb_named, verbs
from tests.prep.steps.frames import rows

MISSPELT = {
    "bin": {"columns": "nn", "edges": [0, 1]},
    "cast": {"to": {"amoun": "number"}},
    "categorize": {"columns": "nam", "categories": ["a"]},
    "clean_names": {"rename": {"nam": "x"}},
    "clip_outliers": {"columns": "nn"},
    "derive": {"columns": {"z": "amoun"}},
    "drop_duplicates": {"columns": "nam"},
    "drop_missing": {"columns": ["nam"]},
    "encode_labels": {"columns": "tea", "fit_where": None},
    "filter_rows": {"where": "nam is None"},
    "fix_mojibake": {"columns": "nam"},
    "flag_outliers": {"columns": "x", "by": "tea"},
    "impute": {"columns": "nn"},
    "missing_tokens": {"columns": "nam"},
    "near_duplicates": {"column": "not"},
    "normalize_text": {"columns": "nam"},
    "one_hot": {"columns": "tea"},
    "parse_dates": {"columns": "dya"},
    "pivot_longer": {"columns": ["nam"]},
    "pivot_wider": {"names": "tea", "values": "x"},
    "pseudonymize": {"columns": "nam", "key": "a key for these tests"},
    "redact": {"columns": "not"},
    "scale": {"columns": "nn", "fit_where": None},
    "split_column": {"column": "nam", "into": ["a"], "at": ","},
}


@pytest.mark.parametrize("verb", verbs())
@pytest.mark.parametrize("engine", ["polars", "pandas", "pyarrow", "duckdb"])
def test_a_misspelt_column_names_the_nearest(verb, engine, on):
    frame = rows(3) if engine == "polars" else on(rows(3), engine)
    with pytest.raises(UnknownColumn, match="There is no column '.*'. Did you mean '"):
        step(verb, **MISSPELT[verb]).run(frame)


@pytest.mark.parametrize("verb", verbs())
def test_a_misspelt_parameter_names_the_nearest(verb):
    first = next(iter(MISSPELT[verb]))
    with pytest.raises(UnusableParameter, match=f"{verb} has no parameter '{first}x'. Did you mean '{first}'"):
        verb_named(verb).run(rows(3), **{first + "x": 1})


@pytest.mark.parametrize("verb", verbs())
def test_a_parameter_of_a_wrong_type_says_which_would_do(verb):
    first = next(iter(MISSPELT[verb]))
    with pytest.raises(UnusableParameter, match=rf"{verb}: {first}=.* is not known. (Give|Did you mean)"):
        step(verb, **{**MISSPELT[verb], first: object()})


@pytest.mark.parametrize("verb", verbs())
@pytest.mark.parametrize("thing", [5, "text", None, [1], object()])
def test_what_is_no_table_is_refused(verb, thing):
    with pytest.raises(UnusableFrame, match="This is no table"):
        step(verb, **MISSPELT[verb]).run(thing)


@pytest.mark.parametrize("verb", [verb for verb in verbs() if verb != "clean_names"])
def test_columns_of_one_name_are_refused_with_a_cure(verb):
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(PrepError):
        step(verb, **MISSPELT[verb]).run(frame)
    with pytest.raises(UnusableFrame, match="There are 2 columns named 'a'"):
        prep.drop_missing(frame)


def test_pandas_names_that_are_no_text_are_refused_with_a_cure():
    with pytest.raises(UnusableFrame, match="The column name 0 is no text. Make it so: prep.clean_names"):
        prep.drop_missing(pd.DataFrame([[1]]))


def test_names_that_differ_by_case_only_are_different_columns():
    frame = pl.DataFrame({"a": [1, None], "A": [None, 2]})
    assert prep.drop_missing(frame, "A").rows() == [(None, 2)]
    assert prep.clean_names(frame).columns == ["a", "a_2"]


def test_a_verb_that_there_is_not_names_the_nearest():
    with pytest.raises(UnusableParameter, match="There is no verb 'normalise_text'. Did you mean 'normalize_text'"):
        prep.step("normalise_text")
    with pytest.raises(AttributeError, match="prep has no 'normalise_text'"):
        prep.normalise_text  # noqa: B018


@pytest.mark.parametrize("entry", [{}, {"verb": 5}, [], "cast", None])
def test_an_entry_of_a_pipeline_that_is_no_step_is_refused(entry):
    with pytest.raises(UnusableParameter, match="A step is written"):
        prep.step_from_json(entry)


def test_a_parameter_left_out_is_named():
    with pytest.raises(UnusableParameter, match="cast: missing a required argument: 'to'. It needs: to"):
        prep.cast(rows(1))


def test_a_row_id_that_there_is_not_is_refused():
    with pytest.raises(UnknownColumn, match="Did you mean 'id'"):
        _ = prep.step("normalize_text").run(rows(2), row_id="idd").change


def test_pandas_columns_of_several_types_pass_through_and_are_refused_by_name_when_asked_for():
    frame = pd.DataFrame({"mixed": [1, "x"], "t": [" a ", "b"]})
    assert prep.normalize_text(frame).to_dict("list") == {"mixed": [1, "x"], "t": ["a", "b"]}
    with pytest.raises(UnusableFrame, match="holds values of several types"):
        prep.normalize_text(frame, "mixed")


def test_pandas_keeps_its_index_its_types_and_what_was_not_touched():
    frame = pd.DataFrame(
        {"t": [" a", None], "c": pd.Categorical(["x", "y"]), "p": pd.period_range("2026-01", periods=2, freq="M")},
        index=["r", "s"],
    )
    made = prep.normalize_text(frame, "t")
    assert made.index.to_list() == ["r", "s"]
    assert made.dtypes[["c", "p"]].equals(frame.dtypes[["c", "p"]])
    assert frame["t"].to_list()[0] == " a"


def test_pyarrow_keeps_the_types_of_columns_not_touched():
    table = pl.DataFrame({"t": [" a"], "n": [1]}).to_arrow()
    import pyarrow as pa

    table = table.set_column(1, pa.field("n", pa.int8(), metadata={"unit": "m"}), pa.array([1], pa.int8()))
    made = prep.normalize_text(table)
    assert made.schema.field("n") == table.schema.field("n")
    assert made.schema.field("n").metadata == {b"unit": b"m"}


def test_a_mapping_of_columns_becomes_a_polars_frame():
    assert prep.normalize_text({"t": [" a"]}).rows() == [("a",)]


def test_a_duckdb_relation_stays_on_its_connection():
    duckdb = pytest.importorskip("duckdb")
    connection = duckdb.connect()
    connection.execute("create table people as select * from (values (1, ' a'), (2, 'b ')) as rows(id, name)")
    made = prep.normalize_text(connection.sql("select * from people"))
    made.create_view("clean")
    assert connection.sql("select people.id, clean.name from people join clean using (id) order by id").fetchall() == [
        (1, "a"),
        (2, "b"),
    ]


KINDS = [
    "1::hugeint", "1.50::decimal(9,2)", "[1, 2]", "{'a': 1}", "map(['k'], [1])", "uuid()", r"'\xAA'::blob", "time '10:00'",
    "timestamptz '2026-01-01 00:00:00+00'", "interval 1 day", "date '2026-01-01'", "'a'::enum('a', 'b')", "null",
]  # fmt: skip


@pytest.mark.parametrize("value", KINDS)
def test_a_column_of_any_type_passes_through_duckdb(value):
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.connect().sql(f"select {value} as it, ' a ' as t")
    made, change = prep.normalize_text.run(relation, "t")
    assert made.select("it").fetchall() == relation.select("it").fetchall() or value == "uuid()"
    assert change.cells == {"t": 1}


@pytest.mark.filterwarnings("ignore")
def test_a_column_of_any_type_passes_through_spark(spark):
    frame = spark.sql(
        "select array(1, 2) l, map('k', 1) m, named_struct('a', 1) s, 1.50BD d, date'2026-01-01' dt, X'AA' b, ' a ' t"
    )
    made, change = prep.normalize_text.run(frame, "t")
    assert made.drop("t").collect() == frame.drop("t").collect()
    assert change.cells == {"t": 1}
