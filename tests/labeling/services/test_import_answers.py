"""Bringing answers in that were given elsewhere: all of them or none."""

import pytest

from labeling.errors import Closed, Unusable
from labeling.model import ImportedAnswers
from labeling.services import answers, items, projects, work
from labeling.store import answers as stored


def bring(world, project, *rows, **values):
    return answers.import_answers(world.store, project=project, rows=rows, actor=world.root, **values)


def row(item="i0", annotator="kim", label="a", **more):
    return {"item": item, "annotator": annotator, "label": label, **more}


def refused(world, project, *rows, error=Unusable) -> str:
    before = world.everything()
    with pytest.raises(error) as caught:
        bring(world, project, *rows)
    assert world.everything() == before
    return str(caught.value)


def test_answers_stand_beside_those_of_the_desk(world):
    project = world.project(count=2).id
    world.work_to_the_end(project, world.member(project, name="ann"), "b")
    bring(world, project, row(), row(item="i1", annotator="lee", label="c"))
    with world.store.read() as connection:
        columns = stored.columns(connection, project)
    assert sorted(zip(columns.item, columns.annotator, columns.label, strict=True)) == [
        ("i0", "ann", "b"),
        ("i0", "kim", "a"),
        ("i1", "ann", "b"),
        ("i1", "lee", "c"),
    ]


def test_time_seconds_and_guideline_version_are_kept(world):
    project = world.project(count=1).id
    world.publish(project)
    bring(world, project, row(time=0, seconds="2.5", guideline_version=1))
    assert world.sql("SELECT submitted_at, seconds, guideline_version, source FROM annotations") == [
        (0, 2.5, 1, "import")
    ]


def test_an_unknown_annotator_becomes_one_without_a_password(world):
    project = world.project(count=1).id
    bring(world, project, row(annotator="new"))
    query = "SELECT role, password_hash FROM roles JOIN members ON members.id = member_id WHERE name = 'new'"
    assert world.sql(query) == [("annotator", None)]


def test_the_same_answer_again_counts_once(world):
    project = world.project(count=1).id
    assert bring(world, project, row(), row()).added == 1
    assert bring(world, project, row()).added == 0


def test_another_answer_of_the_same_annotator_is_a_new_revision(world):
    project = world.project(count=1).id
    bring(world, project, row(), row(label="b"))
    bring(world, project, row(label="c"))
    assert world.sql("SELECT revision, answer FROM annotations ORDER BY id") == [(1, '"a"'), (2, '"b"'), (3, '"c"')]
    assert world.sql("SELECT taken, answered FROM items") == [(1, 1)]


def test_a_row_that_changes_an_earlier_answer_is_counted_apart(world):
    project = world.project(count=1).id
    done = bring(world, project, row(), row(label="b"), row(label="b"), row(annotator="lee"))
    assert done == ImportedAnswers(added=2, changed=1, already_there=1, unlabeled=0, total=4)
    assert bring(world, project, row(label="c")).changed == 1


def test_more_answers_than_wanted_are_all_kept_and_the_item_wants_no_more(world):
    project = world.project(count=1, overlap=2).id
    bring(world, project, *(row(annotator=f"k{number}") for number in range(5)))
    assert world.sql("SELECT wanted, taken, answered FROM items") == [(5, 5, 5)]
    assert world.sql("SELECT done_count, answer_count FROM tallies") == [(1, 5)]


def test_an_answer_by_somebody_who_holds_the_item_ends_their_lease(world):
    project = world.project(count=1).id
    member = world.member(project, name="kim")
    world.desk(project, member)
    bring(world, project, row())
    assert world.sql("SELECT state, revision FROM assignments") == [("submitted", 1)]
    assert world.sql("SELECT taken, answered FROM items") == [(1, 1)]
    assert world.desk(project, member).progress.done == 1


def test_a_lease_of_somebody_else_is_still_alive_behind_an_import(world):
    project = world.project(count=1, overlap=2).id
    member = world.member(project)
    held = world.desk(project, member).assignments[0].assignment
    bring(world, project, row(annotator="k1"), row(annotator="k2"))
    assert world.sql("SELECT wanted, taken, answered FROM items") == [(3, 3, 2)]
    assert world.submit(project, member, held).saved.counted is True
    assert world.sql("SELECT wanted, taken, answered FROM items") == [(3, 3, 3)]


def test_an_item_they_had_skipped_is_answered_after_all(world):
    project = world.project(count=1).id
    member = world.member(project, name="kim")
    held = world.desk(project, member).assignments[0].assignment
    world.store.write(work.skip, project=project, member=member, assignment=held, reason="other")
    bring(world, project, row())
    assert world.sql("SELECT done, skipped FROM seats WHERE member_id = :m", m=member) == [(1, 0)]


def test_imported_answers_are_not_asked_for_again(world):
    project = world.project(count=2, overlap=3).id
    member = world.member(project, name="kim")
    bring(world, project, row())
    assert world.work_to_the_end(project, member) == 1


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (row(item="nope"), "Row 2, column 'item': there is no item 'nope'"),
        (row(item=" "), "Row 2, column 'item': is empty"),
        (row(annotator=None), "Row 2, column 'annotator': is empty"),
        (row(annotator="Kim Lee"), "Row 2, column 'annotator': 'Kim Lee' cannot be a name"),
        (row(label="A"), "Row 2, column 'label': There is no label 'A'. Did you mean"),
        (row(label=None), "Row 2, column 'label': No label"),
        (row(time="yesterday"), "Row 2, column 'time'"),
        (row(seconds=-1), "Row 2, column 'seconds'"),
        (row(guideline_version=7), "Row 2, column 'guideline_version': there is no guideline version 7"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_kept(world, bad, words):
    project = world.project(count=3, options={"labels": ["a", "Aa"]}).id
    assert refused(world, project, row(), bad).startswith(words)


def test_no_rows_are_refused(world):
    assert "no answers in it" in refused(world, world.project(count=1).id)


def test_a_closed_project_takes_no_answers(world):
    project = world.project(count=1).id
    world.store.write(projects.close_project, project=project, actor=None)
    assert "Reopen it" in refused(world, project, row(), error=Closed)


def test_an_item_id_that_a_frame_made_a_number_finds_its_item(world):
    project = world.project().id
    items.import_items(world.store, project=project, rows=[{"id": 7, "text": "x"}], actor=None)
    assert bring(world, project, row(item=7), row(item=7.0, annotator="lee")).added == 2


def test_more_rows_than_one_chunk_are_one_import(world):
    project = world.project(count=2600, overlap=1).id
    rows = [row(item=f"i{number}", annotator=name) for number in range(2600) for name in ("kim", "lee")]
    seen = []
    assert bring(world, project, *rows, progress=seen.append).added == 5200
    assert seen == [5000, 5200]


def test_an_error_names_the_line_of_the_file_a_row_came_from(world):
    project = world.project(count=1)
    rows = [{"item": "i0", "annotator": "ann", "label": "zzz", "line": 7}]
    with pytest.raises(Unusable, match="Row 7"):
        answers.import_answers(world.store, project=project.id, rows=rows, actor=None)


def test_a_time_to_come_is_refused_and_its_row_named(world):
    project = world.project(count=1).id
    later = world.store.clock() + 2 * 86_400_000
    assert "Row 2, column 'time': the time" in refused(world, project, row(), row(annotator="lee", time=later))
    assert "is still to come" in refused(world, project, row(time=1e14 * 9))


def test_a_clock_may_be_ahead_by_hours(world):
    project = world.project(count=1).id
    assert bring(world, project, row(time=world.store.clock() + 3_600_000)).added == 1
