"""Snapshots that were tampered with, or made by nobody's mistake: refused in words, and nothing outside is read."""

import json
import os
import shutil
import threading

import polars as pl
import pytest

from prep.errors import DamagedSnapshot, UnsafeManifest
from prep.manifest import sealed
from prep.snapshot import SnapshotStore


def rewritten(frozen, change):
    """The manifest changed and sealed anew, as somebody who knows how could."""
    manifest = json.loads(json.dumps(frozen.manifest))
    change(manifest)
    path = frozen.path / "manifest.json"
    path.chmod(0o644)
    path.write_bytes(sealed(manifest))


@pytest.mark.parametrize(
    "file", ["../../secret.parquet", "/etc/passwd", "a/../../x", "..", "a\\b", "items.parquet\0", "a/b/c.parquet", ""]
)
def test_a_manifest_that_leads_out_of_its_folder_is_refused(freeze, store, file):
    frozen = freeze()

    def lead_out(manifest):
        manifest["files"][file] = manifest["files"].pop("items.parquet")
        manifest["tables"]["items"]["parts"][0]["file"] = file

    rewritten(frozen, lead_out)
    with pytest.raises(UnsafeManifest, match="is not inside its folder"):
        store.get(frozen.ref)
    assert "is not inside its folder" in store.verify()[0].what
    assert store.list() == []


def test_a_part_of_which_the_manifest_says_no_hash_is_refused(freeze, store):
    frozen = freeze()
    rewritten(frozen, lambda manifest: manifest["files"].pop("items.parquet"))
    with pytest.raises(DamagedSnapshot, match="says nothing of its part"):
        store.get(frozen.ref)


def test_a_file_that_is_a_link_to_elsewhere_is_not_followed(freeze, store, tmp_path):
    frozen = freeze()
    elsewhere = tmp_path / "elsewhere.parquet"
    shutil.copy(frozen.files()[0], elsewhere)
    frozen.files()[0].unlink()
    (frozen.path / "items.parquet").symlink_to(elsewhere)
    with pytest.raises(DamagedSnapshot, match="is a link to elsewhere"):
        frozen.load()
    with pytest.raises(DamagedSnapshot, match="is a link to elsewhere"):
        frozen.files()
    assert store.verify() != []


def test_a_link_among_the_files_is_found_and_what_it_leads_to_is_not_collected(freeze, store, tmp_path, now):
    frozen = freeze()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    (frozen.path / "more").symlink_to(tmp_path / "mine")
    assert [problem.file for problem in store.verify()] == ["more"]
    store.gc(now=now.replace(year=2099), dry_run=False)
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine"
    assert store.verify() == []


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"format": "somebody-else/1"}', b"[" * 100_000])
def test_a_foreign_or_broken_manifest_is_said_to_be_one(freeze, store, raw):
    frozen = freeze()
    path = frozen.path / "manifest.json"
    path.chmod(0o644)
    path.write_bytes(raw)
    with pytest.raises(DamagedSnapshot, match=r"manifest\.json"):
        store.get(f"colours@{frozen.id}")
    assert [problem.file for problem in store.verify()] == ["manifest.json"]


def test_a_part_cut_off_is_not_loaded(freeze, monkeypatch):
    from prep import content

    monkeypatch.setattr(content, "PART", 128)
    frozen = freeze(pl.DataFrame({"id": range(3000)}))
    path = frozen.files()[1]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(DamagedSnapshot, match=r"has \d+ bytes instead of \d+"):
        frozen.load()


def test_many_commits_at_once_leave_every_snapshot_whole(tmp_path, now):
    store = SnapshotStore(tmp_path / "snapshots")
    frames = [pl.DataFrame({"id": range(100 + n % 3)}) for n in range(9)]
    made, wrong = [], []

    def freeze(frame):
        try:
            made.append(store.commit("p", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=now).id)
        except (OSError, DamagedSnapshot) as error:
            wrong.append(error)

    threads = [threading.Thread(target=freeze, args=(frame,)) for frame in frames]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
    assert {one.id for one in store.list()} == set(made)
    assert len(set(made)) == 3
    assert store.verify() == []


def test_a_full_disk_in_the_midst_of_many_parts_leaves_nothing(tmp_path, now):
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_freeze_without_room, args=(str(tmp_path),))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert [path for path in (tmp_path / "snapshots").rglob("*") if path.is_file()] == []


def _freeze_without_room(folder):
    import resource
    import signal
    from datetime import UTC, datetime
    from pathlib import Path

    from prep import content
    from prep.errors import DiskFull

    content.PART = 128
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))
    frame = pl.DataFrame({"id": range(3000), "t": [os.urandom(20).hex() for _ in range(3000)]})
    store = SnapshotStore(Path(folder) / "snapshots")
    with pytest.raises(DiskFull):
        store.commit("p", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=datetime.now(UTC))


def test_a_copy_does_not_share_its_bytes_with_the_original(freeze, store, tmp_path):
    frozen = freeze()
    copied = store.copy(frozen.ref, SnapshotStore(tmp_path / "share"))
    assert copied.files()[0].stat().st_ino != frozen.files()[0].stat().st_ino
    assert SnapshotStore(tmp_path / "share").verify() == []
