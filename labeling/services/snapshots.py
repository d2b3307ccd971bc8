"""What became of a project's data outside the store: snapshots, tags and exports each get their line in the log."""

from __future__ import annotations

from typing import Any

from labeling.store import Writing, projects


def record_snapshot(
    tx: Writing,
    *,
    project: int,
    snapshot: str,
    items: int,
    annotations: int,
    is_new: bool,
    pipeline: str = "",
    run: str = "",
    actor: int | None,
) -> None:
    """A dataset was frozen under that id; `is_new` is False where the same content lay there already.

    `pipeline` and `run` say what it passed through before, where it did.
    """
    here = projects.by_id(tx.connection, project)
    came = {"pipeline": pipeline, "run": run} if run else {}
    tx.log(actor, "snapshot", here.id, snapshot, items=items, annotations=annotations, is_new=is_new, **came)


def record_tag(tx: Writing, *, project: int, snapshot: str, tag: str, before: str | None, actor: int | None) -> None:
    """A tag points to that snapshot now, and pointed to `before`."""
    here = projects.by_id(tx.connection, project)
    tx.log(actor, "tag", here.id, snapshot, tag=tag, before=before)


def record_export(
    tx: Writing, *, project: int, snapshot: str, written_as: str, options: dict[str, Any], actor: int | None
) -> None:
    """A snapshot was written out in an exchange format."""
    here = projects.by_id(tx.connection, project)
    tx.log(actor, "export", here.id, snapshot, format=written_as, options=options)


def record_removal(
    tx: Writing,
    *,
    project: int,
    snapshot: str,
    how: str,
    reason: str,
    into: str | None = None,
    rows: dict[str, int] | None = None,
    actor: int | None,
) -> None:
    """A snapshot was taken away on purpose: deleted, retired by a policy, or erased into another one."""
    here = projects.by_id(tx.connection, project)
    tx.log(actor, "remove_snapshot", here.id, snapshot, how=how, reason=reason, into=into, rows=rows or {})
