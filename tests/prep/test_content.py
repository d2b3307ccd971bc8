"""The id of a dataset follows from its values alone."""

import datetime as dt
import hashlib
import json
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prep.content import canonical, content_id
from prep.errors import UnknownColumn, UnusableFrame, UnusableParameter
from prep.frames import to_polars
from prep.parts import cut


def id_of(frame, keys=("id",)):
    table = cut(to_polars(frame), keys)
    return content_id({"items": {"keys": keys, "rows": table.rows, "digests": table.digests()}})


def of_values(values, dtype=None):
    return id_of(pl.DataFrame({"id": range(len(values)), "v": pl.Series(values, dtype=dtype)}))


def test_the_id_is_the_sha256_that_its_documentation_says():
    """Worked by hand, with hashlib alone: two rows, one column of numbers and one of text with a gap."""

    def told(tag, nulls, *parts):
        return hashlib.sha256(b"".join([tag + b"\0", (2).to_bytes(8, "little"), nulls, *parts])).hexdigest()

    numbers = told(b"int", bytes(8), (1).to_bytes(8, "little"), (2).to_bytes(8, "little"))
    sizes = (2).to_bytes(8, "little") + bytes(8)
    text = told(b"text", (1).to_bytes(8, "little"), bytes([0b01000000]), sizes, "ä".encode())
    columns = {name: hashlib.sha256(bytes.fromhex(one)).hexdigest() for name, one in {"id": numbers, "t": text}.items()}
    said = {"format": "assay-content/2", "tables": {"items": {"columns": columns, "keys": ["id"], "rows": 2}}}
    wanted = hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    assert id_of({"id": [2, 1], "t": [None, "ä"]}) == wanted


FRAME = pl.DataFrame(
    {
        "id": ["b", "a", "c"],
        "n": [1, None, 3],
        "f": [0.5, None, 2.0],
        "b": [True, None, False],
        "t": ["x", None, "ü"],
        "l": [["x"], [], ["y", "z"]],
        "s": [{"p": 0.5, "q": "u"}, {"p": 1.0, "q": "v"}, {"p": 2.0, "q": None}],
        "at": [dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC), None, dt.datetime(1969, 1, 1, tzinfo=dt.UTC)],
    }
)


@pytest.mark.parametrize(
    "twin",
    [
        FRAME.lazy(),
        FRAME.to_arrow(),
        FRAME.to_pandas(use_pyarrow_extension_array=True),
        FRAME.reverse(),
        FRAME.select(reversed(FRAME.columns)),
        pl.concat([FRAME[:1], FRAME[1:]], rechunk=False),
        FRAME.cast({"n": pl.Int8, "f": pl.Float32, "t": pl.Categorical}),
        FRAME.cast({"t": pl.Enum(["ü", "x"])}),
        FRAME.with_columns(pl.col("at").cast(pl.Datetime("ns", "UTC")).dt.convert_time_zone("Asia/Tokyo")),
        pl.concat([FRAME, FRAME]).slice(3),
    ],
    ids=["lazy", "pyarrow", "pandas", "rows", "columns", "chunks", "narrow", "enum", "zone", "slice"],
)
def test_the_same_values_have_the_same_id_however_they_are_held(twin):
    assert id_of(twin) == id_of(FRAME)


def test_plain_pandas_gives_the_id_that_polars_gives():
    frame = FRAME.select("id", "f", "t", "at")
    assert id_of(frame.to_pandas()) == id_of(frame)


def test_a_file_written_by_another_writer_gives_the_same_id(tmp_path):
    import pyarrow.parquet as pq

    FRAME.write_parquet(tmp_path / "a.parquet", compression="lz4", row_group_size=1)
    pq.write_table(FRAME.to_arrow(), tmp_path / "b.parquet", version="1.0")
    assert {id_of(pl.read_parquet(tmp_path / f"{name}.parquet")) for name in "ab"} == {id_of(FRAME)}


@pytest.mark.parametrize(
    ("values", "others"),
    [
        ([1, 2], [2, 1]),
        ([1], [1.0]),
        (["1"], [1]),
        ([True], [1]),
        (["ab", "c"], ["a", "bc"]),
        ([""], [None]),
        ([None, 0], [0, None]),
        ([float("nan")], [None]),
        ([[], [1]], [[1], []]),
        ([[None]], [[]]),
        ([[]], [None]),
        ([[[1], []]], [[[1]]]),
        ([{"a": 1}], [{"b": 1}]),
        ([{"a": None}], [None]),
        ([b"x"], ["x"]),
        ([dt.date(1970, 1, 2)], [1]),
        ([dt.datetime(2026, 1, 1, tzinfo=dt.UTC)], [dt.datetime(2026, 1, 1)]),  # noqa: DTZ001
        ([Decimal("1.5")], ["1.5"]),
        ([2**63], [2**63 - 1]),
        (["\u00e9"], ["e\u0301"]),
    ],
)
def test_other_values_have_another_id(values, others):
    assert of_values(values) != of_values(others)


