"""The audit of annotators whose answers are no classes: what can be told by a distance of one's own. No I/O.

Gold, nearness to the others, pace, consistency and drift are looked at, and where an order on the screen was drawn, the
places picked. What needs classes (the order of labels, a leaning to one, copying, the model's expected accuracy) is left
out, and the notes say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.agreement.own import Apart
from labeling.answers import Answers
from labeling.audit.drift import Drift, drift_of
from labeling.audit.engine import (
    FEWEST_AGAIN,
    FEWEST_COMPARED,
    FEWEST_COMPARED_ALONE,
    FEWEST_GOLD,
    FEWEST_PLACED,
    FEWEST_TIMED,
    GREAT_FALL,
    LEAST_MARGIN,
    SURE_BELOW,
    gold_of,
    not_gold,
    usual_sprt,
)
from labeling.audit.facts import FEWEST_IN_STRETCH, Gold
from labeling.audit.favourites import Picks, Positions, picks_of
from labeling.audit.pace import Pace, pace_of
from labeling.audit.peers import Agreement, Others, agreement_of
from labeling.audit.repeats import Repeats, repeats_of, turns_of
from labeling.audit.shares import Bools, Floats, Ints, rate, sums, wilson_bounds
from labeling.audit.signals import Signal, Test, Verdicts, judge, where
from labeling.audit.standing import Standing, Stretch, UnderVersion, column, decisions
from labeling.audit.turns import Turns
from labeling.audit.work import Work
from labeling.errors import NotFound
from prep.phrase import numeral, phrase

IsRight = Callable[[Any, Any], bool]
NOTE = phrase(
    "These answers are no classes: gold, nearness to the others, pace, consistency and drift are looked at, and where an order "
    "on the screen was drawn, the places picked. The order of answers, a leaning to one label, copying and the expected "
    "accuracy are not."
)
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class ApartAudit:
    """The standings of all who answered, in order of their first answer; as labeling.audit.Audit, without a frame."""

    standings: tuple[Standing, ...]
    courses: Mapping[Any, tuple[Stretch, ...]]
    notes: tuple[str, ...] = (NOTE,)

    def __len__(self) -> int:
        """How many annotators answered."""
        return len(self.standings)

    def __iter__(self) -> Iterator[Standing]:
        """Their standings."""
        return iter(self.standings)

    def of(self, annotator: Any) -> Standing:
        """The standing of one annotator. Raises NotFound, with the nearest name there is."""
        for one in self.standings:
            if one.annotator == annotator:
                return one
        raise NotFound("annotator", annotator, [one.annotator for one in self.standings])

    def course(self, annotator: Any) -> tuple[Stretch, ...]:
        """How one annotator's nearness to the others went."""
        return self.courses.get(annotator, ())

    def as_json(self) -> list[dict[str, Any]]:
        """The standings as plain JSON values."""
        return [one.as_json() for one in self.standings]


def audit_apart(
    answers: Any,
    apart: Apart,
    is_right: IsRight,
    *,
    gold: Mapping[Any, Any] | None = None,
    skips: Mapping[str, int] | None = None,
    picks: Sequence[Picks] | None = None,
    threshold: float = 0.7,
    confidence: float = 0.95,
    false_discovery: float = 0.1,
) -> ApartAudit:
    """What is known of each annotator's work; the table is that of labeling.audit.audit, `apart` the distance of two
    answers, and `is_right(answer, known)` whether an answer counts as right on a gold item. `picks` says of each row which
    places were picked in the orders drawn for it.
    """
    work = Work.of(answers, gold={}, labels=None, seconds=None, at=None, version=None, position=None)
    given, latest = work.answers, work.latest
    people = len(given.annotators)
    known = _known(given, gold or {}, is_right)
    turns = turns_of(given, work.at[latest])
    held = gold_of(
        given, known == 1, known >= 0, np.full(len(given.items), -1), turns, threshold, usual_sprt(threshold)
    )
    others = others_apart(given, apart)
    used = not_gold(others, known >= 0, people)
    agreement = agreement_of(others, used, people=people)
    pace = pace_of(given, work.seconds[latest], None, turns)
    repeats = repeats_of(work.everything, work.at, people=people)
    drift = drift_of(*_series(others, known, turns), people=people)
    where_picked = [picks[row] for row in latest.tolist()] if picks is not None else [[] for _ in range(len(given))]
    positions = picks_of(given, where_picked, people=people)
    every = np.ones(people, dtype=bool)
    haste = np.minimum(2 * np.fmin(pace.fast_chance, pace.hasty_chance), 1.0)
    tests = (
        Test("gold", where(held.seen >= FEWEST_GOLD, 1 - held.below), np.nan_to_num(held.below) > SURE_BELOW),
        Test("others", where(agreement.compared >= FEWEST_COMPARED, agreement.chance_above(-LEAST_MARGIN)), every),
        Test("pace", where(pace.timed >= FEWEST_TIMED, haste), every),
        Test("place", where(positions.seen >= FEWEST_PLACED, positions.chance), every),
        Test("self", where(repeats.again >= FEWEST_AGAIN, repeats.chance), every),
        Test("drift", drift.chance, np.nan_to_num(drift.fall) > GREAT_FALL),
    )
    enough = (held.seen >= FEWEST_GOLD) | (agreement.compared >= FEWEST_COMPARED_ALONE)
    found = _Found(
        work, held, agreement, pace, repeats, drift, judge(tests, enough=enough, false_discovery=false_discovery),
        others, turns, known, skips or {}, confidence, positions,
    )  # fmt: skip
    present = np.flatnonzero(np.bincount(given.annotator, minlength=people)).tolist()
    return ApartAudit(
        tuple(found.standing(k) for k in present), {given.annotators[k]: found.course(k) for k in present}
    )


