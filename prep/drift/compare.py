"""One column then and now: which test suits it, its distances, its pictures. Reads profiles, and values where there are."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from prep.drift.found import Bin, ColumnDrift, Thresholds
from prep.drift.measures import Steps, chi_square, js_distance, ks_distance, ks_p, psi
from prep.profile.facts import ColumnFacts
from prep.profile.measure import moment, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TESTED_WORDS = 50
FEW = 50
_PICTURE = 12
_LISTED = 20


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a column's facts and, where the frame is at hand, its finite values and its counts."""

    facts: ColumnFacts
    values: Callable[[], Floats] | None = None
    counts: Callable[[], Mapping[str, int]] | None = None

    def steps(self) -> Steps:
        """The shares up to x, as exactly as they are known."""
        if self.values is not None:
            return Steps.of_values(self.values())
        if self.facts.counts is not None:
            pairs = sorted((float(value), n) for value, n in self.facts.counts.items() if math.isfinite(float(value)))
            return Steps.of_counts(np.array([v for v, _ in pairs]), np.array([n for _, n in pairs], dtype=np.int64))
        return Steps.of_quantiles(self.facts.quantiles or [0.0], self.facts.quantiles_of)


def compared(old: Side, new: Side) -> ColumnDrift:
    """What differs, before p is adjusted and anything counts as drift."""
    before, after = old.facts, new.facts
    made = ColumnDrift(
        before.name,
        before.kind if before.kind != "empty" else after.kind,
        missing_old=_gap(before),
        missing_new=_gap(after),
        missing_p=_missing_p(before, after),
    )
    if not before.values or not after.values:
        return replace(made, note="one side has no values to compare" if before.values or after.values else "no values")
    if before.kind in {"number", "time"}:
        return _numbers(made, old, new)
    if before.kind == "text" and _is_key(before) and _is_key(after):
        return replace(made, note="nearly every value is another, as in an id: only what is missing is compared")
    is_many = min(before.distinct or 0, after.distinct or 0) > FEW
    if before.words is not None and after.words is not None and is_many:
        return _words(made, before, after)
    counts = _counts(old, new)
    if counts is None:
        return replace(made, note="too many different values to compare, and too few words")
    return _values(made, *counts)


def judged(one: ColumnDrift, limits: Thresholds) -> ColumnDrift:
    """With the reasons why it counts as drift, if any."""
    reasons = []
    if one.p_adjusted is not None and one.p_adjusted <= limits.alpha:
        told = f"p {_p(one.p_adjusted)}"
        distance, psi_ = one.statistic or 0.0, one.psi or 0.0
        if one.test == "ks" and (distance >= limits.ks or psi_ >= limits.psi):
            moved = f", its mean moved by {one.shift:+.2f} standard deviations" if one.shift is not None else ""
            reasons.append(f"its distribution changed: KS {distance:.2f}, PSI {psi_:.2f}, {told}{moved}")
        if one.test == "chi-square" and ((one.js or 0.0) >= limits.js or psi_ >= limits.psi):
            reasons.append(f"its values changed: Jensen–Shannon {one.js or 0:.2f}, PSI {psi_:.2f}, {told}{_news(one)}")
        if one.test == "words" and (one.words_change or 0.0) >= limits.words:
            most = max(one.bins, key=lambda bin_: abs(bin_.new - bin_.old))
            reasons.append(
                f"its words changed: {most.name!r} stood in {most.old:.0%} of the texts, stands in {most.new:.0%}, {told}"
            )
    change = one.missing_new - one.missing_old
    if one.missing_p_adjusted is not None and one.missing_p_adjusted <= limits.alpha and abs(change) >= limits.missing:
        told = f"p {_p(one.missing_p_adjusted)}"
        reasons.append(f"{one.missing_old:.1%} was missing, {one.missing_new:.1%} is ({told})")
    return replace(one, reasons=reasons)


def _numbers(made: ColumnDrift, old: Side, new: Side) -> ColumnDrift:
    a, b = old.steps(), new.steps()
    if not a.n or not b.n:
        return replace(made, note="one side has no finite values to compare")
    distance = ks_distance(a, b)
    edges = _edges(a)
    before, after = a.shares(edges), b.shares(edges)
    std, mean_old, mean_new = old.facts.std, old.facts.mean, new.facts.mean
    shift = (mean_new - mean_old) / std if std and mean_old is not None and mean_new is not None else None
    return replace(
        made,
        test="ks",
        statistic=distance,
        p=ks_p(distance, a.n, b.n),
        psi=psi(before, after),
        js=js_distance(before, after),
        shift=shift if shift is None or math.isfinite(shift) else None,
        bins=[
            Bin(name, x, y) for name, x, y in zip(_ranges(edges, made.kind), before, after, strict=True)
        ],
    )  # fmt: skip


