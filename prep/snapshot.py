"""Datasets frozen under the hash of their content: freeze, find, tag, load, compare, verify. Knows no labels.

    <root>/<name>/<id>/       manifest.json, one Parquet file a table, croissant.json, README.md
    <root>/<name>/refs.json   the tags

The id is the SHA-256 of the values (prep.content). A snapshot is written into a folder of its own and renamed when
every byte is on disk: whoever is killed meanwhile leaves what was there before.
"""

from __future__ import annotations

import contextlib
import errno
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from prep import manifest as manifests
from prep.disk import NEW, building, full_disk_is_said, locked, replacing, sync, writing
from prep.errors import DamagedSnapshot, UnknownSnapshot, UnusableParameter
from prep.frames import Frame, Kind, to_polars
from prep.frozen import Problem, Snapshot, write_parquet

if TYPE_CHECKING:
    import polars as pl

    from prep.diff import Diff

__all__ = ["Problem", "Snapshot", "SnapshotStore", "load"]

REFS = "refs.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_ID = re.compile(r"[0-9a-f]{64}")
_PREFIX = re.compile(r"[0-9a-f]{6,64}")
_LONG_AGO = "0001-01-01T00:00:00+00:00"
Problems: TypeAlias = list[Problem]  # inside the class, `list` is its method
Folders: TypeAlias = list[Path]


