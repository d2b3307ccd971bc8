"""Whether all that was ever frozen still lies there, byte for byte, or was taken away on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.store import chain
from prep.frozen import Problem

if TYPE_CHECKING:
    from labeling.store import Store
    from prep.snapshot import SnapshotStore


def verify(store: Store, snapshots: SnapshotStore, *, project: str | None = None) -> list[Problem]:
    """What is wrong with the snapshots of a project, or of all: other bytes, folders that the log knows and that are gone
    without a word, and records of a removal that the log does not know. Empty when all is well.
    """
    names = set(snapshots.shelf.names())
    found = snapshots.verify(project) if project is None or project in names else []
    with store.read() as connection:
        recorded, removed = chain.subjects(connection, "snapshot"), chain.subjects(connection, "remove_snapshot")
    meant = set(removed)
    there = {name: {*snapshots.shelf.ids(name), *snapshots.shelf.gone(name)} for name, _ in recorded}
    for name, frozen in recorded:
        if project in {None, name} and frozen not in there[name] and (name, frozen) not in meant:
            what = "is not there any more, and the log says it was frozen"
            found.append(Problem(f"{name}@{frozen[:12]}", "the folder", what))
    known = {name for name, _ in recorded}
    for name in sorted(names & known):
        if project not in {None, name}:
            continue
        for id_ in snapshots.shelf.gone(name):
            if (name, id_) not in meant:
                what = "is recorded as taken away, and the log says nothing of it"
                found.append(Problem(f"{name}@{id_[:12]}", "gone", what))
    return found


def gaps(snapshots: SnapshotStore) -> list[tuple[str, str, str]]:
    """What was taken away on purpose: name, id, and the record in words."""
    found = []
    for name in snapshots.shelf.names():
        for id_, record in snapshots.gone(name).items():
            into = f" into {record['into'][:12]}" if record.get("into") else ""
            by = f" by {record['by']}" if record.get("by") else ""
            found.append((name, id_, f"{record['how']}{into} on {record['at'][:10]}{by}: {record['reason']}"))
    return found
