"""Consensus over the nodes of a tree: annotators who walk down it and may go astray at any level. Knows no store.

The truth of an item is a node; an annotator walks towards it from the top and takes the right branch at depth d with the
chance θ_wd, which is their own; who goes astray says any other node below the place where they left, evenly. So
P(l | k) = Π_{d ≤ a} θ_wd · (1 − θ_w,a+1) / (nodes they could say), where a is the depth of the lowest common ancestor of
what was said and the truth; steps without an alternative cost nothing. It is Dawid–Skene (1979) whose confusions are
pooled by the tree: a near miss is likelier than a far one, and an annotator needs a handful of numbers however many
nodes there are. Skills are drawn to the skill of all at that depth (as four answers would), and that to .8.

Classes of an item are the nodes that were said of it, and for every ancestor of one "some other node below here": so one
lone answer is never certain, and the chance of every ancestor can be told. Time and memory grow with the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from labeling.consensus.confidence import CORRELATION, ENOUGH_SHARED
from labeling.consensus.sums import Floats, Ints
from labeling.consensus.ties import EQUAL

Path = tuple[str, ...]

PULL = 4.0
"""How many answers draw an annotator's skill at a depth to that of all."""
TYPICAL, TYPICAL_PULL = 0.8, 10.0
MOST_ITERATIONS = 200
LEAST_CHANGE = 1e-5
LEAST_SKILL = 1e-4


@dataclass(frozen=True, slots=True)
class Found:
    """The consensus on one item. `nodes` are the nodes said and all above them, the tops first, each with the chance that
    the truth is there or below. Without ground for a confidence it is None, and `nodes` is empty.
    """

    path: Path
    confidence: float | None
    is_tie: bool
    nodes: tuple[tuple[Path, float], ...]


class Tree:
    """Which nodes may be said, and how many of them lie at or below each."""

    def __init__(self, choosable: Sequence[Path]) -> None:
        self.choosable = frozenset(choosable)
        self.below: dict[Path, int] = {}
        for path in self.choosable:
            for way in _ways(path):
                self.below[way] = self.below.get(way, 0) + 1
        self.depth = max((len(path) for path in self.choosable), default=0)


def consensus(votes: Sequence[tuple[Hashable, str, Path]], tree: Tree, *, seed: int = 0) -> dict[Hashable, Found]:
    """The consensus on each item, in the order in which they first appear. One vote per item and annotator.

    The node is the likeliest among those said; equal ones are drawn by `seed`. Confidence is tempered as elsewhere, and
    None where under a fifth of the items have two answers: then nothing tells a right annotator from a lucky one.
    """
    by_item: dict[Hashable, list[tuple[str, Path]]] = {}
    for item, annotator, path in votes:
        by_item.setdefault(item, []).append((annotator, path))
    if not by_item:
        return {}
    layout = _lay_out(list(by_item.values()), tree)
    posterior = _climb(layout, depth=tree.depth)
    power = 1.0 / (1.0 + CORRELATION * (layout.sizes - 1))
    tempered = _normal(np.log(np.maximum(posterior, 1e-12)) * power[layout.item], layout.item)
    is_hidden = float(np.mean(layout.sizes > 1)) < ENOUGH_SHARED
    starts = np.searchsorted(layout.item, np.arange(len(by_item) + 1)).tolist()
    draws = np.random.default_rng(seed).random(len(by_item)).tolist()
    return {
        item: _found(
            layout.classes[start:stop],
            posterior[start:stop].tolist(),
            None if is_hidden else tempered[start:stop].tolist(),
            draw,
        )
        for item, start, stop, draw in zip(by_item, starts, starts[1:], draws, strict=False)
    }


@dataclass(frozen=True, slots=True)
class _Class:
    """What the truth of an item may be: a node, or with `is_other` one of those below it that nobody said."""

    node: Path
    is_said: bool
    is_other: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    """A row for each item and class (`item`, `classes`, the log of how common it is), and a pair for each row and answer:
    its row, who said it, the steps towards the truth that they took (pairs × depths), the depth at which they went astray
    (−1 if they did not) and the log of how many nodes they could have said then.
    """

    sizes: Ints
    item: Ints
    classes: list[_Class]
    log_share: Floats
    row: Ints
    who: Ints
    passed: Floats
    strayed: Ints
    log_spread: Floats


def _lay_out(given: list[list[tuple[str, Path]]], tree: Tree) -> _Layout:
    names = sorted({name for votes in given for name, _ in votes})
    number_of = {name: number for number, name in enumerate(names)}
    share_of = _shares([path for votes in given for _, path in votes], tree)
    classes_of: dict[frozenset[Path], list[_Class]] = {}
    walks: dict[tuple[_Class, Path], tuple[list[float], int, float]] = {}
    item: list[int] = []
    classes: list[_Class] = []
    shares: list[float] = []
    pairs: list[tuple[int, int]] = []
    walked: list[tuple[list[float], int, float]] = []
    for number, votes in enumerate(given):
        said = frozenset(path for _, path in votes)
        if said not in classes_of:
            classes_of[said] = _classes(said, tree)
        for one in classes_of[said]:
            for name, answer in votes:
                if (one, answer) not in walks:
                    walks[one, answer] = _walk(one, answer, tree)
                walked.append(walks[one, answer])
                pairs.append((len(item), number_of[name]))
            item.append(number)
            classes.append(one)
            shares.append(share_of(one, said))
    row, who = np.array(pairs, dtype=np.int64).T
    passed, strayed, spread = zip(*walked, strict=True)
    return _Layout(
        np.array([len(votes) for votes in given], dtype=np.int64),
        np.array(item, dtype=np.int64),
        classes,
        np.log(np.array(shares)),
        row,
        who,
        np.array(passed, dtype=np.float64),
        np.array(strayed, dtype=np.int64),
        np.array(spread, dtype=np.float64),
    )


