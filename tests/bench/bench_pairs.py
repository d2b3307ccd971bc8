"""Comparisons and rankings: how well the scale and the orders find a planted truth, beside plain counts and crowd-kit.

Run it as a script for the tables (`uv run python tests/bench/bench_pairs.py`). crowd-kit is run by the interpreter that
ASSAY_CROWDKIT_PYTHON names, and left out, saying so, where there is none. Real data: the pairs of arguments of UKPConvArg1 in
../shared/data/ukp_pairwise, left out where it is not there.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import time
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau

from labeling.rankings import RankedVote, agree, distance
from labeling.scale import Comparison, Comparisons, scale_of

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "ukp_pairwise"
RUNS = 6
SETTINGS = {
    "30 things, a fifth guess": {},
    "all annotators look": {"spam": 0.0},
    "four in ten guess": {"spam": 0.4},
    "no ties": {"tie": 0.0},
    "100 things": {"things": 100, "items": 1500, "people": 60},
}
PEER = """
import io, sys, pandas as pd, json
from crowdkit.aggregation import BradleyTerry, NoisyBradleyTerry
frame = pd.read_csv(sys.stdin, dtype=str)
models = {"crowd-kit Bradley–Terry": BradleyTerry(n_iter=100), "crowd-kit noisy BT": NoisyBradleyTerry(n_iter=100)}
print(json.dumps({name: model.fit_predict(frame).to_dict() for name, model in models.items()}))
"""


def drawn(*, things=30, items=300, each=5, people=30, spam=0.2, tie=0.5, place=0.3, seed=0):
    """Comparisons with a planted truth: scores, then rows."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(0, 1, things)
    skills = np.where(rng.random(people) < spam, 0.5, rng.uniform(0.85, 1, people))
    rows = []
    for item in range(items):
        first, second = rng.choice(things, 2, replace=False).tolist()
        for who in rng.choice(people, each, replace=False).tolist():
            is_first = bool(rng.random() < 0.5)
            u = scores[first] - scores[second]
            u = (u if rng.random() < skills[who] else -u) + (place if is_first else -place)
            chance = np.array([np.exp(-u / 2), tie, np.exp(u / 2)])
            step = int(rng.choice([-1, 0, 1], p=chance / chance.sum()))
            rows.append(Comparison(first, second, step, who, item=item, first_shown=is_first))
    return scores - scores.mean(), rows


def counted(rows, things):
    """Each thing's share of wins, a tie counting half."""
    won, met = np.zeros(things), np.zeros(things)
    for row in rows:
        for thing, share in ((row.first, (1 + np.sign(row.step)) / 2), (row.second, (1 - np.sign(row.step)) / 2)):
            met[thing] += 1
            won[thing] += share
    return won / np.maximum(met, 1)


