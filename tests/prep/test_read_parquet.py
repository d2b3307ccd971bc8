"""Reading Parquet: rows become JSON values; damage is named."""

import datetime as dt
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prep.errors import UnreadableFile
from prep.read import open_table, read_table


def written(columns):
    file = io.BytesIO()
    pq.write_table(pa.table(columns), file)
    return file.getvalue()


def rows_of(data, **how):
    with open_table(io.BytesIO(data), name="items.parquet", **how) as table:
        return [row for batch in table.batches(2) for row in batch]


def test_values_become_those_that_json_has():
    table = {
        "time": [dt.datetime(2026, 1, 31, 14, 2, tzinfo=dt.UTC), None],
        "day": [dt.date(2026, 1, 31), None],
        "price": [Decimal("1.50"), None],
        "score": [0.5, float("nan")],
        "nested": [{"a": [1, None]}, None],
        "coded": pa.array(["x", None]).dictionary_encode(),
    }
    assert rows_of(written(table)) == [
        {"time": "2026-01-31T14:02:00+00:00", "day": "2026-01-31", "price": "1.50", "score": 0.5,
         "nested": {"a": [1, None]}, "coded": "x"},
        dict.fromkeys(table),
    ]  # fmt: skip


def test_a_map_becomes_an_object():
    kind = pa.map_(pa.string(), pa.float64())
    assert rows_of(written({"p": pa.array([[("x", 0.9)], []], kind)})) == [{"p": {"x": 0.9}}, {"p": []}]


def test_the_rows_are_counted_in_place_of_lines():
    with open_table(io.BytesIO(written({"id": [1, 2, 3]}))) as table:
        assert [batch.lines for batch in table.batches(2)] == [[1, 2], [3]]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (written({"id": [1]})[:-20], "This Parquet file is damaged"),
        (b"PAR1" + b"x" * 50 + b"PAR1", "This Parquet file is damaged"),
        (b"id\n1\n", "The name says Parquet, but the content is not"),
        (written({"id": pa.array([], pa.int64())}), "There are no rows, only a header"),
        (written({"id": [b"\x00\x01"]}), "column 'id': holds binary data"),
        (written({"id": [1.0, float("inf")]}), "row 2, column 'id': The number is infinite"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(data, words):
    with pytest.raises(UnreadableFile) as caught:
        rows_of(data)
    assert words in str(caught.value)


def test_a_field_over_the_limit_is_refused_with_its_row():
    with pytest.raises(UnreadableFile, match="row 3, column 'id': The field has 11 bytes; 10 are allowed"):
        rows_of(written({"id": ["a", "b", "x" * 11]}), max_field_bytes=10)


def test_a_file_becomes_a_frame_with_its_types(tmp_path):
    (tmp_path / "a.csv").write_text("id,n,f,b,t,e\n007,1,1.5,true,x,\n08,-2,2e3,False,,\n")
    frame = read_table(tmp_path / "a.csv")
    assert frame.to_dict(as_series=False) == {
        "id": ["007", "08"], "n": [1, -2], "f": [1.5, 2000.0], "b": [True, False], "t": ["x", None], "e": [None, None],
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), [("pandas", "DataFrame"), ("pyarrow", "Table"), ("polars", "DataFrame")])
def test_a_file_becomes_a_frame_of_the_kind_asked_for(tmp_path, kind, name):
    (tmp_path / "a.jsonl").write_text('{"id": 1, "tags": ["x"]}\n')
    assert type(read_table(tmp_path / "a.jsonl", kind=kind)).__name__ == name
