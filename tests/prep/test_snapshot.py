"""Freezing, finding, tagging and loading datasets."""

import json
from datetime import datetime, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import prep
from prep.errors import DamagedSnapshot, UnknownColumn, UnknownSnapshot, UnusableFrame, UnusableParameter
from prep.snapshot import SnapshotStore


def tree(root):
    return sorted(str(path.relative_to(root)) for path in root.rglob("*")) if root.exists() else []


def test_what_was_frozen_is_loaded_in_the_order_of_the_keys(freeze, items):
    assert_frame_equal(freeze(items.reverse()).load(), items)


@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
def test_it_is_loaded_as_the_kind_asked_for_and_frozen_again_under_the_same_id(freeze, kind):
    first = freeze()
    assert freeze(first.load(kind=kind)) == first


def test_a_snapshot_is_a_folder_of_plain_files(freeze):
    assert tree(freeze().path) == ["README.md", "croissant.json", "items.parquet", "manifest.json"]


def test_the_manifest_says_what_is_in_it_and_how_it_came_to_be(freeze):
    told = json.loads((freeze().path / "manifest.json").read_text())
    assert told["about"] == {"question": "?"}
    assert told["tables"]["items"]["rows"] == 3
    assert told["tables"]["items"]["columns"]["annotators"]["type"] == "List(String)"
    assert told["created_at"] == "2026-01-01T00:00:00+00:00"


def test_annotations_lie_beside_the_items(store, items, now):
    answers = {"item": ["a", "a"], "annotator": ["ann", "bob"], "label": ["x", "y"]}
    keys = {"items": ["id"], "annotations": ["item", "annotator"]}
    frozen = store.commit("p", {"items": items, "annotations": answers}, keys=keys, about={}, created_at=now)
    assert frozen.load("annotations")["label"].to_list() == ["x", "y"]
    assert (frozen.tables, frozen.rows("annotations"), frozen.keys("annotations")) == (
        list(keys),
        2,
        ["item", "annotator"],
    )


def test_the_same_content_gives_the_snapshot_that_is_there(freeze, store, now):
    first = freeze()
    assert freeze(at=now + timedelta(days=1)) == first
    assert len(store.list("colours")) == 1


def test_the_latest_is_what_was_frozen_last_even_when_it_was_there_before(freeze, store, items, now):
    first = freeze()
    second = freeze(items.head(1), at=now + timedelta(days=1))
    assert store.get("colours") == second
    freeze(at=now + timedelta(days=2))
    assert store.get("colours") == first


@pytest.mark.parametrize("name", ["id", "prefix", "tag"])
def test_a_snapshot_is_found_by_id_by_its_beginning_and_by_tag(freeze, store, name):
    frozen = freeze()
    store.tag("colours", "gold")
    assert store.get(f"colours@{ {'id': frozen.id, 'prefix': frozen.id[:6], 'tag': 'gold'}[name] }") == frozen


def test_a_tag_can_be_moved_and_taken_away(freeze, store, items):
    first, second = freeze(), freeze(items.head(1))
    store.tag(first.ref, "best")
    store.tag(second.ref, "best")
    assert store.tags("colours") == {"best": second.id}
    store.untag("colours", "best")
    assert store.tags("colours") == {}


def test_the_parent_is_kept_by_its_id(freeze, store, items):
    first = freeze()
    assert freeze(items.head(1), parent="colours").parent == first.id
    assert freeze(items.head(2), parent=first.id).parent == first.id


def test_snapshots_are_listed_from_the_oldest(freeze, store, items, now):
    second = freeze(items.head(1), at=now + timedelta(days=1))
    first = freeze()
    other = freeze(name="shapes", at=now + timedelta(days=2))
    assert store.list() == [first, second, other]
    assert store.list("shapes") == [other]
    assert store.list("nothing") == []


def test_load_finds_the_workspace_upward_from_here(freeze, store, items, tmp_path, monkeypatch):
    freeze()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert_frame_equal(prep.load("colours"), items)


def test_load_says_where_it_looked_when_there_is_no_workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnknownSnapshot, match="give workspace="):
        prep.load("colours")


def test_the_column_split_is_what_load_goes_by_where_there_is_one(freeze, items):
    frozen = freeze(items.with_columns(split=pl.Series(["dev", "dev", "test"])))
    assert frozen.load(split="test")["id"].to_list() == ["c"]
    with pytest.raises(UnusableParameter, match="the parts are: dev, test"):
        frozen.load(split="train")


