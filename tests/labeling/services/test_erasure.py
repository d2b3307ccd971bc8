"""Erasing a person from the database: their words are gone, the counts and the log stay sound."""

import json

import pytest

from labeling.errors import Conflict, NotFound, Unusable
from labeling.services.erasure import erase_items, erase_member
from labeling.store import chain, items


@pytest.fixture
def here(world):
    """A project with four items, all answered twice with a comment, by two annotators."""
    project = world.project(count=4)
    people = [world.member(project.id, name=name) for name in ("ann", "bob")]
    for member in people:
        desk = world.desk(project.id, member)
        while desk.assignments:
            desk = world.submit(project.id, member, desk.assignments[0].assignment, comment="I know her", hold=1)
    return project.id


def everything(world):
    """All text of the database, without the log's older lines."""
    with world.store.read() as connection:
        found = []
        for table in connection.exec_driver_sql("select name from sqlite_master where type = 'table'").fetchall():
            if table[0] != "log":
                found += connection.exec_driver_sql(f'select * from "{table[0]}"').fetchall()
    return repr(found)


def test_an_erased_item_keeps_its_place_and_nothing_of_what_it_said(world, here):
    world.store.write(erase_items, project=here, keys=["i2"], reason="request 17", actor=world.root)
    assert "text 2" not in everything(world)
    assert "text 1" in everything(world)
    with world.store.read() as connection:
        assert items.counts(connection, here).items == 4
        number = items.numbers(connection, here, ["i1"])["i1"] + 1
        erased = items.by_key(connection, here, f"erased-{number}")
    assert set(erased.payload.values()) == {"[erased]"}


def test_the_log_says_that_and_why_and_proves_what_without_telling_it(world, here):
    import hashlib

    world.store.write(erase_items, project=here, keys=["i2"], reason="request 17", actor=world.root)
    with world.store.read() as connection:
        line = chain.page(connection, action="erase_items")[0]
        assert chain.verify(connection) == []
    assert line.detail["reason"] == "request 17"
    assert line.detail["erased"][0]["key"] == hashlib.sha256(b"i2").hexdigest()
    assert "text 2" not in json.dumps(line.detail)


def test_nobody_is_handed_an_erased_item(world):
    project = world.project(count=3, name="fresh")
    world.store.write(erase_items, project=project.id, keys=["i1"], reason="asked", actor=world.root)
    assert world.work_to_the_end(project.id, world.member(project.id)) == 2


def test_an_erased_annotator_has_no_name_no_words_and_cannot_sign_in(world, here):
    with world.store.read() as connection:
        from labeling.store import members

        number = members.by_name(connection, "ann").id
    assert world.store.write(erase_member, member=number, reason="asked", actor=world.root) == f"erased-{number}"
    found = everything(world)
    assert "'ann'" not in found
    assert found.count("I know her") == 4  # bob's
    with world.store.read() as connection:
        assert members.by_id(connection, number).disabled_at is not None
        assert chain.verify(connection) == []


def test_what_cannot_be_erased_is_refused_and_nothing_changes(world, here):
    before = everything(world)
    with pytest.raises(NotFound, match="i9"):
        world.store.write(erase_items, project=here, keys=["i1", "i9"], reason="asked", actor=world.root)
    with pytest.raises(Unusable, match="no reason"):
        world.store.write(erase_items, project=here, keys=["i1"], reason=" ", actor=world.root)
    with pytest.raises(Conflict, match="last admin"):
        world.store.write(erase_member, member=world.root, reason="asked", actor=world.root)
    assert everything(world) == before
