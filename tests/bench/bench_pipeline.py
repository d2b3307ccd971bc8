"""What a pipeline costs beside its bare verbs, and what a run costs when nothing changed.

python tests/bench/bench_pipeline.py [ROWS]

The floor is the same verbs called one after another with their reports, in the same process; CPU seconds, the least of
several interleaved rounds. A run adds: hashing the file and each step's output, writing it, statistics, the record.
"""

import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import prep

ROUNDS = 5


def write(path, rows):
    draw = random.Random(0)
    lines = ["Id,Full Name,Age,City"]
    lines += [
        f"{n}, Name  {draw.randrange(rows)} ,{draw.randrange(90)},{draw.choice(['Bonn', 'Ulm', 'N/A'])}"
        for n in range(rows)
    ]
    path.write_text("\n".join(lines) + "\n")


def pipeline(path):
    return (
        prep.Pipeline("bench").source("raw", path).step("clean_names").step("normalize_text").step("missing_tokens")
        .step("filter_rows", where="age >= 18").step("drop_duplicates", columns=["full_name"])
    )  # fmt: skip


def bare(path):
    frame = prep.read_table(path)
    for verb, more in (
        ("clean_names", {}), ("normalize_text", {}), ("missing_tokens", {}), ("filter_rows", {"where": "age >= 18"}),
        ("drop_duplicates", {"columns": ["full_name"]}),
    ):  # fmt: skip
        result = prep.step(verb, **more).run(frame)
        frame, _ = result.frame, result.change
    return frame


def timed(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        path, store = Path(folder) / "raw.csv", Path(folder) / "store"
        write(path, rows)
        made = pipeline(path)
        best = {}

        def cold():
            shutil.rmtree(store, ignore_errors=True)
            made.run(store=store)

        for _ in range(ROUNDS):
            for name, work in (
                ("bare verbs", lambda: bare(path)),
                ("first run", cold),
                ("run with nothing changed", lambda: made.run(store=store)),
            ):
                best[name] = min(best.get(name, 1e9), timed(work))
        floor = best["bare verbs"]
        print(f"{rows:,} rows, {path.stat().st_size / 1e6:.0f} MB of CSV, five verbs; CPU seconds, least of {ROUNDS}")
        for name, seconds in best.items():
            print(f"{name:<26} {seconds:8.3f}   {seconds / floor:6.3f} of the bare verbs")


if __name__ == "__main__":
    main()
