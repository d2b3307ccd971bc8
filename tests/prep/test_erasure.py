"""Snapshots that are deleted, retired or rewritten without a person: gone from the disk, and the gap has its name."""

import json
from datetime import timedelta

import polars as pl
import pytest

from prep import content
from prep.erasure import erase, touched
from prep.errors import GoneSnapshot, UnusableParameter
from prep.retention import Policy, decide

ROWS = {"items": {"id": ["eve"], "annotators": ["eve"]}, "annotations": {"item": ["eve"], "who": ["eve"]}}


@pytest.fixture
def people(store, now):
    """Two snapshots, the second of the first; eve is an item in both and an annotator in the second."""

    def frozen(items, annotations, day, parent=None):
        return store.commit(
            "people", {"items": items, "annotations": annotations}, keys={"items": ["id"], "annotations": ["item", "who"]},
            about={"examples": ["eve", "bob"]}, created_at=now + timedelta(days=day), parent=parent,
        )  # fmt: skip

    items = pl.DataFrame(
        {"id": ["bob", "eve"], "secret": ["b", "eve lives here"], "annotators": [["ann"], ["ann", "eve"]]}
    )
    answers = pl.DataFrame({"item": ["bob", "eve"], "who": ["ann", "ann"]})
    first = frozen(items, answers, 0)
    second = frozen(
        items, pl.concat([answers, pl.DataFrame({"item": ["bob"] * 2, "who": ["cat", "eve"]})]), 1, first.id
    )
    store.tag("people", "v2")
    store.tag(first.ref, "v1")
    return first, second


def bytes_of(store):
    return b"".join(path.read_bytes() for path in store.root.rglob("*") if path.is_file() and "gone" not in path.parts)


def test_a_person_is_taken_out_of_every_snapshot_and_the_gap_is_known(store, people, now):
    first, second = people
    made = erase(store, "people", ROWS, reason="request 17", at=now, by="ann")
    assert [(one.before, one.rows) for one in made] == [
        (first.id, {"items": 1, "annotations": 1}),
        (second.id, {"items": 1, "annotations": 2}),
    ]
    v2 = store.get("people@v2")
    assert (v2.id, v2.parent) == (made[1].after, made[0].after)
    assert v2.load()["id"].to_list() == ["bob"]
    assert v2.load("annotations").rows() == [("bob", "ann"), ("bob", "cat")]
    assert v2.about["erased"][0]["from"] == second.id
    assert store.gone("people")[first.id]["into"] == made[0].after
    assert store.verify() == []


def test_nothing_of_the_person_is_left_on_the_disk(store, people, now):
    import re

    erase(store, "people", ROWS, reason="request 17", at=now)
    assert not re.search(rb"\beve\b", bytes_of(store))
    assert not any(b"eve" in file.read_bytes() for file in (store.root / "people" / "gone").iterdir())
    assert store.get("people").about["examples"] == ["bob"]


def test_who_asks_for_an_erased_snapshot_is_told_what_became_of_it(store, people, now):
    first, _ = people
    erase(store, "people", ROWS, reason="request 17", at=now)
    with pytest.raises(GoneSnapshot, match=r"it was erased on 2026-01-01 \(request 17\)\. In its place stands"):
        store.get(first.ref)


def test_what_was_erased_cannot_be_frozen_again(store, people, now):
    first, _ = people
    tables = {name: first.load(name) for name in first.tables}
    erase(store, "people", ROWS, reason="request 17", at=now)
    with pytest.raises(GoneSnapshot, match="erased"):
        store.commit("people", tables, keys={"items": ["id"], "annotations": ["item", "who"]}, about={}, created_at=now)


def test_what_would_be_erased_is_said_first(store, people):
    first, second = people
    before = bytes_of(store)
    assert touched(store, "people", ROWS) == {
        first.id: {"items": 1, "annotations": 1},
        second.id: {"items": 1, "annotations": 2},
    }
    assert bytes_of(store) == before


