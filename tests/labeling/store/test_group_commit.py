"""One writer that commits together what has queued up: nobody's failure is anybody else's, and what was answered is kept."""

import asyncio
import sqlite3
import subprocess
import sys
import threading

import pytest
from sqlalchemy.exc import OperationalError

from labeling.errors import AssayError, Conflict, Unusable
from labeling.services import members
from labeling.store import Store, chain


def add(tx, name):
    return members.create_member(tx, name=name, actor=None).name


def add_and_fail(tx, name):
    add(tx, name)
    raise Conflict(f"no {name}")


def names(world):
    return [name for (name,) in world.sql("SELECT name FROM members WHERE name != 'root' ORDER BY id")]


def verified(world):
    with world.store.read() as connection:
        return chain.verify(connection) == []


async def together(store, *jobs):
    """Do these in one commit: all are queued while the writer waits in an action before them."""
    go = threading.Event()

    def wait(_tx):
        go.wait(10)

    tasks = [asyncio.create_task(store.write_async(wait))]
    await asyncio.sleep(0.05)  # the writer has taken the first and waits in it
    tasks += [asyncio.create_task(store.write_async(action, *given)) for action, *given in jobs]
    await asyncio.sleep(0)
    go.set()
    return (await asyncio.gather(*tasks, return_exceptions=True))[1:]


def test_everyone_gets_the_result_of_their_own_action(world):
    wanted = [f"n{number}" for number in range(40)]
    assert asyncio.run(together(world.store, *((add, name) for name in wanted))) == wanted
    assert names(world) == wanted


def test_what_fails_takes_nothing_else_with_it(world):
    found = asyncio.run(together(world.store, (add, "one"), (add_and_fail, "two"), (add, "three")))
    assert [str(one) for one in found] == ["one", "no two", "three"]
    assert names(world) == ["one", "three"]
    assert verified(world)


def test_an_action_that_leaves_by_an_error_leaves_nothing(world):
    before = world.everything()
    with pytest.raises(Conflict):
        world.store.write(add_and_fail, "x")
    assert world.everything() == before


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError])
def test_the_writer_outlives_any_error_of_an_action(world, error):
    def fail(_tx):
        raise error

    with pytest.raises(error):
        world.store.write(fail)
    assert world.store.write(add, "after") == "after"


def test_an_error_of_the_database_in_an_action_leaves_nothing_of_it(world):
    def twice(tx):
        add(tx, "x")
        tx.connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    with pytest.raises((OperationalError, sqlite3.OperationalError)):
        world.store.write(twice)
    assert names(world) == []


def test_a_commit_that_fails_fails_for_all_in_it_and_nothing_is_kept(world):
    def break_the_commit(tx):
        tx.connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        tx.connection.exec_driver_sql("INSERT INTO roles VALUES (77, 77, 'annotator')")

    before = world.everything()
    found = asyncio.run(together(world.store, (add, "one"), (break_the_commit,), (add, "two")))
    assert all(isinstance(one, sqlite3.IntegrityError) for one in found), found
    assert world.everything() == before
    assert world.store.write(add, "after") == "after"
    assert verified(world)


def test_an_action_sees_what_those_before_it_in_the_same_commit_did(world):
    found = asyncio.run(together(world.store, (add, "one"), (add, "one")))
    assert found[0] == "one"
    assert "already" in str(found[1])


def test_nothing_is_answered_before_it_is_on_disk(world):
    world.store.write(add, "kept")
    other = sqlite3.connect(world.store.path)
    assert other.execute("SELECT count(*) FROM members WHERE name = 'kept'").fetchone() == (1,)
    other.close()


def test_the_writer_syncs_every_commit_and_minds_foreign_keys(world):
    def pragmas(tx):
        asked = ("journal_mode", "synchronous", "foreign_keys")
        return [tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in asked]

    assert world.store.write(pragmas) == ["wal", 2, 1]


def test_many_threads_write_at_once(world):
    def work(number):
        for turn in range(10):
            world.store.write(add, f"t{number}-{turn}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(names(world))) == 160
    assert verified(world)


def test_work_whose_client_went_away_stands_all_the_same(world):
    async def go_away():
        task = asyncio.create_task(world.store.write_async(add, "gone"))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(go_away())
    assert world.store.write(add, "next") == "next"
    assert names(world) == ["gone", "next"]


def test_a_loop_that_ended_meanwhile_does_not_stop_the_writer(world):
    go = threading.Event()

    def wait(_tx):
        go.wait(10)

    loop = asyncio.new_event_loop()
    task = loop.create_task(world.store.write_async(wait))
    loop.run_until_complete(asyncio.sleep(0.01))
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
    go.set()
    assert world.store.write(add, "after") == "after"


def test_an_action_that_runs_out_of_what_it_reads_is_an_error_and_no_silence(world):
    def run_out(_tx):
        return next(iter(()))

    async def ask():
        await asyncio.wait_for(world.store.write_async(run_out), 5)

    with pytest.raises(AssayError, match="ran out"):
        asyncio.run(ask())


def test_a_write_inside_a_write_is_refused_and_does_not_wait_for_itself(world):
    with pytest.raises(AssayError, match="inside a write"):
        world.store.write(lambda _tx: world.store.write(add, "x"))


def test_closing_finishes_what_is_queued(tmp_path):
    store = Store.open(tmp_path / "a.db")
    done = []
    threads = [threading.Thread(target=lambda n=n: done.append(store.write(add, f"n{n}"))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    with Store.open(tmp_path / "a.db") as again, again.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM members").scalar_one() == len(done) == 8


def test_a_closed_store_says_so(tmp_path):
    store = Store.open(tmp_path / "a.db")
    store.close()
    store.close()
    with pytest.raises(AssayError, match="closed"):
        store.write(add, "x")


def test_a_reader_sees_one_state_until_it_is_done(world):
    with world.store.read() as connection:
        count = "SELECT count(*) FROM members"
        before = connection.exec_driver_sql(count).scalar_one()
        world.store.write(add, "x")
        assert connection.exec_driver_sql(count).scalar_one() == before
    assert names(world) == ["x"]


def test_a_reader_cannot_write(world):
    with (
        world.store.read() as connection,
        pytest.raises(OperationalError, match="readonly"),
    ):
        connection.exec_driver_sql("DELETE FROM members")


def test_half_a_character_in_any_text_is_refused_in_words(world):
    def rename(tx):
        members.create_member(tx, name="x", display="\udc00", actor=None)

    with pytest.raises(Unusable, match="half a character"):
        world.store.write(rename)
    assert names(world) == []


WRITE_MANY = """
import sys
from labeling.services.members import create_member
from labeling.store import Store
with Store.open(sys.argv[1]) as store:
    for number in range(60):
        store.write(create_member, name=f"{sys.argv[2]}-{number}", actor=None)
"""


def test_several_processes_write_into_one_workspace(tmp_path):
    path = tmp_path / "assay.db"
    crowd = [subprocess.Popen([sys.executable, "-c", WRITE_MANY, str(path), name]) for name in "abc"]
    assert [process.wait(60) for process in crowd] == [0, 0, 0]
    with Store.open(path) as store, store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM members").scalar_one() == 180
        assert chain.verify(connection) == []
