"""Exporting a snapshot: the file a training run begins with."""

import json
import multiprocessing
import os
import resource
import signal

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from labeling.errors import NotFound, StorageFull, Unusable
from labeling.formats import export, formats, one
from prep.errors import Leak, UnknownColumn, UnknownSnapshot, UnusableParameter
from prep.snapshot import SnapshotStore

ANY_TABLE = [name for name, form in formats().items() if not hasattr(form, "KINDS")]
SPLITS = {"train": 0.5, "test": 0.5}


@pytest.mark.parametrize("name", ANY_TABLE)
def test_every_format_holds_the_items_as_they_were_frozen(snapshot, tmp_path, name):
    items = snapshot.load()
    path = export(snapshot, name, tmp_path / f"out{one(name).SUFFIX}")
    assert_frame_equal(one(name).read(path, items.schema), items)


@pytest.mark.parametrize("name", ANY_TABLE)
def test_every_format_can_be_written_over(snapshot, tmp_path, name):
    path = tmp_path / f"out{one(name).SUFFIX}"
    export(snapshot, name, path)
    before = one(name).read(path)
    export(snapshot, name, path)
    assert_frame_equal(one(name).read(path), before)


def test_another_table_can_be_exported(snapshot, tmp_path):
    export(snapshot, "jsonl", tmp_path / "a.jsonl", table="annotations")
    first = json.loads((tmp_path / "a.jsonl").read_text().splitlines()[0])
    assert first == {"item": "i00", "annotator": "ann", "label": "yes"}


def test_parquet_carries_the_snapshots_id(snapshot, tmp_path):
    export(snapshot, "parquet", tmp_path / "a.parquet")
    told = pl.read_parquet_metadata(tmp_path / "a.parquet")
    assert (told["assay.snapshot"], told["assay.schema_version"]) == (snapshot.id, "1")


def test_an_items_annotations_are_in_its_split(snapshot, tmp_path):
    for table in ("items", "annotations"):
        export(snapshot, "parquet", tmp_path / table, table=table, splits=SPLITS, seed=3)
    items, answers = (pl.read_parquet(tmp_path / table) for table in ("items", "annotations"))
    of_item = dict(items.select("id", "split").iter_rows())
    assert set(of_item.values()) == set(SPLITS)
    assert all(of_item[item] == split for item, split in answers.select("item", "split").iter_rows())


def test_rows_of_a_group_stay_together(snapshot, tmp_path):
    frame = pl.read_parquet(export(snapshot, "parquet", tmp_path / "a.parquet", splits=SPLITS, group="team"))
    assert frame.group_by("team").agg(pl.col("split").n_unique())["split"].to_list() == [1] * 5


def test_soft_labels_stand_beside_each_item_in_the_projects_order(snapshot, tmp_path):
    frame = pl.read_parquet(export(snapshot, "parquet", tmp_path / "a.parquet", soft_labels=True))
    soft = frame.select("id", r"^probability_.*$")
    assert soft.columns == ["id", "probability_yes", "probability_no", "probability_maybe"]
    assert soft.row(0) == ("i00", 0.75, 0.25, 0.0)
    assert frame["id"].to_list() == snapshot.load()["id"].to_list()


def test_an_item_that_somebody_ruled_on_is_certain(snapshot, tmp_path):
    frame = pl.read_parquet(export(snapshot, "parquet", tmp_path / "a.parquet", soft_labels=True))
    assert frame.filter(id="i39").select("label", r"^probability_.*$").row(0) == ("no", 0.0, 1.0, 0.0)


def test_without_probabilities_soft_labels_are_refused(tmp_path, snapshot):
    from dataclasses import replace

    tables = {name: told for name, told in snapshot.manifest["tables"].items() if name != "posteriors"}
    bare = replace(snapshot, manifest={**snapshot.manifest, "tables": tables})
    with pytest.raises(Unusable, match="holds no probabilities"):
        export(bare, "parquet", tmp_path / "a.parquet", soft_labels=True)


