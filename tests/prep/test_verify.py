"""Every byte of a snapshot is compared with what was frozen."""

import json
import shutil

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prep.errors import DamagedSnapshot, UnknownSnapshot

FILES = ["items.parquet", "manifest.json", "README.md", "croissant.json"]


def write(path, data):
    path.chmod(0o644)
    path.write_bytes(data)


def found(store):
    return [(problem.file, problem.what) for problem in store.verify()]


def test_what_is_as_it_was_has_no_problem(freeze, store, items):
    freeze()
    freeze(items.head(1))
    store.tag("colours", "gold")
    assert store.verify() == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(st.sampled_from(FILES), st.integers(0, 10_000), st.integers(0, 7))
def test_any_flipped_bit_in_any_file_is_found(freeze, store, file, place, bit):
    path = freeze().path / file
    good = path.read_bytes()
    bad = bytearray(good)
    bad[place % len(bad)] ^= 1 << bit
    write(path, bad)
    problems = store.verify()
    write(path, good)
    assert [problem.file for problem in problems] == [file]


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_found(freeze, store, file):
    (freeze().path / file).unlink()
    assert [name for name, _ in found(store)] == [file]


def test_a_file_too_many_is_found(freeze, store):
    (freeze().path / "notes.txt").write_text("mine")
    assert found(store) == [("notes.txt", "was not there when it was frozen")]


def test_a_file_cut_off_is_found_with_its_size(freeze, store):
    path = freeze().path / "items.parquet"
    size = path.stat().st_size
    write(path, path.read_bytes()[:-1])
    assert found(store) == [("items.parquet", f"has {size - 1} bytes instead of {size}")]


@pytest.mark.parametrize("reseal", [False, True])
def test_other_values_are_found_even_under_a_manifest_made_to_fit(freeze, store, items, reseal):
    from prep.disk import file_sha256
    from prep.manifest import sealed

    frozen = freeze()
    path = frozen.path / "items.parquet"
    path.chmod(0o644)
    items.with_columns(label=items["label"].reverse()).write_parquet(path)
    manifest = json.loads(json.dumps(frozen.manifest))
    if reseal:
        manifest["files"]["items.parquet"] = {"bytes": path.stat().st_size, "sha256": file_sha256(path)}
        write(frozen.path / "manifest.json", sealed(manifest))
    wanted = "manifest.json" if reseal else "items.parquet"
    assert [name for name, _ in found(store)] == [wanted]


def test_a_manifest_that_was_edited_is_found(freeze, store):
    path = freeze().path / "manifest.json"
    write(path, path.read_bytes().replace(b'"question": "?"', b'"question": "!"'))
    assert "was changed after it was frozen" in found(store)[0][1]


def test_a_snapshot_moved_under_another_id_is_found(freeze, store):
    path = freeze().path
    path.rename(path.with_name("0" * 64))
    assert "holds the manifest of" in found(store)[0][1]


def test_a_tag_without_its_snapshot_is_found(freeze, store, items):
    first = freeze()
    freeze(items.head(1))
    store.tag(first.ref, "best")
    shutil.rmtree(first.path)
    assert found(store) == [("refs.json", f"the tag 'best' stands for {first.id[:12]}, which is not there")]


def test_one_snapshot_can_be_verified_alone(freeze, store, items):
    first, second = freeze(), freeze(items.head(1))
    (second.path / "README.md").unlink()
    assert store.verify(first.ref) == []
    assert len(store.verify(f"colours@{second.id}")) == 1
    assert len(store.verify("colours")) == 1
    with pytest.raises(UnknownSnapshot):
        store.verify("nothing")


def test_damage_is_not_loaded(freeze):
    frozen = freeze()
    path = frozen.files()[0]
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    write(path, data)
    with pytest.raises(DamagedSnapshot, match=r"items\.parquet has other bytes than were frozen"):
        frozen.load()


def test_freezing_the_same_over_a_damaged_one_is_refused(freeze):
    freeze().files()[0].unlink()
    with pytest.raises(DamagedSnapshot, match=r"items\.parquet is damaged"):
        freeze()


def test_what_does_not_belong_into_a_names_folder_is_found(freeze, store):
    folder = freeze().path.parent
    (folder / "notes.txt").write_text("mine")
    assert found(store) == [("notes.txt", "does not belong here: no snapshot and no tags")]


@pytest.mark.parametrize("call", ["get", "verify"])
def test_an_at_sign_with_nothing_behind_it_is_not_the_latest(freeze, store, call):
    name = freeze().name
    with pytest.raises(UnknownSnapshot, match=f"Give a tag or an id behind the @, or ask for '{name}', the latest"):
        getattr(store, call)(f"{name}@")