def _edges(old: Steps) -> Floats:
    """Where the bins end: at the old deciles; of few values at each of them."""
    wanted = np.arange(1, 10) / 10
    reached = old.bounds(old.points)[0]
    places = np.searchsorted(reached, wanted - 1e-12)
    edges: Floats = np.unique(old.points[np.minimum(places, len(old.points) - 1)])
    edges = edges[edges < old.points[-1]]
    if not len(edges):  # one value: what lies under it, itself, what lies above
        only = old.points[-1]
        return np.array([np.nextafter(only, -np.inf), only], dtype=np.float64)
    return edges


def _ranges(edges: Floats, kind: str) -> list[str]:
    said = moment if kind == "time" else lambda value: f"{value:.4g}"
    told = [said(float(edge)) for edge in edges]
    return [f"up to {told[0]}", *(f"to {one}" for one in told[1:]), f"over {told[-1]}"]


def _counts(old: Side, new: Side) -> tuple[Mapping[str, int], Mapping[str, int]] | None:
    a, b = old.facts.counts, new.facts.counts
    if a is not None and b is None and new.counts is not None:
        b = new.counts()
    elif b is not None and a is None and old.counts is not None:
        a = old.counts()
    return None if a is None or b is None else (a, b)


def _values(made: ColumnDrift, old: Mapping[str, int], new: Mapping[str, int]) -> ColumnDrift:
    both = sorted({*old, *new}, key=lambda value: (-old.get(value, 0) - new.get(value, 0), value))
    before, after = [old.get(value, 0) for value in both], [new.get(value, 0) for value in both]
    statistic, p, v = chi_square(before, after)
    a, b = max(1, sum(before)), max(1, sum(after))
    named = both[: _PICTURE - 1] if len(both) > _PICTURE else both
    bins = [Bin(shown(value, "text"), old.get(value, 0) / a, new.get(value, 0) / b) for value in named]
    if len(named) < len(both):
        bins.append(
            Bin(f"{len(both) - len(named):,} others", 1 - sum(x.old for x in bins), 1 - sum(x.new for x in bins))
        )
    return replace(
        made,
        test="chi-square",
        statistic=statistic,
        p=p,
        psi=psi(before, after),
        js=js_distance(before, after),
        cramer_v=v,
        bins=bins,
        new_values=[shown(value, "text") for value in both if not old.get(value)][:_LISTED],
        gone_values=[shown(value, "text") for value in both if not new.get(value)][:_LISTED],
    )


def _words(made: ColumnDrift, old: ColumnFacts, new: ColumnFacts) -> ColumnDrift:
    a, b = old.words, new.words
    if a is None or b is None or not a.texts or not b.texts:
        return made
    share = {
        word: (a.counts.get(word, 0) / a.texts, b.counts.get(word, 0) / b.texts) for word in {*a.counts, *b.counts}
    }
    tested = sorted(share, key=lambda word: (-sum(share[word]), word))[:TESTED_WORDS]
    tests = []
    for word in tested:
        x, y = a.counts.get(word, 0), b.counts.get(word, 0)
        tests.append(chi_square([x, a.texts - x], [y, b.texts - y])[:2])
    if not tests:
        return replace(made, note="there are no words to compare")
    most = sorted(tested, key=lambda word: (-abs(share[word][1] - share[word][0]), word))
    every = sorted(share)
    before, after = [share[word][0] for word in every], [share[word][1] for word in every]
    seldom = 0.01
    return replace(
        made,
        test="words",
        statistic=max(statistic for statistic, _ in tests),
        p=min(1.0, len(tests) * min(p for _, p in tests)),
        js=js_distance(before, after),
        words_change=abs(share[most[0]][1] - share[most[0]][0]),
        bins=[Bin(word, *share[word]) for word in most[:_PICTURE]],
        new_values=[word for word in most if not share[word][0] and share[word][1] >= seldom][:_LISTED],
        gone_values=[word for word in most if not share[word][1] and share[word][0] >= seldom][:_LISTED],
    )


def _is_key(facts: ColumnFacts) -> bool:
    is_unique = facts.values >= 20 and (facts.distinct or 0) >= 0.95 * facts.values
    return is_unique and not facts.is_prose


def _gap(facts: ColumnFacts) -> float:
    return (facts.rows - facts.values) / facts.rows if facts.rows else 0.0


def _missing_p(old: ColumnFacts, new: ColumnFacts) -> float | None:
    if not old.rows or not new.rows:
        return None
    return chi_square([old.rows - old.values, old.values], [new.rows - new.values, new.values])[1]


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _news(one: ColumnDrift) -> str:
    told: list[Any] = []
    for word, values in (("new", one.new_values), ("gone", one.gone_values)):
        if values:
            told.append(f"{word} {', '.join(repr(value) for value in values[:3])}{', …' if len(values) > 3 else ''}")
    return f"; {'; '.join(told)}" if told else ""
