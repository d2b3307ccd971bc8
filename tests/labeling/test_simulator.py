"""The simulator plants what it says it plants, and the same seed makes the same world."""

from collections import Counter
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.errors import Unusable
from labeling.simulator import FAULTS, INTENTS, Annotator, Clarity, messages, simulate

LABELS = list(INTENTS)
CLEAR = messages(600, seed=5, mixed_share=0.0)


def accuracy(rows):
    return sum(row.label == row.truth for row in rows) / len(rows)


def alone(annotator, cases=CLEAR, **given_):
    return simulate(cases, [annotator], LABELS, overlap=1, seed=11, **given_)


def with_fault(fault, strength, **more):
    return alone(Annotator("ann", skill=1.0, fault=fault, strength=strength, work=600, **more))


def test_no_two_messages_are_the_same():
    made = messages(2000, seed=1)
    assert len({one.text for one in made}) == len({one.key for one in made}) == 2000


def test_no_slot_is_left_unfilled():
    assert not [one.text for one in messages(2000, seed=2) if "{" in one.text or "}" in one.text]


def test_the_payload_does_not_give_the_intent_away():
    one = messages(1, seed=0)[0]
    assert set(one.payload()) == {"id", "text", "channel"}


def test_about_the_share_asked_for_lies_between_two_intents():
    made = messages(3000, seed=3, mixed_share=0.3)
    assert 0.27 < sum(one.also is not None for one in made) / 3000 < 0.33


def test_clear_messages_are_spread_evenly_over_the_intents():
    assert max(Counter(one.truth for one in CLEAR).values()) - min(Counter(one.truth for one in CLEAR).values()) <= 1


def test_a_skilled_annotator_is_right_as_often_as_planted():
    assert abs(accuracy(alone(Annotator("ann", skill=0.9))) - 0.9) < 0.03


def test_the_seconds_follow_the_pace_planted():
    slow, fast = (median(row.seconds for row in alone(Annotator("ann", pace=pace))) for pace in (12, 6))
    assert 1.9 < slow / fast < 2.1


def test_a_careless_annotator_spoils_the_share_planted_and_is_quick_about_it():
    rows = with_fault("careless", 0.5)
    spoilt = [row for row in rows if row.is_fault]
    assert 0.44 < len(spoilt) / 600 < 0.56
    assert median(row.seconds for row in spoilt) < 0.5 * median(row.seconds for row in rows if not row.is_fault)


def test_one_who_speeds_up_begins_well_and_ends_fast_and_wrong():
    rows = with_fault("speeding", 0.9)
    first, last = rows[:150], rows[-150:]
    assert accuracy(first) == 1.0
    assert accuracy(last) < 0.6
    assert median(row.seconds for row in last) < 0.5 * median(row.seconds for row in first)


def test_one_who_drifts_keeps_the_pace_and_loses_accuracy():
    rows = with_fault("drifting", 0.8)
    assert accuracy(rows[:150]) - accuracy(rows[-150:]) > 0.4
    assert median(row.seconds for row in rows[-150:]) > 0.8 * median(row.seconds for row in rows[:150])


def test_a_biased_annotator_favours_one_label():
    rows = with_fault("biased", 0.5, favourite="praise")
    wrong = [row.label for row in rows if row.label != row.truth]
    assert set(wrong) == {"praise"}
    assert 0.44 < len(wrong) / sum(row.truth != "praise" for row in rows) < 0.56


def test_one_who_straight_lines_gives_long_runs_of_one_label():
    labels = [row.label for row in with_fault("straight_lining", 0.5)]
    runs = "".join("=" if a == b else " " for a, b in pairwise(labels)).split()
    assert sum(len(run) >= 10 for run in runs) >= 10


def test_a_copier_shares_the_mistakes_of_the_one_copied():
    model = Annotator("model", skill=0.6, pace=3)
    copier = Annotator("copier", skill=0.6, fault="copying", strength=0.9, model="model")
    rows = simulate(CLEAR, [model, copier], LABELS, overlap=2, seed=4)
    said = {(row.item, row.annotator): row.label for row in rows}
    wrong = [row for row in rows if row.annotator == "model" and row.label != row.truth]
    assert sum(said[row.item, "copier"] == row.label for row in wrong) / len(wrong) > 0.7


def test_a_clearer_guideline_takes_away_the_confusion_it_speaks_of_and_no_other():
    mixed = messages(1500, seed=6, mixed_share=1.0)
    pair = ("damaged item", "refund")
    before = alone(Annotator("ann", skill=1.0), mixed, clarity=lambda _: Clarity(0.5))
    after = alone(Annotator("ann", skill=1.0), mixed, clarity=lambda _: Clarity(0.5, {pair: 0.05}))

    def rate(rows, truth):
        return 1 - accuracy([row for row in rows if row.truth == truth])

    assert rate(before, "damaged item") > 0.4
    assert rate(after, "damaged item") < 0.1
    assert rate(after, "delivery") > 0.4


def test_every_item_gets_its_overlap_from_different_annotators():
    rows = simulate(CLEAR[:100], [Annotator(name) for name in "abcde"], LABELS, overlap=3)
    assert set(Counter(row.item for row in rows).values()) == {3}
    assert len({(row.item, row.annotator) for row in rows}) == 300


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), fault=st.sampled_from(sorted(FAULTS)), strength=st.floats(0, 1))
def test_the_same_seed_makes_the_same_world(seed, fault, strength):
    crowd = [
        Annotator("ann"),
        Annotator("bob", fault=fault, strength=strength, model="ann", favourite="praise"),
    ]
    one, two = (simulate(messages(40, seed=seed), crowd, LABELS, overlap=2, seed=seed) for _ in range(2))
    assert one == two


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: messages(0), "Ask for 1 to"),
        (lambda: messages(5, mixed_share=2), "not a share"),
        (lambda: Annotator("a", fault="carless"), "Did you mean 'careless'"),
        (lambda: Annotator("a", skill=1.5), "not a share"),
        (lambda: Annotator("a", pace=0), "not positive"),
        (lambda: Annotator("a", fault="copying"), "copies nobody"),
        (lambda: Annotator("a", fault="biased"), "favours nothing"),
        (lambda: simulate(CLEAR, [Annotator("a")] * 2, LABELS), "same name"),
        (lambda: simulate(CLEAR, [Annotator("a")], LABELS, overlap=2), "lower overlap"),
        (lambda: simulate(CLEAR, [Annotator("a")], ["refund"], overlap=1), "not among the labels"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_cure(make, says):
    with pytest.raises(Unusable, match=says):
        make()