class SnapshotStore:
    """The snapshots of a workspace, in the folder `root` (made when the first is frozen).

    A reference is "name" (the latest), "name@tag", or "name@" and the beginning (six digits or more) of an id.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = SnapshotStore(Path(folder))
    ...     frozen = store.commit("colours", {"items": {"id": ["a"], "label": ["red"]}}, keys={"items": ["id"]},
    ...                           about={"question": "Which colour?"}, created_at=datetime(2026, 1, 1, tzinfo=UTC))
    ...     store.tag("colours", "first")
    ...     store.get("colours@first").load()["label"].to_list(), store.verify()
    (['red'], [])
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

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
    ) -> Snapshot:
        """Freeze tables (the first is the main one, as a rule "items") and make them the latest of that name.

        `keys` names, for each table, the columns that name a row. `about` goes into the manifest, `card` is the text
        of the README; neither is part of the id: where the same content is frozen already, that snapshot is given back.
        `parent` is a reference or an id. Rows are kept in the order of their keys.
        Raises UnusableParameter (name, time, keys), UnusableFrame (a key missing or repeated), UnknownSnapshot
        (parent), DiskFull. Whatever is raised, nothing is left behind.
        """
        from prep.content import canonical, column_digests, content_id

        _check_name(name, "name")
        if created_at.tzinfo is None:
            raise UnusableParameter("created_at has no time zone. Give one: datetime.now(UTC).")
        if not tables:
            raise UnusableParameter("There is nothing to freeze. Give at least one table.")
        frozen: dict[str, pl.DataFrame] = {}
        told: dict[str, dict[str, Any]] = {}
        for table, frame in tables.items():
            _check_name(table, "table")
            frozen[table] = canonical(to_polars(frame), keys.get(table, ()))
            digests = column_digests(frozen[table])
            told[table] = {"keys": list(keys[table]), "rows": frozen[table].height, "digests": digests}
        found = {
            "format": manifests.FORMAT,
            "name": name,
            "id": content_id(told),
            "created_at": created_at.astimezone(UTC).isoformat(),
            "parent": self._parent(name, parent),
            "tables": {table: _facts(table, frozen[table], told[table]) for table in frozen},
            "about": manifests.plain(about),
        }
        with full_disk_is_said(self.root / name):
            return self._keep(found, frozen, card)

    def get(self, ref: str) -> Snapshot:
        """The snapshot of that reference. Raises UnknownSnapshot, naming the nearest, and DamagedSnapshot."""
        name, sign, at = ref.partition("@")
        if not _NAME.fullmatch(name) or not (self.root / name).is_dir():
            raise UnknownSnapshot("snapshot", name, self.names())
        _refuse_bare(ref, sign, at)
        if not sign:
            return self._latest(name)
        tags = self.tags(name)
        if at in tags:
            return self._open(name, tags[at])
        ids = [path.name for path in self._folders(name)]
        matching = [id_ for id_ in ids if id_.startswith(at)] if _PREFIX.fullmatch(at) else []
        if len(matching) > 1:
            raise UnknownSnapshot("snapshot", ref, cure=f"{len(matching)} ids begin so; give more digits.")
        if not matching:
            known = [f"{name}@{tag}" for tag in tags] + [f"{name}@{id_[:12]}" for id_ in ids]
            raise UnknownSnapshot("snapshot", ref, known)
        return self._open(name, matching[0])

    def names(self) -> list[str]:
        """The names under which something is frozen."""
        if not self.root.is_dir():
            return []
        return sorted(
            path.name for path in self.root.iterdir() if _NAME.fullmatch(path.name) and self._folders(path.name)
        )

    def list(self, name: str | None = None) -> list[Snapshot]:
        """Every sound snapshot (of one name), the oldest first; what is damaged is told by `verify`."""
        found = []
        for one in self.names() if name is None else [name]:
            for folder in self._folders(one):
                with contextlib.suppress(DamagedSnapshot):
                    found.append(self._open(one, folder.name))
        return sorted(found, key=lambda snapshot: (snapshot.created_at, snapshot.id))

    def tag(self, ref: str, tag: str) -> None:
        """Give a snapshot a name that can be moved: `name@tag`. Raises UnusableParameter for a tag like an id."""
        _check_name(tag, "tag")
        if _PREFIX.fullmatch(tag):
            raise UnusableParameter(
                f"The tag {tag!r} could be the beginning of an id. Give it a letter after f, or a dash."
            )
        snapshot = self.get(ref)
        with locked(self.root / snapshot.name):
            refs = self._refs(snapshot.name)
            refs["tags"][tag] = snapshot.id
            self._write_refs(snapshot.name, refs)

    def untag(self, name: str, tag: str) -> None:
        """Take a tag away; its snapshot stays. Raises UnknownSnapshot."""
        if tag not in self.tags(name):
            raise UnknownSnapshot("tag", tag, self.tags(name))
        with locked(self.root / name):
            refs = self._refs(name)
            refs["tags"].pop(tag, None)
            self._write_refs(name, refs)

    def tags(self, name: str) -> dict[str, str]:
        """The tags of a name, each with the id it stands for."""
        return dict(sorted(self._refs(name)["tags"].items()))

    def diff(self, before: str, after: str, *, table: str = "items", label: str = "label") -> Diff:
        """What changed between two snapshots, by key; `label` is the column whose changes are listed from → to."""
        from prep.diff import compare

        return compare(self.get(before), self.get(after), table=table, label=label)

    def verify(self, ref: str | None = None) -> Problems:
        """Compare every byte with what was frozen: of one snapshot, of all of one name ("name"), or of all there are.

        [] when all is as it was; nothing is mended. Raises UnknownSnapshot.
        """
        from prep.verify import problems_of, problems_of_refs

        name, sign, at = (ref or "").partition("@")
        _refuse_bare(name, sign, at)
        if name and name not in self.names():
            raise UnknownSnapshot("snapshot", name, self.names())
        if at:
            folder = self.root / name / at
            return problems_of(folder if _ID.fullmatch(at) and folder.is_dir() else self.get(str(ref)).path)
        found: Problems = []
        for one in [name] if name else self.names():
            for folder in self._folders(one):
                found += problems_of(folder)
            found += problems_of_refs(self.root / one)
        return found

    def _keep(self, found: dict[str, Any], frozen: Mapping[str, pl.DataFrame], card: str | None) -> Snapshot:
        folder = self.root / found["name"]
        if not (folder / found["id"]).is_dir():
            made_folder = not folder.exists()
            folder.mkdir(parents=True, exist_ok=True)
            try:
                with building(folder) as fresh:
                    snapshot = _write(fresh, found, frozen, card)
                    with _unless_there():
                        fresh.rename(folder / found["id"])
                        sync(folder)
                        return Snapshot(snapshot.name, snapshot.id, folder / found["id"], snapshot.manifest)
            finally:
                if made_folder:
                    with contextlib.suppress(OSError):  # only an empty folder goes
                        folder.rmdir()
        return self._again(found)

    def _again(self, found: Mapping[str, Any]) -> Snapshot:
        """The snapshot with that content that is there already; it becomes the latest."""
        snapshot = self._open(found["name"], found["id"])
        for file, facts in snapshot.manifest["files"].items():
            path = snapshot.path / file
            if not path.is_file() or path.stat().st_size != facts["bytes"]:
                raise DamagedSnapshot(
                    f"{snapshot.ref} has this content but {file} is damaged. Move its folder away, then freeze again."
                )
        with locked(self.root / snapshot.name):
            if self._latest(snapshot.name).id != snapshot.id:
                refs = self._refs(snapshot.name)
                refs["again"][snapshot.id] = found["created_at"]
                self._write_refs(snapshot.name, refs)
        return snapshot

    def _parent(self, name: str, parent: str | None) -> str | None:
        if parent is None:
            return None
        return self.get(parent if "@" in parent or not _PREFIX.fullmatch(parent) else f"{name}@{parent}").id

    def _latest(self, name: str) -> Snapshot:
        again = self._refs(name)["again"]
        found = self.list(name)
        if not found:
            raise UnknownSnapshot("snapshot", name, [other for other in self.names() if other != name])
        return max(
            found,
            key=lambda one: max(one.created_at, datetime.fromisoformat(again.get(one.id, _LONG_AGO))),
        )

    def _open(self, name: str, id_: str) -> Snapshot:
        path = self.root / name / id_
        if not path.is_dir():
            raise DamagedSnapshot(
                f"The snapshot {name}@{id_[:12]} is not there any more. Restore its folder from a backup."
            )
        return Snapshot(name, id_, path, manifests.read(path))

    def _folders(self, name: str) -> Folders:
        folder = self.root / name
        if not folder.is_dir():
            return []
        return sorted(path for path in folder.iterdir() if is_snapshot(path))

    def _refs(self, name: str) -> dict[str, dict[str, str]]:
        return read_refs(self.root / name)

    def _write_refs(self, name: str, refs: Mapping[str, Any]) -> None:
        with replacing(self.root / name / REFS) as file:
            file.write((json.dumps(refs, indent=2, sort_keys=True) + "\n").encode())


def load(
    ref: str,
    *,
    table: str = "items",
    workspace: Path | str | None = None,
    kind: Kind = "polars",
    split: str | None = None,
    columns: Sequence[str] | None = None,
) -> Frame:
    """A table of a frozen dataset: `prep.load("project@tag")`, `prep.load("project", kind="pandas", split="train")`.

    `workspace` is the folder that holds `snapshots/`; without it, the nearest one upward from here.
    Every byte is compared with the manifest first. Raises what `SnapshotStore.get` and `Snapshot.load` raise.
    """
    root = _workspace() if workspace is None else Path(workspace)
    return SnapshotStore(root / "snapshots").get(ref).load(table, kind, split=split, columns=columns)


def is_snapshot(path: Path) -> bool:
    """Whether a path inside a name's folder is called as a snapshot is: by an id."""
    return _ID.fullmatch(path.name) is not None


