"""Consensus: accuracy, regret and calibration on the real sets; speed and memory beside crowd-kit and plain numpy.

Run it as a script for the tables (`quality`, `speed`, `speed 10000000 1` for one round; without a word, quality and a
million answers).
crowd-kit is run by the interpreter that ASSAY_CROWDKIT_PYTHON names, and left out, saying so, where there is none.
Each contender of the speed table runs in a process of its own; seconds are of the CPU, so that what else the machine
does counts little; memory is the rise of its peak above what it held before.
"""

from __future__ import annotations

import csv
import ctypes
import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
SETS = ("bluebirds", "rte", "s_dog", "cf", "d_product")
ANNOTATORS, CLASSES, EACH, ITERATIONS = 500, 4, 5, 10
PEERS = ("crowd-kit majority", "crowd-kit Dawid–Skene")
FRAME = "majority, from the frame"
OURS = (FRAME, "majority", "dawid_skene", "plain numpy Dawid–Skene", "plain numpy Dawid–Skene, own stop", "auto")


def read_set(name):
    import numpy as np

    from labeling.answers import Answers

    with (DATA / name / "answers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    answers = Answers.from_columns(*([row[key] for row in rows] for key in ("task", "worker", "label")))
    with (DATA / name / "truth.csv").open(newline="") as file:
        truth = {row["task"]: row["truth"] for row in csv.DictReader(file)}
    number = {label: k for k, label in enumerate(answers.labels)}
    return answers, np.array([number.get(truth.get(item), -1) for item in answers.items])


def accuracy(scores, truth):
    """Percent right, a tie counting as a fair draw."""
    top = scores >= scores.max(axis=1, keepdims=True) - 1e-9
    return 100 * float((top[range(len(truth)), truth] / top.sum(axis=1)).mean())


def quality():
    """Print accuracy, regret and calibration before and after tempering, a row a method."""
    import numpy as np

    from labeling.consensus import calibration, consensus, methods

    sets = {name: read_set(name) for name in SETS}
    got, before, after = {}, {}, {}
    for method in methods():
        for name, (answers, truth) in sets.items():
            found, known = consensus(answers, method), truth >= 0
            decision = found.fit.posterior if found.fit.decision is None else found.fit.decision
            decision = decision / decision.sum(axis=1, keepdims=True)
            right = found.label == truth
            got[method, name] = accuracy(decision[known], truth[known])
            before[method, name] = calibration(decision.max(axis=1)[known], right[known]).ece
            after[method, name] = calibration(found.confidence[known], right[known]).ece
    best = {name: max(got[method, name] for method in methods()) for name in SETS}
    print(f"\n| method | {' | '.join(SETS)} | mean | worst regret | ECE untempered | ECE |")
    print("|---|" + "--:|" * (len(SETS) + 4))
    for method in methods():
        row = [got[method, name] for name in SETS]
        regret = max(best[name] - got[method, name] for name in SETS)
        means = (np.mean([table[method, name] for name in SETS]) for table in (before, after))
        cells = " | ".join(f"{value:.1f}" for value in (*row, np.mean(row), regret))
        print(f"| {method} | {cells} | " + " | ".join(f"{value:.3f}" for value in means) + " |")


def made_up(answers):
    import numpy as np

    rng = np.random.default_rng(0)
    items = answers // EACH
    truth = rng.integers(0, CLASSES, items)
    skill = rng.beta(6, 2.5, ANNOTATORS)
    item = np.repeat(np.arange(items), EACH)
    who = rng.integers(0, ANNOTATORS, answers)
    label = np.where(rng.random(answers) < skill[who], truth[item], rng.integers(0, CLASSES, answers))
    return item, who, label


def plain_dawid_skene(item, who, label, most):
    """Dawid–Skene in twenty lines of numpy, until no probability changes by 1e-4."""
    import numpy as np

    items, code = int(item.max()) + 1, who * CLASSES + label
    z = np.bincount(item * CLASSES + label, minlength=items * CLASSES).reshape(items, CLASSES) / EACH
    for _ in range(most):
        counts = np.stack([np.bincount(code, z[item, k], ANNOTATORS * CLASSES) for k in range(CLASSES)], axis=1)
        share = counts.reshape(ANNOTATORS, CLASSES, CLASSES)
        share = share / np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
        log_share = np.log(np.maximum(share, 1e-10)).reshape(-1, CLASSES)
        x = np.stack([np.bincount(item, log_share[code, k], items) for k in range(CLASSES)], axis=1)
        x += np.log(z.mean(axis=0))
        x = np.exp(x - x.max(axis=1, keepdims=True))
        x /= x.sum(axis=1, keepdims=True)
        change = np.abs(x - z).max()
        z = x
        if change < 1e-4:
            break
    return z


def job(contender, answers):
    """What a contender does, its input at hand; imports that it needs are made here, outside the clock."""
    item, who, label = made_up(answers)
    if contender in PEERS:
        import pandas as pd
        from crowdkit.aggregation import DawidSkene, MajorityVote

        frame = pd.DataFrame({"task": item, "worker": who, "label": label})
        model = MajorityVote() if contender == PEERS[0] else DawidSkene(n_iter=ITERATIONS, tol=-1e9)
        return lambda: model.fit_predict(frame)
    if contender == FRAME:  # what crowd-kit gets
        import pandas as pd

        import labeling

        frame = pd.DataFrame({"task": item, "worker": who, "label": label})
        labeling.aggregate(frame.head(1000), "majority")
        return lambda: labeling.aggregate(frame, "majority").arrays.label
    if contender.startswith("plain"):
        return lambda: plain_dawid_skene(item, who, label, 100 if contender.endswith("own stop") else ITERATIONS)
    import scipy.sparse
    import scipy.special  # noqa: F401 - loaded before the clock starts, as crowd-kit's imports are

    from labeling.answers import Answers
    from labeling.consensus import consensus

    coded = Answers.from_columns(item, who, label, duplicates="keep")
    small = coded.take(slice(0, 1000))
    how = {"max_iterations": ITERATIONS, "tolerance": 0.0} if contender == "dawid_skene" else {}
    consensus(small, contender, **how)
    return lambda: consensus(coded, contender, **how)


def peak_mb():
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measure_here(contender, answers):
    run = job(contender, answers)
    # Give back what making the input took, and forget its peak: else it would be reused, and the rise look like nought.
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    held = peak_mb()
    start = time.process_time()
    run()
    return {"seconds": time.process_time() - start, "added_mb": peak_mb() - held}


def measure(contender, answers):
    """One contender in a process of its own; None where its interpreter is not there."""
    python = os.environ.get("ASSAY_CROWDKIT_PYTHON") if contender in PEERS else sys.executable
    if not python:
        return None
    command = [python, __file__, "one", contender, str(answers)]
    paths = {"PYTHONPATH": str(ROOT)} if contender not in PEERS else {}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | paths)
    return json.loads(ran.stdout)


