"""Submitting: saved once, whatever is sent twice, late or wrong."""

import pytest

from labeling.errors import Closed, LeaseOver, NotAllowed, Stale, Unusable
from labeling.services import guidelines, projects, work


def holding(world, count=3, overlap=2, **values):
    """A project, its annotator, and the assignment they hold."""
    project = world.project(count=count, overlap=overlap, **values).id
    member = world.member(project)
    return project, member, world.desk(project, member).assignments[0].assignment


def refused(world, error, project, member, assignment, **values) -> str:
    """The refusal's words, having left everything as it was."""
    before = world.everything()
    with pytest.raises(error) as caught:
        world.submit(project, member, assignment, **values)
    assert world.everything() == before
    return str(caught.value)


def test_an_answer_is_saved_and_the_next_item_comes_with_it(world):
    project, member, held = holding(world)
    desk = world.submit(project, member, held, "b", flagged=True, comment="hm", active_ms=0)
    assert (desk.saved.assignment, desk.saved.revision, desk.saved.counted) == (held, 1, True)
    assert [one.assignment for one in desk.assignments] != [held]
    row = world.sql("SELECT answer, flagged, comment, revision, source, counted FROM annotations")
    assert row == [('"b"', 1, "hm", 1, "desk", 1)]


def test_an_answer_carries_the_guideline_version_that_its_annotator_has_read(world):
    project, member, held = holding(world)
    world.publish(project)
    world.store.write(guidelines.acknowledge, project=project, member=member, version=1)
    world.publish(project, "Do it better.", "more")
    assert world.submit(project, member, held).state == "guideline"
    assert world.one("SELECT guideline_version FROM annotations") == 1


def test_the_same_key_again_gives_the_same_reply_and_writes_nothing(world):
    project, member, held = holding(world)
    first = world.submit(project, member, held, "b", key="k")
    before = world.everything()
    again = world.submit(project, member, held, "b", key="k")
    assert again == first
    assert again.saved.counted is True
    assert world.everything() == before


def test_the_same_key_after_the_next_was_answered_still_gives_the_first_answer_back(world):
    project, member, held = holding(world)
    desk = world.submit(project, member, held, "b", key="k")
    world.clock.pass_minutes(1)
    world.submit(project, member, desk.assignments[0].assignment, key="k2")
    before = world.everything()
    assert world.submit(project, member, held, "b", key="k").saved == desk.saved
    assert world.everything() == before


def test_the_same_key_is_answered_even_when_the_project_was_closed_meanwhile(world):
    project, member, held = holding(world)
    saved = world.submit(project, member, held, "b", key="k").saved
    world.store.write(projects.close_project, project=project, actor=world.root)
    assert world.submit(project, member, held, "b", key="k").saved == saved


def test_another_key_for_an_answered_item_is_stale_and_says_where_to_go(world):
    project, member, held = holding(world)
    world.submit(project, member, held, "b", key="k")
    assert "answered already" in refused(world, Stale, project, member, held, answer="c", key="other")


def test_a_stale_submit_names_the_revision_that_stands(world):
    project, member, held = holding(world)
    world.submit(project, member, held)
    with pytest.raises(Stale) as stale:
        world.submit(project, member, held)
    assert stale.value.revision == 1


def test_a_skipped_item_cannot_be_answered_behind(world):
    project, member, held = holding(world)
    world.store.write(work.skip, project=project, member=member, assignment=held, reason="other")
    assert "skipped" in refused(world, Stale, project, member, held)


def test_an_item_not_leased_to_them_is_refused(world):
    project, member, held = holding(world)
    other = world.member(project)
    world.desk(project, other)
    assert "not yours" in refused(world, LeaseOver, project, other, held)
    assert "not yours" in refused(world, LeaseOver, project, member, 999)


def test_an_assignment_of_another_project_is_refused(world):
    _, member, held = holding(world)
    elsewhere = world.project(name="elsewhere", count=1).id
    world.store.write(projects.set_role, project=elsewhere, member=member, role="annotator", actor=None)
    world.desk(elsewhere, member)
    refused(world, LeaseOver, elsewhere, member, held)


