"""Which items deserve one more answer: few where annotators agree, more where the label stays in doubt. No I/O.

Every item gets `floor` answers. One more is asked for as long as its consensus is less sure than the target and its
`ceiling` is not reached. Confidence that was not held against gold can be wrong in one voice, so gold can forbid to stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from labeling.columns import key_of
from labeling.errors import Unusable, nearest

if TYPE_CHECKING:
    from labeling.consensus import ConsensusArrays
    from labeling.consensus.warm import Warm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FEWEST_GOLD = 15
"""So many gold items that look settled are needed before gold can forbid to stop."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When an item has enough answers: at `ceiling`, or from `floor` on when the expected cost of its label is at most
    1 − `target`.

    `costs` (label to cost, 1 where not named) is what it costs to miss an item that truly is of that label; with none,
    the expected cost is 1 − confidence. Raises Unusable unless 1 ≤ floor ≤ ceiling and 0.5 ≤ target < 1.

    >>> Policy(floor=5, ceiling=3)
    Traceback (most recent call last):
    labeling.errors.Unusable: floor=5, ceiling=3: no item could have enough. Give 1 or more, the ceiling not under it.
    """

    floor: int = 3
    ceiling: int = 10
    target: float = 0.9
    costs: Mapping[Any, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if not 1 <= self.floor <= self.ceiling:
            raise Unusable(
                f"floor={self.floor}, ceiling={self.ceiling}: no item could have enough",
                cure="Give 1 or more, the ceiling not under it.",
            )
        if not 0.5 <= self.target < 1:
            raise Unusable(
                f"target={self.target!r} is no confidence to reach", cure="Give .9, or another from .5 to 1."
            )
        for label, cost in self.costs.items():
            if not 0 < cost < float("inf"):
                raise Unusable(f"The cost of missing {label!r} is {cost!r}", cure="Give more than 0; 1 is usual.")

    def expected_cost(self, posterior: Floats, labels: tuple[Any, ...]) -> Floats:
        """The expected cost of the likeliest label, which is the one that stands, for each item (items,). Raises Unusable
        for a cost of no label.

        >>> Policy().expected_cost(np.array([[0.8, 0.2]]), ("no", "yes")).round(2).tolist()
        [0.2]
        >>> Policy(costs={"yes": 5}).expected_cost(np.array([[0.8, 0.2]]), ("no", "yes")).round(2).tolist()
        [1.0]
        """
        known = {key_of(label): k for k, label in enumerate(labels)}
        costs = np.ones(len(labels))
        for label, cost in self.costs.items():
            if key_of(label) not in known:
                near = nearest(str(label), [str(other) for other in labels])
                cure = f"Did you mean {near!r}?" if near else f"The labels are {', '.join(map(str, labels[:20]))}."
                raise Unusable(f"There is a cost for {label!r}, which is no label", cure=cure)
            costs[known[key_of(label)]] = cost
        missed: Floats = posterior * costs
        # Not the label of the least cost: a snapshot holds the likeliest, and a cheap class must not hide that it is in doubt.
        missed[np.arange(len(missed)), posterior.argmax(axis=1)] = 0.0
        return np.asarray(missed.sum(axis=1), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Guard:
    """What gold says of stopping: of `settled` gold items that look settled, `right` are; `may_stop` is whether that
    can be squared with the target, and `why` says it in words.
    """

    settled: int
    right: int
    may_stop: bool
    why: str


def guard(sure: Floats, is_right: NDArray[np.bool_], target: float) -> Guard:
    """Whether confidence may be believed, from gold items: how sure the consensus is of each (without having been told)
    and whether it is right.

    Stopping is forbidden where the share of right ones among those at the target is surely under it (the upper end of
    its 95 % interval). Under 15 such items gold says nothing.

    >>> guard(np.full(40, 0.97), np.arange(40) < 26, 0.9).may_stop
    False
    """
    from labeling.audit.shares import wilson

    settled = sure >= target
    n, right = int(settled.sum()), int((settled & is_right).sum())
    if n < FEWEST_GOLD:
        return Guard(
            n, right, may_stop=True, why=f"only {n} gold items look settled: too few to check the confidence by"
        )
    if wilson(right, n)[1] < target:
        why = (
            f"of {n} gold items that look settled {right} are right, under the {target:.0%} promised: do not stop early"
        )
        return Guard(n, right, may_stop=False, why=why)
    return Guard(n, right, may_stop=True, why=f"of {n} gold items that look settled {right} are right, as promised")


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """For each item (in the order of the consensus' answers) how many answers it should get in all (`wanted`, never
    fewer than it has), its expected `cost`, and whether it is `settled`; `guard` is what gold said, None without gold.
    """

    wanted: Ints
    cost: Floats
    settled: NDArray[np.bool_]
    guard: Guard | None

    @property
    def open(self) -> Ints:
        """The items that should get one more answer, those most in doubt first (item numbers)."""
        rows = np.flatnonzero(self.asks)
        return rows[np.argsort(-self.cost[rows], kind="stable")]

    @property
    def asks(self) -> NDArray[np.bool_]:
        """Whether each item wants one more."""
        return ~self.settled


def route(consensus: ConsensusArrays, policy: Policy) -> Route:
    """How many answers each item should get, by a consensus of those it has.

    Where nothing identifies who is right (confidence is hidden) every item is asked up to the ceiling. With 20 gold
    items or more these are routed as if they were not known, and where 15 of them look settled, they can forbid to
    stop; fewer are settled at the floor.
    """
    votes, labels = consensus.votes, consensus.answers.labels
    known, truth = consensus.votes_in.clamped, consensus.votes_in.clamped_to
    if consensus.hidden:
        cost = np.ones(len(votes))
    else:
        cost = policy.expected_cost(consensus.sure, labels)
    checked = None
    if consensus.on_gold is None:
        cost[known] = 0.0
    else:
        cost[known] = policy.expected_cost(consensus.on_gold, labels)
        checked = guard(consensus.on_gold.max(axis=1), consensus.on_gold.argmax(axis=1) == truth, policy.target)
    is_sure = cost <= 1 - policy.target + 1e-12
    if checked is not None and not checked.may_stop:
        is_sure = np.zeros(len(votes), dtype=bool)
    settled = (votes >= policy.ceiling) | (is_sure & (votes >= policy.floor))
    wanted = np.where(settled, votes, np.clip(votes + 1, policy.floor, policy.ceiling))
    return Route(np.maximum(wanted, votes), cost, settled, checked)


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What a policy would have done with answers that are there: the consensus at the end, the answers used by each
    item, how many `rounds` it took, and the answers there are in all.
    """

    consensus: ConsensusArrays
    used: Ints
    rounds: int
    there: int

    @property
    def saved(self) -> float:
        """The share of the answers that was not needed, 0 to 1."""
        return 1 - float(self.used.sum()) / self.there