def test_an_erasure_that_was_cut_off_is_ended_by_the_next(store, people, now, monkeypatch):
    with monkeypatch.context() as cut:
        cut.setattr(type(store), "delete", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            erase(store, "people", ROWS, reason="request 17", at=now)
    erase(store, "people", ROWS, reason="request 17", at=now)
    assert len(store.list()) == 2
    assert set(store.gone("people")) == {one.id for one in people}
    assert store.verify() == []


def test_parts_without_the_person_stay_the_same_files(store, now, monkeypatch):
    monkeypatch.setattr(content, "PART", 128)
    frame = pl.DataFrame({"id": [f"p{n:05d}" for n in range(4000)]})
    first = store.commit("many", {"items": frame}, keys={"items": ["id"]}, about={}, created_at=now)
    there = {path.stat().st_ino for path in first.files()}
    (one,) = erase(store, "many", {"items": {"id": ["p03999"]}}, reason="asked", at=now)
    kept = {path.stat().st_ino for path in store.get(f"many@{one.after}").files()}
    assert len(kept - there) == 1


@pytest.mark.parametrize("field", ["reason", "into", "at"])
def test_a_record_that_was_changed_is_found(store, people, now, field):
    erase(store, "people", ROWS, reason="request 17", at=now)
    file = next((store.root / "people" / "gone").iterdir())
    told = json.loads(file.read_text())
    file.chmod(0o644)
    file.write_text(json.dumps(told | {field: "0" * 64}))
    assert any("was changed" in problem.what for problem in store.verify())


def test_a_snapshot_that_vanished_without_a_word_is_a_problem(store, people):
    import shutil

    first, _ = people
    store.untag("people", "v1")
    shutil.rmtree(first.path)
    assert "nothing says that it was taken away" in str(store.verify()[0])


def test_a_deleted_snapshot_is_a_gap_with_a_name(store, people, now):
    first, _ = people
    with pytest.raises(UnusableParameter, match="is tagged v1: something relies on it"):
        store.delete(first.ref, reason="old", at=now)
    store.untag("people", "v1")
    with pytest.raises(UnusableParameter, match="Say why"):
        store.delete(first.ref, reason=" ", at=now)
    store.delete(first.ref, reason="old", at=now, by="ann")
    assert not first.path.exists()
    assert store.verify() == []
    assert store.get("people").parent == first.id


def test_deleted_content_may_be_frozen_again(store, people, now):
    first, _ = people
    tables = {name: first.load(name) for name in first.tables}
    store.untag("people", "v1")
    store.delete(first.ref, reason="old", at=now)
    store.commit("people", tables, keys={"items": ["id"], "annotations": ["item", "who"]}, about={}, created_at=now)
    assert store.gone("people") == {}
    assert store.verify() == []


def test_a_policy_keeps_the_last_the_new_the_tagged_and_the_latest(store, freeze, items, now):
    made = [freeze(items.head(n), at=now + timedelta(days=10 * n)) for n in range(1, 4)]
    store.tag(made[0].ref, "gold")
    decided = decide(store, "colours", Policy(keep_last=1), now=now + timedelta(days=100))
    assert [(one.keep, one.why) for one in decided] == [
        (True, "the latest, one of the last 1"),
        (False, "none of: the latest, the tagged, the last 1"),
        (True, "tagged gold"),
    ]
    newer = decide(store, "colours", Policy(newer_than_days=15), now=now + timedelta(days=32))
    assert [one.keep for one in newer] == [True, True, True]


@pytest.mark.parametrize("policy", [{}, {"keep_last": 0}, {"newer_than_days": -1}])
def test_a_policy_that_says_nothing_is_refused(policy):
    with pytest.raises(UnusableParameter):
        Policy(**policy)


def test_rubbish_is_listed_first_and_only_rubbish_goes(store, freeze, items, now):
    one = freeze()
    (one.path / "notes.txt").write_text("mine")
    (store.root / "colours" / "half").mkdir()
    later = now.replace(year=2099)
    assert set(store.gc(now=later)) == {f"colours/{one.id}/notes.txt", "colours/half"}
    assert len(store.verify()) == 2
    store.gc(now=later, dry_run=False)
    assert store.verify() == []
    assert store.gc(now=later) == {}
