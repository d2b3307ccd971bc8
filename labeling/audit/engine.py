"""The audit of annotators: every measure over one reading of the answers, then what speaks against whom. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from labeling.answers import Answers
from labeling.audit.copying import pairs_of
from labeling.audit.crowd import Crowd, crowd_of, fit_crowd
from labeling.audit.drift import drift_of
from labeling.audit.facts import Facts, Gold
from labeling.audit.favourites import favourites_of, positions_of
from labeling.audit.pace import Pace, pace_of
from labeling.audit.peers import Agreement, Others, agreement_of
from labeling.audit.repeats import repeats_of, turns_of
from labeling.audit.runs import find_runs
from labeling.audit.sequential import Sprt
from labeling.audit.shares import Bools, Floats, Ints, chance_below, sums
from labeling.audit.signals import Test, judge, twice, where
from labeling.audit.standing import Audit
from labeling.audit.turns import Turns
from labeling.audit.versions import versions_of
from labeling.audit.work import Work, truth_of
from labeling.consensus import ConsensusArrays
from labeling.errors import Unusable
from prep.phrase import phrase

FEWEST_GOLD = 10
FEWEST_COMPARED = 10
FEWEST_COMPARED_ALONE = 30
"""So many answers beside the others' make an annotator known where there is no gold."""
FEWEST_TIMED = 10
FEWEST_MISSES = 8
FEWEST_PLACED = 20
FEWEST_AGAIN = 10

SURE_BELOW = 0.95
"""Gold speaks against an annotator when P(accuracy < threshold) is above this: never on the point estimate."""
LEAST_MARGIN, MOST_MARGIN = 0.05, 0.15
"""Half of any team is under the average, and with many answers surely so: only what is further under it than people
usually are from each other speaks, and never less than 5 points.
"""
GREAT_FALL = 0.10


def audit(
    answers: Any,
    *,
    gold: Mapping[Any, Any] | None = None,
    seconds: Any = None,
    at: Any = None,
    version: Any = None,
    position: Any = None,
    words: Mapping[Any, float] | None = None,
    skips: Mapping[Any, int] | None = None,
    labels: Sequence[Any] | None = None,
    threshold: float = 0.7,
    confidence: float = 0.95,
    false_discovery: float = 0.1,
    sprt: Sprt | None = None,
    consensus: ConsensusArrays | None = None,
) -> Audit:
    """What is known of each annotator's work, and against whom two independent things speak.

    `answers` as in Answers.of, with the rows of one annotator in the order they gave them (or by the column `at`);
    repeats of an item count as shown again. `gold` is the known label of items. `seconds`, `at`, `version` and
    `position` are a value an answer, else the columns seconds, created_at, guideline_version and position where the
    table has them; `position` is where the chosen label stood, its order being random. `words` is the length of an
    item's text, `skips` how many items each skipped. `threshold` is the accuracy wanted. `consensus` is that of the
    same answers by method "auto" without gold, where it is at hand.

    An annotator is "not known yet" with under 10 gold answers and under 30 beside the others'. Each of nine sorts of
    evidence (labeling.audit.EVIDENCE) has a least number of answers and is corrected for how many annotators are
    looked at (Benjamini–Hochberg at `false_discovery`); "look" needs two of them. Raises Unusable and UnusableAnswers,
    also for a gold label that is not among `labels`.

    >>> answers = {"item": [1, 1, 2, 2], "annotator": ["ann", "bob"] * 2, "label": ["a", "a", "b", "a"]}
    >>> [(s.annotator, s.gold_right, s.gold_seen, s.word) for s in audit(answers, gold={1: "a", 2: "b"})]
    [('ann', 2, 2, 'not known yet'), ('bob', 1, 2, 'not known yet')]
    """
    _check(threshold, false_discovery)
    work = Work.of(answers, gold=gold or {}, labels=labels, seconds=seconds, at=at, version=version, position=position)
    given, latest = work.answers, work.latest
    people = len(given.annotators)
    truth = truth_of(given, gold or {})
    crowd = fit_crowd(given) if consensus is None else crowd_of(_matching(consensus, given))
    others = Others.of(given)
    is_gold = truth[given.item] >= 0
    turns = turns_of(given, work.at[latest])
    is_right = given.label == truth[given.item]
    known = gold_of(given, is_right, is_gold, truth, turns, threshold, sprt or usual_sprt(threshold))
    used = not_gold(others, is_gold, people)
    agreement = agreement_of(others, used, people=people)
    runs = find_runs(turns, given.label.astype(np.int64), others, _own_share(given), people=people)
    pace = pace_of(given, work.seconds[latest], _words(words, given), turns)
    # What lies in one long run is the run's: a miss there must not speak twice.
    lean = favourites_of(others, ~runs.inside, people=people)
    positions = positions_of(given, work.place[latest], work.places, people=people)
    repeats = repeats_of(work.everything, work.at, people=people)
    drift = drift_of(*_series(others, crowd, truth, turns), people=people)
    pairs = pairs_of(others, crowd, work.at[latest] if work.has_time else None, pace.apart)
    copying, copies = pairs.signal(false_discovery=false_discovery, people=people)
    every = np.ones(people, dtype=bool)
    hurried = pairs.haste_chance(people)
    tests = (
        Test("gold", where(known.seen >= FEWEST_GOLD, 1 - known.below), np.nan_to_num(known.below) > SURE_BELOW),
        Test("others", _others_p(agreement, crowd, others, used), every),
        Test("pace", where(pace.timed >= FEWEST_TIMED, _pace_p(pace, hurried)), every),
        Test("order", twice(runs.chance, runs.period_chance), every),
        Test("lean", where(lean.misses >= FEWEST_MISSES, lean.chance), every),
        Test("place", where(positions.seen >= FEWEST_PLACED, positions.chance), every),
        Test("self", where(repeats.again >= FEWEST_AGAIN, repeats.chance), every),
        Test("drift", drift.chance, np.nan_to_num(drift.fall) > GREAT_FALL),
        Test("copying", copying, every, is_q=True),
    )
    enough = (known.seen >= FEWEST_GOLD) | (agreement.compared >= FEWEST_COMPARED_ALONE)
    volume = np.bincount(given.annotator, minlength=people)
    facts = Facts(
        answers=given,
        present=np.flatnonzero(volume),
        volume=volume,
        skips=_skips(skips, given),
        gold=known,
        agreement=agreement,
        crowd=crowd,
        pace=pace,
        runs=runs,
        favourites=lean,
        positions=positions,
        repeats=repeats,
        drift=drift,
        pairs=pairs,
        copies=copies,
        versions=versions_of(others, work.version[latest], truth, len(work.versions)),
        version_names=work.versions,
        verdicts=judge(tests, enough=enough, false_discovery=false_discovery),
        others=others,
        turns=turns,
        version=work.version[latest],
        confidence=confidence,
        false_discovery=false_discovery,
        notes=_notes(crowd, pairs.skipped_items),
    )
    return Audit(facts, _backend(answers), facts.columns())


