"""All things on one scale, from comparisons two by two: scores with intervals, ranks, skills and the pull of the place."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.errors import Unusable
from labeling.scale.comparisons import Comparisons
from labeling.scale.davidson import Fit, fit

Floats = NDArray[np.float64]
MOST_THINGS = 4_000
"""The covariance of so many scores takes 128 MB and half a minute."""

DRAWS = 2_000
Z = 1.959964


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing on the scale. `score` is in log odds: the difference of two is the log odds that one wins against the
    other, ties aside; 0 is the mean of its group. `against_average` is its chance to win against a thing of score 0.
    `rank` 1 is the best; the interval of the rank is of the same level as that of the score.
    """

    thing: Hashable
    score: float
    low: float
    high: float
    against_average: float
    against_average_low: float
    against_average_high: float
    rank: int
    rank_low: int
    rank_high: int
    comparisons: int
    wins: int
    ties: int
    losses: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Things that were compared with each other, if only by way of others; the best first.

    `above[k]` is the chance that the thing in place k is better than the next.
    """

    things: tuple[Thing, ...]
    above: tuple[float, ...]
    comparisons: int


@dataclass(frozen=True, slots=True)
class Judge:
    """An annotator's part in the scale: how often they read a pair the right way round (1 always, .5 a coin)."""

    annotator: Hashable
    skill: float
    low: float
    high: float
    comparisons: int


@dataclass(frozen=True, slots=True)
class PlaceShare:
    """How often what stood first on the screen won, of the answers that chose one, with Wilson's interval; .5 is no pull.

    `effect` is the same in log odds with the things' own merit taken out; None where places are not known.
    """

    seen: int
    first: int
    share: float | None
    low: float | None
    high: float | None
    effect: float | None = None
    effect_low: float | None = None
    effect_high: float | None = None

    def verdict(self) -> str:
        """What may be said of it, in a sentence."""
        if self.share is None or self.low is None or self.high is None:
            return "Which side stood first is not known of any answer that chose one."
        span = f"{self.share:.0%} of {self.seen:,} choices fell on what stood first (between {self.low:.0%} and {self.high:.0%})"
        if self.low > 0.5:
            return f"{span}: what stands first is chosen more often than it deserves."
        if self.high < 0.5:
            return f"{span}: what stands second is chosen more often than it deserves."
        return f"{span}: no pull of the place can be told."


@dataclass(frozen=True, slots=True)
class Scale:
    """Where things stand, and what that rests on.

    `groups` hold the things that can be placed, the largest group first; scores of different groups cannot be compared.
    `alone` are things without any comparison; `single_pairs` counts the pairs of things that were compared with each other
    in one item and with nothing else: those have a verdict of their own, but no scale. `why` says why there is
    no scale, where there is none.
    """

    groups: tuple[Group, ...]
    alone: tuple[Hashable, ...]
    single_pairs: int
    judges: tuple[Judge, ...]
    place: PlaceShare
    comparisons: int
    same: int
    confidence: float
    tie: float | None = None
    spread: float | None = None
    method: str = ""
    why: str = ""
    notes: tuple[str, ...] = field(default=())

    def verdict(self) -> str:
        """What may be said of the best things, in a sentence."""
        if not self.groups:
            return self.why
        best = self.groups[0]
        first, chance = best.things[0], best.above[0]
        name = str(first.thing)
        name = f"“{name if len(name) <= 60 else name[:59].rstrip() + '…'}”"
        words = f"{name} stands first of {len(best.things)}"
        if chance >= 0.975:
            words = f"{words}, surely above the next"
        elif first.rank_high > 1:
            words = f"{words}, but may be anywhere from rank {first.rank_low} to {first.rank_high}"
        else:
            words = f"{words} (above the next with a chance of {chance:.0%})"
        if len(self.groups) > 1:
            rest = "1 more group was" if len(self.groups) == 2 else f"{len(self.groups) - 1:,} more groups were"
            words = f"{words}; {rest} never compared with these"
        return f"{words}."

    def as_json(self) -> dict[str, Any]:
        """All of it as plain JSON values, with the verdicts."""
        return {
            **asdict(self),
            "verdict": self.verdict(),
            "place": {**asdict(self.place), "verdict": self.place.verdict()},
        }


