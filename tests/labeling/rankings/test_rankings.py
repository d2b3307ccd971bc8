"""Orders: how far apart, how concordant, and the one nearest to all; published examples first, then laws."""

from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from labeling.rankings import (
    RankedVote,
    agree,
    best_orders,
    concordance,
    distance,
    groups,
    kendall_w,
    order_cost,
    tau_b,
)
from labeling.rankings.kemeny import with_ties

TENNESSEE = [("MNCK", 42), ("NCKM", 26), ("CKNM", 15), ("KCNM", 17)]
CYCLE = [("ABC", 25), ("BCA", 40), ("CAB", 35)]


@st.composite
def orders(draw, things="abcd"):
    """Any order of the things, with equals."""
    place = [draw(st.integers(0, len(things) - 1)) for _ in things]
    found = [[t for t, p in zip(things, place, strict=True) if p == k] for k in range(len(things))]
    return [group if len(group) > 1 else group[0] for group in found if group]


def kemeny(ballots):
    things = sorted(ballots[0][0])
    cost = np.zeros((1, len(things), len(things)))
    for order, count in ballots:
        for first, second in combinations(order, 2):
            cost[0, things.index(second), things.index(first)] += count
    found = best_orders(cost)
    return "".join(things[k] for k in found.order[0]), float(order_cost(cost, found.order)[0])


def test_the_capital_of_tennessee_is_kemenys_with_its_distance():
    """Nashville, Chattanooga, Knoxville, Memphis at 207: the usual example of the Kemeny–Young method."""
    assert kemeny(TENNESSEE) == ("NCKM", 207.0)


def test_a_cycle_of_majorities_is_cut_where_it_costs_least():
    """25 ABC, 40 BCA, 35 CAB: BCA at 120, the next best CAB at 130."""
    assert kemeny(CYCLE) == ("BCA", 120.0)


def test_w_of_the_birds_of_zar_is_924_with_ties_corrected():
    """Zar (2010), Biostatistical Analysis, example 20.5: wing, tail and bill lengths of twelve birds.

    The manual of UNISTAT (section 6.5.6) works the same example and prints its sums of ranks.
    """
    wing = [10.4, 10.8, 11.1, 10.2, 10.3, 10.2, 10.7, 10.5, 10.8, 11.2, 10.6, 11.4]
    tail = [7.4, 7.6, 7.9, 7.2, 7.4, 7.1, 7.4, 7.2, 7.8, 7.7, 7.8, 8.3]
    bill = [17.0, 17.0, 20.0, 14.5, 15.5, 13.0, 19.5, 16.0, 21.0, 20.0, 18.0, 22.0]
    rankings = [[[k for k in range(12) if row[k] == v] for v in sorted(set(row))] for row in (wing, tail, bill)]
    sums = sum(stats.rankdata(row) for row in (wing, tail, bill))
    assert sums.tolist() == [14.5, 21, 30.5, 6, 11, 3.5, 20, 11.5, 29, 28.5, 22.5, 36]
    assert kendall_w(rankings) == pytest.approx(0.924, abs=5e-4)
    friedman = stats.friedmanchisquare(*zip(wing, tail, bill, strict=True)).statistic
    assert kendall_w(rankings) == pytest.approx(friedman / (3 * 11))


@settings(max_examples=60)
@given(orders(), orders())
def test_tau_b_is_scipys(first, second):
    def ranks(order):
        return [next(k for k, group in enumerate(groups(order)) if t in group) for t in "abcd"]

    wanted = stats.kendalltau(ranks(first), ranks(second)).statistic
    found = tau_b(first, second)
    assert (found is None and np.isnan(wanted)) or found == pytest.approx(wanted)


@settings(max_examples=60)
@given(orders(), orders(), orders())
def test_the_distance_is_a_metric(a, b, c):
    assert distance(a, b) == distance(b, a)
    assert (distance(a, b) == 0) == (groups(a) == groups(b))
    assert distance(a, c) <= distance(a, b) + distance(b, c) + 1e-12


def test_the_distance_without_ties_is_kendalls_and_a_reversal_is_one():
    for order in permutations("abcd"):
        assert distance(list("abcd"), list(order)) == pytest.approx((1 - tau_b(list("abcd"), list(order))) / 2)
    assert distance(list("abcd"), list("dcba")) == 1


def test_things_that_a_list_of_the_best_does_not_name_stand_behind():
    assert distance(["a", "b"], ["a", "b", ["c", "d"]]) == 0
    assert distance(["a"], ["b"]) == 1


@settings(max_examples=40)
@given(st.lists(orders(), min_size=2, max_size=6))
def test_w_is_the_mean_rank_correlation_of_two_rankings(rankings):
    def ranks(order):
        return [next(k for k, group in enumerate(groups(order)) if t in group) for t in "abcd"]

    m = len(rankings)
    rows = [ranks(one) for one in rankings]
    w = kendall_w(rankings)
    if all(len(set(row)) == 4 for row in rows):  # with ties the two are corrected differently
        mean = np.mean([stats.spearmanr(x, y).statistic for x, y in combinations(rows, 2)])
        assert (m * w - 1) / (m - 1) == pytest.approx(mean)
    if w is not None:
        assert -1e-9 <= w <= 1 + 1e-9


