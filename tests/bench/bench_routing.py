"""Adaptive overlap: what it would have saved on real answers, and where it fails.

Run it as a script for the curves: each set's answers are given out again in a random order by item, floor 3, as many
as there are at most; mean answers an item and accuracy of the consensus, over three orders. "gold" holds forty items
at their known answer, which calibrates the confidence and can forbid to stop; accuracy is then on the others only.
`speed` times one refit from the last one's parameters beside one from nothing.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parent)]
from bench_consensus import SETS, read_set  # noqa: E402 - the set's reader is its neighbour's

TARGETS = (0.8, 0.85, 0.9, 0.95, 0.98)
ORDERS, GOLD_ITEMS = 3, 40


def run(name, target, *, gold_items=0, floor=3, ceiling=None, orders=ORDERS):
    """Mean answers an item, percent right, and what the guard said, over several orders."""
    from labeling.routing import Policy, replay, route

    answers, truth = read_set(name)
    most = int(np.bincount(answers.item).max()) if ceiling is None else ceiling
    used, right, why = [], [], ""
    for seed in range(orders):
        known = np.flatnonzero(truth >= 0)
        held = np.random.default_rng(seed).permutation(known)[:gold_items]
        gold = {answers.items[k]: answers.labels[truth[k]] for k in held} or None
        policy = Policy(floor=min(floor, most), ceiling=most, target=target)
        done = replay(answers, policy, gold=gold, seed=seed)
        rest = np.setdiff1d(known, held)
        used.append(done.used[rest].mean())
        right.append(100 * (done.consensus.label[rest] == truth[rest]).mean())
        said = route(done.consensus, policy).guard
        why = "" if said is None else said.why
    return float(np.mean(used)), float(np.mean(right)), why


def curves():
    """Print the curve of every set."""
    for name in SETS:
        answers, _ = read_set(name)
        there = len(answers) / len(answers.items)
        _, full, _ = run(name, 0.9, floor=10_000)
        print(f"\n{name}: all {there:.1f} answers an item -> {full:.1f} %")
        print("| rule | answers an item | right % | under all | saved |\n|---|--:|--:|--:|--:|")
        rules = [(f"each {k}", {"floor": k, "ceiling": k, "target": 0.9}) for k in (3, 5, 7) if k < there]
        rules += [(f"target {target}", {"target": target}) for target in TARGETS]
        rules += [(f"target {target}, gold", {"target": target, "gold_items": GOLD_ITEMS}) for target in (0.9,)]
        for rule, how in rules:
            used, right, why = run(name, **how)
            print(
                f"| {rule} | {used:.2f} | {right:.1f} | {full - right:+.1f} | {1 - used / there:.0%} |  {why}",
                flush=True,
            )


def speed():
    """Print the time of a refit when a hundredth of the answers is new, warm and cold, in turns; least of three."""
    from labeling.answers import Answers
    from labeling.consensus import consensus

    rng = np.random.default_rng(0)
    n, people = 200_000, 300
    truth, item, who = rng.integers(0, 4, n // 4), np.repeat(np.arange(n // 4), 4), rng.integers(0, people, n)
    skill = rng.beta(6, 2, people)
    label = np.where(rng.random(n) < skill[who], truth[item], rng.integers(0, 4, n))
    table = Answers.from_columns(item, who, label)
    before = consensus(table.take(np.flatnonzero(rng.random(len(table)) < 0.99))).warm
    times = {"cold": [], "warm": []}
    for _ in range(3):
        for way, start in (("cold", None), ("warm", before)):
            began = time.process_time()
            consensus(table, warm=start).sure.sum()
            times[way].append(time.process_time() - began)
    cold, warm = min(times["cold"]), min(times["warm"])
    print(f"\nrefit of {n:,} answers, 1 % new: cold {cold:.2f} s, warm {warm:.2f} s CPU: {cold / warm:.1f} times")


if __name__ == "__main__":
    if "speed" not in sys.argv:
        curves()
    speed()