def _check(threshold: float, false_discovery: float) -> None:
    if not 0 < threshold < 1:
        raise Unusable(f"threshold={threshold!r} is no accuracy", cure="Give a share between 0 and 1, such as .7.")
    if not 0 < false_discovery < 1:
        raise Unusable(f"false_discovery={false_discovery!r} is no share", cure="Give .1, or another between 0 and 1.")


def usual_sprt(threshold: float) -> Sprt:
    """Stops who errs as the threshold just allows not, and clears who errs a third as often."""
    return Sprt(fine=(1 - threshold) / 3, bad=1 - threshold)


def gold_of(
    answers: Answers, right: Bools, is_gold: Bools, truth: Ints, turns: Turns, threshold: float, sprt: Sprt
) -> Gold:
    """How everybody does on gold: `right` and `is_gold` are of each answer, `truth` the class of each item (−1: none)."""
    people = len(answers.annotators)
    seen = np.bincount(answers.annotator[is_gold], minlength=people)
    hits = np.bincount(answers.annotator[is_gold & right], minlength=people)
    on_gold = turns.only(is_gold)
    decision, after = sprt.decide_all(right[on_gold.order], on_gold)
    below = chance_below(hits.astype(np.float64), seen.astype(np.float64), threshold)
    return Gold(seen, hits, below, decision, after, truth, threshold)


def not_gold(others: Others, is_gold: Bools, people: int) -> Bools:
    """Gold items are left out where an annotator has enough others, so that two signals rest on different answers."""
    who = others.answers.annotator
    plain = (others.n > 0) & ~is_gold
    enough = np.bincount(who[plain], minlength=people) >= FEWEST_COMPARED
    return np.where(enough[who], plain, others.n > 0)


