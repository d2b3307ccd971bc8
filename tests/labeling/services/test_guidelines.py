"""Guidelines: published in versions that never change, read before work goes on."""

import pytest

from labeling.errors import Conflict, NotAllowed, NotFound, Unusable
from labeling.services import guidelines, work
from labeling.store import guidelines as stored


def publish(world, project, body, note="why", change="meaning"):
    return world.store.write(guidelines.publish, project=project, body=body, note=note, change=change, actor=world.root)


def acknowledge(world, project, member, version):
    world.store.write(guidelines.acknowledge, project=project, member=member, version=version)


def test_versions_are_numbered_from_one_and_all_are_kept(world):
    project = world.project().id
    publish(world, project, "First.")
    second = publish(world, project, "Second.", "clearer", "clarification")
    assert (second.version, second.published_by) == (2, "root")
    with world.store.read() as connection:
        assert [g.body for g in stored.listing(connection, project)] == ["Second.\n", "First.\n"]
        assert stored.current(connection, project) == second


def test_line_ends_of_any_system_are_one(world):
    assert publish(world, world.project().id, "a\r\nb\r\n").body == "a\nb\n"


@pytest.mark.parametrize("body", ["", "   ", "\r\n\t\n", "\x00"])
def test_an_empty_guideline_is_refused(world, body):
    project = world.project().id
    before = world.everything()
    with pytest.raises(Unusable, match="The guideline is empty"):
        publish(world, project, body)
    assert world.everything() == before


def test_an_overlong_guideline_is_refused(world):
    with pytest.raises(Unusable, match="200,001"):
        publish(world, world.project().id, "x" * 200_000)


def test_a_later_version_needs_a_note(world):
    project = world.project().id
    publish(world, project, "First.", note="")
    with pytest.raises(Unusable, match="change note is empty"):
        publish(world, project, "Second.", note=" ")


def test_the_same_text_again_is_no_new_version(world):
    project = world.project().id
    publish(world, project, "First.")
    with pytest.raises(Conflict, match="v1 word for word"):
        publish(world, project, "  First. \n")


def test_an_unknown_sort_of_change_is_refused(world):
    with pytest.raises(Unusable, match="'clarification' or 'meaning'"):
        publish(world, world.project().id, "x", change="typo")


def test_acknowledging_twice_keeps_the_first_time(world):
    project = world.project().id
    member = world.member(project)
    publish(world, project, "First.")
    acknowledge(world, project, member, 1)
    before = world.everything()
    world.clock.pass_minutes(5)
    acknowledge(world, project, member, 1)
    assert world.everything() == before


def test_a_version_that_was_followed_by_another_cannot_be_acknowledged(world):
    project = world.project().id
    member = world.member(project)
    publish(world, project, "First.")
    publish(world, project, "Second.")
    with pytest.raises(Conflict, match="v2"):
        acknowledge(world, project, member, 1)


def test_an_unknown_version_is_not_found(world):
    project = world.project().id
    with pytest.raises(NotFound):
        acknowledge(world, project, world.member(project), 1)


def test_who_has_no_role_acknowledges_nothing(world):
    project = world.project().id
    publish(world, project, "First.")
    with pytest.raises(NotAllowed):
        acknowledge(world, project, world.member(), 1)


def test_a_publication_that_was_rolled_back_leaves_no_trace_in_what_annotators_see(world):
    project = world.project(count=3).id
    member = world.member(project)

    def publish_and_fail(tx):
        guidelines.publish(tx, project=project, body="x", change="clarification", actor=None)
        assert work.hand_out(tx, project=project, member=member).state == "guideline"
        raise Conflict("no")

    with pytest.raises(Conflict):
        world.store.write(publish_and_fail)
    assert world.desk(project, member).guideline is None
    publish(world, project, "y", change="meaning")
    assert world.desk(project, member).guideline.change == "meaning"
