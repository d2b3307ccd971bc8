"""Agreement of answers that are no classes, by a distance of one's own: published values, then what must hold."""

from dataclasses import replace

import numpy as np
import pytest

from labeling.agreement import by_version, krippendorff_alpha, over_time, pairs, percent_agreement, without_each
from labeling.agreement.apart import ApartAlpha, pair_rows
from labeling.agreement.estimates import alpha_recipe, apart_sample
from labeling.agreement.own import Apart
from labeling.answers import Answers
from labeling.errors import Unusable


def points(many: int = 400, seed: int = 3) -> dict[str, list]:
    """Three annotators' points on a line, hardly two alike: what is no set of classes."""
    rng = np.random.default_rng(seed)
    truth = rng.random(many)
    item = np.repeat(np.arange(many), 3)
    label = np.clip(truth[item] + rng.normal(0, 0.15, 3 * many), 0, 1)
    return {"item": item.tolist(), "annotator": ["ann", "bob", "cid"] * many, "label": label.tolist()}


def steps(first: float, second: float) -> float:
    return abs(first - second)


def squares(first: float, second: float) -> float:
    return (first - second) ** 2


@pytest.fixture(scope="module")
def line():
    return points()


def by_pairs(answers: Answers, distance, most: int = 20_000) -> float:
    """Alpha by pairs of answers, however few labels there are."""
    found = apart_sample(answers, replace(alpha_recipe("nominal", distance), drawn=most), 0)
    assert isinstance(found.measure, ApartAlpha)
    return float(found.measure.value(found.rows.sums)[0][0])


def test_krippendorffs_example_c_has_his_interval_alpha_by_pairs_of_answers(krippendorff_c):
    assert by_pairs(Answers.of(krippendorff_c), squares) == pytest.approx(0.849107, abs=5e-7)


def test_krippendorffs_example_c_has_his_nominal_alpha_by_pairs_of_answers(krippendorff_c):
    assert by_pairs(Answers.of(krippendorff_c), lambda first, second: first != second) == pytest.approx(
        0.743421, abs=5e-7
    )


def test_drawn_pairs_of_a_thousand_labels_give_the_exact_interval_alpha_to_a_hundredth(line):
    exact = krippendorff_alpha(line, level="interval")
    drawn = krippendorff_alpha(line, distance=squares)
    assert drawn.value == pytest.approx(exact.value, abs=0.01)
    assert (drawn.low, drawn.high) == pytest.approx((exact.low, exact.high), abs=0.015)
    assert drawn.units == exact.units == 400
    assert drawn.prevalence == {}


def test_all_pairs_where_they_are_few_give_it_exactly():
    few = points(40)
    assert krippendorff_alpha(few, distance=squares).value == pytest.approx(
        krippendorff_alpha(few, level="interval").value, abs=1e-12
    )


def test_mean_agreement_is_one_less_the_mean_distance_within_items(line):
    label = np.array(line["label"]).reshape(-1, 3)
    apart = (abs(label[:, 0] - label[:, 1]) + abs(label[:, 0] - label[:, 2]) + abs(label[:, 1] - label[:, 2])) / 3
    found = percent_agreement(line, distance=steps)
    assert found.value == pytest.approx(1 - apart.mean())
    assert found.low < found.value < found.high
    assert found.plain_name == "Mean agreement"


def test_the_way_of_few_labels_and_that_of_many_give_one_mean_agreement():
    few = {"item": [1, 1, 2, 2, 2], "annotator": list("ababc"), "label": [0.0, 0.5, 1.0, 0.25, 1.0]}
    assert percent_agreement(few, distance=steps).value == pytest.approx((0.5 + (1 - (0.75 + 0 + 0.75) / 3)) / 2)


def test_answers_that_are_lists_are_compared_by_their_distance():
    many = [[number, number + 1] for number in range(150)]
    answers = {"item": list(range(150)) * 2, "annotator": ["a"] * 150 + ["b"] * 150, "label": many * 2}
    found = krippendorff_alpha(answers, distance=lambda first, second: float(first != second))
    assert found.value == 1
    assert found.low < 1
    assert "no disagreement seen" in found.method


