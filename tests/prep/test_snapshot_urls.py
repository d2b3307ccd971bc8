"""Snapshots at a URL: the same store on memory://, file:// and an S3 in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import prep
from prep.errors import DamagedSnapshot, Unreachable, UnusableParameter
from prep.snapshot import SnapshotStore

KEY = {"key": "a", "secret": "b"}


@pytest.fixture(scope="module")
def s3():
    """The endpoint of a real S3 server (moto's) with one bucket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    options = {**KEY, "endpoint_url": f"http://127.0.0.1:{port}", "client_kwargs": {"region_name": "eu-west-1"}}
    try:
        for _ in range(200):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        import s3fs

        s3fs.S3FileSystem(**options).mkdir("labels")
        yield options
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(params=["memory", "file", "s3"])
def place(request, tmp_path):
    """A URL of its own for each test, and its options."""
    if request.param == "s3":
        return f"s3://labels/{uuid.uuid4().hex}", request.getfixturevalue("s3")
    at = tmp_path / "elsewhere" if request.param == "file" else f"/{uuid.uuid4().hex}"
    return f"{request.param}://{at}", None


@pytest.fixture
def far(place, tmp_path):
    return SnapshotStore(place[0], options=place[1], cache=tmp_path / "cache")


def put(store, frame, now, **more):
    return store.commit("colours", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=now, **more)


def objects(store):
    fs, root = store.shelf._fs, store.shelf._root
    fs.invalidate_cache()
    return {path.removeprefix(root): path for path in fs.find(root)}


def test_what_is_frozen_there_is_what_is_frozen_here(far, freeze, items, now):
    there = put(far, items, now)
    assert there.id == freeze().id
    far.tag("colours", "v1")
    again = SnapshotStore(far.root, options=None, cache=far.shelf._cache) if far.root.startswith("file") else far
    assert_frame_equal(again.get("colours@v1").load(), items)
    assert far.names() == ["colours"]
    assert far.verify() == []


def test_a_snapshot_is_copied_to_a_url_and_back_byte_for_byte(far, freeze, store, items, tmp_path):
    here = freeze()
    there = store.copy(here.ref, far)
    back = far.copy(there.ref, SnapshotStore(tmp_path / "back"))
    assert back.manifest == here.manifest
    assert {path.name: path.read_bytes() for path in back.path.iterdir()} == {
        path.name: path.read_bytes() for path in here.path.iterdir()
    }


def test_a_changed_byte_there_is_found_and_not_loaded(far, items, now):
    one = put(far, items, now)
    path = next(path for name, path in objects(far).items() if name.endswith("items.parquet"))
    good = far.shelf._fs.cat_file(path)
    far.shelf._fs.pipe_file(path, good[:-9] + bytes([good[-9] ^ 1]) + good[-8:])
    with pytest.raises(DamagedSnapshot, match="other bytes"):
        one.load()
    assert [problem.file for problem in far.verify()] == ["items.parquet"]


def test_an_upload_that_was_cut_off_is_no_snapshot_and_is_collected_later(far, items, now):
    one = put(far, items, now)
    doomed = put(far, items.head(1), now, parent=one.id)
    manifest = next(path for name, path in objects(far).items() if f"{doomed.id}/manifest" in name)
    far.shelf._fs.rm_file(manifest)  # as if it had been killed before the last file
    assert [found.id for found in far.list()] == [one.id]
    assert far.gc(now=now, dry_run=False) == {}  # it could be on its way at this moment
    later = now.replace(year=2099)
    assert set(far.gc(now=later)) == set(far.gc(now=later, dry_run=False)) != set()
    assert not [name for name in objects(far) if doomed.id in name]
    assert_frame_equal(far.get("colours").load(), items)


def test_a_part_that_lies_there_already_is_not_sent_again(far, now, monkeypatch):
    from prep import content

    monkeypatch.setattr(content, "PART", 512)
    frame = pl.DataFrame({"id": range(6000)})
    first = put(far, frame, now)
    sent = []
    send = far.shelf._fs.put_file
    monkeypatch.setattr(
        far.shelf._fs, "put_file", lambda here, there, **more: (sent.append(there), send(here, there, **more))
    )
    grown = far.append(first.ref, {"items": pl.DataFrame({"id": [6000]})}, created_at=now)
    assert len([path for path in sent if path.endswith(".parquet")]) == 1
    assert len(grown.files()) > 2
    assert grown.load().height == 6001
    assert far.verify() == []


def test_what_is_deleted_there_is_gone_with_its_name(far, items, now):
    one = put(far, items, now)
    put(far, items.head(1), now, parent=one.id)
    far.delete(one.ref, reason="too old", at=now)
    assert not [name for name in objects(far) if f"/{one.id}/" in name]
    assert far.verify() == []
    assert far.gone("colours")[one.id]["reason"] == "too old"


def test_a_writer_killed_while_it_sends_leaves_the_old_state(s3, tmp_path, now):
    """SIGKILL at many moments; whoever comes next sees the old snapshot or the new, whole."""
    url = f"s3://labels/{uuid.uuid4().hex}"
    store = SnapshotStore(url, options=s3, cache=tmp_path / "cache")
    old = put(store, pl.DataFrame({"id": ["a"]}), now)
    program = (
        "import sys, json, polars as pl; from datetime import datetime, UTC; from prep.snapshot import SnapshotStore\n"
        f"s = SnapshotStore({url!r}, options=json.loads(sys.argv[1])); s.names(); print('go', flush=True)\n"
        "s.commit('colours', {'items': pl.DataFrame({'id': range(3000)})}, keys={'items': ['id']}, about={}, created_at=datetime.now(UTC))\n"
        "print('done', flush=True)"
    )
    seen = set()
    for wait in (0.02, 0.08, 10):
        writer = subprocess.Popen([sys.executable, "-c", program, json.dumps(s3)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout.readline() == "go\n"
        if wait < 10:
            time.sleep(wait)
            os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        there = store.list()
        assert {one.load().height for one in there} <= {1, 3000}
        seen.add(len(there))
        assert old.id in {one.id for one in there}
    assert 2 in seen
    assert store.verify("colours") == []


def test_a_reader_in_another_process_gets_the_rows(far, items, now):
    import pickle

    put(far, pl.DataFrame({"id": range(50)}), now)
    rows = far.get("colours").dataset()
    assert rows[7] == {"id": 7}
    if not far.root.startswith("memory"):
        assert pickle.loads(pickle.dumps(rows)).__getitems__([3, -1]) == [{"id": 3}, {"id": 49}]


def test_prep_load_takes_a_url(tmp_path, items, now):
    root = f"memory:///{uuid.uuid4().hex}"
    put(SnapshotStore(f"{root}/snapshots", cache=tmp_path), items, now)
    assert_frame_equal(prep.load("colours", workspace=root), items)


@pytest.mark.parametrize(
    ("url", "options", "error", "words"),
    [
        ("s3://nothing-here/x", "s3", Unreachable, "s3://nothing-here/x cannot be reached"),
        ("s3://labels/x", {**KEY, "endpoint_url": "http://127.0.0.1:9", "config_kwargs": {"retries": {"max_attempts": 0}}}, Unreachable, "Look at the address"),
        ("gopher://x/y", None, UnusableParameter, "Name a folder, or a URL"),
    ],
)  # fmt: skip
def test_an_address_that_does_not_answer_is_said(url, options, error, words, request, items, now, tmp_path):
    told = request.getfixturevalue("s3") if options == "s3" else options
    with pytest.raises(error, match=words) as caught:
        put(SnapshotStore(url, options=told, cache=tmp_path), items, now)
    assert "secret" not in str(caught.value)