def test_an_unknown_label_is_refused_with_the_labels(world):
    project, member, held = holding(world)
    assert "The labels are: a, b, c." in refused(world, Unusable, project, member, held, answer="zz")


@pytest.mark.parametrize("answer", [None, "", [], {}, 0, False])
def test_an_empty_answer_is_never_saved(world, answer):
    project, member, held = holding(world)
    refused(world, Unusable, project, member, held, answer=answer)


def test_a_closed_project_takes_no_answer(world):
    project, member, held = holding(world)
    world.store.write(projects.close_project, project=project, actor=world.root)
    assert "closed" in refused(world, Closed, project, member, held)


def test_who_lost_their_role_can_save_no_more(world):
    project, member, held = holding(world)
    world.store.write(projects.set_role, project=project, member=member, role=None, actor=world.root)
    refused(world, NotAllowed, project, member, held)


@pytest.mark.parametrize("values", [{"key": "k" * 81}, {"comment": "c" * 5_001}])
def test_an_overlong_text_is_refused(world, values):
    project, member, held = holding(world)
    assert "too long" in refused(world, Unusable, project, member, held, **values)


def test_half_a_character_is_refused_in_words(world):
    project, member, held = holding(world)
    assert "half a character" in refused(world, Unusable, project, member, held, comment="so \ud83d")


def test_a_number_beyond_the_database_is_refused_in_words(world):
    project, member, _ = holding(world)
    assert "too large" in refused(world, Unusable, project, member, 2**70)


def test_an_answer_after_its_lease_ran_out_counts_while_there_is_a_free_slot(world):
    project, member, held = holding(world, count=1, overlap=1)
    world.clock.pass_minutes(60)
    world.store.write(work.reclaim, project=project)
    assert world.submit(project, member, held).saved.counted is True
    assert world.sql("SELECT taken, answered FROM items") == [(1, 1)]


def test_an_answer_that_comes_too_late_is_kept_and_not_counted(world):
    project, member, held = holding(world, count=1, overlap=1)
    world.clock.pass_minutes(60)
    world.work_to_the_end(project, world.member(project))
    saved = world.submit(project, member, held, "c", key="late").saved
    assert saved.counted is False
    assert world.sql("SELECT taken, answered, wanted FROM items") == [(1, 1, 1)]
    assert world.sql("SELECT answer_count, done_count FROM tallies") == [(1, 1)]
    assert world.submit(project, member, held, "c", key="late").saved == saved


def test_an_answer_after_its_release_is_taken_like_a_late_one(world):
    project, member, held = holding(world, count=1, overlap=1)
    world.store.write(work.release, project=project, member=member, assignments=[held])
    assert world.submit(project, member, held).saved.counted is True
    assert world.desk(project, world.member(project)).state == "finished"


def test_seconds_are_what_the_desk_counted_but_never_more_than_the_server_saw(world):
    project, member, held = holding(world)
    world.clock.now += 8_000
    desk = world.submit(project, member, held, active_ms=5_000)
    world.clock.now += 3_000
    world.submit(project, member, desk.assignments[0].assignment, active_ms=60_000)
    assert world.sql("SELECT seconds FROM annotations ORDER BY id") == [(5.0,), (3.0,)]


def test_an_item_fetched_ahead_is_timed_from_the_answer_before_it(world):
    project = world.project(count=5).id
    member = world.member(project)
    desk = world.desk(project, member, hold=2)
    world.clock.now += 60_000
    desk = world.submit(project, member, desk.assignments[0].assignment, hold=2)
    world.clock.now += 4_000
    world.submit(project, member, desk.assignments[0].assignment, hold=2)
    assert world.sql("SELECT seconds FROM annotations ORDER BY id") == [(60.0,), (4.0,)]


def test_a_night_between_two_answers_is_no_work(world):
    project, member, held = holding(world)
    world.clock.pass_minutes(600)
    world.submit(project, member, held)
    assert world.one("SELECT seconds FROM annotations") == work.LONGEST_SECONDS


def test_the_last_answer_finishes_the_project(world):
    project = world.project(count=1, overlap=1).id
    member = world.member(project)
    desk = world.submit(project, member, world.desk(project, member).assignments[0].assignment)
    assert (desk.state, desk.assignments, desk.progress.left) == ("finished", [], 0)
