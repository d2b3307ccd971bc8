"""What the model must keep whatever the data: derivatives, order, names, and truth found again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.scale import Comparison, Comparisons, fit, scale_of
from labeling.scale.davidson import Model

ROW = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(-2, 2), st.integers(0, 3), st.booleans())


def comparisons(rows):
    return Comparisons.of(
        [Comparison(a, b, s, w, item=k, first_shown=p) for k, (a, b, s, w, p) in enumerate(rows)], things=range(5)
    )


def near(model, theta, k, step=1e-5):
    ahead, behind = theta.copy(), theta.copy()
    ahead[k] += step
    behind[k] -= step
    return ahead, behind, 2 * step


@pytest.mark.parametrize("has_skills", [False, True])
def test_the_gradient_is_the_slope_of_the_log_posterior(drawn, has_skills):
    _, _, rows = drawn(things=5, items=20, people=4, each=3, place=0.4)
    model = Model.of(Comparisons.of(rows), shrinks=True, has_skills=has_skills, has_place=True)
    theta = model.start() + np.random.default_rng(1).normal(0, 0.5, len(model.start()))
    gradient = model.objective(theta)[1]
    for k in range(len(theta)):
        ahead, behind, width = near(model, theta, k)
        slope = (model.objective(ahead)[0] - model.objective(behind)[0]) / width
        assert gradient[k] == pytest.approx(slope, abs=1e-4)


def test_the_information_is_the_bend_of_the_log_posterior_with_the_skills_taken_out(drawn):
    _, _, rows = drawn(things=5, items=20, people=4, each=3, place=0.4)
    model = Model.of(Comparisons.of(rows), shrinks=True, has_skills=True, has_place=True)
    theta = model.start() + np.random.default_rng(1).normal(0, 0.3, len(model.start()))
    whole = np.zeros((len(theta), len(theta)))
    for k in range(len(theta)):
        ahead, behind, width = near(model, theta, k)
        whole[k] = -(model.objective(ahead)[1] - model.objective(behind)[1]) / width
    n = len(theta) - 4
    wanted = whole[:n, :n] - whole[:n, n:] @ np.linalg.inv(whole[n:, n:]) @ whole[n:, :n]
    assert np.allclose(model.information(theta), wanted, atol=1e-3)


@settings(max_examples=12, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=30), st.randoms())
def test_neither_the_order_of_rows_nor_which_thing_is_named_first_changes_a_score(rows, random):
    turned = [(b, a, -s, w, not p) if random.random() < 0.5 else (a, b, s, w, p) for a, b, s, w, p in rows]
    random.shuffle(turned)
    one, other = comparisons(rows), comparisons(turned)
    if len(one):
        assert np.allclose(fit(one).scores, fit(other).scores, atol=2e-3)


@settings(max_examples=20, deadline=None)
@given(st.lists(ROW, max_size=30))
def test_every_scale_is_finite_and_holds_every_thing_that_it_can_place(rows):
    found = scale_of(comparisons(rows))
    placed = [one for group in found.groups for one in group.things]
    assert len({one.thing for one in placed} | set(found.alone)) == len(placed) + len(found.alone)
    for one in placed:
        assert one.low < one.score < one.high
        assert 1 <= one.rank_low <= one.rank <= one.rank_high
        assert one.wins + one.ties + one.losses == one.comparisons
    assert found.groups or found.why


def test_scores_and_the_pull_of_the_place_are_found_again(drawn):
    truth, _, rows = drawn(items=400, spam=0.0, place=0.5)
    found = scale_of(Comparisons.of(rows, things=range(len(truth))))
    scores = {one.thing: one for one in found.groups[0].things}
    inside = [scores[k].low <= truth[k] <= scores[k].high for k in range(len(truth))]
    assert np.mean(inside) >= 0.8
    assert found.place.effect_low < 0.5 < found.place.effect_high
    assert found.place.low > 0.5
    assert "what stands first is chosen more often" in found.place.verdict()


def test_annotators_who_guess_are_told_from_those_who_look_and_weigh_less(drawn):
    truth, skills, rows = drawn(items=250, spam=0.4, seed=5)
    data = Comparisons.of(rows, things=range(len(truth)))
    with_skills, without = scale_of(data), scale_of(data, has_skills=False)
    found = {one.annotator: one.skill for one in with_skills.judges}
    guessing = [found[k] for k in range(len(skills)) if skills[k] == 0.5]
    looking = [found[k] for k in range(len(skills)) if skills[k] > 0.5]
    assert np.mean(guessing) < 0.7 < np.mean(looking)

    def misses(scale):
        return sum((one.score - truth[one.thing]) ** 2 for one in scale.groups[0].things)

    assert misses(with_skills) < misses(without)


def test_an_annotator_who_has_the_sides_crossed_is_read_the_other_way_round(drawn):
    truth, _, rows = drawn(items=300, spam=0.0)
    crossed = [
        Comparison(r.first, r.second, -r.step, r.annotator, item=r.item) if r.annotator == 0 else r for r in rows
    ]
    found = scale_of(Comparisons.of(crossed, things=range(len(truth))))
    assert found.judges[0].annotator == 0
    assert found.judges[0].skill < 0.4 < found.judges[1].skill


def test_a_stronger_word_tells_more_than_a_weaker_one():
    rows = [Comparison("x", "y", 2, "ann", item=k) for k in range(6)]
    rows += [Comparison("z", "y", 1, "ann", item=10 + k) for k in range(6)]
    rows += [Comparison("x", "z", s, "bob", item=20 + k) for k, s in enumerate([1, -1, 2, -2, 0, 0])]
    best = scale_of(Comparisons.of(rows)).groups[0].things
    assert [one.thing for one in best] == ["x", "z", "y"]