def _others_p(agreement: Agreement, crowd: Crowd, others: Others, used: Bools) -> Floats:
    """The p of agreeing as the items allow, or of being as accurate as the usual annotator, both less a margin."""
    from scipy.special import ndtr

    enough = agreement.compared >= FEWEST_COMPARED
    if crowd.why_not:
        return where(enough, agreement.chance_above(-LEAST_MARGIN))
    share, error = crowd.tables.clear_share(used & (others.n > 0))
    usual, margin = _middle_and_margin(share[enough], error[enough])
    peers = where(enough, agreement.chance_above(-margin))
    # The model takes hard items for easy ones where few answer them, so it counts only for those who also agree less
    # than their items allow.
    is_under = np.nan_to_num(agreement.chance_above(0.0), nan=1.0) < 0.1
    return twice(peers, where(enough & is_under, ndtr((share - (usual - margin)) / error)))


def _middle_and_margin(share: Floats, error: Floats) -> tuple[float, float]:
    """The median, and how far people usually are from it beyond what chance makes: half a team is under it."""
    if not len(share):
        return 0.0, LEAST_MARGIN
    middle = float(np.median(share))
    spread = (1.4826 * float(np.median(np.abs(share - middle)))) ** 2 - float(np.median(error**2))
    return middle, float(np.clip(np.sqrt(max(spread, 0.0)), LEAST_MARGIN, MOST_MARGIN))


def _pace_p(pace: Pace, hurried: Floats) -> Floats:
    """The p of any of three: too fast for the items, far faster than one's own usual, faster where another was first."""
    least: Floats = np.minimum(3 * np.fmin(np.fmin(pace.fast_chance, pace.hasty_chance), hurried), 1.0)
    return least


def _series(others: Others, crowd: Crowd, truth: Ints, turns: Turns) -> tuple[Turns, Floats]:
    """How far each answer falls short of what its item allows; on gold, of being right as often as the others.

    Less the annotator's own mean for items of that label (by the others, or gold): one who leans to a label does not
    drift because more items of another label come later.
    """
    answers, asked = others.answers, others.majority
    values = others.excess if crowd.why_not else np.where(others.n > 0, crowd.tables.shortfall[0], np.nan)
    known = truth[answers.item]
    rows = np.flatnonzero(known >= 0)
    if len(rows):
        item, right = answers.item[rows], answers.label[rows] == known[rows]
        n = others.n[rows]
        rest = others.counts[item, known[rows]] - right
        values, asked = values.copy(), asked.copy()
        values[rows] = right - np.where(n > 0, rest / np.maximum(n, 1), right.mean())
        asked[rows] = known[rows]
    kept = turns.only(~np.isnan(values))
    values, asked = values[kept.order], asked[kept.order]
    cell = kept.owner * (len(answers.labels) + 1) + asked + 1
    _, at, size = np.unique(cell, return_inverse=True, return_counts=True)
    mean = sums(at, values, len(size)) / np.maximum(size, 1)
    return kept, values - mean[at]


def _own_share(answers: Answers) -> Floats:
    """For each row, the share its label has among its annotator's answers."""
    key = answers.annotator.astype(np.int64) * len(answers.labels) + answers.label
    _, at, n = np.unique(key, return_inverse=True, return_counts=True)
    total = np.bincount(answers.annotator, minlength=len(answers.annotators))
    share: Floats = n[at] / total[answers.annotator]
    return share


def _words(words: Mapping[Any, float] | None, answers: Answers) -> Floats | None:
    if words is None:
        return None
    return np.array([float(words.get(item, 0.0)) for item in answers.items.tolist()])


def _skips(skips: Mapping[Any, int] | None, answers: Answers) -> Ints:
    given = skips or {}
    return np.array([int(given.get(who, 0)) for who in answers.annotators.tolist()], dtype=np.int64)


def _matching(consensus: ConsensusArrays, answers: Answers) -> ConsensusArrays:
    same = (
        consensus.method.name == "auto"
        and not len(consensus.votes_in.clamped)
        and len(consensus.answers) == len(answers)
        and consensus.answers.labels == answers.labels
        and np.array_equal(consensus.answers.annotator, answers.annotator)
        and np.array_equal(consensus.answers.label, answers.label)
    )
    if not same:
        raise Unusable(
            "consensus= is not that of these answers by method 'auto' without gold",
            cure="Leave it out: it is made anew.",
        )
    return consensus


def _notes(crowd: Crowd, skipped_items: int) -> tuple[str, ...]:
    notes = []
    if crowd.why_not:
        notes.append(phrase("No accuracy can be expected of anybody: %(why)s.", why=crowd.why_not))
    if skipped_items:
        notes.append(
            phrase("%(n)s items with very many answers were left out of the search for copying.", n=skipped_items)
        )
    return tuple(notes)


def _backend(frame: Any) -> Any:
    if isinstance(frame, Answers | Mapping):
        return None
    import narwhals as nw

    return nw.from_native(frame).implementation
