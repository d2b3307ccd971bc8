"""Adaptive overlap at work: items in doubt open for one more, the rest are let be, and nobody is overruled."""

import random

import pytest

from labeling.errors import Unusable
from labeling.services import projects, work
from labeling.services.decisions import decide
from labeling.services.overlap import route_items
from labeling.store import overlap

LABELS = ("a", "b", "c")


def label_of(number, hard=()):
    return LABELS[int(number) % 3]


@pytest.fixture
def crowd(world):
    """Sixty items, ten of them hard; at least two answers, at most five; six annotators, right on what is not hard."""
    project = world.project(count=60, overlap=2, overlap_most=5, target=0.85).id
    people = [world.member(project, name=f"w{k}") for k in range(6)]
    draw = random.Random(3)

    def turn():
        """Everybody answers what there is for them; how many answers that were."""
        count = 0
        for member in people:
            desk = world.desk(project, member)
            while desk.assignments:
                held = desk.assignments[0]
                number = int(held.fields[-1]["value"].split()[-1])
                right = LABELS[number % 3]
                is_wrong = draw.random() < (0.5 if number < 10 else 0.04)
                answer = LABELS[(number + 1) % 3] if is_wrong else right
                desk = world.submit(project, member, held.assignment, answer)
                count += 1
        return count

    return project, turn


def route(world, project):
    return route_items(world.store, project=project, actor=world.root)


def spread(world, project, most=5):
    with world.store.read() as connection:
        return overlap.spread(connection, project, most)


def test_items_in_doubt_get_more_until_they_are_sure_or_at_the_ceiling_and_the_rest_is_saved(world, crowd):
    project, turn = crowd
    assert turn() == 120
    rounds = 0
    while route(world, project).opened:
        assert turn() > 0
        rounds += 1
        assert rounds < 20
    found = spread(world, project)
    assert found.done == found.items == 60
    assert world.one("SELECT max(answered) FROM items") <= 5
    assert found.saved == 300 - found.answers
    assert found.saved > 60
    hard = world.one("SELECT avg(answered) FROM items WHERE CAST(substr(key, 2) AS INTEGER) < 10")
    easy = world.one("SELECT avg(answered) FROM items WHERE CAST(substr(key, 2) AS INTEGER) >= 10")
    assert hard > easy + 0.5


def test_nothing_is_handed_out_beyond_the_ceiling_and_the_tally_is_the_rows(world, crowd):
    project, turn = crowd
    turn()
    for _ in range(4):
        route(world, project)
        turn()
    assert world.one("SELECT max(taken) FROM items") <= 5
    assert world.one("SELECT done_count FROM tallies") == world.one("SELECT sum(answered >= wanted) FROM items")
    assert (
        world.one("SELECT count(*) FROM (SELECT 1 FROM assignments GROUP BY item_id, member_id HAVING count(*) > 1)")
        == 0
    )


def test_the_same_answers_routed_twice_change_nothing_the_second_time(world, crowd):
    project, turn = crowd
    turn()
    route(world, project)
    before = world.everything("log", "log_head", "returned")
    assert route(world, project).opened == 0
    assert world.everything("log", "log_head", "returned") == before


def test_what_was_opened_reaches_those_whose_cursor_has_passed_it(world, crowd):
    project, turn = crowd
    turn()
    opened = route(world, project).opened
    assert opened > 0
    late = world.member(project, name="late")
    assert world.work_to_the_end(project, late) == opened


def test_a_lease_on_an_item_that_is_settled_meanwhile_is_kept(world, crowd):
    project, turn = crowd
    turn()
    route(world, project)
    late = world.member(project, name="late")
    held = world.desk(project, late).assignments[0].assignment
    world.store.write(projects.change_project, project=project, actor=None, target=0.5)
    route(world, project)
    assert world.submit(project, late, held).saved.counted


def test_the_answers_of_somebody_excluded_are_made_up_for(world, crowd):
    project, turn = crowd
    turn()
    route(world, project)
    turn()
    world.store.write(decide, project=project, annotator="w0", decision="exclude", reason="copied", actor=None)
    alone = world.one(
        "SELECT count(DISTINCT item_id) FROM annotations a JOIN members m ON m.id = a.member_id WHERE m.name = 'w0'"
    )
    assert 0 < route(world, project).opened <= alone + 20
    assert turn() > 0


def test_what_it_did_stands_in_the_log(world, crowd):
    project, turn = crowd
    turn()
    done = route(world, project)
    assert world.actions()[-1] == "route_overlap"
    assert done.settled + done.opened == 60


def test_a_fixed_overlap_is_not_routed(world):
    project = world.project(count=3).id
    with pytest.raises(Unusable, match="gives every item 2 answers"):
        route(world, project)


def test_before_the_first_answer_there_is_nothing_to_do(world):
    project = world.project(count=3, overlap_most=5).id
    assert route(world, project).opened == 0


@pytest.mark.parametrize(
    "values",
    [{"overlap_most": 1}, {"overlap": 9, "overlap_most": 5}, {"target": 1.0}, {"target": "high"}, {"overlap_most": 0}],
)
def test_settings_that_make_no_sense_are_refused(world, values):
    project = world.project(count=1).id
    with pytest.raises(Unusable):
        world.store.write(projects.change_project, project=project, actor=None, **values)


def test_the_desk_costs_the_same_whatever_is_settled(world, crowd):
    """What is open is found by the partial index alone: a test of the plan, not of the clock."""
    project, turn = crowd
    turn()
    route(world, project)
    plan = " ".join(
        row[3]
        for row in world.sql(
            "EXPLAIN QUERY PLAN SELECT id FROM items WHERE project_id = 1 AND rank > 0 AND taken < wanted AND pool = 'work' "
            "ORDER BY rank LIMIT 1"
        )
    )
    assert "ix_items_open" in plan
    assert work.MOST_HELD == 10
