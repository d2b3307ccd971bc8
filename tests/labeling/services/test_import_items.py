"""Bringing items in: all of them at once, or none."""

import pytest

from labeling.errors import Closed, Conflict, Unusable
from labeling.services import items, projects
from labeling.store import items as stored

GOOD = {"id": 0, "text": "fine"}
ASIDE = ("imports",)
"""The table that says which imports were tried."""


def bring(world, project, rows, **values):
    return items.import_items(world.store, project=project, rows=rows, actor=world.root, **values)


def refused(world, project, rows, error=Unusable, **values) -> str:
    before = world.everything(*ASIDE)
    with pytest.raises(error) as caught:
        bring(world, project, rows, **values)
    assert world.everything(*ASIDE) == before
    return str(caught.value)


def keys(world):
    return [key for (key,) in world.sql("SELECT key FROM items ORDER BY id")]


def test_items_keep_their_id_their_order_and_their_fields(world):
    project = world.project().id
    done = bring(world, project, [{"id": "b", "n": 1, "deep": [{"x": None}]}, {"id": 2, "n": "zwei"}])
    assert (done.added, done.already_there, done.total) == (2, 0, 2)
    rows = world.sql("SELECT key, payload FROM items ORDER BY id")
    assert rows == [("b", '{"n":1,"deep":[{"x":null}]}'), ("2", '{"n":"zwei"}')]


def test_rows_may_come_in_batches(world):
    project = world.project().id
    assert bring(world, project, [[GOOD], [{"id": 1, "text": "x"}, {"id": 2, "text": "y"}]]).added == 3


def test_the_same_file_again_adds_nothing_and_changes_nothing(world):
    project = world.project(count=3).id
    before = world.everything(*ASIDE, "log", "log_head")
    rows = [{"id": f"i{number}", "text": f"text {number}"} for number in range(3)]
    assert bring(world, project, rows).already_there == 3
    assert world.everything(*ASIDE, "log", "log_head") == before


def test_a_repeated_id_with_the_same_content_counts_once(world):
    project = world.project().id
    done = bring(world, project, [GOOD, {"id": 1, "text": "x"}, dict(GOOD)])
    assert (done.added, done.already_there, done.total) == (2, 1, 3)


def test_a_repeated_id_with_other_content_names_both_rows(world):
    project = world.project().id
    words = refused(world, project, [GOOD, {"id": 1, "text": "x"}, {"id": "0", "text": "other"}], first_row=2)
    assert words.startswith("Row 4: the id '0' stands in row 2 already, with other content.")


def test_a_repeat_is_found_across_the_chunks_that_are_staged(world, monkeypatch):
    monkeypatch.setattr(items, "STAGED_AT_ONCE", 3)
    project = world.project().id
    rows = [{"id": number % 7, "text": f"t{number % 7}"} for number in range(14)]
    assert bring(world, project, rows).added == 7
    other = [{"id": f"x{number % 7}", "text": str(number)} for number in range(14)]
    assert "Row 8: the id 'x0' stands in row 1" in refused(world, project, other)


def test_an_id_that_the_project_has_with_other_content_is_refused(world):
    project = world.project().id
    bring(world, project, [GOOD])
    words = refused(world, project, [{"id": 9, "text": "new"}, {"id": 0, "text": "other"}])
    assert words.startswith("Row 2: the project has an item '0' with other content.")


def test_no_column_with_an_id_names_the_columns_there_are(world):
    project = world.project().id
    assert "the columns are: 'text', 'lang'" in refused(world, project, [{"text": "x", "lang": "de"}])


def test_a_named_id_column_that_is_not_there_is_named(world):
    project = world.project().id
    assert "no column 'nummer'" in refused(world, project, [GOOD], id_column="nummer")


@pytest.mark.parametrize("column", ["ID", "Item", "task_id", "key"])
def test_the_usual_names_of_an_id_are_known(world, column):
    assert bring(world, world.project().id, [{"text": "x", column: "k"}]).added == 1
    assert keys(world) == ["k"]


def test_the_id_column_may_be_named(world):
    bring(world, world.project().id, [{"id": "no", "nummer": 7}], id_column="nummer")
    assert world.sql("SELECT key, payload FROM items") == [("7", '{"id":"no"}')]


def test_an_empty_import_is_refused(world):
    assert "no items in it" in refused(world, world.project().id, [])


