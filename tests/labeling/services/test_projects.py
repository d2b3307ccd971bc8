"""Projects: made, changed, closed, reopened; and who has which role in them."""

import pytest

from labeling.errors import Conflict, NotFound, Unusable
from labeling.services import projects
from labeling.store import projects as stored


def change(world, project, **values):
    return world.store.write(projects.change_project, project=project, actor=world.root, **values)


def refused(world, error, action, **values) -> str:
    before = world.everything()
    with pytest.raises(error) as caught:
        world.store.write(action, **values)
    assert world.everything() == before
    return str(caught.value)


def test_who_makes_a_project_is_its_manager(world):
    project = world.project()
    with world.store.read() as connection:
        assert stored.role(connection, project.id, world.root) == "manager"
        assert stored.by_name(connection, "demo") == project


def test_a_title_not_given_is_the_name(world):
    assert world.project(name="talk").title == "talk"


@pytest.mark.parametrize("name", ["", "Demo", "a b", "-a", "ä", "a/b", "a" * 81, "..", "a\n"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(world, name):
    with pytest.raises(Unusable, match="cannot be a project's name"):
        world.project(name=name)


def test_a_name_is_given_once(world):
    world.project()
    with pytest.raises(Conflict, match="already"):
        world.project()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"question": " "}, "question or title is empty"),
        ({"question": "?" * 2001}, "too long"),
        ({"options": {"labels": ["a", "b", "a"]}}, "repeats label 1"),
        ({"overlap": 0}, "overlap"),
        ({"overlap": 101}, "overlap"),
        ({"overlap": True}, "overlap"),
        ({"overlap": 2.0}, "overlap"),
        ({"gold_rate": 0.6}, "share of gold"),
        ({"gold_rate": -0.1}, "share of gold"),
        ({"gold_rate": float("nan")}, "share of gold"),
        ({"lease_minutes": 0}, "lease"),
        ({"lease_minutes": 1441}, "lease"),
        ({"show": []}, "fields to show"),
        ({"show": "text"}, "fields to show"),
        ({"seed": 2**70}, "too large"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_nothing_is_made(world, values, words):
    given = {"name": "demo", "question": "?", "kind": "choice", "options": {"labels": ["a", "b"]}, "actor": world.root}
    assert words in refused(world, Unusable, projects.create_project, **given | values)


def test_an_unknown_kind_names_the_nearest(world):
    with pytest.raises(NotFound, match="Did you mean 'rating'"):
        world.project(kind="ratings")


def test_two_projects_draw_their_gold_apart(world):
    assert world.project(name="one", seed=None).seed != world.project(name="two", seed=None).seed


def test_only_what_is_named_is_changed(world):
    before = world.project()
    after = change(world, before.id, title="New", show=["text"])
    assert (after.title, after.show, after.question, after.overlap) == ("New", ("text",), before.question, 2)


def test_a_change_is_logged_with_what_changed_and_nothing_else(world):
    project = world.project().id
    change(world, project, title="New", overlap=2, show=None)
    assert world.one("SELECT detail FROM log WHERE action = 'change_project'") == '{"title":"New"}'


@pytest.mark.parametrize("values", [{}, {"kind": "rating"}, {"name": "other"}, {"overlap": 0}])
def test_a_change_that_cannot_be_made_is_refused(world, values):
    project = world.project().id
    refused(world, Unusable, projects.change_project, project=project, actor=world.root, **values)


def test_labels_may_be_added_and_described_when_there_are_answers(world):
    project = world.project(count=2).id
    world.work_to_the_end(project, world.member(project))
    labels = ["c", {"name": "b", "description": "new words"}, "a", "d"]
    assert len(change(world, project, options={"labels": labels}).options["labels"]) == 4


def test_a_label_may_not_go_when_there_are_answers(world):
    project = world.project(count=2).id
    world.work_to_the_end(project, world.member(project))
    options = {"labels": ["a", "b"]}
    assert "'c'" in refused(
        world, Conflict, projects.change_project, project=project, actor=world.root, options=options
    )


def test_labels_are_free_while_there_are_no_answers(world):
    assert len(change(world, world.project(count=2).id, options={"labels": ["x", "y"]}).options["labels"]) == 2


def test_closing_twice_is_closing_once(world):
    project = world.project().id
    first = world.store.write(projects.close_project, project=project, actor=world.root)
    world.clock.pass_minutes(5)
    assert world.store.write(projects.close_project, project=project, actor=world.root) == first
    assert world.actions().count("close_project") == 1


def test_reopening_what_is_open_changes_nothing(world):
    project = world.project().id
    before = world.everything()
    world.store.write(projects.reopen_project, project=project, actor=world.root)
    assert world.everything() == before


def test_a_role_is_given_changed_and_taken(world):
    project, member = world.project().id, world.member()
    roles = []
    for role in ("annotator", "reviewer", None):
        world.store.write(projects.set_role, project=project, member=member, role=role, actor=world.root)
        with world.store.read() as connection:
            roles.append(stored.role(connection, project, member))
    assert roles == ["annotator", "reviewer", None]


@pytest.mark.parametrize("role", [None, "reviewer", "annotator"])
def test_the_last_manager_stays(world, role):
    project = world.project().id
    values = {"project": project, "member": world.root, "role": role, "actor": world.root}
    assert "last manager" in refused(world, Conflict, projects.set_role, **values)


def test_a_manager_may_go_when_there_is_another(world):
    project = world.project().id
    world.member(project, "manager")
    world.store.write(projects.set_role, project=project, member=world.root, role=None, actor=world.root)
    with world.store.read() as connection:
        assert [role for _, role in stored.roles(connection, project)] == ["manager"]


def test_an_unknown_role_is_refused(world):
    values = {"project": world.project().id, "member": world.root, "role": "boss", "actor": world.root}
    assert "manager, reviewer, annotator" in refused(world, Unusable, projects.set_role, **values)


def test_an_unknown_member_gets_no_role(world):
    values = {"project": world.project().id, "member": 99, "role": "annotator", "actor": world.root}
    refused(world, NotFound, projects.set_role, **values)
