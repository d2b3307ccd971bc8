"""Changing an answer: a new revision, never an overwritten one."""

import pytest

from labeling.errors import Closed, LeaseOver, NotAllowed, Stale, Unusable
from labeling.services import guidelines, projects, work


def answered(world):
    project = world.project(count=2).id
    member = world.member(project)
    held = world.desk(project, member).assignments[0].assignment
    world.submit(project, member, held, "a", key="first")
    return project, member, held


def revise(world, project, member, assignment, answer="b", key="r", revision=1, **values):
    return world.store.write(
        work.revise,
        project=project,
        member=member,
        assignment=assignment,
        answer=answer,
        key=key,
        revision=revision,
        **values,
    )


def refused(world, error, *given, **values) -> str:
    before = world.everything()
    with pytest.raises(error) as caught:
        revise(world, *given, **values)
    assert world.everything() == before
    return str(caught.value)


def test_both_revisions_are_kept_and_the_new_one_stands(world):
    project, member, held = answered(world)
    assert revise(world, project, member, held).revision == 2
    assert world.sql("SELECT revision, answer FROM annotations ORDER BY id") == [(1, '"a"'), (2, '"b"')]
    assert world.one("SELECT revision FROM assignments WHERE id = :id", id=held) == 2


def test_a_revision_counts_no_second_answer(world):
    project, member, held = answered(world)
    before = world.sql("SELECT * FROM tallies"), world.sql("SELECT taken, answered FROM items ORDER BY id")
    revise(world, project, member, held)
    assert before == (world.sql("SELECT * FROM tallies"), world.sql("SELECT taken, answered FROM items ORDER BY id"))


def test_the_same_key_again_writes_nothing(world):
    project, member, held = answered(world)
    first = revise(world, project, member, held)
    before = world.everything()
    again = revise(world, project, member, held)
    assert (again, again.counted) == (first, True)
    assert world.everything() == before


def test_a_stale_revision_is_refused_and_names_the_one_that_stands(world):
    project, member, held = answered(world)
    revise(world, project, member, held)
    assert "revision 2 stands, not 1" in refused(world, Stale, project, member, held, "c", key="other")


def test_a_revision_of_the_future_is_stale_too(world):
    project, member, held = answered(world)
    refused(world, Stale, project, member, held, revision=7)


def test_what_was_not_answered_yet_cannot_be_changed(world):
    project, member, _ = answered(world)
    held = world.desk(project, member).assignments[0].assignment
    refused(world, LeaseOver, project, member, held)


def test_nobody_changes_anothers_answer(world):
    project, _, held = answered(world)
    other = world.member(project)
    world.desk(project, other)
    refused(world, LeaseOver, project, other, held)


def test_who_lost_their_role_changes_nothing(world):
    project, member, held = answered(world)
    world.store.write(projects.set_role, project=project, member=member, role=None, actor=None)
    refused(world, NotAllowed, project, member, held)


def test_an_unknown_label_is_refused(world):
    refused(world, Unusable, *answered(world), answer="zz")


def test_a_closed_project_keeps_its_answers_as_they_are(world):
    project, member, held = answered(world)
    world.store.write(projects.close_project, project=project, actor=None)
    refused(world, Closed, project, member, held)


def test_a_revision_carries_the_guideline_version_it_was_made_under(world):
    project, member, held = answered(world)
    world.publish(project)
    world.store.write(guidelines.acknowledge, project=project, member=member, version=1)
    revise(world, project, member, held)
    assert world.sql("SELECT guideline_version FROM annotations ORDER BY id") == [(0,), (1,)]


def test_a_late_answer_stays_late_when_it_is_changed(world):
    project = world.project(count=1, overlap=1).id
    slow, quick = world.annotators(project, 2)
    held = world.desk(project, slow).assignments[0].assignment
    world.clock.pass_minutes(60)
    world.work_to_the_end(project, quick)
    world.submit(project, slow, held)
    assert revise(world, project, slow, held).counted is False
