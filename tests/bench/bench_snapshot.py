"""Freezing, loading and verifying a million rows beside polars' own write_parquet and read_parquet, in one run.

Freezing does what writing does and more: it sorts by key, hashes every value, hashes the file, and waits for the disk.
Run it as a script for the table; under pytest it asserts the promise.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl

from prep.read import open_table
from prep.snapshot import SnapshotStore
from prep.splits import split


def table(rows, columns):
    rng = np.random.default_rng(0)
    made = {"id": [f"item-{number:09d}" for number in rng.permutation(rows)]}
    made["text"] = [f"message {number} of a customer who waits" for number in range(rows)]
    made["label"] = rng.choice(["refund", "delivery", "praise"], rows)
    for number in range(columns - 3):
        made[f"c{number}"] = rng.random(rows) if number % 2 else rng.integers(0, 100, rows)
    return pl.DataFrame(made)


def timed(action):
    start, cpu = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - start, time.process_time() - cpu


def measure(rows, columns, folder):
    """Wall and CPU seconds of each action: a mapping of name to a pair."""
    frame = table(rows, columns)
    file = folder / "floor.parquet"
    store = SnapshotStore(folder / "snapshots")
    snapshot = []

    def freeze():
        at = datetime(2026, 1, 1, tzinfo=UTC)
        snapshot.append(store.commit("p", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=at))

    found = {"polars write_parquet": timed(lambda: frame.write_parquet(file)), "commit": timed(freeze)}
    found["the same again (found, not written)"] = timed(freeze)
    found["polars read_parquet"] = timed(lambda: pl.read_parquet(file))
    found["load (every byte compared)"] = timed(snapshot[0].load)
    found["verify (and every value)"] = timed(store.verify)
    found["split"] = timed(lambda: split(frame, key="id"))
    return found


def measure_reading(rows, folder):
    frame = table(rows, 3).select("id", "text")
    found = {}
    for suffix, write in (("csv", frame.write_csv), ("jsonl", frame.write_ndjson), ("parquet", frame.write_parquet)):
        path = folder / f"items.{suffix}"
        write(path)

        def read(path=path):
            with open_table(path) as opened:
                assert sum(len(batch) for batch in opened.batches(5000)) == rows

        found[suffix] = timed(read)
    return found


def test_freezing_a_million_rows_costs_no_more_than_a_few_times_writing_them(tmp_path):
    found = measure(1_000_000, 10, tmp_path)
    assert found["commit"][0] < 8 * found["polars write_parquet"][0] + 1


def main(rows=1_000_000):
    folder = Path(tempfile.mkdtemp())
    try:
        for columns in (10, 20):
            print(f"\n{rows:,} rows × {columns} columns\n\n| | seconds | CPU | × the floor |\n|---|--:|--:|--:|")
            (folder / str(columns)).mkdir()
            floor = 0.0
            for name, (wall, cpu) in measure(rows, columns, folder / str(columns)).items():
                floor = wall if name.startswith("polars") else floor
                print(f"| {name} | {wall:.2f} | {cpu:.2f} | {wall / floor:.1f} |")
        print(f"\nReading {rows:,} rows of id and text, in batches\n\n| | seconds |\n|---|--:|")
        for name, (wall, _) in measure_reading(rows, folder).items():
            print(f"| {name} | {wall:.1f} |")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
