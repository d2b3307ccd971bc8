"""Whether all that was ever frozen still lies there, byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.store import chain
from prep.frozen import Problem

if TYPE_CHECKING:
    from labeling.store import Store
    from prep.snapshot import SnapshotStore


def verify(store: Store, snapshots: SnapshotStore, *, project: str | None = None) -> list[Problem]:
    """What is wrong with the snapshots of a project, or of all: other bytes, and folders that the log knows and that
    are gone. Empty when all is well.
    """
    names = set(snapshots.names())
    found = snapshots.verify(project) if project is None or project in names else []
    with store.read() as connection:
        recorded = chain.subjects(connection, "snapshot")
    for name, frozen in recorded:
        if project in {None, name} and not (snapshots.root / name / frozen).is_dir():
            what = "is not there any more, and the log says it was frozen"
            found.append(Problem(f"{name}@{frozen[:12]}", "the folder", what))
    return found
