"""How ready a dataset is, by the seven data tests of the ML Test Score; each with its evidence and what is missing.

Source: Breck, Cai, Nielsen, Salib, Sculley (2017), The ML Test Score: a rubric for ML production readiness and technical
debt reduction, section II (Data 1 to 7). Its scoring: half a point for a test that is made by hand, with the results
documented and distributed; a full point where a system makes it automatically and again and again; the section's score
is the sum. What Assay computes at each freezing is automatic; what a person attests, with words, is by hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from prep.frozen import Snapshot

TITLES = {
    "Data 1": "Feature expectations are captured in a schema.",
    "Data 2": "All features are beneficial.",
    "Data 3": "No feature's cost is too much.",
    "Data 4": "Features adhere to meta-level requirements.",
    "Data 5": "The data pipeline has appropriate privacy controls.",
    "Data 6": "New features can be added quickly.",
    "Data 7": "All input feature code is tested.",
}
QUICK_DAYS = 61
"""The paper: efficient teams need as little as one to two months from the idea to the running feature."""
LOOKED_AT = 4000
"""Rows that are enough to tell whether a feature says something of the label."""
MOST_CLASSES = 500
"""With more labels than so many, predicting them one by one says nothing, and takes the memory of all."""
FOLDS = 5
SCANNED = 50_000
"""Rows in which personal data is looked for."""


@dataclass(frozen=True)
class Test:
    """One of the seven: its name in the paper, its title, 1, 0.5 or 0 points, the evidence, and what is missing."""

    name: str
    title: str
    points: float
    evidence: str
    missing: str

    @property
    def state(self) -> str:
        """In words: automatic, by hand, missing."""
        return {1.0: "automatic", 0.5: "by hand"}.get(self.points, "missing")


@dataclass(frozen=True)
class Readiness:
    """The seven tests of one dataset."""

    tests: list[Test]

    @property
    def score(self) -> float:
        """The score of the section: 0 to 7."""
        return sum(one.points for one in self.tests)

    @property
    def verdict(self) -> str:
        """The score in a sentence."""
        full = sum(one.points == 1 for one in self.tests)
        half = sum(one.points == 0.5 for one in self.tests)
        hand = f", {half} by hand" if half else ""
        return f"{self.score:g} of 7 points: {full} of the seven data tests are automatic{hand}, {7 - full - half} missing."

    def as_dict(self) -> dict[str, Any]:
        """All of it for JSON."""
        return {"score": self.score, "of": 7, "tests": [asdict(one) | {"state": one.state} for one in self.tests]}

    def as_markdown(self) -> str:
        """A section of the card."""
        lines = ["## Data readiness", "", f"{self.verdict} (Breck et al. 2017, the ML Test Score, Data 1 to 7.)", ""]
        lines += ["| test | | evidence | missing |", "|---|---|---|---|"]
        lines += [
            f"| {one.name}: {one.title} | {one.state} | {_cell(one.evidence)} | {_cell(one.missing)} |"
            for one in self.tests
        ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Ancestor:
    """An earlier snapshot: when it was frozen, and the columns of its items."""

    created_at: datetime
    columns: Sequence[str]


def readiness(snapshot: Snapshot, *, table: str | None = None, label: str = "label") -> Readiness:
    """The seven tests of a snapshot, from its rows, its manifest and the snapshots it came of."""
    named = table or snapshot.tables[0]
    return assess(
        snapshot.load(named),
        snapshot.about,
        keys=snapshot.keys(named),
        label=label,
        created_at=snapshot.created_at,
        ancestors=ancestors_of(snapshot, named),
    )


def ancestors_of(snapshot: Snapshot, table: str) -> list[Ancestor]:
    """The snapshots it came of that are still there, the newest first."""
    found: list[Ancestor] = []
    parent, seen = snapshot.parent, {snapshot.id}
    while parent is not None and snapshot.shelf is not None and parent not in seen:
        seen.add(parent)
        if parent not in snapshot.shelf.ids(snapshot.name):
            break
        told = snapshot.shelf.manifest(snapshot.name, parent)
        columns = list(told["tables"].get(table, {"columns": {}})["columns"])
        found.append(Ancestor(datetime.fromisoformat(told["created_at"]), columns))
        parent = told["parent"]
    return found


def assess(
    items: pl.DataFrame,
    about: Mapping[str, Any],
    *,
    keys: Sequence[str] = ("id",),
    label: str = "label",
    created_at: datetime,
    ancestors: Sequence[Ancestor] = (),
) -> Readiness:
    """The seven tests of a table of items.

    `about` is what the manifest says: `fields` (the columns that are features; without it all but keys and label),
    `check.gates`, `schema.columns`, `attested` (by hand: {"Data 3": "words"}), `budget_bytes` (most bytes a row that a
    feature may take), `forbidden` (columns that must not be there), `choices.pseudonyms`, `pipeline`.
    """
    told = about.get("fields")
    features = [name for name in (told if told is not None else items.columns) if name in items.columns]
    features = [name for name in features if name not in {*keys, label}]
    checks: dict[str, Callable[[], tuple[bool, str, str]]] = {
        "Data 1": lambda: _schema(features, about),
        "Data 2": lambda: _beneficial(items, features, label),
        "Data 3": lambda: _cost(items, features, about),
        "Data 4": lambda: _requirements(items, about),
        "Data 5": lambda: _privacy(items, features, about),
        "Data 6": lambda: _quick(items.columns, created_at, ancestors),
        "Data 7": lambda: _tested(about),
    }
    attested: Mapping[str, str] = about.get("attested") or {}
    tests = []
    for name, title in TITLES.items():
        holds, evidence, missing = checks[name]()
        if not holds and (words := str(attested.get(name, "")).strip()):
            evidence = f"Attested: {words}" + (f" (Computed: {evidence})" if evidence else "")
            tests.append(Test(name, title, 0.5, evidence, missing))
        else:
            tests.append(Test(name, title, 1.0 if holds else 0.0, evidence, "" if holds else missing))
    return Readiness(tests)


def _schema(features: Sequence[str], about: Mapping[str, Any]) -> tuple[bool, str, str]:
    gates = [gate for gate in (about.get("check") or {}).get("gates", []) if str(gate["name"]).startswith("schema")]
    columns = set((about.get("schema") or {}).get("columns", []))
    if not gates:
        return False, "", "It was frozen without a schema. Freeze it with one: assay snapshot --schema."
    bad = [gate for gate in gates if gate["state"] != "pass"]
    evidence = f"{len(gates)} schemas were checked when it was frozen, and {len(gates) - len(bad)} pass."
    uncovered = [name for name in features if name not in columns]
    if uncovered:
        missing = f"No expectation is written down of {_named(uncovered)}. Say it in your own schema (projects/NAME.schema.yml)."
        return False, evidence, missing
    covered = f" Your own schema says what is expected of {_named(features)}." if features else ""
    return not bad, evidence + covered, "A schema does not pass."


def _beneficial(items: pl.DataFrame, features: Sequence[str], label: str) -> tuple[bool, str, str]:
    if label not in items.columns or not features:
        return False, "", "There is no feature beside a label to look at."
    classes = items.select(as_text(items, label)).to_series().n_unique()
    if classes > MOST_CLASSES:
        return False, "", f"There are {classes:,} different labels, which are no classes that a feature could predict."
    found = {name: gain(items, name, label) for name in features}
    told = ", ".join(f"{name} {one.accuracy:.2f}" for name, one in found.items())
    base = next(iter(found.values())).base
    evidence = f"Share of labels that each feature alone predicts (naive Bayes, {FOLDS} folds): {told}; the commonest label: {base:.2f}."
    useless = [name for name, one in found.items() if not one.is_beneficial]
    missing = f"{_named(useless)} alone says no more of the label than guessing the commonest one does. Drop it, or show its use beside others."
    return not useless, evidence, missing


def _cost(items: pl.DataFrame, features: Sequence[str], about: Mapping[str, Any]) -> tuple[bool, str, str]:
    rows = max(items.height, 1)
    sizes = {name: items.get_column(name).estimated_size() / rows for name in features}
    told = ", ".join(f"{name} {size:,.0f}" for name, size in sorted(sizes.items(), key=lambda one: -one[1])[:5])
    evidence = f"Bytes a row in memory: {told or 'none'}."
    budget = about.get("budget_bytes")
    if budget is None:
        return False, evidence, "No budget is set that a feature must keep. Set one: assay snapshot --budget-bytes N."
    over = [name for name, size in sizes.items() if size > float(budget)]
    return not over, f"{evidence} The budget is {float(budget):,.0f}.", f"{_named(over)} takes more than the budget."


def _requirements(items: pl.DataFrame, about: Mapping[str, Any]) -> tuple[bool, str, str]:
    forbidden = about.get("forbidden")
    if not forbidden:
        missing = (
            "No requirement is written down, such as columns that must not be used. Say: assay snapshot --forbid NAME."
        )
        return False, "", missing
    there = [name for name in forbidden if name in items.columns]
    evidence = f"Looked for the columns that must not be used ({_named(list(forbidden))}): {len(there)} found."
    return not there, evidence, f"{_named(there)} is in it. Take it out."


def _privacy(items: pl.DataFrame, features: Sequence[str], about: Mapping[str, Any]) -> tuple[bool, str, str]:
    import polars as pl

    from prep.steps.redact import redact

    texts = [name for name in features if items.schema[name] == pl.String]
    looked_at = items.head(SCANNED)
    found = {}
    for name in texts:
        column = looked_at.get_column(name)
        blacked = redact(looked_at.select(name), name).get_column(name)
        if count := int((column != blacked).sum() or 0):
            found[name] = f"{count:,} rows"
    pseudonyms = bool((about.get("choices") or {}).get("pseudonyms"))
    some = f" ({SCANNED:,} rows)" if items.height > SCANNED else ""
    looked = f"Looked for e-mail, IBAN, card, phone and IP in {_named(texts) if texts else 'no text'}{some}: "
    evidence = looked + (
        "none found." if not found else "; ".join(f"{name}: {words}" for name, words in found.items()) + "."
    )
    evidence += " Annotators stand as numbers." if pseudonyms else " Annotators stand by name."
    missing = []
    if found:
        missing.append("Take personal data out: prep.redact(frame, column).")
    if not pseudonyms:
        missing.append("Number the annotators: assay snapshot --pseudonyms.")
    return not missing, evidence, " ".join(missing)


def _quick(columns: Sequence[str], created_at: datetime, ancestors: Sequence[Ancestor]) -> tuple[bool, str, str]:
    chain = [Ancestor(created_at, columns), *ancestors]
    days = [
        (newer.created_at - older.created_at).total_seconds() / 86_400
        for newer, older in pairwise(chain)
        for _ in set(newer.columns) - set(older.columns)
    ]
    if not days:
        return False, f"{len(ancestors)} earlier snapshots, and no column was ever added.", (
            "Nothing shows how long a new feature takes. It shows once one is added."
        )  # fmt: skip
    longest = max(days)
    evidence = (
        f"{len(days)} columns came in over {len(ancestors)} earlier snapshots, within {math.ceil(longest)} days each."
    )
    return longest <= QUICK_DAYS, evidence, f"One took more than {QUICK_DAYS} days after the snapshot before it."


def _tested(about: Mapping[str, Any]) -> tuple[bool, str, str]:
    pipeline = about.get("pipeline")
    if not pipeline:
        version = about.get("code_version")
        known = f" (Assay {version})" if version else ""
        return True, f"The fields are as they were imported: no code of your own made them{known}.", ""
    own = [str(step.get("name", step)) for step in pipeline.get("steps", []) if not step.get("verb")]
    if not own:
        return True, "Every step of its pipeline is a verb of prep, whose tests run at each release.", ""
    return False, "", f"Nothing shows that {_named(own)} is tested. Attest it: assay snapshot --attest 'Data 7=…'."


@dataclass(frozen=True)
class Gain:
    """How well one feature alone predicts the label: accuracy over all rows, each predicted from the other folds."""

    accuracy: float
    base: float
    rows: int

    @property
    def is_beneficial(self) -> bool:
        """Whether it is better than the commonest label by more than two standard errors."""
        spread = math.sqrt(max(self.base * (1 - self.base), 1e-9) / max(self.rows, 1))
        return self.accuracy > self.base + 2 * spread


def gain(items: pl.DataFrame, feature: str, label: str, *, seed: int = 0) -> Gain:
    """What a multinomial naive Bayes on this feature's words (numbers: their tenths) gets right in cross-validation.

    Add-one smoothing; Manning, Raghavan, Schütze (2008), Introduction to Information Retrieval, figure 13.2.
    """
    import numpy as np
    import polars as pl
    from scipy.sparse import csr_array

    rows = items.select(pl.col(feature), as_text(items, label)).drop_nulls(label)
    if rows.height > LOOKED_AT:
        rows = rows.sample(LOOKED_AT, seed=seed, shuffle=True)
    words = _words(rows.get_column(feature))
    labels, y = np.unique(rows.get_column(label).to_numpy(), return_inverse=True)
    if rows.height < 2 * FOLDS or len(labels) < 2:
        return Gain(0.0, 1.0, rows.height)
    vocabulary: dict[str, int] = {}
    codes = [[vocabulary.setdefault(word, len(vocabulary)) for word in one] for one in words]
    ends = np.cumsum([0, *(len(one) for one in codes)])
    flat = np.array([code for one in codes for code in one], np.int64)
    table = csr_array((np.ones(len(flat)), flat, ends), shape=(rows.height, max(len(vocabulary), 1)))
    fold = np.random.default_rng(seed).permutation(rows.height) % FOLDS
    right = 0
    for number in range(FOLDS):
        train, test = fold != number, fold == number
        belongs = csr_array(
            (np.ones(train.sum()), (y[train], np.arange(train.sum()))), shape=(len(labels), int(train.sum()))
        )
        counts = (belongs @ table[np.flatnonzero(train)]).toarray() + 1.0
        prior = np.log(np.bincount(y[train], minlength=len(labels)) + 1e-9)
        logs = np.log(counts / counts.sum(axis=1, keepdims=True))
        said = (table[np.flatnonzero(test)] @ logs.T + prior).argmax(axis=1)
        right += int((said == y[test]).sum())
    return Gain(right / rows.height, float(np.bincount(y).max() / rows.height), rows.height)


def as_text(items: pl.DataFrame, label: str) -> pl.Expr:
    """The label as text; several labels as one text."""
    import polars as pl

    column = pl.col(label)
    is_list = isinstance(items.schema[label], pl.List)
    return column.cast(pl.List(pl.String)).list.sort().list.join(", ") if is_list else column.cast(pl.String)


def _words(column: pl.Series) -> list[list[str]]:
    import polars as pl

    if column.dtype.is_numeric():
        edges = [column.quantile(tenth / 10) for tenth in range(1, 10)]
        known = sorted({edge for edge in edges if edge is not None})
        return [
            [str(sum(value >= edge for edge in known))] if value is not None else ["none"] for value in column.to_list()
        ]
    if column.dtype == pl.String:
        lowered = column.fill_null("").str.to_lowercase().str.extract_all(r"\w+")
        return [list(one) or ["none"] for one in lowered.to_list()]
    return [[str(value)] for value in column.to_list()]


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:5])
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