def test_without_that_column_every_item_is_in_one_part_and_its_annotations_go_with_it(store, now):
    ids = [f"i{number}" for number in range(200)]
    tables = {"items": {"id": ids}, "annotations": {"item": ids * 2, "annotator": ["a"] * 200 + ["b"] * 200}}
    keys = {"items": ["id"], "annotations": ["item", "annotator"]}
    frozen = store.commit("p", tables, keys=keys, about={}, created_at=now)
    parts = [set(frozen.load(split=part)["id"]) for part in ("train", "validation", "test")]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 200
    assert {*frozen.load("annotations", split="test")["item"]} == parts[2]


def test_some_columns_can_be_loaded(freeze):
    assert freeze().load(columns=["label", "id"]).columns == ["label", "id"]
    with pytest.raises(UnknownColumn, match="Did you mean 'label'"):
        freeze().load(columns=["lable"])


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("colors", "Did you mean 'colours'"),
        ("colours@golt", "Did you mean 'colours@gold'"),
        ("colours@ffffffffffff", "There is no snapshot"),
        ("../colours", "There is no snapshot"),
    ],
)
def test_a_reference_to_nothing_names_the_nearest(freeze, store, ref, words):
    freeze()
    store.tag("colours", "gold")
    with pytest.raises(UnknownSnapshot, match=words):
        store.get(ref)


def test_a_table_that_is_not_there_names_the_nearest(freeze):
    with pytest.raises(UnknownSnapshot, match="Did you mean 'items'"):
        freeze().load("item")


@pytest.mark.parametrize("tag", ["", ".x", "a/b", "a b", "deadbeef", "0123456789"])
def test_a_tag_that_could_be_a_path_or_an_id_is_refused(freeze, store, tag):
    freeze()
    with pytest.raises(UnusableParameter):
        store.tag("colours", tag)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": "../x"}, UnusableParameter),
        ({"name": ".new-x"}, UnusableParameter),
        ({"created_at": datetime(2026, 1, 1)}, UnusableParameter),  # noqa: DTZ001
        ({"about": {"model": object()}}, UnusableParameter),
        ({"keys": {}}, UnusableParameter),
        ({"keys": {"items": ["label"]}}, UnusableFrame),
        ({"tables": {}}, UnusableParameter),
        ({"tables": {"a/b": {"id": [1]}}, "keys": {"a/b": ["id"]}}, UnusableParameter),
        ({"parent": "nothing"}, UnknownSnapshot),
    ],
)
def test_what_cannot_be_frozen_leaves_nothing_behind(store, items, now, change, error):
    given = {"name": "p", "tables": {"items": items}, "keys": {"items": ["id"]}, "about": {}, "created_at": now}
    with pytest.raises(error):
        store.commit(**(given | change))
    assert tree(store.root) == []


def test_an_empty_table_can_be_frozen(store, now):
    empty = pl.DataFrame(schema={"id": pl.String, "label": pl.String})
    frozen = store.commit("p", {"items": empty}, keys={"items": ["id"]}, about={}, created_at=now)
    assert_frame_equal(frozen.load(), empty)


def test_facts_in_the_manifest_are_plain_json(store, items, now):
    import numpy as np

    about = {"at": now, "seed": np.int64(3), "alpha": float("nan"), "labels": ("x", "y")}
    frozen = store.commit("p", {"items": items}, keys={"items": ["id"]}, about=about, created_at=now)
    told = {"at": "2026-01-01T00:00:00+00:00", "seed": 3, "alpha": None, "labels": ["x", "y"]}
    assert SnapshotStore(store.root).get("p").about == told == frozen.about


def test_frozen_files_cannot_be_written_by_accident(freeze):
    assert {oct(path.stat().st_mode & 0o222) for path in freeze().path.iterdir()} == {"0o0"}


def test_a_snapshot_whose_folder_was_deleted_is_said_to_be_gone(freeze, store, items):
    import shutil

    first = freeze()
    freeze(items.head(1))
    store.tag(first.ref, "best")
    shutil.rmtree(first.path)
    with pytest.raises(DamagedSnapshot, match="is not there any more"):
        store.get("colours@best")


def test_other_readers_read_it_as_it_is(freeze, items):
    import pyarrow.parquet as pq

    frozen = freeze()
    assert pq.read_table(frozen.files()[0]).to_pylist() == items.to_dicts()
    assert pq.read_metadata(frozen.files()[0]).metadata[b"assay.format"] == b"assay-snapshot/2"