def _ways(path: Path) -> list[Path]:
    """The nodes from above the tops down to this one."""
    return [path[:depth] for depth in range(len(path) + 1)]


def _children(path: Path, ways: frozenset[Path]) -> list[Path]:
    return [way for way in ways if len(way) == len(path) + 1 and way[: len(path)] == path]


def _classes(said: frozenset[Path], tree: Tree) -> list[_Class]:
    """Each node said or on the way to one, and the others below each of those."""
    ways = frozenset(way for path in said for way in _ways(path))
    classes: list[_Class] = []
    for way in sorted(ways):
        is_choosable = way in tree.choosable
        if is_choosable:
            classes.append(_Class(way, is_said=way in said, is_other=False))
        if tree.below[way] > is_choosable + sum(tree.below[child] for child in _children(way, ways)):
            classes.append(_Class(way, is_said=False, is_other=True))
    return classes


def _walk(truth: _Class, answer: Path, tree: Tree) -> tuple[list[float], int, float]:
    """The steps taken towards the truth, the depth of going astray or −1, and the log of the nodes one could say then."""
    node = truth.node
    shared = next(
        (d for d, (a, b) in enumerate(zip(node, answer, strict=False)) if a != b), min(len(node), len(answer))
    )
    passed = [0.0] * (tree.depth + 1)
    for depth in range(shared):
        passed[depth] = float(tree.below[node[: depth + 1]] < tree.below[node[:depth]])
    here = tree.below[node[:shared]]
    if shared < len(node):  # left the way to the truth, or stopped before it
        return passed, shared, float(np.log(max(here - tree.below[node[: shared + 1]], 1)))
    if truth.is_other or len(answer) > shared:  # said another one below than the truth, or went on where it ends
        return passed, shared, float(np.log(max(here - 1, 1)))
    passed[shared] = float(here > 1)  # stopped where the truth does, with nodes below
    return passed, -1, 0.0


def _shares(votes: list[Path], tree: Tree) -> Callable[[_Class, frozenset[Path]], float]:
    """How common a class is, given what was said of its item: its votes, and its part of what is left for nodes that have
    none (Good and Turing: as much as nodes said once).
    """
    counts = Counter(votes)
    unseen = (sum(count == 1 for count in counts.values()) + 1.0) / len(tree.choosable)
    mass: Counter[Path] = Counter()
    for path, count in counts.items():
        for way in _ways(path):
            mass[way] += count

    def whole(path: Path) -> float:
        return mass[path] + unseen * tree.below[path]

    def share(one: _Class, said: frozenset[Path]) -> float:
        own = counts[one.node] + unseen if one.node in tree.choosable else 0.0
        if not one.is_other:
            return own
        ways = frozenset(way for path in said for way in _ways(path))
        return max(whole(one.node) - own - sum(whole(child) for child in _children(one.node, ways)), 1e-9)

    return share


def _climb(layout: _Layout, *, depth: int) -> Floats:
    """EM over skills, from vote shares: the posterior of each row."""
    people, rows = int(layout.who.max()) + 1, len(layout.item)
    is_astray = layout.strayed >= 0
    at = layout.who[is_astray], layout.strayed[is_astray]
    said = np.bincount(layout.row, weights=~is_astray, minlength=rows)
    posterior = _normal(np.log(said + 0.05), layout.item)
    for _ in range(MOST_ITERATIONS):
        weight = posterior[layout.row]
        right = np.stack(
            [np.bincount(layout.who, weights=weight * layout.passed[:, d], minlength=people) for d in range(depth + 1)],
            axis=1,
        )
        wrong = np.zeros((people, depth + 1))
        np.add.at(wrong, at, weight[is_astray])
        every = right.sum(axis=0) + wrong.sum(axis=0)
        typical = (right.sum(axis=0) + TYPICAL * TYPICAL_PULL) / (every + TYPICAL_PULL)
        skill = np.clip((right + PULL * typical) / (right + wrong + PULL), LEAST_SKILL, 1 - LEAST_SKILL)
        evidence = (layout.passed * np.log(skill)[layout.who]).sum(axis=1)
        evidence[is_astray] += np.log1p(-skill)[at] - layout.log_spread[is_astray]
        score = layout.log_share + np.bincount(layout.row, weights=evidence, minlength=rows)
        before, posterior = posterior, _normal(score, layout.item)
        if float(np.abs(posterior - before).max()) < LEAST_CHANGE:
            break
    return posterior


def _normal(score: Floats, item: Ints) -> Floats:
    """exp(score), made to sum to one within each item; rows of an item lie together."""
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    raised = np.exp(score - np.maximum.reduceat(score, starts)[item])
    return np.asarray(raised / np.add.reduceat(raised, starts)[item])


def _found(classes: list[_Class], posterior: list[float], tempered: list[float] | None, draw: float) -> Found:
    said = [place for place, one in enumerate(classes) if one.is_said]
    most = max(posterior[place] for place in said)
    equal = [place for place in said if posterior[place] >= most - EQUAL]
    chosen = equal[int(draw * len(equal))]
    path = classes[chosen].node
    if tempered is None:
        return Found(path, None, len(equal) > 1, ())
    below: dict[Path, float] = {}
    for one, chance in zip(classes, tempered, strict=True):
        for way in _ways(one.node)[1:]:
            below[way] = below.get(way, 0.0) + chance
    return Found(
        path, min(tempered[chosen], 1.0), len(equal) > 1, tuple((w, min(below[w], 1.0)) for w in sorted(below))
    )
