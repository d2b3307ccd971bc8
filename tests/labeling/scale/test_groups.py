"""What can be compared and what cannot: said in words, and never as a number."""

import pytest

from labeling.errors import Unusable
from labeling.scale import Comparison, Comparisons, scale_of, separated


def of(*pairs, **more):
    """`"xy"`: x won over y; `"x=y"`: a tie."""
    rows = [Comparison(one[0], one[-1], 0 if "=" in one else 1, f"a{k % 2}", item=k) for k, one in enumerate(pairs)]
    return Comparisons.of(rows, **more)


def test_without_comparisons_there_is_no_scale_and_it_says_so():
    assert scale_of(of(things=["x", "y"])).why == "There is no scale: no two things have been compared yet."


def test_a_thing_without_a_comparison_has_no_score():
    found = scale_of(of("xy", "yx", things=["lonely"]))
    assert found.alone == ("lonely",)
    assert [one.thing for one in found.groups[0].things] == ["x", "y"] or [
        one.thing for one in found.groups[0].things
    ] == ["y", "x"]
    assert found.notes == ("1 thing has no comparison yet, and so no score.",)


def test_groups_that_were_never_compared_stay_apart():
    found = scale_of(of("xy", "yz", "zx", "pq", "qp"))
    assert [{one.thing for one in group.things} for group in found.groups] == [{"x", "y", "z"}, {"p", "q"}]
    assert "1 more group was never compared with these" in found.verdict()
    assert sum(one.score for one in found.groups[1].things) == pytest.approx(0, abs=1e-9)


def test_pairs_that_share_nothing_have_no_scale_but_their_consensus():
    found = scale_of(of("xy", "pq", "rs"))
    assert not found.groups
    assert found.single_pairs == 3
    assert "each of the 3 pairs stands alone" in found.why


def test_two_things_compared_in_several_items_have_a_scale():
    assert len(scale_of(of("xy", "xy", "yx")).groups[0].things) == 2


def test_ties_alone_make_no_scale():
    assert scale_of(of("x=y", "y=z", "x=z")).why == "There is no scale: every answer so far is a tie."


def test_a_thing_set_against_itself_does_not_count():
    found = scale_of(of("xy", "yx", "xx"))
    assert found.same == 1
    assert found.comparisons == 2
    assert "set a thing against itself" in found.notes[0]


def test_a_thing_that_never_lost_has_a_bounded_score_and_a_word_of_warning():
    best = scale_of(of("xy", "xz", "yz", "zy")).groups[0].things[0]
    assert (best.thing, best.note) == ("x", "won all 2: how far above the others is not known")
    assert best.high < 10


def test_without_shrinking_a_score_without_bound_is_refused():
    with pytest.raises(Unusable, match="1 of 3 things, such as 'x', never lost against the others"):
        scale_of(of("xy", "xz", "yz", "zy"), shrinks=False)


def test_parts_that_always_won_come_first():
    assert separated(of("xy", "yx", "xp", "yq", "pq", "qp")) == (("x", "y"), ("p", "q"))


def test_a_step_that_is_no_number_is_refused_by_its_row():
    with pytest.raises(Unusable, match="Row 2"):
        Comparisons.of([Comparison("x", "y", 1, "a"), Comparison("x", "y", "much", "a")])


def test_the_same_seed_gives_the_same_scale():
    data = of("xy", "yz", "zx", "xy")
    assert scale_of(data, seed=4) == scale_of(data, seed=4)


def test_a_scale_is_plain_json():
    import json

    text = json.dumps(scale_of(of("xy", "yz", "zx")).as_json())
    assert '"verdict"' in text
