"""A verb on a DuckDB table larger than what is held in memory."""

import tempfile
from pathlib import Path

import polars as pl
import pytest

import prep
from prep import spill

duckdb = pytest.importorskip("duckdb")


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setattr(spill, "HELD_BYTES", 1_000_000)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def table(connection, rows):
    return connection.sql(f"select range as id, 'Row  ' || range as name, null::int as gap from range({rows})")


def test_its_rows_are_those_of_a_small_one_and_can_be_read_again(folder):
    made = prep.normalize_text(table(duckdb.connect(), 500_000), "name")
    assert made.filter("name = 'Row 499999'").fetchall() == [(499_999, "Row 499999", None)]
    assert made.aggregate("count(*), sum(id), count(gap)").fetchall() == [(500_000, sum(range(500_000)), 0)]
    assert made.limit(2).pl().equals(prep.normalize_text(table(duckdb.connect(), 2), "name").pl())


def test_what_is_beyond_memory_is_in_a_file_that_leaves_no_name(folder):
    with (
        Path("/proc/self/maps").open()
        if Path("/proc/self/maps").exists()
        else pytest.skip("Linux tells of maps") as maps
    ):
        before = maps.read()
    made = prep.normalize_text(table(duckdb.connect(), 500_000), "name")
    assert str(folder) not in before
    assert str(folder) in Path("/proc/self/maps").read_text()
    assert not list(folder.iterdir())
    assert made.count("*").fetchall() == [(500_000,)]


def test_a_verb_that_fails_midway_leaves_no_file(folder):
    import pyarrow as pa

    schema = pa.schema([("id", pa.int64())])

    def batches():
        for _ in range(3):
            yield pa.record_batch([pa.array(range(200_000))], schema=schema)
        raise RuntimeError("midway")

    with pytest.raises(RuntimeError, match="midway"):
        spill.kept(batches(), schema)
    assert not list(folder.iterdir())


def test_a_verb_on_a_verb_reads_what_lies_in_the_file(folder):
    first = prep.normalize_text(table(duckdb.connect(), 300_000), "name")
    second = prep.derive(first, {"n": "length(name)"})
    assert second.aggregate("sum(n)").fetchall() == [
        (pl.select(pl.int_range(300_000).cast(pl.String).str.len_chars().sum()).item() + 4 * 300_000,)
    ]