def others_apart(answers: Answers, apart: Apart) -> Others:
    """What the others said to each answer's item, where near counts as the same in part.

    `same` and `matched` are 1 less the mean distance from the others, `expected` the same of two of the others (of one
    other alone: of any two answers to an item).
    """
    size = np.bincount(answers.item, minlength=len(answers.items))
    order = np.argsort(answers.item, kind="stable")
    item, label = answers.item[order].astype(np.int64), answers.label[order].astype(np.int64)
    own, whole = np.zeros(len(order)), np.zeros(len(size))
    for step in range(1, int(size.max(initial=0))):
        here = np.flatnonzero(item[step:] == item[:-step])
        far = apart.between(answers.labels, label[here], label[here + step])
        own[here] += far
        own[here + step] += far
        whole += sums(item[here], far, len(size))
    mine = np.empty(len(order))
    mine[order] = own
    n = size[answers.item] - 1
    pairs = n * (n - 1) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        same = np.where(n > 0, 1 - mine / n, np.nan)
        among = 1 - (whole[answers.item] - mine) / pairs
    usual = float(np.nanmean(same)) if (n > 0).any() else np.nan
    expected = np.where(n > 1, among, np.where(n > 0, usual, np.nan))
    none = np.full(len(order), -1, dtype=np.int64)
    return Others(answers, np.zeros((len(size), 0), dtype=np.int64), n, same, expected, same, none)


def _known(answers: Answers, gold: Mapping[Any, Any], is_right: IsRight) -> Ints:
    """For each answer 1 where it is right on a gold item, 0 where it is wrong, −1 where the item is none."""
    found = np.full(len(answers), -1, dtype=np.int64)
    items = answers.items.tolist()
    for row, (item, label) in enumerate(zip(answers.item.tolist(), answers.label.tolist(), strict=True)):
        if items[item] in gold:
            found[row] = is_right(answers.labels[label], gold[items[item]])
    return found


