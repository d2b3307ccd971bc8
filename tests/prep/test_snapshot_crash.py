"""kill -9, a full disk and two at once: there is the old state or the new one, and nothing between."""

import os
import random
import resource
import shutil
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

# Freezes and tags again and again in the folders 1, 2, 3, ... of sys.argv[1], each time in a fresh fork that kills itself
# -9 at its n-th touch of the disk (an open, a write, a flush to disk, a rename, a change of mode, a new or deleted
# folder), until one comes to the end untouched; prints how many were killed.
CHILD = textwrap.dedent(
    """
    import os, signal, sys
    from datetime import UTC, datetime
    from pathlib import Path
    import numpy, polars as pl, pyarrow, yaml  # before the forks, once
    from prep import card, content, disk, frozen, snapshot

    def under(root, args):
        return any(str(arg).startswith(str(root)) for arg in args)

    def commit_until(root, left):
        def touch(event, args=()):
            nonlocal left
            if event in ("fsync", "write") or event.startswith(("open", "os.", "shutil.")) and under(root, args):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        for module, name in ((os, "fsync"), (disk.Hashing, "write")):
            def before(*args, real=getattr(module, name), name=name):
                touch(name)
                return real(*args)
            setattr(module, name, before)
        sys.addaudithook(touch)
        store = snapshot.SnapshotStore(root)
        new = pl.DataFrame({"id": ["a", "b"], "label": ["x", None]})
        store.commit("p", {"items": new}, keys={"items": ["id"]}, about={}, created_at=datetime(2026, 1, 2, tzinfo=UTC))
        store.tag("p", "gold")
        os._exit(0)

    number = 0
    while True:
        number += 1
        root = Path(sys.argv[1]) / str(number)
        pid = os.fork()
        if pid == 0:
            commit_until(root, number)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        if status != -signal.SIGKILL:
            sys.exit(f"ended with {status}") if status else print(number - 1)
            break
    """
)

ENDLESS = textwrap.dedent(
    """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    import polars as pl
    from prep import snapshot

    store = snapshot.SnapshotStore(Path(sys.argv[1]))
    print("READY", flush=True)
    for number in range(1000):
        frame = pl.DataFrame({"id": range(20_000), "n": [number] * 20_000})
        store.commit("p", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=datetime.now(UTC))
    """
)


def freeze(store, frame=NEW, at=NOW + timedelta(days=1), **more):
    return store.commit("p", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=at, **more)


def noise(rows):
    """A table that cannot be made small."""
    letters = random.Random(0)
    return pl.DataFrame({"id": [letters.randbytes(8).hex() for _ in range(rows)]})


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    """The id that was there before, and a store for each touch at which its process was killed, in order."""
    root = tmp_path_factory.mktemp("killed")
    old = freeze(SnapshotStore(root / "1"), OLD, NOW).id
    for number in range(2, 80):
        shutil.copytree(root / "1", root / str(number))
    run = subprocess.run([sys.executable, "-c", CHILD, root], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert 20 < int(run.stdout) < 79
    return old, [SnapshotStore(root / str(number)) for number in range(1, int(run.stdout) + 1)]


def test_killed_at_any_touch_of_the_disk_the_old_state_or_the_new_one_is_there(killed):
    old, stores = killed
    new = stores[-1].get("p").id
    seen = []
    for store in stores:
        assert store.verify() == []
        latest = store.get("p").id
        assert {one.id for one in store.list("p")} == ({old, new} if latest == new else {old})
        seen.append((latest == new, "gold" in store.tags("p")))
    assert seen == sorted(seen)  # once there, the new state stays
    assert set(seen) == {(False, False), (True, False), (True, True)}


def test_whoever_comes_after_a_killed_one_goes_on_and_cleans_up(killed, tmp_path):
    for number, left in enumerate(killed[1]):
        shutil.copytree(left.root, tmp_path / str(number))
        store = SnapshotStore(tmp_path / str(number))
        assert freeze(store).load().rows() == NEW.rows()
        assert [path.name for path in (store.root / "p").iterdir() if path.name.startswith(".")] == []


def test_killed_from_outside_in_the_middle_of_large_commits_the_store_stays_whole(tmp_path):
    store = SnapshotStore(tmp_path)
    for delay in (0.01, 0.05, 0.11, 0.16):
        with subprocess.Popen([sys.executable, "-c", ENDLESS, tmp_path], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            time.sleep(delay)
            process.kill()
        assert store.verify() == []


def limited(root, size):
    """A process whose files may not grow beyond `size` bytes: what a full disk is like, file by file."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        freeze(SnapshotStore(root), noise(20_000))
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
            freeze(store, noise(50_000))
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