@settings(max_examples=30, deadline=None)
@given(st.lists(st.permutations("abcde"), min_size=1, max_size=6))
def test_the_best_order_and_its_chances_are_those_of_trying_all(votes):
    things = "abcde"
    cost = np.zeros((5, 5))
    for vote in votes:
        for first, second in combinations(vote, 2):
            cost[things.index(second), things.index(first)] += 0.7
    every = list(permutations(range(5)))
    prices = np.array([sum(cost[i, j] for i, j in combinations(order, 2)) for order in every])
    found = best_orders(cost[None])
    assert order_cost(cost[None], found.order)[0] == pytest.approx(prices.min())
    assert bool(found.is_tie[0]) == bool((prices < prices.min() + 1e-9).sum() > 1)
    chance = np.exp(-prices)
    assert found.log_total[0] == pytest.approx(np.log(chance.sum()))
    ahead = sum(c for c, order in zip(chance, every, strict=True) if order.index(0) < order.index(1)) / chance.sum()
    assert found.before[0, 0, 1] == pytest.approx(ahead)


@settings(max_examples=30, deadline=None)
@given(st.lists(orders(), min_size=1, max_size=5))
def test_with_ties_no_order_is_nearer_to_the_votes(votes):
    (found,), _ = agree([RankedVote(1, f"p{k}", vote) for k, vote in enumerate(votes)], things=list("abcd"), ties=True)
    best = min(
        sum(distance(vote, other) for vote in votes)
        for place in np.ndindex(4, 4, 4, 4)
        for other in [[[t for t, p in zip("abcd", place, strict=True) if p == k] for k in range(4)]]
        if all(other[: max(place) + 1])
    )
    plain = [group if len(group) > 1 else group[0] for group in found.plain]
    assert sum(distance(vote, plain) for vote in votes) == pytest.approx(best)


def test_joining_neighbours_keeps_what_everybody_ties():
    tied = np.zeros((10, 10))
    tied[2, 3] = tied[3, 2] = 5
    votes_for = np.triu(np.full((10, 10), 5.0), 1)
    votes_for[2, 3] = 0
    found = with_ties(votes_for, tied, np.arange(10))
    assert [2, 3] in found
    assert len(found) == 9


def test_the_order_of_votes_and_names_change_nothing():
    rng = np.random.default_rng(2)
    votes = [RankedVote(k, w, rng.permutation(4).tolist()) for k in range(12) for w in range(4)]
    first, theta = agree(votes)
    renamed = [
        RankedVote(f"i{v.item}", f"w{9 - v.annotator}", v.order) for v in sorted(votes, key=lambda v: -v.annotator)
    ]
    second, other = agree(renamed)
    by_name = {one.item: one for one in second}
    for one in first:
        assert by_name[f"i{one.item}"].order == one.order
        assert by_name[f"i{one.item}"].confidence == pytest.approx(one.confidence, abs=1e-6)
    assert other["w9"] == pytest.approx(theta[0], abs=1e-6)


def test_guessers_weigh_less_and_confidence_is_borne_out():
    """Votes drawn from Mallows' model by repeated insertion, a third of the annotators guessing."""
    rng = np.random.default_rng(4)
    theta = np.where(np.arange(18) % 3 == 0, 0.01, 1.2)
    votes, truth = [], []
    for item in range(200):
        true = rng.permutation(5).tolist()
        truth.append([[one] for one in true])
        for who in rng.choice(18, 5, replace=False).tolist():
            order = []
            for j in range(5):
                chance = np.exp(-theta[who] * np.arange(j + 1))
                order.insert(len(order) - rng.choice(j + 1, p=chance / chance.sum()), true[j])
            votes.append(RankedVote(item, who, order))
    found, dispersions = agree(votes)
    assert max(dispersions[k] for k in range(0, 18, 3)) < min(dispersions[k] for k in range(18) if k % 3)
    right = np.mean([one.order == true for one, true in zip(found, truth, strict=True)])
    plain = np.mean([one.plain == true for one, true in zip(found, truth, strict=True)])
    assert right > plain + 0.03
    assert np.mean([one.confidence for one in found]) == pytest.approx(right, abs=0.07)


def test_many_things_are_ordered_too():
    rng = np.random.default_rng(0)
    true = rng.permutation(25).tolist()
    votes = []
    for who in range(9):
        order = list(true)
        for _ in range(12):
            k = int(rng.integers(0, 24))
            order[k], order[k + 1] = order[k + 1], order[k]
        votes.append(RankedVote("one", who, order))
    (found,), _ = agree(votes)
    assert distance([group[0] for group in found.order], true) < 0.04
    assert 0 <= found.confidence <= 1


def test_concordance_over_items_has_an_interval_and_says_why_where_it_has_none():
    alike, unlike = [list("abc")] * 3, [list("abc"), list("cab"), list("bca")]
    found = concordance([alike, unlike] * 5)
    assert found.value == pytest.approx(0.5)
    assert found.low < 0.5 < found.high
    assert found.items == 10
    assert concordance([alike]).why == "1 items with two rankings are too few for an interval"
    assert concordance([]).value is None
