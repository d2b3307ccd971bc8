"""Taking one person's rows out of every snapshot of a name, so that they are gone and the gap is known.

A snapshot that held such rows is frozen anew without them, under another id; the old one is taken away, file by file, and
a sealed record says for ever: this id was erased into that one, then, by whom, for this reason. Nothing of what was
erased stands in the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from prep.errors import UnusableParameter

if TYPE_CHECKING:
    import polars as pl

    from prep.frozen import Snapshot
    from prep.snapshot import SnapshotStore

Rows = Mapping[str, Mapping[str, Sequence[Any]]]
"""For each table and column the values whose rows go; of a column of lists, the values that go out of the lists."""


@dataclass(frozen=True)
class Erased:
    """One snapshot that held such rows: its id, the id of the one without them, and how many rows changed by table."""

    before: str
    after: str
    rows: Mapping[str, int]


def touched(store: SnapshotStore, name: str, rows: Rows) -> dict[str, dict[str, int]]:
    """For each snapshot (by id) that holds such rows, how many by table; nothing is changed. Raises UnknownSnapshot."""
    found: dict[str, dict[str, int]] = {}
    for one in _of(store, name):
        counts = {table: _taken_out(one, table, rows)[1] for table in one.tables if table in rows}
        if any(counts.values()):
            found[one.id] = {table: count for table, count in counts.items() if count}
    return found


def erase(store: SnapshotStore, name: str, rows: Rows, *, reason: str, at: datetime, by: str = "") -> list[Erased]:
    """Take rows out of every snapshot of a name. Tags go along to what stands in a snapshot's place.

    Whoever is killed meanwhile leaves snapshots that `erase` finds again: calling it once more ends the work.
    Raises UnusableParameter without a reason, UnknownSnapshot, DamagedSnapshot.
    """
    if not reason.strip():
        raise UnusableParameter("Say why rows are erased: the reason is kept.")
    made: list[Erased] = []
    moved: dict[str, str] = {}
    for one in _of(store, name):
        tables, counts = {}, {}
        for table in one.tables:
            tables[table], count = _taken_out(one, table, rows)
            if count:
                counts[table] = count
        if not counts:
            continue
        gap = {"at": at.isoformat(), "reason": reason.strip(), "from": one.id, "rows": counts}
        about = _scrubbed(dict(one.about), _values(rows)) | {"erased": [*one.about.get("erased", []), gap]}
        parent = moved.get(one.parent or "", one.parent)
        there = {*store.shelf.ids(name)}
        fresh = store.commit(
            name,
            tables,
            keys={table: one.keys(table) for table in one.tables},
            about=about,
            created_at=one.created_at,
            parent=parent if parent in there else None,
            card=_body(one, rows),
            reuse=one,
        )
        moved[one.id] = fresh.id
        made.append(Erased(one.id, fresh.id, counts))
    if moved:
        store.move_refs(name, moved)
    for one_erased in made:
        store.delete(f"{name}@{one_erased.before}", reason=reason, at=at, by=by, how="erased", into=one_erased.after)
    return made


def _of(store: SnapshotStore, name: str) -> list[Snapshot]:
    store.get(name)
    return store.list(name)


def _taken_out(snapshot: Snapshot, table: str, rows: Rows) -> tuple[pl.DataFrame, int]:
    """The table without what is to go, and how many rows changed."""
    import polars as pl

    frame: pl.DataFrame = snapshot.load(table)
    goes, changed = pl.lit(False), pl.lit(False)
    lists = []
    for column, values in rows.get(table, {}).items():
        if column not in frame.columns:
            continue
        dtype = frame.schema[column]
        if isinstance(dtype, pl.List):
            held = pl.Series(list(values), dtype=dtype.inner)
            inside = pl.col(column).list.eval(pl.element().is_in(held.implode())).list.any()
            changed |= inside.fill_null(False)
            lists.append(pl.col(column).list.eval(pl.element().filter(~pl.element().is_in(held.implode()))))
            continue
        text = [str(value) for value in values]
        goes |= pl.col(column).cast(pl.String).is_in(text).fill_null(False)
    count = int(frame.select((goes | changed).sum()).item() or 0) if frame.height else 0
    if not count:
        return frame, 0
    return frame.filter(~goes).with_columns(lists), count


def _values(rows: Rows) -> set[str]:
    return {str(value) for columns in rows.values() for values in columns.values() for value in values}


def _scrubbed(told: Any, values: set[str]) -> Any:
    """What the manifest says, without the values: out of lists, and in the place of others "[erased]"."""
    if isinstance(told, str):
        return "[erased]" if told in values else told
    if isinstance(told, Mapping):
        return {("[erased]" if name in values else name): _scrubbed(one, values) for name, one in told.items()}
    if isinstance(told, list):
        return [_scrubbed(one, values) for one in told if not (isinstance(one, str) and one in values)]
    return told


def _body(snapshot: Snapshot, rows: Rows) -> str | None:
    """The card's text, where none of the values stands in it; else it is made anew."""
    snapshot._file("README.md")  # noqa: SLF001 - fetched where it lies elsewhere
    text = (snapshot.path / "README.md").read_text(encoding="utf-8")
    if any(value in text for value in _values(rows)):
        return None
    return text.split("\n---\n", 1)[-1] if text.startswith("---\n") else text
