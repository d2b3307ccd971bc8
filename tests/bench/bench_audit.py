"""The audit: who is found and who is flagged in vain among planted faults; rank correlation on the real sets; speed.

Run it as a script: `faults` (a table per fault, strength and number of answers), `sets`, `speed`; without a word, all.
In a made-up crowd of twenty, five have a fault each, the rest differ in skill, pace and doubt as people do. A fault is
found when the word is "look", which takes two independent signals; an honest annotator told so is a false flag.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
SETS = ("bluebirds", "rte", "s_dog", "cf", "d_product")
FAULTS = ("careless", "copying", "drifting", "biased", "straight_lining")
STRENGTHS = (0.3, 0.5, 0.7)
VOLUMES = (50, 100, 200, 400)
CROWD, OVERLAP, GOLD_SHARE, SPREAD = 20, 4, 0.15, 300


def world(volume, strength, seed, faults=FAULTS, gold_share=GOLD_SHARE):
    """The answers of a crowd as columns in the order of time, gold for some items, and the fault of each annotator."""
    from labeling.simulator import INTENTS, Annotator, messages, simulate

    rng = np.random.default_rng(seed)
    cases, labels = messages(CROWD * volume // OVERLAP, seed=seed), list(INTENTS)
    crowd, fault_of = [], {}
    for k in range(CROWD):
        fault = faults[k] if k < len(faults) else "none"
        name = f"a{k:02}"
        fault_of[name] = fault
        crowd.append(
            Annotator(
                name,
                skill=float(rng.uniform(0.82, 0.97)),
                pace=9.0 * float(np.exp(rng.normal(0, 0.15))),
                fault=fault,
                strength=strength if fault != "none" else 0.0,
                work=volume,
                model=f"a{len(faults) + int(rng.integers(0, CROWD - len(faults))):02}" if fault == "copying" else "",
                favourite=str(rng.choice(labels)) if fault == "biased" else "",
            )
        )
    rows = simulate(cases, crowd, labels, overlap=OVERLAP, seed=seed, spread=SPREAD, most=volume)
    columns = {name: [getattr(row, name) for row in rows] for name in ("item", "annotator", "label", "seconds")}
    columns["time"] = [row.at for row in rows]
    known = {case.key: case.truth for case in cases if rng.random() < gold_share}
    return columns, known, fault_of


def cell(volume, strength, worlds, **how):
    """Of planted faults the share found, by fault; the share of honest annotators flagged; which evidence spoke."""
    from labeling.audit import audit

    found, spoke = {fault: [] for fault in ("none", *FAULTS)}, {}
    for seed in range(worlds):
        columns, known, fault_of = world(volume, strength, 1000 * volume + seed, **how)
        for one in audit(columns, gold=known):
            fault = fault_of[one.annotator]
            found.setdefault(fault, []).append(one.word == "look")
            for signal in one.signals:
                spoke[fault, signal.evidence] = spoke.get((fault, signal.evidence), 0) + 1
    return {fault: float(np.mean(hits)) for fault, hits in found.items() if hits}, spoke, len(found["none"])


def faults(worlds=20):
    """Print detection and false flags for each fault, strength and number of answers."""
    print(f"\nFound, of {worlds} planted each; answers an annotator, strength; crowd of {CROWD}, overlap {OVERLAP}, "
          f"{GOLD_SHARE:.0%} gold")  # fmt: skip
    print(f"| answers | strength | {' | '.join(FAULTS)} | all | false flags |")
    print("|--:|--:|" + "--:|" * (len(FAULTS) + 2))
    for volume in VOLUMES:
        for strength in STRENGTHS:
            found, _, honest = cell(volume, strength, worlds)
            shares = [found[fault] for fault in FAULTS]
            cells = " | ".join(f"{100 * share:.0f} %" for share in (*shares, np.mean(shares)))
            print(f"| {volume} | {strength} | {cells} | {100 * found['none']:.1f} % of {honest} |", flush=True)


def sets():
    """Print Spearman's correlation with accuracy on gold, which no measure saw, of those with 15 gold answers or more."""
    from bench_consensus import read_set
    from scipy.stats import spearmanr

    from labeling.audit import audit

    measures = ("standing", "skill", "agreement", "excess", "spammer", "divergence")
    print(
        f"\n| set | annotators | {' | '.join(measures)} | look | not known yet |\n|---|--:|{'--:|' * (len(measures) + 2)}"
    )
    rows = []
    for name in SETS:
        answers, truth = read_set(name)
        known = truth[answers.item] >= 0
        seen = np.bincount(answers.annotator[known], minlength=len(answers.annotators))
        right = np.bincount(answers.annotator[known & (answers.label == truth[answers.item])], minlength=len(seen))
        found = audit(answers)
        use = np.flatnonzero(seen >= 15)
        accuracy = right[use] / seen[use]
        rows.append([spearmanr([found.columns[m][k] for k in use], accuracy).statistic for m in measures])
        words = [one.word for one in found]
        cells = " | ".join(f"{value:.3f}" for value in rows[-1])
        print(f"| {name} | {len(use)} | {cells} | {words.count('look')} | {words.count('not known yet')} |")
    print(f"| mean | | {' | '.join(f'{value:.3f}' for value in np.mean(rows, axis=0))} | | |")


def speed(answers=1_000_000):
    """Print the CPU time of an audit of so many answers beside the consensus in it, and the memory at its peak."""
    import resource

    from labeling.answers import Answers
    from labeling.audit import audit
    from labeling.consensus import consensus

    print("\n| annotators | answers | columns to codes | consensus | all the rest | as a frame | peak |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    for people in (500, 100_000):
        rng = np.random.default_rng(0)
        items = answers // 5
        item = np.repeat(np.arange(items), 5)
        who = (np.repeat(rng.integers(0, people, items), 5) + np.tile(np.arange(5) * 97, items)) % people
        skill, truth = rng.beta(6, 2.5, people), rng.integers(0, 4, items)
        label = np.where(rng.random(answers) < skill[who], truth[item], rng.integers(0, 4, answers))
        extra = {"seconds": rng.lognormal(2, 0.4, answers).round(2), "at": rng.permutation(answers)}
        began = time.process_time()
        table = Answers.from_columns(item, who, label)
        read = time.process_time()
        made = consensus(table)
        fitted = time.process_time()
        found = audit(table, gold=dict(enumerate(truth[:2000].tolist())), consensus=made, **extra)
        done = time.process_time()
        rows = len(found.frame)
        framed = time.process_time()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        times = " | ".join(f"{value:.2f} s" for value in (read - began, fitted - read, done - fitted, framed - done))
        print(f"| {rows:,} | {answers:,} | {times} | {peak:.1f} GB |", flush=True)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
    asked = sys.argv[1:] or ["faults", "sets", "speed"]
    if "faults" in asked:
        faults(*(int(word) for word in asked if word.isdigit()))
    if "sets" in asked:
        sets()
    if "speed" in asked:
        speed()