def test_chance_gives_an_alpha_whose_interval_holds_zero():
    rng = np.random.default_rng(1)
    label = rng.random(900).tolist()
    found = krippendorff_alpha(
        {"item": np.repeat(np.arange(300), 3).tolist(), "annotator": ["a", "b", "c"] * 300, "label": label},
        distance=steps,
    )
    assert found.low < 0 < found.high


def test_an_annotator_who_errs_lowers_the_whole_and_a_pair_with_them_agrees_least(line):
    rng = np.random.default_rng(5)
    worse = [
        rng.random() if who == "cid" else label for who, label in zip(line["annotator"], line["label"], strict=True)
    ]
    answers = line | {"label": worse}
    effects = without_each(answers, distance=steps, resamples=200)
    assert effects["cid"].difference.low > 0
    assert effects["ann"].difference.high < effects["cid"].difference.low
    found = {(one.first, one.second): one.coefficient.value for one in pairs(answers, distance=steps).pairs}
    assert max(found, key=found.get) == ("ann", "bob")


def test_a_change_of_guideline_is_tested_on_the_items_both_versions_share(line):
    rng = np.random.default_rng(6)
    blurred = np.clip(np.array(line["label"]) + rng.normal(0, 0.4, len(line["label"])), 0, 1).tolist()
    answers = {
        "item": line["item"] * 2,
        "annotator": line["annotator"] + [f"{who}2" for who in line["annotator"]],
        "label": blurred + line["label"],
        "guideline_version": [1] * len(blurred) + [2] * len(blurred),
    }
    (change,) = by_version(answers, distance=steps, resamples=200).changes
    assert change.difference.low > 0
    assert "400 items both versions share" in change.difference.on


def test_agreement_over_time_is_told_by_pairs_too(line):
    answers = line | {"created_at": [float(place) for place in range(len(line["item"]))]}
    parts = over_time(answers, every=100, distance=steps, resamples=100)
    assert [one.coefficient.units for one in parts] == [100] * 4


def test_a_distance_is_measured_once_for_each_pair_of_labels(line):
    asked = []

    def counted(first: float, second: float) -> float:
        asked.append((first, second))
        return abs(first - second)

    own = Apart(counted)
    table = Answers.of(line)
    for _ in range(2):
        krippendorff_alpha(table, distance=own, resamples=100)
    assert len(asked) == len({frozenset(pair) for pair in asked})


def test_a_negative_distance_is_refused_naming_the_labels(line):
    with pytest.raises(Unusable, match="The distance between .* is -1"):
        krippendorff_alpha(line, distance=lambda _first, _second: -1.0)


def test_neither_annotators_nor_a_closed_form_are_at_hand(line):
    for asked in ({"over": "annotators"}, {"interval": "closed form"}):
        with pytest.raises(Unusable):
            krippendorff_alpha(line, distance=steps, **asked)


def test_the_same_seed_gives_the_same_interval_and_the_order_of_answers_changes_little(line):
    first = krippendorff_alpha(line, distance=steps, seed=4)
    again = krippendorff_alpha(line, distance=steps, seed=4)
    assert first == again
    order = np.random.default_rng(0).permutation(len(line["item"]))
    shuffled = {name: [column[place] for place in order] for name, column in line.items()}
    assert krippendorff_alpha(shuffled, distance=steps, seed=4).value == pytest.approx(first.value, abs=0.01)


def test_rows_weighed_once_are_the_sums(line):
    rows = pair_rows(Answers.of(line), Apart(steps), 0, most=500)
    doubled = rows.weighed(np.full((1, len(rows.own)), 2.0))[0]
    assert doubled[:2] == pytest.approx(2 * rows.sums[0, :2])
    assert doubled[2:] == pytest.approx(4 * rows.sums[0, 2:])