def replay(
    answers: Any, policy: Policy, *, gold: Mapping[Any, Any] | None = None, method: str = "auto", seed: int = 0
) -> Replay:
    """Give out the answers of a finished project again, in a random order by item, and stop where the policy would.

    `gold` holds some items at what is known, calibrates and guards. Each round starts from what the last one learned.

    >>> answers = {"item": [1, 1, 1, 2, 2, 2] * 9, "annotator": list("abc") * 18, "label": list("xxxyyy") * 9}
    >>> replay(answers, Policy(floor=2, ceiling=3)).used.tolist()
    [2, 2]
    """
    from labeling.answers import Answers
    from labeling.consensus import consensus

    table = Answers.of(answers)
    size = np.bincount(table.item, minlength=len(table.items))
    shuffled = np.lexsort((np.random.default_rng(seed).random(len(table)), table.item))
    place = np.empty(len(table), dtype=np.int64)
    place[shuffled] = np.arange(len(table)) - (np.cumsum(size) - size)[table.item[shuffled]]
    wanted = np.minimum(size, policy.floor)
    warm: Warm | None = None
    rounds = 0
    while True:
        given = table.take(np.flatnonzero(place < wanted[table.item]))
        found = consensus(given, method, gold=gold, warm=warm, seed=seed)
        warm, rounds = found.warm, rounds + 1
        ahead = np.minimum(route(found, policy).wanted, size)
        if (ahead <= wanted).all():
            return Replay(found, wanted, rounds, len(table))
        wanted = np.maximum(wanted, ahead)