def scale_of(data: Comparisons, *, seed: int = 0, shrinks: bool = True, has_skills: bool = True) -> Scale:
    """The scale of all things that can be placed; `labeling.scale.davidson` says the model.

    A group of things counts where two or more items compare some of them. Raises Unusable for more than MOST_THINGS, and
    without `shrinks` where the comparisons leave a score without bound.

    >>> from labeling.scale import Comparison
    >>> rows = [Comparison(a, b, 1, "ann", item=k) for k, (a, b) in enumerate(["xy", "xy", "yx", "yz", "zx", "yz"])]
    >>> [one.thing for one in scale_of(Comparisons.of(rows)).groups[0].things]
    ['y', 'x', 'z']
    """
    place = _place_share(data)
    size = np.bincount(data.group, minlength=1) if len(data.things) else np.zeros(1, dtype=np.int64)
    pairs = {*zip(data.group[data.first].tolist(), data.item.tolist(), strict=True)}
    items = np.bincount(np.array([group for group, _ in pairs], dtype=np.int64), minlength=len(size))
    counts = (size >= 2) & (items >= 2)
    alone = tuple(thing for thing, group in zip(data.things, data.group, strict=True) if size[group] == 1)
    single = int(((size >= 2) & (items < 2)).sum())
    facts: dict[str, Any] = {
        "alone": alone,
        "single_pairs": single,
        "comparisons": len(data),
        "same": data.same,
        "confidence": 0.95,
    }
    why = _why_none(data, counts, single)
    if why:
        return Scale(groups=(), judges=(), place=place, why=why, **facts)
    kept = data.taken(counts[data.group])
    if len(kept.things) > MOST_THINGS:
        raise Unusable(
            f"{len(kept.things):,} things are more than the {MOST_THINGS:,} that fit one scale",
            cure="Split the project, or name the things by what they have in common, such as the model that wrote them.",
        )
    has_skills = has_skills and len(set(kept.annotator.tolist())) > 1
    if not shrinks:
        _refuse_unbounded(kept)
    found = fit(kept, shrinks=shrinks, has_skills=has_skills)
    at_tie = sorted({abs(step) for step in kept.step.tolist()})
    tie = math.exp(float(found.levels[0])) if at_tie[0] == 0 and len(at_tie) > 1 else None
    return Scale(
        groups=_groups(kept, found, seed),
        judges=_judges(kept, found, has_skills=has_skills),
        place=_with_effect(place, found, len(kept.things)),
        tie=tie,
        spread=found.spread,
        method=_method(kept, found, has_skills=has_skills),
        notes=_notes(data, alone, single),
        **facts,
    )


def separated(data: Comparisons) -> tuple[tuple[Hashable, ...], ...]:
    """The parts, the strongest first, of which each won every comparison with those after it; one part is the good case.

    Source: Ford (1957, Amer. Math. Monthly 64:28): only within a part are scores bounded without a prior.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(data.things)
    win, lose = data.step >= 0, data.step <= 0
    rows = np.concatenate([data.first[win], data.second[lose]])
    columns = np.concatenate([data.second[win], data.first[lose]])
    beaten = coo_array((np.ones(len(rows)), (rows, columns)), shape=(n, n)).tocsr()
    count, part = connected_components(beaten, directed=True, connection="strong")
    wins = np.bincount(part[rows], (part[rows] != part[columns]) * 1.0, minlength=count)
    losses = np.bincount(part[columns], (part[rows] != part[columns]) * 1.0, minlength=count)
    order = np.argsort(losses - wins, kind="stable")
    return tuple(tuple(data.things[k] for k in np.flatnonzero(part == one)) for one in order)


def _refuse_unbounded(data: Comparisons) -> None:
    for group in range(int(data.group.max(initial=-1)) + 1):
        mine = data.taken(data.group == group)
        parts = separated(mine) if len(mine.things) else ()
        if len(parts) > 1:
            raise Unusable(
                f"{len(parts[0])} of {len(mine.things)} things, such as {parts[0][0]!r}, never lost against the others: "
                "their scores have no bound",
                cure="Let the scale shrink, or have more pairs compared.",
            )


def _why_none(data: Comparisons, counts: NDArray[np.bool_], single: int) -> str:
    if not len(data):
        return "There is no scale: no two things have been compared yet."
    if not counts.any():
        return (
            f"There is no scale: each of the {single:,} {'pair' if single == 1 else 'pairs'} stands alone, as no thing occurs "
            "in two items. Each has its consensus; for a scale, name the fields that say what is compared (such as the model), "
            "or let items share things."
        )
    if not (data.step[counts[data.group[data.first]]] != 0).any():
        return "There is no scale: every answer so far is a tie."
    return ""


def _notes(data: Comparisons, alone: tuple[Hashable, ...], single: int) -> tuple[str, ...]:
    notes = []
    if alone:
        notes.append(
            f"{len(alone):,} {'thing has' if len(alone) == 1 else 'things have'} no comparison yet, and so no score."
        )
    if single:
        notes.append(
            f"{single:,} {'pair stands' if single == 1 else 'pairs stand'} alone: nothing else was compared with the things in "
            f"{'it' if single == 1 else 'them'}."
        )
    if data.same:
        notes.append(
            f"{data.same:,} {'answer' if data.same == 1 else 'answers'} to items that set a thing against itself do not count."
        )
    return tuple(notes)


def _groups(data: Comparisons, found: Fit, seed: int) -> tuple[Group, ...]:
    n = len(data.things)
    wins, ties, losses = _record(data)
    covariance = found.covariance[:n, :n]
    groups = []
    for number in np.unique(data.group):
        mine = np.flatnonzero(data.group == number)
        scores, spread = found.scores[mine], covariance[np.ix_(mine, mine)]
        error = np.sqrt(np.maximum(np.diag(spread), 0.0))
        order = np.lexsort((mine, -scores))
        low_rank, high_rank = _ranks(scores, spread, seed)
        things = []
        for place, k in enumerate(order.tolist(), 1):
            one = mine[k]
            score, low, high = float(scores[k]), float(scores[k] - Z * error[k]), float(scores[k] + Z * error[k])
            things.append(
                Thing(
                    thing=data.things[one],
                    score=score, low=low, high=high,
                    against_average=_odds(score), against_average_low=_odds(low), against_average_high=_odds(high),
                    rank=place, rank_low=min(int(low_rank[k]), place), rank_high=max(int(high_rank[k]), place),
                    comparisons=int(wins[one] + ties[one] + losses[one]),
                    wins=int(wins[one]), ties=int(ties[one]), losses=int(losses[one]),
                    note=_note(int(wins[one]), int(ties[one]), int(losses[one]), is_shrunk=found.spread is not None),
                )
            )  # fmt: skip
        above = []
        for better, worse in pairwise(order):
            apart = max(float(spread[better, better] + spread[worse, worse] - 2 * spread[better, worse]), 1e-300)
            above.append(0.5 * (1 + math.erf(float(scores[better] - scores[worse]) / math.sqrt(2 * apart))))
        groups.append(Group(tuple(things), tuple(above), int((data.group[data.first] == number).sum())))
    return tuple(groups)


def _record(data: Comparisons) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    n = len(data.things)

    def count(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> NDArray[Any]:
        return np.bincount(data.first[first], minlength=n) + np.bincount(data.second[second], minlength=n)

    won, lost, tied = data.step > 0, data.step < 0, data.step == 0
    return count(won, lost), count(tied, tied), count(lost, won)


def _note(wins: int, ties: int, losses: int, *, is_shrunk: bool) -> str:
    if not is_shrunk or ties or (wins and losses):
        return ""
    return f"{'won' if wins else 'lost'} all {wins + losses}: how far {'above' if wins else 'below'} the others is not known"


def _ranks(scores: Floats, covariance: Floats, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """The middle 95 % of each thing's rank when scores are drawn as their covariance says."""
    rng = np.random.default_rng([seed, len(scores)])
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    draws = DRAWS if len(scores) <= 1_000 else 400
    drawn = scores + rng.standard_normal((draws, len(scores))) @ root.T
    rank = np.argsort(np.argsort(-drawn, axis=1, kind="stable"), axis=1) + 1
    return np.percentile(rank, 2.5, axis=0, method="lower"), np.percentile(rank, 97.5, axis=0, method="higher")