@pytest.mark.parametrize(
    ("name", "target", "options", "error"),
    [
        ("exel", "a.csv", {}, NotFound),
        ("csv", "nowhere/a.csv", {}, Unusable),
        ("csv", ".", {}, Unusable),
        ("huggingface", "a.txt", {}, Unusable),
        ("huggingface", "other", {}, Unusable),
        ("csv", "a.csv", {"table": "item"}, UnknownSnapshot),
        ("csv", "a.csv", {"splits": {"train": 0.4}}, UnusableParameter),
        ("csv", "a.csv", {"splits": SPLITS, "group": "tam"}, UnknownColumn),
        ("csv", "a.csv", {"table": "annotations", "soft_labels": True}, Unusable),
        ("huggingface", "hf", {"splits": {"a b": 1.0}}, Unusable),
    ],
)
def test_what_cannot_be_exported_leaves_everything_as_it_was(snapshot, tmp_path, name, target, options, error):
    (tmp_path / "a.txt").write_text("mine")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "b.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(error):
        export(snapshot, name, tmp_path / target, **options)
    assert sorted(tmp_path.rglob("*")) == before


def on_a_full_disk(snapshot, name, target):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
    try:
        export(snapshot, name, target)
    except StorageFull:
        os._exit(7)
    os._exit(9)


@pytest.mark.parametrize("name", ANY_TABLE)
def test_on_a_full_disk_the_old_file_stays(snapshot, tmp_path, name):
    path = export(snapshot, name, tmp_path / f"out{one(name).SUFFIX}")
    before = one(name).read(path)
    process = multiprocessing.get_context("spawn").Process(target=on_a_full_disk, args=(snapshot, name, path))
    process.start()
    process.join()
    assert process.exitcode == 7
    assert_frame_equal(one(name).read(path), before)
    assert sorted(left.name for left in tmp_path.iterdir()) == sorted([path.name, "snapshots"])


def test_a_csv_can_be_written_without_the_guard(snapshot, tmp_path):
    guarded, plain = tmp_path / "guarded.csv", tmp_path / "plain.csv"
    export(snapshot, "csv", guarded)
    export(snapshot, "csv", plain, guard=False)
    assert "'=1+" in guarded.read_text()
    assert guarded.read_text().replace("'=", "=") == plain.read_text()


def leaking(snapshot, tmp_path):
    items = snapshot.load().with_columns(
        text=pl.Series([f"where is order {n // 2 * 7919}{'?' * (n % 2)}" for n in range(40)])
    )
    store = SnapshotStore(tmp_path / "leaking")
    return store.commit("p", {"items": items}, keys={"items": ["id"]}, about={}, created_at=snapshot.created_at)


def test_a_split_that_leaks_is_refused_and_writes_nothing(snapshot, tmp_path):
    with pytest.raises(Leak, match="nearly the same text as a row of another part"):
        export(leaking(snapshot, tmp_path), "parquet", tmp_path / "a.parquet", splits=SPLITS)
    assert not (tmp_path / "a.parquet").exists()


def test_items_that_are_nearly_the_same_are_kept_together(snapshot, tmp_path):
    frame = pl.read_parquet(
        export(leaking(snapshot, tmp_path), "parquet", tmp_path / "a.parquet", splits=SPLITS, together=True)
    )
    assert frame["split"].to_list()[0::2] == frame["split"].to_list()[1::2]


def test_a_leak_that_is_allowed_is_written_into_the_file_with_its_reason(snapshot, tmp_path):
    one = leaking(snapshot, tmp_path)
    export(one, "parquet", tmp_path / "a.parquet", splits=SPLITS, allow_leak="only to compare with last year")
    told = json.loads(pl.read_parquet_metadata(tmp_path / "a.parquet")["assay.split"])
    assert told["allowed"] == "only to compare with last year"
    assert "nearly the same text" in told["leaks"][0]
    export(one, "huggingface", tmp_path / "hf", splits=SPLITS, allow_leak="only to compare with last year")
    assert "It was allowed: only to compare with last year" in (tmp_path / "hf" / "README.md").read_text()
