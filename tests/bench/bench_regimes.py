"""The default consensus where crowds differ: accuracy and calibration on made-up crowds of many kinds, a row a kind.

    python tests/bench/bench_regimes.py [--seeds 3]

Each crowd departs in one thing from a usual one (300 items, 40 annotators, 5 answers an item, 3 classes, skills Beta(5,
2)). Accuracy is in percent, a tie a fair draw, the mean over seeds; regret is how far the default lies below the best.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
METHODS = ("majority", "dawid_skene", "one_coin", "hierarchical", "strata", "weighted_average", "auto")
USUAL = {"items": 300, "annotators": 40, "each": 5, "classes": 3, "skill": (5.0, 2.0)}
REGIMES = {
    "usual": {},
    "few answers an annotator": {"annotators": 400},
    "one answer an item": {"each": 1},
    "two answers an item": {"each": 2},
    "three answers an item": {"each": 3},
    "fifteen answers an item": {"each": 15},
    "all good": {"skill": (30.0, 2.0)},
    "all poor": {"skill": (3.0, 3.0)},
    "one class in ten rare": {"shares": (0.9, 0.07, 0.03)},
    "a third spam one label": {"spam": 0.33},
    "a third answer at random": {"noise": 0.33},
    "a fifth say the opposite": {"contrary": 0.2},
    "one class hard for all": {"hard_class": 0.6},
    "shared mistakes on hard items": {"hard_items": 0.25},
    "near misses on a scale of 5": {"classes": 5, "steps": True},
    "two classes": {"classes": 2},
    "ten classes": {"classes": 10},
    "twenty classes, few answers": {"classes": 20, "each": 3},
    "twelve annotators, all items": {"annotators": 12, "each": 12},
}


def crowd(seed, *, items, annotators, each, classes, skill, shares=None, steps=False, **odd):
    """Items, annotators, labels and the truth."""
    import numpy as np

    rng = np.random.default_rng(seed)
    truth = rng.choice(classes, items, p=shares)
    good = rng.beta(*skill, annotators)
    item = np.repeat(np.arange(items), each)
    who = np.concatenate([rng.choice(annotators, each, replace=False) for _ in range(items)])
    right = good[who]
    if "hard_class" in odd:
        right = np.where(truth[item] == 0, right * odd["hard_class"], right)
    other = (truth[item] + rng.integers(1, classes, len(item))) % classes
    if steps:
        other = np.clip(truth[item] + rng.choice([-1, 1], len(item)), 0, classes - 1)
    if "hard_items" in odd:
        is_hard = rng.random(items) < odd["hard_items"]
        lure = (truth + rng.integers(1, classes, items)) % classes
        right = np.where(is_hard[item], right * 0.7, right)
        other = np.where(is_hard[item], lure[item], other)
    said = np.where(rng.random(len(item)) < right, truth[item], other)
    role = np.argsort(np.argsort(rng.random(annotators))) / annotators
    if "spam" in odd:
        said = np.where((role < odd["spam"])[who], rng.integers(0, classes, annotators)[who], said)
    if "noise" in odd:
        said = np.where((role < odd["noise"])[who], rng.integers(0, classes, len(item)), said)
    if "contrary" in odd:
        said = np.where((role < odd["contrary"])[who], (truth[item] + 1) % classes, said)
    return item, who, said, truth


def measure(seed, asked):
    """Accuracy and calibration error by method."""
    import numpy as np

    from labeling.answers import Answers
    from labeling.consensus import calibration, consensus

    given = USUAL | asked
    item, who, said, truth = crowd(seed, **given)
    answers = Answers.from_columns(item, who, said, labels=range(given["classes"]))
    found = {}
    for method in METHODS:
        one = consensus(answers, method)
        scores = one.fit.posterior if one.fit.decision is None else one.fit.decision
        top = scores >= scores.max(axis=1, keepdims=True) - 1e-9
        accuracy = 100 * float((top[np.arange(len(truth)), truth] / top.sum(axis=1)).mean())
        error = float("nan") if one.hidden else calibration(one.confidence, one.label == truth).ece
        found[method] = accuracy, error
    return found


def main():
    """Print the table."""
    import numpy as np

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    seeds = range(parser.parse_args().seeds)
    print(f"| crowd | {' | '.join(METHODS)} | regret | ECE of auto | of majority |")
    print("|---|" + "--:|" * (len(METHODS) + 3))
    for name, asked in REGIMES.items():
        table = np.array([list(measure(seed, asked).values()) for seed in seeds]).mean(axis=0)
        accuracy, error = table[:, 0], table[:, 1]
        row = [f"{one:.1f}" for one in accuracy] + [f"{accuracy.max() - accuracy[-1]:.1f}"]
        print(f"| {name} | {' | '.join(row)} | {error[-1]:.3f} | {error[0]:.3f} |", flush=True)


if __name__ == "__main__":
    main()