def _judges(data: Comparisons, found: Fit, *, has_skills: bool) -> tuple[Judge, ...]:
    """Everybody's skill, with the interval of a Beta of as many answers as told of them."""
    if not has_skills:
        return ()
    from scipy.special import betaincinv

    many = np.bincount(data.annotator, minlength=len(data.annotators))
    judges = []
    for who, skill in enumerate(found.skills.tolist()):
        n = float(many[who]) + 10.0
        low, high = (float(betaincinv(skill * n + 1, (1 - skill) * n + 1, level)) for level in (0.025, 0.975))
        if many[who]:
            judges.append(Judge(data.annotators[who], skill, min(low, skill), max(high, skill), int(many[who])))
    return tuple(sorted(judges, key=lambda one: (one.skill, str(one.annotator))))


def _place_share(data: Comparisons) -> PlaceShare:
    chose = (data.place != 0) & (data.step != 0)
    seen, first = int(chose.sum()), int((chose & (np.sign(data.step) == data.place)).sum())
    if not seen:
        return PlaceShare(0, 0, None, None, None)
    low, high = wilson(first, seen)
    return PlaceShare(seen, first, first / seen, low, high)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % score interval of a share. Source: Wilson (1927, J. Amer. Statist. Assoc. 22:209).

    >>> [round(end, 3) for end in wilson(81, 263)]
    [0.255, 0.366]
    """
    share, square = hits / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _with_effect(share: PlaceShare, found: Fit, n: int) -> PlaceShare:
    if found.place is None:
        return share
    error = math.sqrt(max(float(found.covariance[n, n]), 0.0))
    return PlaceShare(
        share.seen, share.first, share.share, share.low, share.high,
        found.place, found.place - Z * error, found.place + Z * error,
    )  # fmt: skip


def _method(data: Comparisons, found: Fit, *, has_skills: bool) -> str:
    steps = {abs(step) for step in data.step.tolist()}
    extra = [*(["strengths"] if max(steps) > 1 else []), *(["ties (Davidson)"] if 0 in steps else [])]
    name = "Bradley–Terry" + (f" with {' and '.join(extra)}" if extra else "")
    more = [
        *(["annotators' skills"] if has_skills else []),
        *(["the place on the screen"] if found.place is not None else []),
    ]
    shrunk = (
        "; scores shrink to the mean as far as their spread says"
        if found.spread is not None
        else "; maximum likelihood"
    )
    return name + (f"; {' and '.join(more)} taken out" if more else "") + shrunk


def _odds(score: float) -> float:
    return 1 / (1 + math.exp(-score)) if score > -700 else 0.0
