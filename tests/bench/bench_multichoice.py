"""Several labels: the consensus against a plain majority of each label, on crowds of known truth.

python tests/bench/bench_multichoice.py
"""

import time

import numpy as np

from labeling.kinds import Vote, kind

LABELS = [f"label {number}" for number in range(8)]
MANY = kind("multichoice")
OPTIONS = MANY.options({"labels": LABELS, "none": True})


def crowd(items: int, people: int, seed: int, each: int = 3) -> tuple[np.ndarray, list[Vote]]:
    """Truth (items × labels; from 5 to 45 % of the items have a label) and the answers of so many annotators an item."""
    rng = np.random.default_rng(seed)
    truth = rng.random((items, len(LABELS))) < np.linspace(0.05, 0.45, len(LABELS))
    finds, invents = rng.beta(8, 2, people), rng.beta(2, 12, people)
    votes = []
    for item in range(items):
        for who in rng.choice(people, each, replace=False):
            draw = rng.random(len(LABELS))
            said = np.where(truth[item], draw < finds[who], draw < invents[who])
            votes.append(Vote(item, f"w{who}", tuple(LABELS[place] for place in np.flatnonzero(said))))
    return truth, votes


def main() -> None:
    """A line for each size of project: share of labels right, and Brier score of their chances."""
    print(
        f"{'items':>6} {'people':>6} {'majority':>9} {'consensus':>9} {'Brier, shares':>14} {'Brier':>7} {'seconds':>8}"
    )
    for items, people, draws in ((40, 3, 5), (100, 6, 5), (200, 10, 5), (1000, 20, 2), (10_000, 40, 1)):
        rows = []
        for seed in range(draws):
            truth, votes = crowd(items, people, seed)
            shares = np.zeros(truth.shape)
            for vote in votes:
                for name in vote.answer:
                    shares[vote.item, LABELS.index(name)] += 1 / 3
            begun = time.process_time()
            found = MANY.consensus(votes, OPTIONS, seed=seed)
            took = time.process_time() - begun
            said = np.array([[name in one.answer for name in LABELS] for one in found])
            chance = np.array([[dict(one.parts).get(name, 0.0) for name in LABELS] for one in found])
            right = ((shares > 0.5) == truth).mean(), (said == truth).mean()
            rows.append((*right, ((shares - truth) ** 2).mean(), ((chance - truth) ** 2).mean(), took))
        majority, consensus, plain, brier, took = np.mean(rows, axis=0)
        print(f"{items:>6} {people:>6} {majority:>9.4f} {consensus:>9.4f} {plain:>14.4f} {brier:>7.4f} {took:>8.2f}")


if __name__ == "__main__":
    main()
