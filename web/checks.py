"""Profiles and drift of snapshots, kept in the workspace under their ids: a snapshot never changes, so neither do they.

Reading one needs no engine; making one is a job's (web.work). What cannot be read is made again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FORMS = {"profile": "assay-profile/1", "drift": "assay-drift/1"}


def kept_profile(workspace: Path, snapshot: str) -> dict[str, Any] | None:
    """The profile of a snapshot's items as JSON, for pages; None where it is not made yet."""
    return _read(_place(workspace, "profile", snapshot), "profile")


def kept_drift(workspace: Path, old: str, new: str) -> dict[str, Any] | None:
    """What drifted from one snapshot to another as JSON; None where it is not known yet."""
    return _read(_place(workspace, "drift", f"{old[:32]}-{new[:32]}"), "drift")


def profile_of_snapshot(workspace: Path, ref: str) -> dict[str, Any]:
    """The profile of a snapshot's items, made and kept unless it is. Raises UnknownSnapshot, DamagedSnapshot."""
    from prep.profile import profile_of
    from prep.snapshot import SnapshotStore

    snapshot = SnapshotStore(workspace / "snapshots").get(ref)
    found = kept_profile(workspace, snapshot.id)
    if found is None:
        label = "label" if "label" in snapshot.columns() else None
        found = profile_of(snapshot.load(), name=snapshot.ref, target=label, now=snapshot.created_at).as_json()
        _write(_place(workspace, "profile", snapshot.id), found)
    return found


def drift_of_snapshots(workspace: Path, old: str, new: str) -> dict[str, Any]:
    """What drifted from one snapshot's items to another's, made and kept. Raises UnknownSnapshot, DamagedSnapshot."""
    from prep.drift import drift_between
    from prep.snapshot import SnapshotStore

    store = SnapshotStore(workspace / "snapshots")
    before, after = store.get(old), store.get(new)
    found = drift_between(before.load(), after.load(), names=(before.ref, after.ref)).as_json()
    _write(_place(workspace, "drift", f"{before.id[:32]}-{after.id[:32]}"), found)
    return found


def _place(workspace: Path, what: str, name: str) -> Path:
    return workspace / "profiles" / f"{what}-{name}.json"


def _read(path: Path, what: str) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) and found.get("format") == FORMS[what] else None


def _write(path: Path, found: dict[str, Any]) -> None:
    from prep.disk import replacing

    path.parent.mkdir(mode=0o700, exist_ok=True)
    with replacing(path) as file:
        file.write(json.dumps(found, ensure_ascii=False, allow_nan=False).encode())
