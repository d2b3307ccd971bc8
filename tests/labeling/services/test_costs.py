"""What an error costs in each class: a setting that is checked, logged, and rules who gets more answers."""

import json
import random

import pytest

from labeling.costs import by_label, chance_left
from labeling.errors import Unusable
from labeling.services import projects
from labeling.services.overlap import route_items
from labeling.store import projects as reads

LABELS = ("a", "b", "c")


def change(world, project, **values):
    return world.store.write(projects.change_project, project=project, actor=world.root, **values)


def said_by_item(world, **values):
    """Forty-five items labeled to the end, a fifth of the answers wrong; what was said of each item by its number."""
    project = world.project(count=45, overlap=2, overlap_most=6, target=0.8, **values).id
    people = [world.member(project, name=f"w{k}") for k in range(6)]
    opened = 1
    while opened:
        for k, member in enumerate(people):
            desk = world.desk(project, member)
            while desk.assignments:
                held = desk.assignments[0]
                number = int(held.fields[-1]["value"].split()[-1])
                # Drawn by who and what, so that every run hears the same answers.
                draw = random.Random(100 * number + k)
                wrong = (number + draw.choice((1, 2))) % 3
                answer = LABELS[wrong if draw.random() < 0.2 else number % 3]
                desk = world.submit(project, member, held.assignment, answer)
        opened = route_items(world.store, project=project, actor=world.root).opened
    said = {}
    for key, answer in world.sql("SELECT i.key, a.answer FROM annotations a JOIN items i ON i.id = a.item_id"):
        said.setdefault(int(key[1:]), []).append(json.loads(answer))
    return said


@pytest.fixture
def plain_and_dear(tmp_path, clock, empty_database, world):
    """The same project without costs and with a dear third class, each in a workspace of its own."""
    from shutil import copyfile

    from labeling.services import members
    from labeling.store import Store

    plain = said_by_item(world)
    copyfile(empty_database, tmp_path / "other.db")
    with Store.open(tmp_path / "other.db", clock=clock) as store:
        root = store.write(members.create_member, name="root", is_admin=True, actor=None)
        yield plain, said_by_item(type(world)(store, clock, root.id), costs={"c": 20})


def each(said, numbers):
    """Answers an item, over these items."""
    return sum(len(said[number]) for number in numbers) / len(numbers)


def test_items_that_may_be_of_a_dear_class_get_more_answers_than_without_the_setting(plain_and_dear):
    plain, dear = plain_and_dear
    maybe = {number for number, said in plain.items() if "c" in said}
    assert each(dear, maybe) > each(plain, maybe)
    assert each(dear, set(dear)) > each(plain, set(plain))
    assert max(len(said) for said in dear.values()) <= 6


def test_items_settled_before_open_again_once_a_class_that_they_may_be_of_is_dear(world):
    project = world.project(count=12, overlap=3, overlap_most=5, target=0.6).id
    for who in range(3):
        member = world.member(project, name=f"w{who}")
        desk = world.desk(project, member)
        while desk.assignments:
            number = int(desk.assignments[0].fields[-1]["value"].split()[-1])
            says_c = number % 2 or (who == 2 and number < 6)
            desk = world.submit(project, member, desk.assignments[0].assignment, "c" if says_c else "a")
    before = route_items(world.store, project=project, actor=world.root).opened
    change(world, project, costs={"c": 50})
    assert before == 0
    assert route_items(world.store, project=project, actor=world.root).opened > 0


def test_costs_are_kept_in_the_order_of_the_labels_and_the_usual_one_is_not_kept(world):
    project = world.project(count=1).id
    assert change(world, project, costs={"c": 5, "b": 1, "a": 0.5}).costs == {"a": 0.5, "c": 5.0}
    with world.store.read() as connection:
        assert reads.by_id(connection, project).costs == {"a": 0.5, "c": 5.0}
    assert change(world, project, costs={}).costs is None


def test_the_log_says_which_costs_were_set(world):
    project = world.project(count=1, costs={"b": 2}).id
    change(world, project, costs={"c": 5})
    said = [json.loads(one) for (one,) in world.sql("SELECT detail FROM log WHERE action LIKE '%_project' ORDER BY id")]
    assert [one["costs"] for one in said] == [{"b": 2.0}, {"c": 5.0}]


@pytest.mark.parametrize(
    ("costs", "says"),
    [
        ({"cc": 5}, "Did you mean 'c'"),
        ({"c": -1}, "from 0.01 to 1,000"),
        ({"c": 0}, "from 0.01 to 1,000"),
        ({"c": float("nan")}, "from 0.01 to 1,000"),
        ({"c": float("inf")}, "from 0.01 to 1,000"),
        ({"c": 10**400}, "from 0.01 to 1,000"),
        ({"c": "5"}, "from 0.01 to 1,000"),
        ({"c": True}, "from 0.01 to 1,000"),
        (["c"], "Give labels with numbers"),
    ],
)
def test_costs_that_make_no_sense_are_refused_and_say_what_to_give(world, costs, says):
    project = world.project(count=1, costs={"a": 2}).id
    with pytest.raises(Unusable, match=says):
        change(world, project, costs=costs)
    with world.store.read() as connection:
        assert reads.by_id(connection, project).costs == {"a": 2.0}


@pytest.mark.parametrize(
    ("kind", "options"),
    [("text", {}), ("multichoice", {"labels": ["a", "b"]}), ("taxonomy", {"tree": [{"name": "a"}, {"name": "b"}]})],
)
def test_a_kind_without_classes_takes_no_costs_and_says_so(world, kind, options):
    with pytest.raises(Unusable, match=f"answers of the kind {kind} are no classes"):
        world.project(kind=kind, options=options, costs={"a": 5})


def test_a_label_that_has_a_cost_is_not_taken_away_before_its_cost(world):
    project = world.project(count=1, costs={"c": 5}).id
    with pytest.raises(Unusable, match="There is a cost for 'c', which is no label"):
        change(world, project, options={"labels": ["a", "b"]})
    assert change(world, project, options={"labels": ["a", "b"]}, costs={"b": 3}).costs == {"b": 3.0}


def test_points_of_a_scale_are_named_by_their_digits(world):
    made = world.project(kind="rating", options={"low": 1, "high": 5}, costs={"5": 4})
    assert made.costs == {"5": 4.0}
    assert by_label(made.costs, [1, 2, 3, 4, 5]) == {5: 4.0}


def test_the_dearer_a_class_the_less_of_it_may_be_left():
    assert [round(chance_left(cost, 0.9), 4) for cost in (0.05, 1, 5, 100)] == [1.0, 0.1, 0.02, 0.001]
