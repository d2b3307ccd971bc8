"""Whether snapshots are still what was frozen: every byte, every value, every tag, every gap with its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from prep import manifest as manifests
from prep.errors import DamagedSnapshot, PrepError
from prep.frozen import Problem, Snapshot
from prep.shelf import GONE, REFS

if TYPE_CHECKING:
    from prep.shelf import Shelf


def problems_of(shelf: Shelf, name: str, id_: str) -> list[Problem]:
    """What is wrong with a snapshot; [] when it is as it was frozen.

    Compared are the manifest with its seal, the files there are with those there should be, each file's size and
    SHA-256 and, where those are right, the id and every part's digests with the values read back.
    """
    ref = f"{name}@{id_[:12]}"
    try:
        manifest = shelf.manifest(name, id_)
    except DamagedSnapshot as error:
        return [Problem(ref, manifests.FILE, str(error))]
    found = [Problem(ref, file, what) for file, what in _wrong_files(shelf, name, id_, manifest)]
    snapshot = Snapshot(name, id_, shelf.folder(name, id_), manifest, shelf)
    return found or [Problem(ref, file, what) for file, what in _wrong_values(snapshot)]


def problems_of_name(shelf: Shelf, name: str) -> list[Problem]:
    """Tags that cannot be read or stand for nothing, gaps without a name, and what does not belong in the folder."""
    try:
        refs, gone = shelf.refs(name), shelf.gone(name)
    except DamagedSnapshot as error:
        return [Problem(name, REFS if REFS in str(error) else GONE, str(error))]
    ids = set(shelf.ids(name))
    found = [
        Problem(name, file, "does not belong here: no snapshot and no tags")
        for file in shelf.stray(name)
        if "/" not in file
    ]
    found += [
        Problem(name, REFS, f"the tag {tag!r} stands for {id_[:12]}, which is not there")
        for tag, id_ in refs["tags"].items()
        if id_ not in ids
    ]
    for id_, record in gone.items():
        if id_ in ids:
            found.append(Problem(f"{name}@{id_[:12]}", GONE, "is recorded as gone and is still there; run `assay gc`"))
        found += _gap(name, f"{name}@{id_[:12]}", record.get("into"), ids, gone, "what it was made into")
        found += _gap(name, f"{name}@{id_[:12]}", record.get("parent"), ids, gone, "its parent")
    for id_ in sorted(ids):
        try:
            parent = shelf.manifest(name, id_)["parent"]
        except DamagedSnapshot:
            continue  # told by problems_of
        found += _gap(name, f"{name}@{id_[:12]}", parent, ids, gone, "its parent")
    return found


def _gap(name: str, ref: str, id_: str | None, ids: set[str], gone: Mapping[str, Any], what: str) -> Iterator[Problem]:
    """A snapshot that another names must be there, or be recorded as taken away."""
    if id_ is not None and id_ not in ids and id_ not in gone:
        yield Problem(
            ref, manifests.FILE, f"{what}, {name}@{id_[:12]}, is not there, and nothing says that it was taken away"
        )


def _wrong_files(shelf: Shelf, name: str, id_: str, manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    there = shelf.sizes(name, id_)
    for file, facts in manifest["files"].items():
        if file not in there:
            yield file, "is missing"
        elif there[file] != facts["bytes"]:
            yield file, f"has {there[file]} bytes instead of {facts['bytes']}"
        elif (wrong := _wrong_bytes(shelf, name, id_, file, facts)) is not None:
            yield file, wrong
    wanted = {*manifest["files"], manifests.FILE}
    for file in sorted(set(there) - wanted):
        yield file, "was not there when it was frozen"


def _wrong_bytes(shelf: Shelf, name: str, id_: str, file: str, facts: Mapping[str, Any]) -> str | None:
    try:
        shelf.fetch(name, id_, file)
    except DamagedSnapshot as error:
        return str(error)
    return None if shelf.sha256(name, id_, file) == facts["sha256"] else "has other bytes than were frozen"


def _wrong_values(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    import polars as pl

    from prep.content import content_id
    from prep.parts import cut

    told, others = {}, []
    for table, facts in snapshot.manifest["tables"].items():
        try:
            whole = cut(snapshot.load(table), facts["keys"])
        except (PrepError, pl.exceptions.PolarsError, OSError) as error:
            yield snapshot.manifest["tables"][table]["parts"][0]["file"], f"cannot be read: {error}"
            return
        if [part.digests for part in whole.parts] != [part["digests"] for part in facts["parts"]]:
            others.append(table)
        told[table] = {"keys": facts["keys"], "rows": whole.rows, "digests": whole.digests()}
    if content_id(told) != snapshot.id:
        yield manifests.FILE, "its values do not give its id"
    elif others:
        yield manifests.FILE, f"its values do not give the digests of the parts of {', '.join(others)}"
