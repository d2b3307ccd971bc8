"""One drawing out of several people's: what is kept, where it lies, how sure it is; with planted truth."""

import random

import pytest

from labeling.shapes import BOXES, OUTLINES, Drawing, agree, match
from labeling.shapes.medians import weighted_median
from labeling.simulator.drawings import Drawer, gallery


def box(x, y=0, width=20, height=20, label="car"):
    return {"label": label, "x": x, "y": y, "width": width, "height": height}


def only(drawn, **more):
    return agree([Drawing("i", name, shapes) for name, shapes in drawn.items()], BOXES, **more)[0]


def right(answers, truth, sort):
    """Objects found, given and there."""
    found = sum(len(match(answers[item], there, sort, least=0.5)) for item, there in truth.items())
    return found, sum(len(answers[item]) for item in truth), sum(map(len, truth.values()))


def f1(answers, truth, sort):
    found, said, there = right(answers, truth, sort)
    return 2 * found / (said + there)


def overlap(answers, truth, sort):
    matched = [one.overlap for item, there in truth.items() for one in match(answers[item], there, sort, least=0.5)]
    return sum(matched) / len(matched)


def test_what_two_of_three_marked_stands_and_what_one_marked_falls():
    verdict = only({"ann": [box(0), box(100)], "ben": [box(1)], "cleo": [box(2), box(101)]})
    assert [shape["x"] for shape in verdict.shapes] == [1, 100.5]
    fallen = only({"ann": [box(0), box(100)], "ben": [box(1)], "cleo": [box(2)]})
    assert fallen.shapes == [box(1)]
    assert [found.marks for found in fallen.found] == [3, 1]
    assert fallen.found[1].confidence < 0.5 < fallen.found[0].confidence


def test_an_edge_that_one_drew_far_off_does_not_move_the_box():
    verdict = only({"ann": [box(0, width=20)], "ben": [box(0, width=20)], "cleo": [box(0, width=33)]})
    assert verdict.shapes == [box(0)]


def test_of_two_boxes_the_middle_is_taken():
    assert only({"ann": [box(0)], "ben": [box(4)]}).shapes == [box(2)]


def test_all_saying_that_there_is_nothing_is_an_answer_with_a_confidence():
    verdict = only({"ann": [], "ben": [], "cleo": []})
    assert verdict.shapes == []
    assert verdict.disagreement == 0
    assert verdict.confidence > 0.5


def test_shapes_of_different_labels_are_different_objects():
    verdict = only({"ann": [box(0)], "ben": [box(0)], "cleo": [box(0, label="dog")]})
    assert [shape["label"] for shape in verdict.shapes] == ["car"]
    assert len(verdict.found) == 2


def test_one_person_alone_stands_without_a_confidence():
    verdict = only({"ann": [box(0), box(50)]})
    assert len(verdict.shapes) == 2
    assert verdict.confidence is None
    assert [found.confidence for found in verdict.found] == [None, None]


def test_two_near_boxes_of_one_person_stay_two_objects():
    verdict = only({name: [box(0), box(6)] for name in ("ann", "ben", "cleo")})
    assert verdict.shapes == [box(0), box(6)]


def test_the_last_of_several_drawings_by_one_person_counts():
    drawn = [Drawing("i", "ann", [box(70)]), Drawing("i", "ben", [box(0)]), Drawing("i", "ann", [box(0)])]
    assert agree(drawn, BOXES)[0].shapes == [box(0)]


def test_no_answers_give_no_verdicts():
    assert agree([], BOXES) == []


@pytest.mark.parametrize("outlines", [False, True], ids=["boxes", "outlines"])
def test_neither_the_order_of_drawings_nor_the_names_of_people_change_anything(outlines):
    made = gallery(4, [Drawer(f"a{n}", sees=0.7) for n in range(5)], outlines=outlines, overlap=4, objects=3, seed=3)
    before = {one.item: one for one in agree(made.drawings, made.sort)}
    shuffled = [Drawing(one.item, f"z{9 - int(one.annotator[1])}", one.shapes) for one in made.drawings]
    random.Random(1).shuffle(shuffled)
    for after in agree(shuffled, made.sort):
        assert after.shapes == before[after.item].shapes
        assert after.confidence == pytest.approx(before[after.item].confidence, abs=1e-6)


CROWD = [
    *(Drawer(f"careful-{n}", 0.93, 0.08, 0.03, 0.04) for n in range(4)),
    *(Drawer(f"hasty-{n}", 0.6, 0.2, 0.1, 0.1) for n in range(4)),
    *(Drawer(f"eager-{n}", 0.85, 0.6, 0.8, 0.08) for n in range(2)),
]


@pytest.mark.parametrize("overlap_", [3, 5])
def test_the_consensus_finds_more_of_the_planted_boxes_than_majority_and_than_people(overlap_):
    made = gallery(80, CROWD, overlap=overlap_, seed=11)
    verdicts = {one.item: one for one in agree(made.drawings, made.sort)}
    ours = f1({item: one.shapes for item, one in verdicts.items()}, made.truth, made.sort)
    plain = f1({item: one.majority for item, one in verdicts.items()}, made.truth, made.sort)
    people = [
        f1({one.item: one.shapes}, {one.item: made.truth[one.item]}, made.sort)
        for one in made.drawings
        if made.truth[one.item]
    ]
    assert ours > plain + 0.01
    assert ours > sum(people) / len(people) + 0.05


def test_the_middle_of_several_outlines_lies_closer_than_any_person_draws():
    made = gallery(8, [Drawer(f"a{n}", loose=0.06) for n in range(5)], outlines=True, overlap=5, objects=2, seed=4)
    verdicts = {one.item: one.shapes for one in agree(made.drawings, OUTLINES)}
    truth = {(one.item, place): made.truth[one.item] for place, one in enumerate(made.drawings)}
    people = {(one.item, place): one.shapes for place, one in enumerate(made.drawings)}
    assert overlap(verdicts, made.truth, OUTLINES) > overlap(people, truth, OUTLINES) + 0.05


def test_confidence_of_an_object_is_about_how_often_it_is_there():
    made = gallery(150, CROWD, overlap=4, seed=5)
    sure = []
    for one in agree(made.drawings, made.sort):
        there = {
            pair.first
            for pair in match([found.shape for found in one.found], made.truth[one.item], made.sort, least=0.5)
        }
        sure += [(found.confidence, place in there) for place, found in enumerate(one.found)]
    bins = [[pair for pair in sure if low <= pair[0] < low + 0.2] for low in (0, 0.2, 0.4, 0.6, 0.8)]
    off = sum(abs(sum(p - is_there for p, is_there in group)) for group in bins) / len(sure)
    assert off < 0.07


def test_a_careful_hand_outweighs_a_loose_one():
    drawings = []
    for number in range(30):
        jitter = [-4, 4, -3, 5][number % 4]
        for name, x in (("ann", 0), ("ben", 0.2), ("cleo", jitter)):
            drawings.append(Drawing(number, name, [box(100 + x)]))
    drawings += [Drawing("last", "ann", [box(100)]), Drawing("last", "cleo", [box(104)])]
    found = agree(drawings, BOXES)[-1].shapes[0]["x"]
    assert found < 101


def test_the_weighted_median_of_equal_weights_is_the_median():
    assert weighted_median([7, 1, 3, 100, 5], [1] * 5) == pytest.approx(5)
    assert weighted_median([1, 3, 5, 100], [2] * 4) == pytest.approx(4)
