"""Agreement with the others and what the items allow, against the slow way and against chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.answers import Answers
from labeling.audit import audit
from labeling.audit.peers import Others

tables = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=30)


@given(tables)
def test_what_the_others_say_is_counted_one_by_one(rows):
    answers = Answers.from_columns(*zip(*rows, strict=True), labels=[0, 1, 2])
    others = Others.of(answers)
    for row in range(len(answers)):
        rest = [answers.label[k] for k in range(len(answers)) if answers.item[k] == answers.item[row] and k != row]
        assert others.n[row] == len(rest)
        if rest:
            counts = np.bincount(rest, minlength=3)
            tops = np.flatnonzero(counts == counts.max())
            assert others.same[row] == pytest.approx(np.mean(np.array(rest) == answers.label[row]))
            assert others.matched[row] == pytest.approx((answers.label[row] in tops) / len(tops))
            assert others.majority[row] == (tops[0] if len(tops) == 1 else -1)
        if len(rest) > 1:
            pairs = [rest[a] == rest[b] for a in range(len(rest)) for b in range(len(rest)) if a != b]
            assert others.expected[row] == pytest.approx(np.mean(pairs))


def test_equals_agree_as_their_items_allow_however_hard_these_are():
    """Half of the items are guessed by everybody: agreement is .72 or so, the excess is 0."""
    rng = np.random.default_rng(3)
    truth, is_hard = rng.integers(0, 2, 600), np.arange(600) % 2 == 0
    said = np.where(rng.random((8, 600)) < np.where(is_hard, 0.5, 0.95), truth, 1 - truth)
    found = audit(
        {"item": np.tile(np.arange(600), 8), "annotator": np.repeat(np.arange(8), 600), "label": said.ravel()}
    )
    assert all(0.6 < one.agreement < 0.85 for one in found)
    assert all(one.excess_low < 0.01 and one.excess_high > -0.01 for one in found)


def test_one_who_got_the_hard_items_is_not_held_to_the_easy_ones():
    """zoe agrees less often than anybody, since she was given what divides everybody; the excess knows."""
    rng = np.random.default_rng(4)
    truth, is_hard = rng.integers(0, 2, 400), np.arange(400) < 100
    rows = []
    for name in ("ann", "bob", "cyd", "dan", "zoe"):
        for k in range(400):
            if name == "zoe" and not is_hard[k]:
                continue
            is_right = rng.random() < (0.55 if is_hard[k] else 0.97)
            rows.append((k, name, int(truth[k] if is_right else 1 - truth[k])))
    item, annotator, label = zip(*rows, strict=True)
    found = {one.annotator: one for one in audit({"item": item, "annotator": annotator, "label": label})}
    assert found["zoe"].agreement < min(found[name].agreement for name in ("ann", "bob", "cyd", "dan")) - 0.1
    assert found["zoe"].excess_high > 0
    assert not found["zoe"].signals


def test_agreement_is_with_the_majority_of_the_others_and_a_tie_counts_in_part():
    """ann's own vote would make her the majority; without it bob and cyd tie."""
    answers = {"item": [1, 1, 1], "annotator": ["ann", "bob", "cyd"], "label": ["x", "x", "y"]}
    found = {one.annotator: one.agreement for one in audit(answers)}
    assert found == {"ann": 0.5, "bob": 0.5, "cyd": 0.0}


def test_an_annotator_alone_on_every_item_has_no_agreement():
    found = audit({"item": [1, 2], "annotator": ["ann", "bob"], "label": ["x", "y"]})[0]
    assert (found.compared, found.agreement, found.agreement_low, found.excess) == (0, None, None, None)