def peers(rows, things):
    """crowd-kit's scores; it knows no ties, so they are left out, as its users do. The side that stood first is `left`."""
    python = os.environ.get("ASSAY_CROWDKIT_PYTHON")
    if not python:
        return {}
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["worker", "left", "right", "label"])
    for row in rows:
        if row.step:
            left, right = (row.first, row.second) if row.first_shown is not False else (row.second, row.first)
            table.writerow([row.annotator, left, right, row.first if row.step > 0 else row.second])
    done = subprocess.run(
        [python, "-W", "ignore", "-c", PEER], input=out.getvalue(), capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    return {name: np.array([scores.get(str(k), 0.0) for k in range(things)]) for name, scores in found.items()}


def scale_quality():
    """Print Kendall's τ with the truth, a row a way to score, a column a setting; and how often intervals hold."""
    table: dict[str, list[float]] = {}
    cover, seconds = [], []
    for kinds in SETTINGS.values():
        taus: dict[str, list[float]] = {}
        held = []
        for seed in range(RUNS):
            truth, rows = drawn(**kinds, seed=seed)
            data = Comparisons.of(rows, things=range(len(truth)))
            begun = time.process_time()
            found = scale_of(data)
            seconds.append(time.process_time() - begun)
            alike = scale_of(data, has_skills=False)

            def scores(scale, many=len(truth)):
                out = np.zeros(many)
                for group in scale.groups:
                    for one in group.things:
                        out[one.thing] = one.score
                return out

            ways = {
                "win counts": counted(rows, len(truth)),
                "Bradley–Terry, ties and place": scores(alike),
                "the scale (and skills)": scores(found),
                **peers(rows, len(truth)),
            }
            for name, score in ways.items():
                taus.setdefault(name, []).append(kendalltau(score, truth).statistic)
            held += [one.low <= truth[one.thing] <= one.high for group in found.groups for one in group.things]
        for name, values in taus.items():
            table.setdefault(name, []).append(float(np.mean(values)))
        cover.append(float(np.mean(held)))
    print(f"Kendall's τ with the planted order, mean of {RUNS} draws")
    print(f"{'':32}" + " | ".join(SETTINGS))
    for name, values in table.items():
        print(
            f"{name:32}"
            + " | ".join(f"{value:{len(setting)}.3f}" for value, setting in zip(values, SETTINGS, strict=True))
        )
    print(
        f"{'95 % intervals hold the truth':32}"
        + " | ".join(f"{c:{len(s)}.3f}" for c, s in zip(cover, SETTINGS, strict=True))
    )
    print(f"CPU of one scale: median {np.median(seconds):.2f} s\n")
    if not os.environ.get("ASSAY_CROWDKIT_PYTHON"):
        print("crowd-kit is left out: ASSAY_CROWDKIT_PYTHON names no interpreter\n")


def real():
    """Print how often each way to score predicts answers of annotators who were held out, on real pairs of arguments."""
    if not DATA.exists():
        print("ukp_pairwise is not here\n")
        return
    step = {"a1": 1, "a2": -1, "equal": 0}
    with (DATA / "answers.csv").open(newline="") as file:
        rows = [
            Comparison(r["left"], r["right"], step[r["label"]], r["worker"], item=r["task"])
            for r in csv.DictReader(file)
        ]
    names = sorted({thing for row in rows for thing in (row.first, row.second)})
    number = {name: k for k, name in enumerate(names)}
    rows = [Comparison(number[r.first], number[r.second], r.step, r.annotator, item=r.item) for r in rows]
    people = sorted({row.annotator for row in rows})
    fold = {who: k % 5 for k, who in enumerate(np.random.default_rng(0).permutation(people).tolist())}
    hits: dict[str, list[float]] = {}
    for out in range(5):
        kept, tested = (
            [r for r in rows if fold[r.annotator] != out],
            [r for r in rows if fold[r.annotator] == out and r.step],
        )
        ours = np.zeros(len(names))
        for group in scale_of(Comparisons.of(kept, things=range(len(names)))).groups:
            for one in group.things:
                ours[one.thing] = one.score
        ways = {"win counts": counted(kept, len(names)), "the scale": ours, **peers(kept, len(names))}
        for name, score in ways.items():
            hits.setdefault(name, []).extend(float((score[r.first] > score[r.second]) == (r.step > 0)) for r in tested)
    print(
        f"UKPConvArg1, one debate: {len(rows):,} answers to pairs of {len(names)} arguments; held-out annotators predicted"
    )
    for name, values in hits.items():
        print(f"{name:32}{100 * np.mean(values):.1f} % of {len(values):,}")
    print()


def orders():
    """Print how often the consensus of rankings is the planted order, beside Kemeny's and Borda's, and its confidence."""
    print("Rankings drawn from Mallows' model: 300 items, 5 votes each of 25 annotators; the whole order right, in %")
    print("things, theta, guessing | weighed | Kemeny | Borda | mean confidence | step right | said of the step")
    for things, theta, spam in [(4, 1.5, 0.4), (5, 1.0, 0.0), (5, 1.0, 0.3), (5, 0.5, 0.3), (8, 0.7, 0.3)]:
        rng = np.random.default_rng(1)
        each = np.where(rng.random(25) < spam, 0.02, theta * rng.uniform(0.6, 1.4, 25))
        votes, truth = [], []
        for item in range(300):
            true = rng.permutation(things).tolist()
            truth.append(true)
            for who in rng.choice(25, 5, replace=False).tolist():
                order: list[int] = []
                for j in range(things):
                    chance = np.exp(-each[who] * np.arange(j + 1))
                    order.insert(len(order) - rng.choice(j + 1, p=chance / chance.sum()), true[j])
                votes.append(RankedVote(item, who, order))
        found, _ = agree(votes)
        by_borda = [
            np.argsort(np.sum([np.argsort(v.order) for v in votes[5 * k : 5 * k + 5]], axis=0), kind="stable").tolist()
            for k in range(300)
        ]
        flat = [[group[0] for group in one.order] for one in found]
        plain = [[group[0] for group in one.plain] for one in found]
        right = [100 * np.mean([o == t for o, t in zip(way, truth, strict=True)]) for way in (flat, plain, by_borda)]
        steps = [
            (chance, truth[k].index(a) < truth[k].index(b))
            for k, one in enumerate(found)
            for a, b, chance in one.neighbours
        ]
        said, held = np.mean(steps, axis=0)
        sure = 100 * np.mean([one.confidence for one in found])
        print(
            f"{things}, {theta}, {spam:.0%} | {right[0]:.1f} | {right[1]:.1f} | {right[2]:.1f} | {sure:.1f} | {100 * held:.1f} | {100 * said:.1f}"
        )
    assert distance(list("ab"), list("ba")) == 1


if __name__ == "__main__":
    scale_quality()
    real()
    orders()
