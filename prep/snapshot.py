"""Datasets frozen under the hash of their content: freeze, grow, find, tag, load, compare, verify. Knows no labels.

    <root>/<name>/<id>/            manifest.json, the Parquet of each table, croissant.json, README.md
    <root>/<name>/refs.json        the tags
    <root>/<name>/gone/<id>.json   why a snapshot was taken away

The id is the SHA-256 of the values (prep.content). A table of one part is `items.parquet`; a larger one is a folder
`items/` of parts, and a part that an earlier snapshot has as well is the same file under a second name. A snapshot is
written into a folder of its own and renamed when every byte is on disk: whoever is killed meanwhile leaves what was
there before. `root` may be a URL (prep.shelf_url).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from prep import manifest as manifests
from prep.disk import full_disk_is_said, put_copy, sync
from prep.errors import DamagedSnapshot, GoneSnapshot, UnknownSnapshot, UnusableParameter
from prep.frames import Frame, Kind, to_polars
from prep.freezing import Same, facts_of, write_files
from prep.frozen import Problem, Snapshot
from prep.references import PREFIX, check_name, refuse_bare
from prep.shelf import ID, NAME, Refs, nearest_workspace, open_shelf

if TYPE_CHECKING:
    from prep.diff import Diff
    from prep.parts import Cut
    from prep.shelf import Shelf

__all__ = ["Problem", "Snapshot", "SnapshotStore", "load"]

_LONG_AGO = "0001-01-01T00:00:00+00:00"
GONE_FORMAT = "assay-gone/1"
Problems: TypeAlias = list[Problem]  # inside the class, `list` is its method


class SnapshotStore:
    """The snapshots of a workspace, in the folder `root` (made when the first is frozen) or at a URL.

    A reference is "name" (the latest), "name@tag", or "name@" and the beginning (six digits or more) of an id.
    A URL (`s3://bucket/folder`, `memory://x`) is opened by fsspec with `options`; files that are read from it are kept
    in the folder `cache` (`~/.cache/assay/snapshots`).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = SnapshotStore(Path(folder))
    ...     frozen = store.commit("colours", {"items": {"id": ["a"], "label": ["red"]}}, keys={"items": ["id"]},
    ...                           about={"question": "Which colour?"}, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    ...     store.tag("colours", "first")
    ...     store.get("colours@first").load()["label"].to_list(), store.verify()
    (['red'], [])
    """

    def __init__(
        self, root: Path | str, *, options: Mapping[str, Any] | None = None, cache: Path | None = None
    ) -> None:
        self.root = root
        self.shelf: Shelf = open_shelf(root, options, cache)

    def commit(
        self,
        name: str,
        tables: Mapping[str, Frame],
        *,
        keys: Mapping[str, Sequence[str]],
        about: Mapping[str, Any],
        created_at: datetime,
        parent: str | None = None,
        card: str | None = None,
        reuse: Snapshot | None = None,
    ) -> Snapshot:
        """Freeze tables (the first is the main one, as a rule "items") and make them the latest of that name.

        `keys` names, for each table, the columns that name a row. `about` goes into the manifest, `card` is the text
        of the README; neither is part of the id: where the same content is frozen already, that snapshot is given back.
        `parent` is a reference or an id; parts of a table that it (or `reuse`, where that is given) has as well are not
        written again. Rows are kept in the order of their keys.
        Raises UnusableParameter (name, time, keys), UnusableFrame (a key missing or repeated), UnknownSnapshot
        (parent), GoneSnapshot (that very content was erased), DiskFull, Unreachable. Whatever is raised, nothing is
        left behind.
        """
        from prep.parts import cut

        check_name(name, "name")
        if not tables:
            raise UnusableParameter("There is nothing to freeze. Give at least one table.")
        cuts = {}
        for table, frame in tables.items():
            check_name(table, "table")
            cuts[table] = cut(to_polars(frame), keys.get(table, ()))
        before = self._parent(name, parent)
        return self._commit(name, cuts, about, created_at, before, card, reuse or before)

    def append(
        self,
        ref: str,
        tables: Mapping[str, Frame],
        *,
        created_at: datetime,
        about: Mapping[str, Any] | None = None,
        card: str | None = None,
    ) -> Snapshot:
        """Freeze a snapshot with more rows in some of its tables. Parts into which no row falls are neither read nor written.

        The snapshot is the one that `commit` makes of all rows together, with `ref` as its parent; `about` is the
        parent's unless given. Raises UnusableFrame for a key that is there already or other columns, UnknownSnapshot
        (also for a table that is not there), and what `commit` raises.
        """
        from prep.parts import grown

        before = self.get(ref)
        for table in tables:
            before.rows(table)
        cuts = {
            table: grown(before, table, to_polars(tables[table]) if table in tables else before.read(table, [0])[:0])
            for table in before.tables
        }
        told = before.about if about is None else about
        return self._commit(before.name, cuts, told, created_at, before, card, before)

    def copy(self, ref: str, to: SnapshotStore) -> Snapshot:
        """The same snapshot in another store, byte for byte; every byte is compared first. Its tags stay here.

        Raises DamagedSnapshot, UnknownSnapshot, Unreachable.
        """
        one = self.get(ref)
        for table in one.tables:
            one.check(table)
        files = list(one.manifest["files"])
        if one.id not in to.shelf.ids(one.name):
            with full_disk_is_said(Path(to.shelf.place)), to.shelf.building(one.name) as fresh:
                for file in files:
                    self.shelf.fetch(one.name, one.id, file)
                    put_copy(one.path / file, fresh / file)
                put_copy(one.path / manifests.FILE, fresh / manifests.FILE)
                sync(fresh)
                to.shelf.keep(one.name, one.id, fresh, files, {})
        return to.get(f"{one.name}@{one.id}")

    def get(self, ref: str) -> Snapshot:
        """The snapshot of that reference. Raises UnknownSnapshot, naming the nearest, GoneSnapshot and DamagedSnapshot."""
        name, sign, at = ref.partition("@")
        ids = self.shelf.ids(name) if NAME.fullmatch(name) else []
        gone = self.shelf.gone(name) if NAME.fullmatch(name) else {}
        if not ids and not gone:
            raise UnknownSnapshot("snapshot", name, self.names())
        refuse_bare(ref, sign, at)
        if not sign:
            return self._latest(name)
        tags = self.tags(name)
        if at in tags:
            return self._open(name, tags[at])
        matching = [id_ for id_ in ids if id_.startswith(at)] if PREFIX.fullmatch(at) else []
        if len(matching) > 1:
            raise UnknownSnapshot("snapshot", ref, cure=f"{len(matching)} ids begin so; give more digits.")
        if not matching:
            if PREFIX.fullmatch(at) and (was := [id_ for id_ in gone if id_.startswith(at)]):
                raise GoneSnapshot(ref, gone[was[0]])
            known = [f"{name}@{tag}" for tag in tags] + [f"{name}@{id_[:12]}" for id_ in ids]
            raise UnknownSnapshot("snapshot", ref, known)
        return self._open(name, matching[0])

    def names(self) -> list[str]:
        """The names under which something is frozen."""
        return [name for name in self.shelf.names() if self.shelf.ids(name)]

    def list(self, name: str | None = None) -> list[Snapshot]:
        """Every sound snapshot (of one name), the oldest first; what is damaged is told by `verify`."""
        found = []
        for one in self.names() if name is None else [name]:
            for id_ in self.shelf.ids(one):
                with contextlib.suppress(DamagedSnapshot):
                    found.append(self._open(one, id_))
        return sorted(found, key=lambda snapshot: (snapshot.created_at, snapshot.id))

    def tag(self, ref: str, tag: str) -> None:
        """Give a snapshot a name that can be moved: `name@tag`. Raises UnusableParameter for a tag like an id."""
        check_name(tag, "tag")
        if PREFIX.fullmatch(tag):
            raise UnusableParameter(
                f"The tag {tag!r} could be the beginning of an id. Give it a letter after f, or a dash."
            )
        snapshot = self.get(ref)
        with self._changing(snapshot.name) as refs:
            refs["tags"][tag] = snapshot.id

    def untag(self, name: str, tag: str) -> None:
        """Take a tag away; its snapshot stays. Raises UnknownSnapshot."""
        if tag not in self.tags(name):
            raise UnknownSnapshot("tag", tag, self.tags(name))
        with self._changing(name) as refs:
            refs["tags"].pop(tag, None)

    def tags(self, name: str) -> dict[str, str]:
        """The tags of a name, each with the id it stands for."""
        return dict(sorted(self.shelf.refs(name)["tags"].items()))

    def gone(self, name: str) -> dict[str, dict[str, Any]]:
        """What was taken away on purpose: by id when (`at`), by whom, how, why and what stands in its place (`into`)."""
        return self.shelf.gone(name)

    def delete(
        self,
        ref: str,
        *,
        reason: str,
        at: datetime,
        by: str = "",
        how: str = "deleted",
        into: str | None = None,
    ) -> dict[str, Any]:
        """Take a snapshot away for good, and keep for ever that it was, when, by whom and why. The record is given back.

        Snapshots that came of it stay; `verify` then knows the gap. Raises UnusableParameter without a reason or where a
        tag points to it (take the tag away first), UnknownSnapshot.
        """
        if not reason.strip():
            raise UnusableParameter("Say why it is taken away: the reason is kept.")
        if at.tzinfo is None:
            raise UnusableParameter("at has no time zone. Give one: datetime.now(UTC).")
        name, _, _ = ref.partition("@")
        id_ = self._id_of(ref)
        if tagged := [tag for tag, held in self.tags(name).items() if held == id_]:
            raise UnusableParameter(
                f"{name}@{id_[:12]} is tagged {', '.join(tagged)}: something relies on it. Take the tag away first."
            )
        parent, rows = None, {}
        with contextlib.suppress(DamagedSnapshot):
            one = self._open(name, id_)
            parent, rows = one.parent, {table: one.rows(table) for table in one.tables}
        record = {
            "format": GONE_FORMAT,
            "name": name,
            "id": id_,
            "at": at.astimezone(UTC).isoformat(),
            "by": by,
            "how": how,
            "reason": reason.strip(),
            "into": into,
            "parent": parent,
            "rows": rows,
        }
        with self.shelf.locked(name):
            self.shelf.write_gone(name, id_, record)  # before anything goes: a gap is never without its name
            self.shelf.remove(name, id_)
        return record

    def gc(self, *, now: datetime, dry_run: bool = True, older_than_hours: float = 24) -> dict[str, int]:
        """Files that belong to no snapshot, with their bytes, by path; taken away unless `dry_run`.

        These are what killed writers left, strangers' files, and snapshots recorded as gone that are still there. A
        file younger than `older_than_hours` may belong to a snapshot that is being sent at this moment, and stays.
        Nothing that a manifest names is ever touched.
        """
        found: dict[str, int] = {}
        for name in self.shelf.names():
            ids = set(self.shelf.ids(name))
            for id_ in sorted(ids & set(self.shelf.gone(name))):
                found[f"{name}/{id_}"] = sum(self.shelf.sizes(name, id_).values())
                if not dry_run:
                    self.shelf.remove(name, id_)
            for file, (size, modified) in self.shelf.stray(name).items():
                if (now.timestamp() - modified) / 3600 < older_than_hours:
                    continue
                found[f"{name}/{file}"] = size
                if not dry_run:
                    self.shelf.remove_stray(name, file)
        return found

    def diff(self, before: str, after: str, *, table: str = "items", label: str = "label") -> Diff:
        """What changed between two snapshots, by key; `label` is the column whose changes are listed from → to."""
        from prep.diff import compare

        return compare(self.get(before), self.get(after), table=table, label=label)

    def verify(self, ref: str | None = None) -> Problems:
        """Compare every byte with what was frozen: of one snapshot, of all of one name ("name"), or of all there are.

        A gap that has its name (deleted, retired, erased into another) is none. [] when all is as it was; nothing is
        mended. Raises UnknownSnapshot, Unreachable.
        """
        from prep.verify import problems_of, problems_of_name

        name, sign, at = (ref or "").partition("@")
        refuse_bare(name, sign, at)
        there = self.shelf.names()
        if name and name not in there:
            raise UnknownSnapshot("snapshot", name, there)
        if at:
            return problems_of(self.shelf, name, at if at in self.shelf.ids(name) else self.get(str(ref)).id)
        found: Problems = []
        for one in [name] if name else there:
            for id_ in self.shelf.ids(one):
                found += problems_of(self.shelf, one, id_)
            found += problems_of_name(self.shelf, one)
        return found

    def move_refs(self, name: str, moved: Mapping[str, str]) -> None:
        """Let every tag of one id point to another: `{old id: new id}`."""
        with self._changing(name) as refs:
            refs["tags"] = {tag: moved.get(id_, id_) for tag, id_ in refs["tags"].items()}
            refs["again"] = {moved.get(id_, id_): at for id_, at in refs["again"].items()}

    def _commit(
        self,
        name: str,
        cuts: Mapping[str, Cut],
        about: Mapping[str, Any],
        created_at: datetime,
        before: Snapshot | None,
        card: str | None,
        reuse: Snapshot | None,
    ) -> Snapshot:
        from prep.content import content_id

        if created_at.tzinfo is None:
            raise UnusableParameter("created_at has no time zone. Give one: datetime.now(UTC).")
        told: dict[str, dict[str, Any]] = {
            table: {"keys": one.keys, "rows": one.rows, "digests": one.digests()} for table, one in cuts.items()
        }
        found = {
            "format": manifests.FORMAT,
            "name": name,
            "id": content_id(told),
            "created_at": created_at.astimezone(UTC).isoformat(),
            "parent": before.id if before is not None else None,
            "tables": {table: facts_of(table, cuts[table], told[table]["digests"]) for table in cuts},
            "about": manifests.plain(about),
        }
        record = self.shelf.gone(name).get(found["id"])
        if record is not None and record["how"] == "erased":
            raise GoneSnapshot(f"{name}@{found['id'][:12]}", record)
        with full_disk_is_said(Path(self.shelf.place) / name):
            return self._keep(found, cuts, reuse, card)

    def _keep(
        self, found: dict[str, Any], cuts: Mapping[str, Cut], before: Snapshot | None, card: str | None
    ) -> Snapshot:
        name, id_ = found["name"], found["id"]
        if id_ not in self.shelf.ids(name):
            with self.shelf.building(name) as fresh:
                same = self._same(found, before)
                write_files(fresh, found, cuts, before, same, card)
                for file, (held, source) in same.items():
                    self.shelf.put_same(name, held, source, fresh / file)
                if self.shelf.keep(name, id_, fresh, list(found["files"]), same):
                    self.shelf.forget_gone(name, id_)
                    return Snapshot(name, id_, self.shelf.folder(name, id_), found, self.shelf)
        return self._again(found)

    def _same(self, found: Mapping[str, Any], before: Snapshot | None) -> Same:
        """The files that the parent has as well, sound as they were."""
        same: Same = {}
        if before is None:
            return same
        for table, facts in found["tables"].items():
            there = before.manifest["tables"].get(table, {"parts": []})["parts"]
            held = {part["content"]: part["file"] for part in there}
            for part in facts["parts"]:
                file = held.get(part["content"])
                if file is not None and self.shelf.is_sound(
                    before.name, before.id, file, before.manifest["files"][file]
                ):
                    same[part["file"]] = (before.id, file)
        return same

    def _again(self, found: Mapping[str, Any]) -> Snapshot:
        """The snapshot with that content that is there already; it becomes the latest."""
        snapshot = self._open(found["name"], found["id"])
        there = self.shelf.sizes(snapshot.name, snapshot.id)
        for file, facts in snapshot.manifest["files"].items():
            if there.get(file) != facts["bytes"]:
                raise DamagedSnapshot(
                    f"{snapshot.ref} has this content but {file} is damaged. Move its folder away, then freeze again."
                )
        if self._latest(snapshot.name).id != snapshot.id:
            with self._changing(snapshot.name) as refs:
                refs["again"][snapshot.id] = found["created_at"]
        return snapshot

    def _parent(self, name: str, parent: str | None) -> Snapshot | None:
        if parent is None:
            return None
        return self.get(parent if "@" in parent or not PREFIX.fullmatch(parent) else f"{name}@{parent}")

    def _latest(self, name: str) -> Snapshot:
        again = self.shelf.refs(name)["again"]
        found = self.list(name)
        if not found:
            raise UnknownSnapshot("snapshot", name, [other for other in self.names() if other != name])
        return max(
            found,
            key=lambda one: max(one.created_at, datetime.fromisoformat(again.get(one.id, _LONG_AGO))),
        )

    def _open(self, name: str, id_: str) -> Snapshot:
        if id_ not in self.shelf.ids(name):
            if (record := self.shelf.gone(name).get(id_)) is not None:
                raise GoneSnapshot(f"{name}@{id_[:12]}", record)
            raise DamagedSnapshot(
                f"The snapshot {name}@{id_[:12]} is not there any more. Restore its folder from a backup."
            )
        return Snapshot(name, id_, self.shelf.folder(name, id_), self.shelf.manifest(name, id_), self.shelf)

    def _id_of(self, ref: str) -> str:
        """The id of a reference, also where the snapshot itself is damaged."""
        name, _, at = ref.partition("@")
        return at if ID.fullmatch(at) and NAME.fullmatch(name) and at in self.shelf.ids(name) else self.get(ref).id

    @contextlib.contextmanager
    def _changing(self, name: str) -> Iterator[Refs]:
        """The tags, written back when the block ends well."""
        with self.shelf.locked(name):
            refs = self.shelf.refs(name)
            yield refs
            self.shelf.write_refs(name, refs)


def load(
    ref: str,
    *,
    table: str = "items",
    workspace: Path | str | None = None,
    options: Mapping[str, Any] | None = None,
    kind: Kind = "polars",
    split: str | None = None,
    columns: Sequence[str] | None = None,
) -> Frame:
    """A table of a frozen dataset: `prep.load("project@tag")`, `prep.load("project", kind="pandas", split="train")`.

    `workspace` is the folder (or URL, with fsspec's `options`) that holds `snapshots/`; without it, the nearest folder
    upward from here.
    Every byte is compared with the manifest first. Raises what `SnapshotStore.get` and `Snapshot.load` raise.
    """
    if isinstance(workspace, str) and "://" in workspace:
        store = SnapshotStore(f"{workspace.rstrip('/')}/snapshots", options=options)
    else:
        store = SnapshotStore((nearest_workspace() if workspace is None else Path(workspace)) / "snapshots")
    return store.get(ref).load(table, kind, split=split, columns=columns)
