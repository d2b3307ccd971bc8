"""All that was found out of everybody, as arrays: what Standing is made of. Knows no table and no frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from labeling.answers import Answers
from labeling.audit.copying import Pairs
from labeling.audit.crowd import Crowd
from labeling.audit.drift import Drift
from labeling.audit.favourites import Favourites, Positions
from labeling.audit.pace import Pace
from labeling.audit.peers import Agreement, Others
from labeling.audit.repeats import Repeats
from labeling.audit.runs import Runs
from labeling.audit.shares import Floats, Ints, rate, wilson_bounds
from labeling.audit.signals import Signal, Verdicts
from labeling.audit.standing import Copying, Stretch, UnderVersion, column, decisions
from labeling.audit.turns import Turns
from labeling.audit.versions import Versions
from prep.phrase import numeral, phrase

MOST_PAIRS = 5
FEWEST_IN_STRETCH = 10


@dataclass(frozen=True, slots=True, eq=False)
class Gold:
    """By annotator: gold answers `seen` and `right`, `below` the threshold, Wald's `decision` and the answers it took."""

    seen: Ints
    right: Ints
    below: Floats
    decision: Ints
    after: Ints
    truth: Ints
    threshold: float


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Everything, by annotator number; `present` are those who answered."""

    answers: Answers
    present: Ints
    volume: Ints
    skips: Ints
    gold: Gold
    agreement: Agreement
    crowd: Crowd
    pace: Pace
    runs: Runs
    favourites: Favourites
    positions: Positions
    repeats: Repeats
    drift: Drift
    pairs: Pairs
    copies: Ints
    versions: Versions
    version_names: tuple[Any, ...]
    verdicts: Verdicts
    others: Others
    turns: Turns
    version: Ints
    confidence: float
    false_discovery: float
    notes: tuple[str, ...]

    def columns(self) -> dict[str, list[Any]]:
        """The figures of Standing but the nested ones: a list of plain values for each."""
        here = self.present

        def numbers(values: Floats) -> list[float | None]:
            return column(np.asarray(values[here], dtype=np.float64))

        def whole(values: Ints) -> list[int]:
            listed: list[int] = values[here].tolist()
            return listed

        def whole_or_none(values: Ints) -> list[int | None]:
            return [None if value < 0 else value for value in values[here].tolist()]

        def named(codes: Ints, names: tuple[Any, ...]) -> list[Any]:
            with_none = [*names, None]
            return [with_none[code] for code in codes[here].tolist()]

        gold, agreement, confidence = self.gold, self.agreement, self.confidence
        seen, right = gold.seen.astype(np.float64), gold.right.astype(np.float64)
        low, high = wilson_bounds(right, seen, confidence)
        n = agreement.compared.astype(np.float64)
        peers_low, peers_high = wilson_bounds(agreement.matched, n, confidence)
        reach = self.crowd_z * agreement.error
        none = np.nan
        unseen, alone = gold.seen == 0, agreement.compared == 0
        timed = self.pace.timed.astype(np.float64)
        return {
            "annotator": self.answers.annotators[here].tolist(),
            "answers": whole(self.volume),
            "skips": whole(self.skips),
            "gold_seen": whole(gold.seen),
            "gold_right": whole(gold.right),
            "accuracy": numbers(rate(right, seen)),
            "accuracy_low": numbers(np.where(unseen, none, low)),
            "accuracy_high": numbers(np.where(unseen, none, high)),
            "below": numbers(gold.below),
            "sequential": decisions(gold.decision[here]),
            "decided_after": whole_or_none(gold.after),
            "compared": whole(agreement.compared),
            "agreement": numbers(rate(agreement.matched, n)),
            "agreement_low": numbers(np.where(alone, none, peers_low)),
            "agreement_high": numbers(np.where(alone, none, peers_high)),
            "excess": numbers(agreement.excess),
            "excess_low": numbers(agreement.excess - reach),
            "excess_high": numbers(agreement.excess + reach),
            "skill": numbers(self.crowd.skill),
            "skill_low": numbers(self.crowd.low),
            "skill_high": numbers(self.crowd.high),
            "standing": numbers(self.crowd.standing),
            "spammer": numbers(self.crowd.spammer),
            "timed": whole(self.pace.timed),
            "median_seconds": numbers(self.pace.median),
            "pace_z": numbers(self.pace.z),
            "too_fast": numbers(rate(self.pace.fast, timed)),
            "hasty": numbers(rate(self.pace.hasty, timed)),
            "longest_run": whole(self.runs.longest),
            "run_label": named(self.runs.label, self.answers.labels),
            "run_chance": numbers(self.runs.chance),
            "period": [value or None for value in whole(self.runs.period)],
            "period_chance": numbers(self.runs.period_chance),
            "divergence": numbers(self.favourites.divergence),
            "misses": whole(self.favourites.misses),
            "favourite": named(np.where(self.favourites.misses > 0, self.favourites.label, -1), self.answers.labels),
            "favoured": whole(self.favourites.said),
            "favoured_expected": numbers(np.where(self.favourites.misses > 0, self.favourites.expected, none)),
            "placed": whole(self.positions.seen),
            "place": named(self.positions.place, self.positions.places),
            "place_picked": whole(self.positions.picked),
            "again": whole(self.repeats.again),
            "again_same": whole(self.repeats.same),
            "fall": numbers(self.drift.fall),
            "drift_turn": whole_or_none(self.drift.turn),
            "drift_chance": numbers(self.drift.chance),
            "cusum": numbers(self.drift.cusum),
            "alarm": whole_or_none(self.drift.alarm),
            "word": [self.verdicts.word(k) for k in here.tolist()],
        }

    @property
    def crowd_z(self) -> float:
        """Standard errors to either side of an interval."""
        from statistics import NormalDist

        return NormalDist().inv_cdf((1 + self.confidence) / 2)

    def nested(self, k: int) -> dict[str, Any]:
        """The parts of Standing that are tables of their own, for one annotator (by number)."""
        return {
            "labels": self.answers.labels,
            "confusion": self._confusion(k),
            "copying": self._copying(k),
            "versions": self._versions(k),
            "signals": tuple(Signal(evidence, self._words(evidence, k), q) for evidence, q in self.verdicts.against(k)),
        }

    def course(self, k: int, parts: int) -> tuple[Stretch, ...]:
        """The work of one annotator (by number) in order, cut into so many stretches of equal length at most."""
        rows = self.turns.order[self.turns.starts[k] : self.turns.starts[k + 1]]
        rows = rows[self.others.n[rows] > 0]
        found = []
        for part in np.array_split(rows, max(1, min(parts, len(rows) // FEWEST_IN_STRETCH))):
            if len(part):
                n = float(len(part))
                low, high = wilson_bounds(np.array([self.others.matched[part].sum()]), np.array([n]), self.confidence)
                versions = sorted({int(code) for code in self.version[part] if code >= 0})
                found.append(
                    Stretch(
                        answers=len(part),
                        agreement=float(self.others.matched[part].mean()),
                        low=float(low[0]),
                        high=float(high[0]),
                        excess=float(self.others.excess[part].mean()),
                        versions=tuple(self.version_names[code] for code in versions),
                    )
                )
        return tuple(found)

    def _confusion(self, k: int) -> tuple[tuple[int, ...], ...]:
        classes = len(self.answers.labels)
        if not self.gold.seen[k]:
            return ((0,) * classes,) * classes
        rows = self._rows_of(k)
        truth = self.gold.truth[self.answers.item[rows]]
        cells = (truth * classes + self.answers.label[rows])[truth >= 0]
        table = np.bincount(cells, minlength=classes * classes).reshape(classes, classes)
        return tuple(tuple(row) for row in table.tolist())

    def _rows_of(self, k: int) -> Ints:
        return np.flatnonzero(self.answers.annotator == k)

    def _copying(self, k: int) -> tuple[Copying, ...]:
        pairs = self.pairs
        if self.copies[k] < 0:
            return ()
        mine = (pairs.copier == k) | ((pairs.model == k) & (not pairs.is_directed))
        mine &= pairs.is_suspect(self.false_discovery)
        return tuple(
            Copying(
                other=self.answers.annotators[int(pairs.model[p] if pairs.copier[p] == k else pairs.copier[p])],
                shared=int(pairs.shared[p]),
                same=int(pairs.same[p]),
                expected=round(float(pairs.expected[p]), 1),
                share=float(pairs.share[p]),
                q=float(pairs.q[p]),
                haste=None if np.isnan(pairs.haste[p]) else float(pairs.haste[p]),
            )
            for p in np.flatnonzero(mine)[:MOST_PAIRS].tolist()
        )

    def _versions(self, k: int) -> tuple[UnderVersion, ...]:
        table, rows = self.versions, self.versions.of(k)
        low, high = table.accuracy_bounds(self.confidence)
        found = []
        for row in range(rows.start, rows.stop):
            seen, right = int(table.gold_seen[row]), int(table.gold_right[row])
            found.append(
                UnderVersion(
                    version=self.version_names[int(table.version[row])],
                    answers=int(table.answers[row]),
                    gold_seen=seen,
                    gold_right=right,
                    accuracy=right / seen if seen else None,
                    accuracy_low=float(low[row]) if seen else None,
                    accuracy_high=float(high[row]) if seen else None,
                    compared=int(table.compared[row]),
                    excess=float(table.excess[row]) if table.compared[row] else None,
                )
            )
        return tuple(found)

    def _words(self, evidence: str, k: int) -> str:
        return getattr(self, f"_say_{evidence}")(k)  # type: ignore[no-any-return]

    def _say_gold(self, k: int) -> str:
        sure = min(float(self.gold.below[k]), 0.999)
        return phrase(
            "accuracy is under %(floor)s with probability %(sure)s",
            floor=numeral(self.gold.threshold, ".0%"),
            sure=numeral(sure, ".1%"),
        )

    def _say_others(self, k: int) -> str:
        agreement, skill = self.agreement, self.crowd.skill[k]
        shares = {"same": numeral(agreement.same[k], ".0%"), "usual": numeral(agreement.expected[k], ".0%")}
        if np.isnan(skill):
            return phrase("%(same)s of the others say the same where %(usual)s would be usual", **shares)
        return phrase(
            "%(same)s of the others say the same where %(usual)s would be usual; the accuracy this makes likely is %(skill)s",
            **shares,
            skill=numeral(skill, ".0%"),
        )

    def _say_pace(self, k: int) -> str:
        pace, hurried = self.pace, self.pairs.haste_chance(len(self.volume))[k]
        if hurried < min(pace.fast_chance[k], pace.hasty_chance[k]):
            mine = np.where(self.pairs.copier == k, np.nan_to_num(self.pairs.p_haste, nan=2.0), 2.0)
            pair = int(np.argmin(mine))
            other = self.answers.annotators[int(self.pairs.model[pair])]
            return phrase(
                "answers equal to an earlier one of %(other)s came %(share)s quicker than the rest",
                other=other,
                share=numeral(self.pairs.haste[pair], ".0%"),
            )
        return pace.says(k)

    def _say_order(self, k: int) -> str:
        runs = self.runs
        if runs.chance[k] <= runs.period_chance[k]:
            return phrase(
                "%(n)s times %(label)s in a row, and the items do not ask for it",
                n=int(runs.longest[k]),
                label=self.answers.labels[runs.label[k]],
            )
        return phrase("the answers come back every %(n)s items, whatever the items are", n=int(runs.period[k]))

    def _say_lean(self, k: int) -> str:
        lean = self.favourites
        usual = lean.expected[k] * lean.misses[k]
        return phrase(
            "%(n)s of the %(all)s answers that differ from the others' are %(label)s, where %(usual)s would be usual",
            n=int(lean.said[k]),
            all=int(lean.misses[k]),
            label=self.answers.labels[lean.label[k]],
            usual=f"{usual:.0f}",
        )

    def _say_place(self, k: int) -> str:
        return self.positions.says(k)

    def _say_self(self, k: int) -> str:
        again = self.repeats
        return phrase(
            "says the same again for %(n)s of %(all)s items shown twice, fewer than the others do",
            n=int(again.same[k]),
            all=int(again.again[k]),
        )

    def _say_drift(self, k: int) -> str:
        return phrase(
            "%(share)s worse after %(n)s answers than before",
            share=numeral(self.drift.fall[k], ".0%"),
            n=int(self.drift.turn[k]),
        )

    def _say_copying(self, k: int) -> str:
        one = self._copying(k)[0]
        return phrase(
            "%(n)s of %(all)s answers are those of %(other)s, where %(usual)s would be usual for two who work alone",
            n=one.same,
            all=one.shared,
            other=one.other,
            usual=f"{one.expected:.0f}",
        )