def read_refs(folder: Path) -> dict[str, dict[str, str]]:
    """The tags of the snapshots in a folder, and which were frozen again when. Raises DamagedSnapshot."""
    try:
        found = json.loads((folder / REFS).read_bytes())
    except FileNotFoundError:
        return {"tags": {}, "again": {}}
    except ValueError as error:
        raise DamagedSnapshot(
            f"The tags of {folder.name} ({REFS}) cannot be read: {error}. Restore the file from a backup."
        ) from error
    sections = found if isinstance(found, dict) else {}
    return {part: {str(k): str(v) for k, v in sections.get(part, {}).items()} for part in ("tags", "again")}


def _refuse_bare(ref: str, sign: str, at: str) -> None:
    """An @ with nothing behind it: a tag was meant and is missing, so the latest is not what was asked for."""
    if sign and not at:
        name = ref.removesuffix("@")
        cure = f"Give a tag or an id behind the @, or ask for {name!r}, the latest."
        raise UnknownSnapshot("snapshot", f"{name}@", cure=cure)


def _workspace() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "snapshots").is_dir():
            return folder
    raise UnknownSnapshot(
        "workspace", str(here), cure="No folder from here upward holds snapshots/; give workspace=, or go into one."
    )


def _write(folder: Path, found: dict[str, Any], frozen: Mapping[str, pl.DataFrame], card_text: str | None) -> Snapshot:
    from prep.card import card, croissant

    files: dict[str, dict[str, Any]] = {}
    found["files"] = files
    for table, frame in frozen.items():
        file = found["tables"][table]["file"]
        with writing(folder / file) as sink:
            write_parquet(
                frame, sink, {"assay.format": found["format"], "assay.snapshot": found["id"], "assay.table": table}
            )
        files[file] = {"bytes": sink.size, "sha256": sink.hexdigest()}
    beside = {
        "croissant.json": json.dumps(croissant(found), indent=2, ensure_ascii=False) + "\n",
        "README.md": card(found, card_text),
    }
    for file, text in beside.items():
        with writing(folder / file) as sink:
            sink.write(text.encode())
        files[file] = {"bytes": sink.size, "sha256": sink.hexdigest()}
    with writing(folder / manifests.FILE) as sink:
        sink.write(manifests.sealed(found))
    sync(folder)
    return Snapshot(found["name"], found["id"], folder, found)


def _facts(table: str, frame: pl.DataFrame, told: Mapping[str, Any]) -> dict[str, Any]:
    types = frame.schema
    return {
        "file": f"{table}.parquet",
        "rows": told["rows"],
        "keys": told["keys"],
        "columns": {name: {"type": str(types[name]), "sha256": told["digests"][name]} for name in frame.columns},
    }


@contextlib.contextmanager
def _unless_there() -> Iterator[None]:
    """Lets it be when the folder to be is there already: somebody froze the same content a moment ago."""
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
            raise


def _check_name(name: str, noun: str) -> None:
    if not _NAME.fullmatch(name) or name.startswith(NEW):
        raise UnusableParameter(
            f"The {noun} {name!r} cannot name a folder. Use letters, digits, '.', '_' and '-'; begin with no sign."
        )