def speed(answers=1_000_000, rounds=3):
    """Print CPU seconds and added memory, a row a contender: the quickest of some rounds, in which they take turns."""
    print(
        f"\n{answers:,} answers, {EACH} an item, {ANNOTATORS} annotators, {CLASSES} classes, {ITERATIONS} iterations\n"
    )
    print("| | CPU seconds | added MB |\n|---|--:|--:|")
    rows = {}
    for _ in range(rounds):
        for contender in (*PEERS, *OURS):
            row, best = measure(contender, answers), rows.get(contender)
            rows[contender] = row if best is None or (row and row["seconds"] < best["seconds"]) else best
    for contender, row in rows.items():
        told = (
            "ASSAY_CROWDKIT_PYTHON names no interpreter |"
            if row is None
            else f"{row['seconds']:.3f} | {row['added_mb']:.0f}"
        )
        print(f"| {contender} | {told} |")
    print()
    for ours, peer in (
        ("majority", PEERS[0]),
        (FRAME, PEERS[0]),
        ("dawid_skene", PEERS[1]),
        *(("auto", name) for name in OURS[3:5]),
    ):
        if rows[peer]:
            ratio = rows[peer]["seconds"] / rows[ours]["seconds"]
            print(
                f"{ours}: {ratio:.2f} times as fast as {peer}, {rows[ours]['added_mb'] / rows[peer]['added_mb']:.2f} of its memory"
            )


def test_the_default_takes_at_most_four_times_plain_dawid_skene_on_a_million_answers():
    auto, plain = (min(measure(name, 1_000_000)["seconds"] for _ in range(2)) for name in ("auto", OURS[3]))
    assert auto <= 4 * plain


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        print(json.dumps(measure_here(sys.argv[2], int(sys.argv[3]))))
    elif sys.argv[1:2] == ["speed"]:
        speed(*(int(given) for given in sys.argv[2:4]))
    else:
        sys.path.insert(0, str(ROOT))
        quality()
        if sys.argv[1:2] != ["quality"]:
            speed()
