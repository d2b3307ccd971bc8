"""Real sets with gold, made-up crowds, and accuracy as the tables count it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from labeling.answers import Answers

DATA = Path(__file__).parents[3].parent / "shared" / "data"


@dataclass(frozen=True)
class Known:
    """Answers with the class number of each item's truth (−1 where there is none)."""

    answers: Answers
    truth: np.ndarray

    def accuracy(self, scores):
        """Percent right, a tie counting as much as a fair draw would win."""
        known = self.truth >= 0
        scores, truth = scores[known], self.truth[known]
        top = scores >= scores.max(axis=1, keepdims=True) - 1e-9
        return 100 * float((top[np.arange(len(truth)), truth] / top.sum(axis=1)).mean())

    def gold(self, items=None):
        """Item id to true label, of all items with gold or of some (numbers)."""
        numbers = range(len(self.truth)) if items is None else items
        labels = self.answers.labels
        return {self.answers.items[n]: labels[self.truth[n]] for n in numbers if self.truth[n] >= 0}


def read_rows(path):
    if not path.exists():
        pytest.skip(f"the real answers are not at {path}")
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def real():
    """A real set by name; skips where the sets are not at hand."""
    read = {}

    def get(name):
        if name not in read:
            rows = read_rows(DATA / name / "answers.csv")
            answers = Answers.from_columns(*([row[key] for row in rows] for key in ("task", "worker", "label")))
            truth = {row["task"]: row["truth"] for row in read_rows(DATA / name / "truth.csv")}
            number = {label: k for k, label in enumerate(answers.labels)}
            read[name] = Known(answers, np.array([number.get(truth.get(item), -1) for item in answers.items]))
        return read[name]

    return get


@pytest.fixture(scope="session")
def anaesthetists():
    """Dawid & Skene's 45 patients; observer 1 saw each three times, so doubles are kept."""
    rows = read_rows(DATA / "ds1979_answers.csv")
    columns = ([int(row[key]) for row in rows] for key in ("task", "worker", "label"))
    return Answers.from_columns(*columns, duplicates="keep")


def made_up(items, annotators, classes, each, seed=0, skill=(6.0, 2.5)):
    """A crowd of one-coin annotators whose skills follow Beta(skill), and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, classes, items)
    item = np.repeat(np.arange(items), each)
    who = np.concatenate([rng.choice(annotators, each, replace=False) for _ in range(items)])
    right = rng.random(len(item)) < rng.beta(*skill, annotators)[who]
    label = np.where(right, truth[item], (truth[item] + rng.integers(1, max(classes, 2), len(item))) % classes)
    answers = Answers.from_columns(item, who, label, labels=list(range(classes)))
    return Known(answers, truth)


@pytest.fixture(scope="session")
def crowd():
    return made_up
