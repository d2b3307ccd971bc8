"""Freezing, growing, loading and verifying a million rows beside polars' own write_parquet and read_parquet, in one run.

Freezing does what writing does and more: it puts rows in the order of their keys, hashes every value and every file, and
waits for the disk. All actions are run in turns, several times, and the least of each counts: CPU seconds and wall seconds,
as multiples of one `write_parquet` of the same frame. `rows in order` is a frame sorted by its key already, as a snapshot
that is loaded and frozen again is; `shuffled` has to be put in order first, and so has its own floor, sort and write.

    python tests/bench/bench_snapshot.py [ROWS]
"""

import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from prep.read import open_table
from prep.snapshot import SnapshotStore
from prep.splits import split

AT = datetime(2026, 1, 1, tzinfo=UTC)
TURNS = 5


def table(rows, columns):
    rng = np.random.default_rng(0)
    made = {"id": [f"item-{number:09d}" for number in rng.permutation(rows)]}
    made["text"] = [f"message {number} of a customer who waits" for number in range(rows)]
    made["label"] = rng.choice(["refund", "delivery", "praise"], rows)
    for number in range(columns - 3):
        made[f"c{number}"] = rng.random(rows) if number % 2 else rng.integers(0, 100, rows)
    return pl.DataFrame(made)


def freeze(frame, folder):
    return SnapshotStore(folder).commit("p", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=AT)


def timed(action, folder):
    start, cpu = time.perf_counter(), time.process_time()
    action(folder)
    return time.perf_counter() - start, time.process_time() - cpu


def measure(rows, columns, folder, turns=TURNS):
    """The least wall and CPU seconds of each action: a mapping of name to a pair."""
    shuffled = table(rows, columns)
    ordered = shuffled.sort("id").rechunk()
    more = table(1000, columns).with_columns(
        id=pl.format("item-{}", pl.int_range(rows, rows + 1000).cast(pl.String).str.zfill(9))
    )
    kept = freeze(ordered, folder / "kept")
    store = SnapshotStore(folder / "kept")
    file = folder / "floor.parquet"
    ordered.write_parquet(file)
    actions = {
        "polars write_parquet": lambda place: ordered.write_parquet(place / "x.parquet"),
        "commit, rows in order": lambda place: freeze(ordered, place),
        "polars sort and write_parquet": lambda place: shuffled.sort("id").write_parquet(place / "x.parquet"),
        "commit, shuffled": lambda place: freeze(shuffled, place),
        "commit the same again (found, not written)": lambda _: freeze(ordered, folder / "kept"),
        "append 1,000 rows at the end": lambda _: forget(store, store.append(kept.ref, {"items": more}, created_at=AT)),
        "polars read_parquet": lambda _: pl.read_parquet(file),
        "load (every byte compared)": lambda _: kept.load(),
        "verify (and every value)": lambda _: store.verify(kept.ref),
        "split": lambda _: split(ordered, key="id"),
    }
    found = {name: [] for name in actions}
    for turn in range(turns):
        for name, action in actions.items():
            place = folder / f"{turn}-{len(found[name])}-{abs(hash(name))}"
            place.mkdir()
            found[name].append(timed(action, place))
            shutil.rmtree(place)
    return {name: (min(wall for wall, _ in pairs), min(cpu for _, cpu in pairs)) for name, pairs in found.items()}


def forget(store, snapshot):
    """Take away what was appended, so that the next turn does it anew."""
    shutil.rmtree(snapshot.path)
    return store


def measure_reading(rows, folder):
    frame = table(rows, 3).select("id", "text")
    found = {}
    for suffix, write in (("csv", frame.write_csv), ("jsonl", frame.write_ndjson), ("parquet", frame.write_parquet)):
        path = folder / f"items.{suffix}"
        write(path)

        def read(_, path=path):
            with open_table(path) as opened:
                assert sum(len(batch) for batch in opened.batches(5000)) == rows

        found[suffix] = timed(read, folder)
    return found


def test_freezing_a_million_rows_costs_no_more_than_a_few_times_writing_them(tmp_path):
    found = measure(1_000_000, 10, tmp_path, turns=2)
    assert found["commit, rows in order"][1] < 5 * found["polars write_parquet"][1] + 0.5


def main(rows=1_000_000):
    folder = Path(tempfile.mkdtemp())
    try:
        for columns in (10, 20):
            print(f"\n{rows:,} rows × {columns} columns\n")
            print("| | wall s | × the floor | CPU s | × the floor |\n|---|--:|--:|--:|--:|")
            (folder / str(columns)).mkdir()
            found = measure(rows, columns, folder / str(columns))
            floor = found["polars write_parquet"]
            for name, (wall, cpu) in found.items():
                print(f"| {name} | {wall:.2f} | {wall / floor[0]:.1f} | {cpu:.2f} | {cpu / floor[1]:.1f} |")
        print(f"\nReading {rows:,} rows of id and text, in batches\n\n| | seconds |\n|---|--:|")
        for name, (wall, _) in measure_reading(rows, folder).items():
            print(f"| {name} | {wall:.1f} |")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