@pytest.mark.parametrize(
    ("values", "twins"),
    [
        ([0.0], [-0.0]),
        ([Decimal("1.50")], [Decimal("1.5")]),
        ([Decimal(100)], [Decimal("100.00")]),
        ([dt.timedelta(seconds=1)], [dt.timedelta(milliseconds=1000)]),
    ],
)
def test_equal_values_that_are_written_differently_have_one_id(values, twins):
    assert of_values(values) == of_values(twins)


def test_every_nan_is_the_same_nan():
    import struct

    odd = struct.unpack("<d", struct.pack("<Q", 0xFFF8000000000123))[0]
    assert of_values([odd]) == of_values([float("nan")])


def test_what_lies_hidden_under_a_null_does_not_count():
    hidden = pa.array(["x", "secret", "y"]).slice(0)
    masked = pa.Array.from_buffers(pa.string(), 3, [pa.py_buffer(bytes([0b101])), *hidden.buffers()[1:]])
    assert id_of(pa.table({"id": [1, 2, 3], "v": masked})) == of_values_from_one(["x", None, "y"])


def of_values_from_one(values):
    return id_of(pl.DataFrame({"id": range(1, len(values) + 1), "v": values}))


def test_a_name_is_part_of_the_id():
    assert id_of({"id": [1], "a": [1]}) != id_of({"id": [1], "b": [1]})


def test_a_column_without_any_value_needs_no_type():
    assert id_of({"id": [1], "v": pl.Series([None], dtype=pl.Int64)}) == id_of({"id": [1], "v": [None]})


SCALAR = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
CELLS = st.lists(st.none() | st.lists(SCALAR, max_size=3), min_size=1, max_size=8)


@settings(deadline=None)
@given(CELLS, CELLS)
def test_two_columns_have_one_id_if_and_only_if_they_are_equal(first, second):
    dtype = pl.List(pl.String)
    assert (of_values(first, dtype) == of_values(second, dtype)) is (first == second)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.text("ab\0é😀", max_size=3), st.floats() | st.none()), unique_by=lambda row: row[0]),
    st.randoms(),
)
def test_the_order_of_the_rows_does_not_matter(rows, random):
    def of(rows):
        return id_of(pl.DataFrame(rows, schema={"id": pl.String, "f": pl.Float64}, orient="row"))

    mixed = random.sample(rows, len(rows))
    assert of(mixed) == of(rows)


@pytest.mark.parametrize(
    ("frame", "keys", "error", "words"),
    [
        ({"id": [1]}, [], UnusableParameter, "A table needs keys"),
        ({"id": [1]}, ["idd"], UnknownColumn, "Did you mean 'id'"),
        ({"id": ["x", "y", "x"]}, ["id"], UnusableFrame, "Rows 1 and 3 have the same key (id='x')"),
        ({"a": [1, 1], "b": [2, 2]}, ["a", "b"], UnusableFrame, "same key (a=1, b=2)"),
        ({"id": ["x", None]}, ["id"], UnusableFrame, "Row 2: the key column 'id' is empty"),
        ({"id": [0.5]}, ["id"], UnusableFrame, "names rows unreliably"),
        ({"id": [[1]]}, ["id"], UnusableFrame, "names rows unreliably"),
    ],
)
def test_rows_that_no_key_names_are_refused(frame, keys, error, words):
    with pytest.raises(error) as caught:
        canonical(pl.DataFrame(frame), keys)
    assert words in str(caught.value)


def test_python_objects_are_refused():
    frame = pl.DataFrame({"id": [1], "v": pl.Series([object()], dtype=pl.Object)})
    with pytest.raises(UnusableFrame, match="'v' holds Python objects"):
        canonical(frame, ["id"])


def test_the_input_is_not_altered():
    frame = pd.DataFrame({"id": ["b", "a"], "f": [-0.0, 1.0]})
    before = frame.copy()
    id_of(frame)
    pd.testing.assert_frame_equal(frame, before)
