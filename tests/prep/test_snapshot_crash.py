"""kill -9, a full disk and two at once: there is the old state or the new one, and nothing between."""

import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

import polars as pl
import pytest

from prep.errors import DiskFull
from prep.snapshot import SnapshotStore

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OLD, NEW = pl.DataFrame({"id": ["a"]}), pl.DataFrame({"id": ["a", "b"], "label": ["x", None]})

# A process that kills itself -9 at its n-th touch of the disk while it freezes: at an open, a write, a flush to disk, a
# rename, a change of mode, a new or a deleted folder. It prints DONE when it came to the end.
CHILD = textwrap.dedent(
    """
    import os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    import polars as pl
    from prep import card, content, disk, snapshot

    left = int(sys.argv[2])

    def touch(event, args=()):
        global left
        if event.startswith(("open", "os.", "shutil.", "fcntl.", "fsync", "write")):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    for module, name in ((os, "fsync"), (disk.Hashing, "write")):
        def before(*args, real=getattr(module, name), name=name):
            touch(name)
            return real(*args)
        setattr(module, name, before)

    card.head({"name": "", "tables": {"a": {"rows": 0, "file": ""}}})
    content.canonical(pl.DataFrame({"id": [1]}), ["id"]).write_parquet(os.devnull)
    store = snapshot.SnapshotStore(Path(sys.argv[1]))
    new = pl.DataFrame({"id": ["a", "b"], "label": ["x", None]})
    sys.addaudithook(touch)
    store.commit("p", {"items": new}, keys={"items": ["id"]}, about={}, created_at=datetime(2026, 1, 2, tzinfo=UTC))
    store.tag("p", "gold")
    print("DONE", left)
    """
)


def freeze(store, frame=NEW, at=NOW + timedelta(days=1), **more):
    return store.commit("p", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=at, **more)


def child(root, touches):
    return subprocess.run(
        [sys.executable, "-c", CHILD, root, str(touches)], capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_killed_at_any_touch_of_the_disk_the_old_state_or_the_new_one_is_there(tmp_path):
    whole = child(tmp_path / "whole", 10_000)
    assert whole.stdout.startswith("DONE"), whole.stderr
    touches = 10_000 - int(whole.stdout.split()[1])
    assert touches > 40
    new = SnapshotStore(tmp_path / "whole").get("p").id
    seen = set()

    def killed(number):
        store = SnapshotStore(tmp_path / str(number))
        old = freeze(store, OLD, NOW).id
        assert child(store.root, number).returncode == -signal.SIGKILL
        assert store.verify() == []
        latest = store.get("p").id
        assert {one.id for one in store.list("p")} == ({old, new} if latest == new else {old})
        seen.add((latest == new, "gold" in store.tags("p")))
        assert freeze(store).id == new  # and whoever comes next goes on, and cleans up
        assert [path for path in (store.root / "p").iterdir() if path.name.startswith(".")] == []

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(killed, range(1, touches + 1)))
    assert seen == {(False, False), (True, False), (True, True)}


def test_killed_from_outside_in_the_middle_of_large_commits_the_store_stays_whole(tmp_path):
    code = CHILD.split("card.head")[0] + textwrap.dedent(
        """
        store = snapshot.SnapshotStore(Path(sys.argv[1]))
        print("READY", flush=True)
        for number in range(1000):
            frame = pl.DataFrame({"id": range(20_000), "n": [number] * 20_000})
            store.commit("p", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=datetime.now(UTC))
        """
    )
    store = SnapshotStore(tmp_path)
    for delay in (0.01, 0.05, 0.11, 0.16):
        with subprocess.Popen([sys.executable, "-c", code, tmp_path, "0"], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(delay)
            process.kill()
        assert store.verify() == []


def limited(root, size):
    """A process whose files may not grow beyond `size` bytes: what a full disk is like, file by file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        freeze(SnapshotStore(root), pl.DataFrame({"id": range(50_000)}))
    except DiskFull as error:
        os._exit(7 if "Nothing was saved. Free some space" in str(error) else 8)
    os._exit(9)


@pytest.mark.parametrize("size", [0, 100, 5_000, 100_000])
def test_a_full_disk_is_said_and_nothing_is_left_behind(tmp_path, size):
    process = get_context("spawn").Process(target=limited, args=(tmp_path / "snapshots", size))
    process.start()
    process.join()
    assert process.exitcode == 7
    assert [str(path) for path in (tmp_path / "snapshots").rglob("*")] == []


def test_a_disk_that_is_really_full_is_said_and_the_old_state_stays(tmp_path):
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", tmp_path], capture_output=True, check=False
    ).returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        store = SnapshotStore(tmp_path / "snapshots")
        old = freeze(store, OLD, NOW)
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(DiskFull):
            freeze(store, pl.DataFrame({"id": [f"{number * 7919 % 99991:x}" for number in range(90_000)]}))
        assert sorted(tmp_path.rglob("*")) == before
        assert (store.get("p"), store.verify()) == (old, [])
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def freeze_in_turn(root, numbers):
    for number in numbers:
        freeze(SnapshotStore(root), pl.DataFrame({"id": [number]}), NOW + timedelta(seconds=number))


def test_two_processes_that_freeze_at_once_both_succeed(tmp_path):
    spawn = get_context("spawn")
    mixed = [list(range(30)), list(range(29, -1, -1))]
    processes = [spawn.Process(target=freeze_in_turn, args=(tmp_path, numbers)) for numbers in mixed]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    store = SnapshotStore(tmp_path)
    assert [process.exitcode for process in processes] == [0, 0]
    assert (len(store.list("p")), store.verify()) == (30, [])


def test_tags_set_at_once_are_all_kept(tmp_path):
    store = SnapshotStore(tmp_path)
    freeze(store)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: store.tag("p", f"tag-{number}"), range(40)))
    assert len(store.tags("p")) == 40


def test_what_a_living_process_is_building_is_not_swept_away(tmp_path):
    from prep.disk import building

    with building(tmp_path) as mine, building(tmp_path) as other:
        assert mine.is_dir()
        assert other.is_dir()
    assert list(tmp_path.iterdir()) == []