@pytest.mark.parametrize("key", [None, "", "  ", True, 1.5, float("nan"), float("inf"), [1], "a\nb", "x" * 501])
def test_an_id_that_is_none_names_row_and_column(world, key):
    words = refused(world, world.project().id, [GOOD, {"id": key, "text": "x"}])
    assert words.startswith("Row 2, column 'id': ")


def test_a_whole_number_that_a_frame_made_a_float_is_that_number(world):
    bring(world, world.project().id, [{"id": 7.0, "text": "x"}])
    assert keys(world) == ["7"]


def test_a_missing_number_as_frames_write_it_is_nothing(world):
    bring(world, world.project().id, [{"id": 1, "n": float("nan")}])
    assert world.one("SELECT payload FROM items") == '{"n":null}'


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": 1}, "nothing in it but the id"),
        ({"id": 1, "x": b"bytes"}, "type bytes"),
        ({"id": 1, "x": [float("nan")]}, "JSON"),
        ({"id": 1, "x": {"y": object()}}, "JSON"),
        ({"id": 1, "x": "half \ud83d"}, "half a character"),
        ({"id": 1, **{f"f{number}": 0 for number in range(500)}}, "501 fields"),
        ({"id": 1, "big": "x" * 200_000_000}, "200,000,0"),
    ],
    ids=["only an id", "bytes", "nan inside", "object inside", "surrogate", "many fields", "200 MB"],
)
def test_a_row_that_cannot_be_kept_is_named(world, row, words):
    refusal = refused(world, world.project().id, [GOOD, row])
    assert refusal.startswith("Row 2")
    assert words in refusal


def test_a_closed_project_takes_no_items(world):
    project = world.project().id
    world.store.write(projects.close_project, project=project, actor=None)
    assert "closed and takes no items" in refused(world, project, [GOOD], Closed)


def test_a_project_closed_in_the_middle_takes_none_of_them(world):
    project = world.project().id

    def rows():
        yield GOOD
        world.store.write(projects.close_project, project=project, actor=None)
        yield {"id": 1, "text": "x"}

    with pytest.raises(Closed):
        bring(world, project, rows())
    assert keys(world) == []


def test_rows_that_break_off_leave_nothing(world):
    def rows():
        yield GOOD
        raise Unusable("broken JSON", row=2)

    assert refused(world, world.project().id, rows()) == "Row 2: broken JSON"


def test_nothing_is_seen_before_all_is_in(world, monkeypatch):
    monkeypatch.setattr(items, "STAGED_AT_ONCE", 2)
    project = world.project().id
    seen = []
    rows = [{"id": number, "text": "x"} for number in range(5)]
    bring(world, project, rows, progress=lambda count: seen.append((count, len(keys(world)))))
    assert seen == [(2, 0), (4, 0), (5, 0)]
    assert len(keys(world)) == 5


def test_nothing_that_was_staged_is_left_behind(world):
    bring(world, world.project().id, [GOOD])
    assert world.one("SELECT count(*) FROM staged_items") == 0


def test_no_two_items_of_a_project_have_one_rank(world):
    world.project(count=3000)
    assert world.one("SELECT count(DISTINCT rank) FROM items") == 3000


def test_an_import_shown_after_a_later_one_is_missed_by_nobody(world):
    project = world.project(overlap=1).id
    member = world.member(project)

    def slow_rows():
        yield {"id": "early", "text": "x"}
        world.add_items(project, 5)
        world.work_to_the_end(project, member)

    bring(world, project, slow_rows())
    assert world.work_to_the_end(project, member) == 1


def test_an_import_given_up_by_another_does_not_come_in_by_halves(world, monkeypatch):
    monkeypatch.setattr(items, "STAGED_AT_ONCE", 1)
    project = world.project().id

    def very_slow_rows():
        yield {"id": "early", "text": "x"}
        world.clock.pass_minutes(11)
        world.add_items(project, 1)
        yield {"id": "late", "text": "x"}

    with pytest.raises(Conflict, match="given up"):
        bring(world, project, very_slow_rows())
    assert keys(world) == ["i0"]


def test_counts_go_up_by_what_came_in(world):
    project = world.project(count=3).id
    world.add_items(project, 5)
    with world.store.read() as connection:
        assert stored.counts(connection, project).items == 5
