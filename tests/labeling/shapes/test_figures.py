"""Agreement on objects: F1 and closeness by hand, each label alone, with intervals."""

import pytest

from labeling.shapes import BOXES, Drawing, agreement


def box(x, label="car"):
    return {"label": label, "x": x, "y": 0, "width": 10, "height": 10}


THREE = [
    Drawing("i", "ann", [box(0), box(100)]),
    Drawing("i", "ben", [box(1)]),
    Drawing("i", "cleo", [box(0), box(50, "dog")]),
    Drawing("alone", "ann", [box(0)]),
]


def test_f1_of_pairs_by_hand():
    found = agreement(THREE, BOXES, ["car", "dog"])
    # ann-ben 1 of 2+1, ann-cleo 1 of 2+2, ben-cleo 1 of 1+2: 2 · 3 / 10.
    assert found.scores.f1 == pytest.approx(0.6)
    assert (found.items, found.pairs, found.scores.objects) == (1, 3, 10)
    # Overlaps 9/11, 1 and 9/11.
    assert found.scores.overlap == pytest.approx((9 / 11 + 1 + 9 / 11) / 3)


def test_each_label_has_its_own_figures():
    found = agreement(THREE, BOXES, ["car", "dog", "sign"])
    assert found.labels["car"].f1 == pytest.approx(6 / 8)
    assert found.labels["dog"].f1 == 0
    assert found.labels["sign"].f1 is None


def test_one_place_with_two_labels_is_counted_as_confusion():
    found = agreement([Drawing(1, "a", [box(0)]), Drawing(1, "b", [box(1, "dog")])], BOXES, ["car", "dog"])
    assert found.confused == {("car", "dog"): 1}
    assert found.scores.f1 == 0


def test_a_looser_overlap_matches_more():
    apart = [Drawing(1, "a", [box(0)]), Drawing(1, "b", [box(5)])]
    assert agreement(apart, BOXES, ["car"]).scores.f1 == 0
    assert agreement(apart, BOXES, ["car"], same=0.3).scores.f1 == 1


def test_the_interval_holds_the_figure_and_narrows_with_items():
    def width(items):
        drawn = [
            Drawing(n, name, [box(0), *([box(40)] if name == "ann" and n % 3 == 0 else [])])
            for n in range(items)
            for name in ("ann", "ben")
        ]
        scores = agreement(drawn, BOXES, ["car"]).scores
        low, high = scores.f1_interval
        assert low <= scores.f1 <= high
        return high - low

    assert width(200) < width(20) / 2


def test_where_nobody_shares_an_item_there_is_nothing_to_say():
    found = agreement([Drawing(1, "a", [box(0)])], BOXES, ["car"])
    assert found.scores.f1 is None
    assert found.scores.f1_interval is None
