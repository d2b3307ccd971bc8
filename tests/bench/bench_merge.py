"""A join that keeps a promise beside the bare join of polars and pandas' merge(validate=...), interleaved, in one run.

The promise costs finding the keys that repeat and the rows without a partner; ours also keeps the order, and reports.
CPU seconds are the smallest of several rounds. Run it as a script for the table; `--large` adds ten million rows.
"""

from __future__ import annotations

import sys
import time

import numpy as np
import polars as pl

import prep


def tables(rows):
    """Orders (`rows`) and customers (a tenth), keys shuffled, nine in ten with a partner; one text column on the right."""
    draw = np.random.default_rng(0)
    others = rows // 10
    keys = draw.permutation(others * 10 // 9)
    left = pl.DataFrame(
        {"id": draw.integers(0, len(keys), rows), "x": draw.random(rows), "n": draw.integers(0, 9, rows)}
    )
    right = pl.DataFrame(
        {"id": keys[:others], "a": draw.random(others), "name": [f"customer {number}" for number in range(others)]}
    )
    return left, right


def smallest(actions, rounds):
    """The smallest CPU and wall seconds of each action, round about."""
    found = {name: [float("inf"), float("inf")] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            start, cpu = time.perf_counter(), time.process_time()
            action()
            spent = time.process_time() - cpu, time.perf_counter() - start
            found[name] = [min(best, one) for best, one in zip(found[name], spent, strict=True)]
    return found


def actions_for(rows, how, *, with_pandas):
    left, right = tables(rows)
    made = {
        f"polars, bare {how} join": lambda: left.join(right, on="id", how=how),
        f"polars, {how} join in order": lambda: left.join(right, on="id", how=how, maintain_order="left_right"),
        f'prep.join, how="{how}", promise="m:1"': lambda: prep.join(left, right, on="id", how=how),
    }
    if with_pandas:
        lefts, rights = left.to_pandas(), right.to_pandas()
        made[f'pandas, merge(how="{how}", validate="m:1")'] = lambda: lefts.merge(
            rights, on="id", how=how, validate="m:1"
        )
        made["prep.join on pandas"] = lambda: prep.join(lefts, rights, on="id", how=how)
    return made


def test_a_promise_costs_less_than_three_times_the_bare_join():
    found = smallest(actions_for(300_000, "left", with_pandas=False), 5)
    names = list(found)
    assert found[names[2]][0] < 3 * found[names[0]][0] + 0.1


def main(sizes):
    for rows in sizes:
        for how in ("left", "inner"):
            found = smallest(actions_for(rows, how, with_pandas=rows <= 1_000_000), 7 if rows <= 1_000_000 else 4)
            floor = next(iter(found.values()))[0]
            print(f"\n{rows:,} rows to {rows // 10:,}\n\n| | CPU | wall | CPU × bare |\n|---|--:|--:|--:|")
            for name, (cpu, wall) in found.items():
                print(f"| {name} | {cpu:.2f} | {wall:.2f} | {cpu / floor:.2f} |")


if __name__ == "__main__":
    main([1_000_000, 10_000_000] if "--large" in sys.argv else [1_000_000])
