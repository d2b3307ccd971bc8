"""Whoever picks by place among several labels, or in the questions of a form, is found; whoever reads is not."""

import random

from labeling.agreement.own import Apart
from labeling.answers import Answers
from labeling.audit.apart import audit_apart
from labeling.audit.favourites import picks_of
from labeling.kinds import kind
from labeling.kinds.kind import picks_in

MANY = kind("multichoice")
OPTIONS = MANY.options({"labels": list("abcdef"), "shuffle": "assignment"})


def answered(items=80):
    """ann and bob say what is there, cid ticks whatever stands first and second."""
    rng = random.Random(5)
    rows = []
    for item in range(items):
        true = sorted(rng.sample("abcdef", 2))
        for who in ("ann", "bob", "cid"):
            shown = MANY.shown(OPTIONS, rng.getrandbits(32))
            rows.append((item, who, sorted(shown["order"][:2]) if who == "cid" else true, shown))
    return rows


def test_the_places_of_several_labels_are_those_drawn_for_this_one_answer():
    shown = {"order": list("fedcba")}
    assert MANY.picks(("a", "e"), OPTIONS, shown) == [((5, 1), 6)]
    assert MANY.picks((), OPTIONS, shown) == []
    assert MANY.picks(("a",), OPTIONS, {**shown, "by": "annotator"}) == []


def test_a_form_tells_the_places_of_each_of_its_questions():
    form = kind("form")
    options = form.options(
        {
            "questions": [
                {"name": "tone", "kind": "choice", "labels": ["x", "y"], "shuffle": "assignment"},
                {"name": "better", "kind": "pairwise", "fields": ["l", "r"]},
            ]
        }
    )
    shown = {"tone": {"order": ["y", "x"]}, "better": {"swapped": True}}
    answer = form.parse({"tone": "x", "better": "a"}, options)
    assert form.picks(answer, options, shown) == [((1,), 2), ((1,), 2)]


def test_who_ticks_what_stands_first_is_marked_for_the_place_and_who_reads_is_not():
    rows = answered()
    labels = [label for *_, label, _ in rows]
    found = audit_apart(
        {"item": [row[0] for row in rows], "annotator": [row[1] for row in rows], "label": labels},
        Apart(MANY.metric(OPTIONS)),
        lambda answer, known: answer == known,
        picks=picks_in(MANY, OPTIONS, labels, [row[3] for row in rows]),
    )
    place = {one.annotator: [s for s in one.signals if s.evidence == "place"] for one in found}
    assert not place["ann"]
    assert not place["bob"]
    [signal] = place["cid"]
    assert signal.words == "80 of 80 picks are in place 1, though the order is random"


def test_by_chance_few_are_marked():
    rng = random.Random(1)
    people, each = 300, 40
    picks = [[(rng.sample(range(5), rng.randint(1, 3)), 5)] for _ in range(people * each)]
    table = Answers.from_columns(
        list(range(people * each)), [str(k // each) for k in range(people * each)], ["x"] * people * each
    )
    chance = picks_of(table, picks, people=people).chance
    assert (chance < 0.05).mean() <= 0.05
