"""Taking snapshots away, and people out of them: each with its line in the log and its record beside the snapshots.

The line is written first: whoever is killed between the two leaves a line that says what was meant, and `verify` then
tells that the snapshot is still there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling import pipelines
from labeling.dataset.gather import moment
from labeling.errors import Unusable
from labeling.services.erasure import erase_items, erase_member
from labeling.services.snapshots import record_removal, record_snapshot
from labeling.store import Store, members, projects

if TYPE_CHECKING:
    from prep.erasure import Erased
    from prep.retention import Decision, Policy


def delete(store: Store, *, workspace: Path, project: int, ref: str, reason: str, actor: int | None) -> dict[str, Any]:
    """Take a snapshot away for good; the record that stays. Raises Unusable (no reason), UnusableParameter (it is
    tagged), UnknownSnapshot.
    """
    from prep.snapshot import SnapshotStore

    snapshots = SnapshotStore(workspace / "snapshots")
    one = snapshots.get(ref)
    _need_reason(reason)
    if tagged := [tag for tag, id_ in snapshots.tags(one.name).items() if id_ == one.id]:
        raise Unusable(
            f"{one.ref} is tagged {', '.join(tagged)}", cure="Something relies on it; take the tag away first."
        )
    store.write(record_removal, project=project, snapshot=one.id, how="deleted", reason=reason, actor=actor)
    gone = snapshots.delete(f"{one.name}@{one.id}", reason=reason, at=moment(store.clock()), by=_name(store, actor))
    _throw_away_profiles(workspace, [one.id])
    return gone


def retain(
    store: Store, *, workspace: Path, project: int, policy: Policy, actor: int | None, dry_run: bool = True
) -> list[Decision]:
    """What a policy says of a project's snapshots; unless `dry_run`, those it lets go are taken away."""
    from prep.retention import decide
    from prep.snapshot import SnapshotStore

    snapshots = SnapshotStore(workspace / "snapshots")
    with store.read() as connection:
        name = projects.by_id(connection, project).name
    now = moment(store.clock())
    decided = decide(snapshots, name, policy, now=now)
    for one in decided if not dry_run else []:
        if not one.keep:
            reason = f"policy: keep {policy}"
            id_ = one.snapshot.id
            store.write(record_removal, project=project, snapshot=id_, how="retired", reason=reason, actor=actor)
            snapshots.delete(f"{name}@{id_}", reason=reason, at=now, by=_name(store, actor), how="retired")
            _throw_away_profiles(workspace, [id_])
    return decided


def rows_of_items(keys: Sequence[str]) -> dict[str, dict[str, Sequence[str]]]:
    """Where items stand in a snapshot."""
    return {"items": {"id": keys}, "annotations": {"item": keys}, "posteriors": {"item": keys}}


def rows_of_annotator(name: str, number: int) -> dict[str, dict[str, Sequence[str]]]:
    """Where an annotator stands in a snapshot, by name or by pseudonym."""
    names = [name, f"annotator-{number:03d}"]
    return {"items": {"annotators": names}, "annotations": {"annotator": names}}


def would_erase(
    store: Store, *, workspace: Path, project: int, keys: Sequence[str] = (), annotator: str = ""
) -> dict[str, dict[str, int]]:
    """Which snapshots hold rows of these items or this annotator, and how many by table; nothing is changed."""
    from prep.erasure import touched
    from prep.snapshot import SnapshotStore

    snapshots = SnapshotStore(workspace / "snapshots")
    with store.read() as connection:
        name = projects.by_id(connection, project).name
        rows = _rows(connection, keys, annotator)
    return touched(snapshots, name, rows) if name in snapshots.names() else {}


def erase(
    store: Store,
    *,
    workspace: Path,
    project: int,
    reason: str,
    keys: Sequence[str] = (),
    annotator: str = "",
    actor: int | None,
) -> list[Erased]:
    """Take items, or an annotator, out of every snapshot of a project and out of the database.

    An annotator's name goes from every project's database, and their rows from this project's snapshots. What was derived of
    them goes too: exports that lie in the workspace, profiles of the old snapshots, results and values that pipelines kept
    of the project's rows. Raises Unusable, NotFound, UnknownSnapshot.
    """
    from prep.erasure import erase as take_out
    from prep.snapshot import SnapshotStore

    _need_reason(reason)
    if bool(keys) == bool(annotator):
        raise Unusable("Items or an annotator", cure="Name the items to erase, or one annotator.")
    snapshots = SnapshotStore(workspace / "snapshots")
    with store.read() as connection:
        name = projects.by_id(connection, project).name
        rows = _rows(connection, keys, annotator)
        number = members.by_name(connection, annotator).id if annotator else None
    made: list[Erased] = []
    if name in snapshots.names():
        made = take_out(snapshots, name, rows, reason=reason, at=moment(store.clock()), by=_name(store, actor))
    for one in made:
        store.write(
            record_removal, project=project, snapshot=one.before, how="erased", reason=reason, into=one.after,
            rows=dict(one.rows), actor=actor,
        )  # fmt: skip
        fresh = snapshots.get(f"{name}@{one.after}")
        store.write(
            record_snapshot, project=project, snapshot=one.after, items=fresh.rows("items"),
            annotations=fresh.rows("annotations"), is_new=True, actor=actor,
        )  # fmt: skip
    _throw_away_exports(workspace)
    _throw_away_profiles(workspace, [one.before for one in made])
    if keys and (workspace / pipelines.RUNS).is_dir():
        pipelines.erase_values(workspace, name)
    if number is not None:
        store.write(erase_member, member=number, reason=reason, actor=actor)
    else:
        store.write(erase_items, project=project, keys=list(keys), reason=reason, workspace=workspace, actor=actor)
    return made


def _rows(connection: Any, keys: Sequence[str], annotator: str) -> Mapping[str, Mapping[str, Sequence[str]]]:
    if not annotator:
        return rows_of_items(keys)
    return rows_of_annotator(annotator, members.by_name(connection, annotator).id)


def _throw_away_exports(workspace: Path) -> None:
    import shutil

    shutil.rmtree(workspace / "exports", ignore_errors=True)


def _throw_away_profiles(workspace: Path, snapshots: Sequence[str]) -> None:
    """Take away what is told of snapshots that are gone, and of what drifted from or to them."""
    for path in (workspace / "profiles").glob("*.json"):
        if any(id_[:32] in path.stem for id_ in snapshots):
            path.unlink(missing_ok=True)


def _name(store: Store, actor: int | None) -> str:
    if actor is None:
        return ""
    with store.read() as connection:
        return members.by_id(connection, actor).name


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise Unusable("There is no reason", cure="Say why: the reason is kept for ever.")
