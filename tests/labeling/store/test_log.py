"""The audit log is a chain: whatever is done to it behind the store's back, verifying finds it."""

import sqlite3

import pytest

from labeling.services import members
from labeling.store import chain


def add(world, count):
    for number in range(count):
        world.store.write(members.create_member, name=f"n{number}", actor=world.root)


def problems(world):
    with world.store.read() as connection:
        return [problem.what for problem in chain.verify(connection)]


def tamper(world, *statements):
    """As somebody with an editor for SQLite would."""
    file = sqlite3.connect(world.store.path)
    with file:
        for statement in statements:
            file.execute(statement)
    file.close()


@pytest.fixture
def logged(world):
    add(world, 7)
    assert world.one("SELECT max(id) FROM log") == 8
    assert problems(world) == []
    return world


@pytest.mark.parametrize(
    "change",
    [
        "at = at + 1",
        "actor_id = 99",
        "actor_id = NULL",
        "action = 'delete_member'",
        "project_id = 1",
        "subject = 'n9'",
        "detail = '{}'",
        "hash = upper(hash)",
    ],
)
@pytest.mark.parametrize("line", [2, 5, 8])
def test_a_changed_line_is_found(logged, line, change):
    tamper(logged, f"UPDATE log SET {change} WHERE id = {line}")
    assert problems(logged)


@pytest.mark.parametrize("line", [1, 4])
def test_a_deleted_line_is_named(logged, line):
    tamper(logged, f"DELETE FROM log WHERE id = {line}")
    assert f"line {line} is missing; the next is {line + 1}" in problems(logged)


def test_a_line_cut_off_at_the_end_is_found(logged):
    tamper(logged, "DELETE FROM log WHERE id = 8")
    assert problems(logged) == ["the log ends at line 7, but line 8 was written"]


def test_a_log_that_was_emptied_is_found(logged):
    tamper(logged, "DELETE FROM log")
    assert problems(logged) == ["the log ends at line 0, but line 8 was written"]


def test_two_lines_that_changed_places_are_found(logged):
    tamper(
        logged,
        "UPDATE log SET id = 100 WHERE id = 3",
        "UPDATE log SET id = 3 WHERE id = 4",
        "UPDATE log SET id = 4 WHERE id = 100",
    )
    assert problems(logged)


def test_a_line_put_in_at_the_end_is_found_even_with_a_right_hash(logged):
    before = logged.one("SELECT hash FROM log WHERE id = 8")
    forged = chain.link(before, 9, 0, None, "x", None, "x", "{}")
    tamper(logged, f"INSERT INTO log VALUES (9, 0, NULL, 'x', NULL, 'x', '{{}}', '{forged}')")
    assert problems(logged) == ["the log ends at line 9, but line 8 was written"]


def test_a_line_put_in_between_is_found(logged):
    moves = [f"UPDATE log SET id = {line + 1} WHERE id = {line}" for line in (8, 7, 6, 5)]
    tamper(
        logged,
        *moves,
        "INSERT INTO log SELECT 5, at, actor_id, action, project_id, 'y', detail, hash FROM log WHERE id = 4",
    )
    assert problems(logged)


def test_a_last_line_made_anew_with_a_right_hash_is_found(logged):
    before = logged.one("SELECT hash FROM log WHERE id = 7")
    forged = chain.link(before, 8, 0, None, "x", None, "x", "{}")
    tamper(
        logged,
        f"UPDATE log SET at = 0, actor_id = NULL, action = 'x', subject = 'x', detail = '{{}}', hash = '{forged}' WHERE id = 8",
    )
    assert problems(logged) == ["the last line (8) is not the one that was written"]


def test_a_lost_head_is_found(logged):
    tamper(logged, "DELETE FROM log_head")
    assert problems(logged) == ["the log ends at line 8, but line 0 was written"]


def test_a_ruined_log_is_told_in_a_few_lines(logged):
    tamper(logged, "UPDATE log SET hash = ''")
    with logged.store.read() as connection:
        assert len(chain.verify(connection, most=3)) == 3


def test_the_chain_goes_on_behind_an_action_that_failed(logged):
    with pytest.raises(ZeroDivisionError):
        logged.store.write(lambda tx: [tx.log(None, "x", None, "x"), 1 / 0])
    logged.store.write(members.create_member, name="after", actor=None)
    assert problems(logged) == []


def test_any_text_can_stand_in_a_line(logged):
    logged.store.write(lambda tx: tx.log(None, "x", None, "😀\n\"'\x00", text="ü\u2028", number=0.1, none=None))
    assert problems(logged) == []


def test_pages_of_the_log_come_newest_first_and_by_what_is_asked(logged):
    project = logged.project().id
    with logged.store.read() as connection:
        everything = chain.page(connection, limit=3)
        assert [line.id for line in everything] == [9, 8, 7]
        assert [line.id for line in chain.page(connection, before=7, limit=2)] == [6, 5]
        assert [line.action for line in chain.page(connection, project=project)] == ["create_project"]
        assert len(chain.page(connection, action="create_member", actor="root")) == 7
