"""Suggestions of models: brought in whole or not at all, shown or withheld by a draw, never an answer by themselves."""

import json

import pytest

from labeling.errors import Unusable
from labeling.services import projects, work
from labeling.services.suggestions import put_suggestions, remove_suggestions


def suggest(world, project, answers=None, **more):
    rows = [{"item": key, "answer": answer, "model": "bert", "confidence": 0.87} for key, answer in answers.items()]
    return world.store.write(put_suggestions, project=project.id, rows=rows, actor=None, **more)


def everywhere(world, withheld=0.2, count=40, **values):
    project = world.project(count=count, **values)
    suggest(world, project, {f"i{n}": "b" for n in range(count)})
    world.store.write(projects.change_project, project=project.id, actor=None, withheld=withheld)
    return project


def test_a_suggestion_comes_with_its_item_and_is_no_answer(world):
    project = everywhere(world, withheld=0)
    (held,) = world.desk(project.id, world.member(project.id)).assignments
    assert held.suggestion == {"answer": "b", "model": "bert", "confidence": 0.87}
    assert world.one("SELECT count(*) FROM annotations") == 0
    assert world.one("SELECT answer_count FROM tallies") == 0


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"item": "nothing"}, "row 2, column 'item': there is no item 'nothing'"),
        ({"answer": "d"}, "row 2, column 'answer': There is no label 'd'"),
        ({"answer": None}, "row 2, column 'answer': No label was chosen"),
        ({"model": " "}, "row 2, column 'model': is empty"),
        ({"confidence": 1.2}, "row 2, column 'confidence': '1.2' is no confidence"),
        ({"confidence": "high"}, "'high' is no confidence"),
        ({"confidence": True}, "'True' is no confidence"),
        ({"item": "i0"}, "item 'i0' stands in row 1 too"),
    ],
)
def test_a_row_that_cannot_be_used_is_named_and_nothing_comes_in(world, row, words):
    project = world.project(count=3)
    good = {"item": "i0", "answer": "a", "model": "m", "confidence": 1}
    rows = [good, {**good, "item": "i1", **row}]
    before = world.everything()
    with pytest.raises(Unusable) as refused:
        world.store.write(put_suggestions, project=project.id, rows=rows, actor=None)
    assert words.split(": ")[-1] in str(refused.value)
    assert world.everything() == before


def test_nothing_at_all_is_refused(world):
    with pytest.raises(Unusable, match="no suggestions in it"):
        suggest(world, world.project(count=1), {})


def test_the_last_suggestion_of_an_item_stands_and_says_so(world):
    project = world.project(count=3)
    suggest(world, project, {"i0": "a", "i1": "a"})
    done = suggest(world, project, {"i1": "b", "i2": "b"})
    assert (done.added, done.changed, done.total) == (1, 1, 2)
    assert sorted(world.sql("SELECT answer FROM suggestions")) == [('"a"',), ('"b"',), ('"b"',)]


def test_gold_items_without_a_suggestion_are_told_of(world):
    project = world.project(count=3)
    world.gold(project.id, "i0", "i1")
    assert suggest(world, project, {"i1": "a", "i2": "a"}).gold_without == 1


def test_a_share_of_the_items_shows_none_and_the_draw_is_kept_and_is_anothers_for_others(world):
    project = everywhere(world, withheld=0.4, overlap=2)
    seen = {}
    for name in ("ann", "bob"):
        member = world.member(project.id, name=name)
        seen[name] = [held.suggestion is not None for held in world.desk(project.id, member, 10).assignments]
        assert [held.suggestion is not None for held in world.desk(project.id, member, 10).assignments] == seen[name]
        world.work_to_the_end(project.id, member)
    assert seen["ann"] != seen["bob"]
    kept = [json.loads(text)["is_shown"] for (text,) in world.sql("SELECT suggested FROM annotations")]
    assert len(kept) == 80
    assert 20 <= kept.count(False) <= 44


def test_gold_is_drawn_for_as_any_other_item(world):
    project = world.project(count=30, gold_rate=0.5)
    world.gold(project.id, *(f"i{n}" for n in range(10)))
    suggest(world, project, {f"i{n}": "b" for n in range(30)})
    world.work_to_the_end(project.id, world.member(project.id))
    rows = world.sql("SELECT i.pool, a.suggested FROM annotations a JOIN items i ON i.id = a.item_id")
    shown = {(pool, json.loads(text)["is_shown"]) for pool, text in rows}
    assert shown == {("work", True), ("work", False), ("gold", True), ("gold", False)}


def test_the_suggestion_that_was_shown_stays_with_the_answer_and_its_revisions(world):
    project = everywhere(world, withheld=0, count=1)
    ann = world.member(project.id)
    (held,) = world.desk(project.id, ann).assignments
    suggest(world, project, {"i0": "c"})  # while the item lies on the desk
    world.submit(project.id, ann, held.assignment, "a")
    world.store.write(
        work.revise, project=project.id, member=ann, assignment=held.assignment, answer="b", key="x", revision=1
    )
    kept = [json.loads(text)["answer"] for (text,) in world.sql("SELECT suggested FROM annotations")]
    assert kept == ["b", "b"]


def test_accepting_gives_the_suggested_answer_and_only_one_that_was_shown(world):
    project = everywhere(world, withheld=0, count=2)
    ann = world.member(project.id)
    (held,) = world.desk(project.id, ann).assignments
    desk = world.submit(project.id, ann, held.assignment, None, accept=True)
    assert world.one("SELECT answer FROM annotations") == '"b"'
    world.store.write(projects.change_project, project=project.id, actor=None, withheld=0.9)
    world.submit(project.id, ann, desk.assignments[0].assignment, "a")


def test_what_is_withheld_cannot_be_accepted(world):
    project = everywhere(world, withheld=0.9)
    ann = world.member(project.id)
    hidden = next(one for one in world.desk(project.id, ann, 10).assignments if one.suggestion is None)
    with pytest.raises(Unusable, match="Nothing is suggested"):
        world.submit(project.id, ann, hidden.assignment, None, accept=True)


def test_taken_away_suggestions_are_shown_no_more(world):
    project = everywhere(world, withheld=0)
    assert world.store.write(remove_suggestions, project=project.id, actor=None) == 40
    (held,) = world.desk(project.id, world.member(project.id)).assignments
    assert held.suggestion is None
    with world.store.read() as connection:
        assert projects.projects.by_id(connection, project.id).withheld is None
