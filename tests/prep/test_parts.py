"""A table is kept in parts; what did not change is neither written nor read again, and the id is that of the whole."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from prep import content
from prep.errors import UnknownSnapshot, UnusableFrame
from prep.parts import cut

SMALL = {"PART": 128, "MOST": 2048}


@pytest.fixture
def small_parts(monkeypatch):
    for name, value in SMALL.items():
        monkeypatch.setattr(content, name, value)


def table(numbers):
    numbers = list(numbers)
    return pl.DataFrame({"id": [f"item-{n:06d}" for n in numbers], "n": numbers, "t": [f"text {n}" for n in numbers]})


def inodes(snapshot):
    return {path.stat().st_ino for path in snapshot.files()}


def test_a_table_of_two_hundred_thousand_rows_lies_in_parts_that_load_as_one(freeze, store):
    whole = table(range(200_000))
    frozen = freeze(whole.sample(fraction=1, shuffle=True, seed=1))
    assert len(frozen.files()) > 1
    assert_frame_equal(frozen.load(), whole)
    assert_frame_equal(pl.read_parquet(frozen.path / "items/*.parquet"), whole)
    assert store.verify() == []


def test_appending_is_committing_all_rows_together(small_parts, freeze, store, now):
    first = freeze(table(range(0, 6000, 2)))
    grown = store.append(first.ref, {"items": table(range(1, 6000, 2))}, created_at=now)
    assert len(first.files()) > 2
    assert grown.id == freeze(table(range(6000)), name="other").id
    assert grown.parent == first.id
    assert store.verify() == []


@settings(deadline=None, max_examples=40)
@given(st.sets(st.integers(-300, 300)), st.sets(st.integers(-300, 300)), st.booleans())
def test_the_parts_of_what_grew_are_the_parts_of_the_whole(there, added, text):
    import tempfile
    from datetime import UTC, datetime
    from pathlib import Path

    from prep.parts import grown
    from prep.snapshot import SnapshotStore

    before = {name: getattr(content, name) for name in (*SMALL, "_SIEVE")}
    content.PART, content.MOST, content._SIEVE = 16, 24, 4
    try:
        key = (lambda n: f"{n}") if text else (lambda n: n)
        first = pl.DataFrame(
            {"k": [key(n) for n in there], "s": list(there)},
            schema={"k": pl.String if text else pl.Int64, "s": pl.Int64},
        )
        more = pl.DataFrame({"k": [key(n) for n in added], "s": [n + 1000 for n in added]}, schema=first.schema)
        with tempfile.TemporaryDirectory() as folder:
            store = SnapshotStore(Path(folder))
            frozen = store.commit("p", {"t": first}, keys={"t": ["k", "s"]}, about={}, created_at=datetime.now(UTC))
            made = grown(frozen, "t", more)
        wanted = cut(pl.concat([first, more]), ["k", "s"])
        assert [(part.rows, part.content, part.drawn) for part in made.parts] == [
            (part.rows, part.content, part.drawn) for part in wanted.parts
        ]
    finally:
        for name, value in before.items():
            setattr(content, name, value)


def test_parts_in_which_nothing_changed_are_the_same_files(small_parts, freeze, store, now):
    first = freeze(table(range(6000)))
    grown = store.append(first.ref, {"items": table(range(6000, 6010))}, created_at=now)
    assert len(inodes(grown) - inodes(first)) == 1
    other = freeze(
        table(range(6000)).with_columns(n=pl.when(pl.col("n") == 10).then(-1).otherwise("n")), parent=first.id
    )
    assert len(inodes(other) - inodes(first)) == 1


def test_a_part_that_is_damaged_is_not_taken_over(small_parts, freeze, store, now):
    first = freeze(table(range(6000)))
    path = first.files()[0]
    path.chmod(0o644)
    path.write_bytes(b"x" * path.stat().st_size)
    other = freeze(table(range(6001)), parent=first.id)
    assert store.verify(other.ref) == []


def test_deleting_a_snapshot_leaves_the_parts_that_another_has(small_parts, freeze, store, now):
    first = freeze(table(range(6000)))
    grown = store.append(first.ref, {"items": table(range(6000, 6010))}, created_at=now)
    store.delete(first.ref, reason="too old", at=now)
    assert grown.load().height == 6010
    assert store.verify() == []


def test_a_part_begins_where_a_key_says_so_and_not_where_the_table_begins(small_parts):
    whole = cut(table(range(6000)), ["id"])
    later = cut(table(range(100, 6000)), ["id"])
    assert [part.content for part in whole.parts[1:]] == [part.content for part in later.parts[1:]]


def test_rows_with_one_first_key_are_not_torn_apart(small_parts):
    rows = pl.DataFrame({"item": [n // 10 for n in range(9000)], "who": [n % 10 for n in range(9000)]})
    drawn = [part for part in cut(rows, ["item", "who"]).parts if part.drawn]
    assert len(drawn) > 2
    assert all(part.frame["who"][0] == 0 for part in drawn)


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        (table([3]), UnusableFrame, "have the same key"),
        (table([30]).drop("n"), UnusableFrame, "other columns than items of .*: n"),
        (table([30]).with_columns(n=pl.lit("x")), UnusableFrame, "not of the types"),
    ],
)
def test_rows_that_do_not_fit_are_refused(freeze, store, now, rows, error, words):
    first = freeze(table(range(10)))
    with pytest.raises(error, match=words):
        store.append(first.ref, {"items": rows}, created_at=now)
    with pytest.raises(UnknownSnapshot, match="no table 'itms'"):
        store.append(first.ref, {"itms": rows}, created_at=now)
    assert [one.id for one in store.list()] == [first.id]
