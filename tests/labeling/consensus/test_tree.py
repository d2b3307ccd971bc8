"""Consensus over a tree: the model is a distribution, and on simulated crowds it beats the majority and means what it says."""

import math

import numpy as np
import pytest

from labeling.consensus.confidence import calibration
from labeling.consensus.tree import Tree, _Class, _walk, consensus

UNEVEN = [("a", "b", "c"), ("a", "b", "d"), ("a", "e"), ("a",), ("f", "g", "h"), ("f", "g", "h", "i"), ("j",)]


@pytest.mark.parametrize("truth", UNEVEN)
def test_what_an_annotator_may_say_has_chances_that_sum_to_one(truth):
    tree = Tree(UNEVEN)
    skill = np.linspace(0.9, 0.5, tree.depth + 1)
    total = 0.0
    for answer in UNEVEN:
        passed, strayed, log_spread = _walk(_Class(truth, is_said=True, is_other=False), answer, tree)
        log_chance = float(np.array(passed) @ np.log(skill))
        if strayed >= 0:
            log_chance += math.log(1 - skill[strayed]) - log_spread
        total += math.exp(log_chance)
    assert total == pytest.approx(1)


def crowd(seed: int, *, items: int = 400, answers: int = 3, people: int = 12):
    """Annotators who are right nine times in ten at the top, then less and less; which near miss they take is uneven."""
    draw = np.random.default_rng(seed)
    nodes = [(f"{i}", f"{i}{j}", f"{i}{j}{k}") for i in range(4) for j in range(4) for k in range(4)]
    common = draw.dirichlet(np.full(len(nodes), 0.5))
    skill = [[draw.beta(8 * s, 8 * (1 - s)) for s in (0.9, 0.8, 0.75)] for _ in range(people)]
    truth = {item: nodes[draw.choice(len(nodes), p=common)] for item in range(items)}
    votes = []
    for item, right in truth.items():
        for who in draw.choice(people, answers, replace=False):
            said = right
            for depth in range(3):
                if draw.random() > skill[who][depth]:
                    others = [n for n in nodes if n[:depth] == right[:depth] and n[depth] != right[depth]]
                    weight = np.array([3.0 if n[depth][-1] == "0" else 1.0 for n in others])
                    said = others[draw.choice(len(others), p=weight / weight.sum())]
                    break
            votes.append((item, f"w{who}", said))
    return truth, votes, nodes


def test_it_is_right_more_often_than_the_majority_and_its_confidence_means_what_it_says():
    truth, votes, nodes = crowd(1)
    found = consensus(votes, Tree(nodes))
    right = np.array([found[item].path == truth[item] for item in truth], dtype=float)
    given: dict = {}
    for item, _, said in votes:
        given.setdefault(item, []).append(said)
    majority = [max(all_, key=all_.count) == truth[item] for item, all_ in given.items()]
    assert right.mean() > np.mean(majority) + 0.05
    assert calibration([found[item].confidence for item in truth], right).ece < 0.08
    at_top = [dict(found[item].nodes)[found[item].path[:1]] for item in truth]
    assert calibration(at_top, np.array([found[item].path[0] == truth[item][0] for item in truth], float)).ece < 0.04


def test_the_chances_of_the_tops_that_were_said_do_not_exceed_one():
    _, votes, nodes = crowd(2, items=60)
    for one in consensus(votes, Tree(nodes)).values():
        assert sum(chance for path, chance in one.nodes if len(path) == 1) <= 1 + 1e-9
        assert all(0 <= chance <= 1 for _, chance in one.nodes)
