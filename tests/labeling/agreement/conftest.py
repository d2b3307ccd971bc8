"""Tables of ratings as papers print them, and the real sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeling.answers import Answers

DATA = Path(__file__).parents[3].parent / "shared" / "data"


def answers_in(rows, labels=None):
    """A row of text a rater, one label an item between blanks (or none), "." where missing."""
    parts = [row.split() if " " in row else list(row) for row in rows]
    said = [
        (item, rater, int(label) if label.isdigit() else label)
        for rater, row in enumerate(parts)
        for item, label in enumerate(row)
        if label != "."
    ]
    return Answers.from_columns(*zip(*said, strict=True), labels=labels)


def answers_of_square(table):
    """A contingency table of two raters, rows the first's labels and columns the second's, as answers."""
    said, item = [], 0
    for first, row in enumerate(table):
        for second, times in enumerate(row):
            for _ in range(times):
                said += [(item, "first", first), (item, "second", second)]
                item += 1
    return Answers.from_columns(*zip(*said, strict=True))


@pytest.fixture(scope="session")
def ratings():
    return answers_in


@pytest.fixture(scope="session")
def square():
    return answers_of_square


@pytest.fixture(scope="session")
def krippendorff_c():
    """Krippendorff (2011), example C: 4 observers, 12 units, answers missing."""
    return answers_in(
        ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 ."]
    )


@pytest.fixture(scope="session")
def gwet_4():
    """Gwet (2014), 4 raters × 12 subjects with missing ratings."""
    return answers_in(
        ["1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . .", ". 3 3 3 2 3 4 2 2 5 1 3", "1 2 3 3 2 4 4 1 2 5 1 ."]
    )


@pytest.fixture(scope="session")
def gwet_5():
    """Gwet (2014), 5 observers × 15 units with missing ratings."""
    return answers_in(
        [
            "1 1 2 . 0 0 1 1 2 2 . 0 1 3 1",
            "1 1 3 0 0 0 0 . 2 1 1 0 2 3 1",
            "2 0 3 0 0 0 2 2 2 1 0 0 2 2 1",
            ". 1 3 . . . . 0 . 1 0 0 2 2 .",
            "2 . . 0 0 0 1 . 2 . . . . 3 1",
        ]
    )


@pytest.fixture(scope="session")
def real():
    """The answers of a real set by name, as a pandas frame; skips where the sets are not at hand."""
    import pandas as pd

    def read(name):
        path = DATA / name / "answers.csv"
        if not path.exists():
            pytest.skip(f"the real answers are not at {path}")
        return pd.read_csv(path)

    return read