def _series(others: Others, known: Ints, turns: Turns) -> tuple[Turns, Floats]:
    """How far each answer falls short of what its item allows; on gold, of being right as often as all are."""
    values = others.excess.copy()
    rows = np.flatnonzero(known >= 0)
    if len(rows):
        values[rows] = known[rows] - known[rows].mean()
    kept = turns.only(~np.isnan(values))
    return kept, values[kept.order]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """All that was found, by annotator number."""

    work: Work
    gold: Gold
    agreement: Agreement
    pace: Pace
    repeats: Repeats
    drift: Drift
    verdicts: Verdicts
    others: Others
    turns: Turns
    known: Ints
    skips: Mapping[str, int]
    confidence: float
    positions: Positions

    def standing(self, k: int) -> Standing:
        """One annotator's."""
        answers, gold, agreement, pace, drift = self.work.answers, self.gold, self.agreement, self.pace, self.drift
        seen, compared, timed = int(gold.seen[k]), int(agreement.compared[k]), int(pace.timed[k])
        low, high = self._bounds(gold.right[k], seen)
        near_low, near_high = self._bounds(agreement.matched[k], compared)
        reach = Z95 * agreement.error[k]
        name = answers.annotators[k]
        nothing: dict[str, Any] = dict.fromkeys(
            ("skill", "skill_low", "skill_high", "standing", "spammer", "run_label", "run_chance", "period",
             "period_chance", "divergence", "favourite", "favoured_expected")
        )  # fmt: skip
        return Standing(
            annotator=name,
            answers=int((answers.annotator == k).sum()),
            skips=int(self.skips.get(str(name), 0)),
            gold_seen=seen,
            gold_right=int(gold.right[k]),
            accuracy=gold.right[k] / seen if seen else None,
            accuracy_low=low,
            accuracy_high=high,
            below=_number(gold.below[k]),
            sequential=decisions(gold.decision[k : k + 1])[0],
            decided_after=None if gold.after[k] < 0 else int(gold.after[k]),
            compared=compared,
            agreement=float(agreement.matched[k] / compared) if compared else None,
            agreement_low=near_low,
            agreement_high=near_high,
            excess=_number(agreement.excess[k]),
            excess_low=_number(agreement.excess[k] - reach),
            excess_high=_number(agreement.excess[k] + reach),
            timed=timed,
            median_seconds=_number(pace.median[k]),
            pace_z=_number(pace.z[k]),
            too_fast=_number(rate(pace.fast[k : k + 1], pace.timed[k : k + 1])[0]),
            hasty=_number(rate(pace.hasty[k : k + 1], pace.timed[k : k + 1])[0]),
            longest_run=0,
            misses=0,
            favoured=0,
            placed=int(self.positions.seen[k]),
            place=self.positions.word(k),
            place_picked=int(self.positions.picked[k]),
            again=int(self.repeats.again[k]),
            again_same=int(self.repeats.same[k]),
            fall=_number(drift.fall[k]),
            drift_turn=None if drift.turn[k] < 0 else int(drift.turn[k]),
            drift_chance=_number(drift.chance[k]),
            cusum=_number(drift.cusum[k]),
            alarm=None if drift.alarm[k] < 0 else int(drift.alarm[k]),
            word=self.verdicts.word(k),
            signals=tuple(Signal(evidence, self._words(evidence, k), q) for evidence, q in self.verdicts.against(k)),
            versions=tuple(self._versions(k)),
            **nothing,
        )

    def course(self, k: int, parts: int = 12) -> tuple[Stretch, ...]:
        """One annotator's work in order, in stretches of ten answers or more that others gave an answer beside."""
        rows = self.turns.order[self.turns.starts[k] : self.turns.starts[k + 1]]
        rows = rows[self.others.n[rows] > 0]
        version = self.work.version[self.work.latest]
        found = []
        for part in np.array_split(rows, max(1, min(parts, len(rows) // FEWEST_IN_STRETCH))):
            if len(part):
                low, high = self._bounds(self.others.matched[part].sum(), len(part))
                under = sorted({int(code) for code in version[part] if code >= 0})
                found.append(
                    Stretch(
                        answers=len(part),
                        agreement=float(self.others.matched[part].mean()),
                        low=low or 0.0,
                        high=1.0 if high is None else high,
                        excess=float(self.others.excess[part].mean()),
                        versions=tuple(self.work.versions[code] for code in under),
                    )
                )
        return tuple(found)

    def _versions(self, k: int) -> Iterator[UnderVersion]:
        version = self.work.version[self.work.latest]
        mine = self.work.answers.annotator == k
        for code, name in sorted(enumerate(self.work.versions), key=lambda one: str(one[1])):
            rows: Bools = mine & (version == code)
            if not rows.any():
                continue
            on_gold, beside = rows & (self.known >= 0), rows & (self.others.n > 0)
            seen, right = int(on_gold.sum()), int((self.known[on_gold] == 1).sum())
            low, high = self._bounds(right, seen)
            yield UnderVersion(
                version=name,
                answers=int(rows.sum()),
                gold_seen=seen,
                gold_right=right,
                accuracy=right / seen if seen else None,
                accuracy_low=low,
                accuracy_high=high,
                compared=int(beside.sum()),
                excess=float(self.others.excess[beside].mean()) if beside.any() else None,
            )

    def _bounds(self, right: Any, seen: int) -> tuple[float | None, float | None]:
        """Wilson's interval; of shares that are met in part it is a little wide, as they spread less."""
        if not seen:
            return None, None
        low, high = wilson_bounds(np.array([float(right)]), np.array([float(seen)]), self.confidence)
        return float(low[0]), float(high[0])

    def _words(self, evidence: str, k: int) -> str:
        if evidence == "gold":
            sure = min(float(self.gold.below[k]), 0.999)
            return phrase(
                "accuracy is under %(floor)s with probability %(sure)s",
                floor=numeral(self.gold.threshold, ".0%"),
                sure=numeral(sure, ".1%"),
            )
        if evidence == "others":
            near, usual = self.agreement.same[k], self.agreement.expected[k]
            return phrase(
                "the answers are %(near)s like those of the others where %(usual)s would be usual",
                near=numeral(near, ".0%"),
                usual=numeral(usual, ".0%"),
            )
        if evidence == "pace":
            return self.pace.says(k)
        if evidence == "place":
            return self.positions.says(k)
        if evidence == "self":
            again = self.repeats
            return phrase(
                "says just the same again for %(n)s of %(all)s items shown twice, fewer than the others do",
                n=int(again.same[k]),
                all=int(again.again[k]),
            )
        return phrase(
            "%(share)s worse after %(n)s answers than before",
            share=numeral(self.drift.fall[k], ".0%"),
            n=int(self.drift.turn[k]),
        )


def _number(value: Any) -> float | None:
    return column(np.array([float(value)]))[0]
