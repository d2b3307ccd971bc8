"""A disk that is full: said in words, and everything is as it was before."""

import subprocess

import pytest

from labeling.errors import StorageFull
from labeling.services import items, members, work
from labeling.store import Store, chain


def limit(tx, pages):
    return tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}").scalar_one()


def rows(count, size=1_000):
    return ({"id": number, "text": "x" * size} for number in range(count))


@pytest.fixture
def full(world):
    """A world whose database may not grow by more than a few pages."""
    project = world.project(count=50).id
    world.store.write(limit, world.one("PRAGMA page_count") + 4)
    return world, project


def test_an_import_that_does_not_fit_leaves_nothing(full):
    world, project = full
    before = world.everything("imports")
    with pytest.raises(StorageFull, match="nothing of this was saved"):
        items.import_items(world.store, project=project, rows=rows(2_000), actor=world.root)
    assert world.everything("imports") == before


def test_an_answer_that_does_not_fit_is_refused_and_the_next_one_that_does_is_taken(full):
    world, project = full
    member = world.member(project)
    held = world.desk(project, member).assignments[0].assignment
    before = world.everything()
    with pytest.raises(StorageFull):
        world.store.write(
            lambda tx: [members.create_member(tx, name=f"n{n}", display="x" * 200, actor=None) for n in range(900)]
        )
    assert world.everything() == before
    world.store.write(limit, 1_000_000)
    assert world.submit(project, member, held).saved.counted


def test_work_goes_on_when_there_is_room_again(full):
    world, project = full
    with pytest.raises(StorageFull):
        items.import_items(world.store, project=project, rows=rows(2_000), actor=world.root)
    world.store.write(limit, 1_000_000)
    done = items.import_items(world.store, project=project, rows=rows(2_000), actor=world.root)
    assert done.added == 2_000
    with world.store.read() as connection:
        assert chain.verify(connection) == []


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("there is no command mount here")
    if done.returncode != 0:
        pytest.skip("a small disk can only be mounted by root")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_real_disk_that_fills_up_while_people_label(small_disk):
    with Store.open(small_disk / "assay.db") as store:
        (small_disk / "ballast").write_bytes(bytes(1_200_000))
        saved, refused = 0, 0
        for number in range(4_000):
            try:
                store.write(members.create_member, name=f"n{number}", display="x" * 200, actor=None)
                saved += 1
            except StorageFull:
                refused += 1
            if refused == 5:
                break
        assert refused == 5
        (small_disk / "ballast").unlink()
        store.write(members.create_member, name="after", actor=None)
        with store.read() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM members").scalar_one() == saved + 1
            assert chain.verify(connection) == []


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(StorageFull, match="cannot be written"):
        Store.open(tmp_path / "nowhere" / "assay.db")


def test_a_file_that_is_no_database_is_said(tmp_path):
    path = tmp_path / "assay.db"
    path.write_bytes(b"id,text\n1,hello\n" * 1_000)
    with pytest.raises(StorageFull, match="damaged or no database"):
        Store.open(path)
    assert path.read_bytes().startswith(b"id,text")


def test_a_hand_out_on_a_full_disk_leases_nothing(full):
    world, project = full
    member = world.member(project)
    world.store.write(limit, world.one("PRAGMA page_count"))
    before = world.everything()
    with pytest.raises(StorageFull):
        world.store.write(
            lambda tx: [
                work.hand_out(tx, project=project, member=member, hold=10),
                tx.log(None, "x", None, "x" * 90_000),
            ]
        )
    assert world.everything() == before
