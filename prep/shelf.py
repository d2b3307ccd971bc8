"""Where snapshots lie on this machine: folders, tags and the record of what was taken away. Knows no frame.

<root>/<name>/<id>/            a snapshot; `prep.manifest` says what is in it
<root>/<name>/refs.json        the tags
<root>/<name>/gone/<id>.json   why a snapshot is not there any more
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from prep import manifest as manifests
from prep.disk import NEW, building, file_sha256, locked, put_same, replacing, sync
from prep.errors import DamagedSnapshot, UnknownSnapshot, UnsafeManifest, UnusableParameter

REFS, GONE = "refs.json", "gone"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
ID = re.compile(r"[0-9a-f]{64}")
Refs = dict[str, dict[str, str]]


class Shelf(Protocol):
    """What a store asks of the place where its snapshots lie."""

    @property
    def place(self) -> str:
        """What to call it before a person: a folder or a URL."""

    def names(self) -> list[str]:
        """The names under which something lies, or lay."""

    def ids(self, name: str) -> list[str]:
        """The ids of the snapshots of a name, in order."""

    def folder(self, name: str, id_: str) -> Path:
        """The folder on this machine that holds a snapshot's files, or will once they are fetched."""

    def manifest(self, name: str, id_: str) -> dict[str, Any]:
        """A snapshot's manifest. Raises DamagedSnapshot."""

    def fetch(self, name: str, id_: str, file: str) -> None:
        """See to it that a file of a snapshot is in its folder."""

    def refs(self, name: str) -> Refs:
        """The tags of a name, and which snapshots were frozen again when. Raises DamagedSnapshot."""

    def write_refs(self, name: str, refs: Mapping[str, Any]) -> None:
        """Put these in the place of the old; wholly or not at all."""

    def gone(self, name: str) -> dict[str, dict[str, Any]]:
        """What was taken away on purpose, by id. Raises DamagedSnapshot."""

    def write_gone(self, name: str, id_: str, record: Mapping[str, Any]) -> None:
        """Say for ever why a snapshot is not there."""

    def forget_gone(self, name: str, id_: str) -> None:
        """Take back that a snapshot is gone: the same content was frozen anew."""

    def locked(self, name: str) -> contextlib.AbstractContextManager[None]:
        """Nobody else changes what lies under that name while the block runs."""

    def building(self, name: str) -> contextlib.AbstractContextManager[Path]:
        """A new folder to build in; gone when the block ends, unless it was kept."""

    def is_sound(self, name: str, id_: str, file: str, facts: Mapping[str, Any]) -> bool:
        """Whether a file of a snapshot is as it was frozen, and may be taken over into another."""

    def put_same(self, name: str, id_: str, file: str, target: Path) -> None:
        """Take such a file over into what is being built."""

    def keep(self, name: str, id_: str, fresh: Path, files: list[str], same: Mapping[str, tuple[str, str]]) -> bool:
        """Make what was built the snapshot; False where somebody was faster. `same` are the files taken over."""

    def remove(self, name: str, id_: str) -> None:
        """Take a snapshot away, every file of it."""

    def stray(self, name: str) -> dict[str, tuple[int, float]]:
        """What lies there and belongs to nothing, with its bytes and when it was written (seconds since 1970)."""

    def remove_stray(self, name: str, file: str) -> None:
        """Take away one of those."""

    def sizes(self, name: str, id_: str) -> dict[str, int]:
        """The bytes of each file of a snapshot as they lie there."""

    def sha256(self, name: str, id_: str, file: str) -> str:
        """The SHA-256 of a file's bytes as they lie there."""


def safe(manifest: Mapping[str, Any], ref: str) -> Mapping[str, Any]:
    """The manifest, when every file it names lies inside its own folder. Raises UnsafeManifest."""
    files = list(manifest["files"])
    named = [part["file"] for facts in manifest["tables"].values() for part in facts["parts"]]
    for file in [*files, *named]:
        parts = str(file).split("/")
        if "\\" in file or "\0" in file or len(parts) > 2 or not all(NAME.fullmatch(part) for part in parts):
            raise UnsafeManifest(
                f"The {manifests.FILE} of {ref} names the file {file!r}, which is not inside its folder. "
                "It was not made by Assay: do not use it, and find out who put it there."
            )
    if missing := [file for file in named if file not in manifest["files"]]:
        raise DamagedSnapshot(f"The {manifests.FILE} of {ref} says nothing of its part {missing[0]!r}.")
    return manifest


def parsed_refs(raw: bytes, name: str) -> Refs:
    """The tags as they stand in the file. Raises DamagedSnapshot."""
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise DamagedSnapshot(
            f"The tags of {name} ({REFS}) cannot be read: {error}. Restore the file from a backup."
        ) from error
    sections = found if isinstance(found, dict) else {}
    return {part: {str(k): str(v) for k, v in sections.get(part, {}).items()} for part in ("tags", "again")}


def parsed_gone(raw: bytes, name: str, id_: str) -> dict[str, Any]:
    """One record of what was taken away, with its seal right. Raises DamagedSnapshot."""
    try:
        found = json.loads(raw)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not manifests.is_sealed(found) or found.get("id") != id_:
        raise DamagedSnapshot(
            f"The record of why {name}@{id_[:12]} is gone ({GONE}/{id_}.json) was changed. Restore it from a backup."
        )
    found.pop("seal")
    return found


class Folder:
    """A shelf that is a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    @property
    def place(self) -> str:
        """The folder."""
        return str(self.root)

    def names(self) -> list[str]:
        """Folders with a snapshot in them, or the record of one."""
        if not self.root.is_dir():
            return []
        return sorted(
            path.name
            for path in self.root.iterdir()
            if NAME.fullmatch(path.name) and (self.ids(path.name) or (path / GONE).is_dir())
        )

    def ids(self, name: str) -> list[str]:
        """Folders that are called as a snapshot is."""
        folder = self.root / name
        if not folder.is_dir():
            return []
        return sorted(path.name for path in folder.iterdir() if ID.fullmatch(path.name))

    def folder(self, name: str, id_: str) -> Path:
        """The folder itself."""
        return self.root / name / id_

    def manifest(self, name: str, id_: str) -> dict[str, Any]:
        """Read from the folder."""
        found = manifests.read(self.folder(name, id_))
        safe(found, f"{name}@{id_[:12]}")
        return found

    def fetch(self, name: str, id_: str, file: str) -> None:
        """It is there already, or it is not a file of ours: a link out of the folder is not followed."""
        path = self.folder(name, id_) / file
        if path.is_symlink() or path.parent.is_symlink():
            raise DamagedSnapshot(
                f"{name}@{id_[:12]}: {file} is a link to elsewhere. Put the file itself in its place."
            )

    def refs(self, name: str) -> Refs:
        """From refs.json."""
        try:
            return parsed_refs((self.root / name / REFS).read_bytes(), name)
        except FileNotFoundError:
            return {"tags": {}, "again": {}}

    def write_refs(self, name: str, refs: Mapping[str, Any]) -> None:
        """Into refs.json."""
        with replacing(self.root / name / REFS) as file:
            file.write((json.dumps(refs, indent=2, sort_keys=True) + "\n").encode())

    def gone(self, name: str) -> dict[str, dict[str, Any]]:
        """From the files in gone/."""
        files = sorted((self.root / name / GONE).glob("*.json"))
        return {file.stem: parsed_gone(file.read_bytes(), name, file.stem) for file in files}

    def write_gone(self, name: str, id_: str, record: Mapping[str, Any]) -> None:
        """A file of its own for each."""
        folder = self.root / name / GONE
        folder.mkdir(exist_ok=True)
        with replacing(folder / f"{id_}.json") as file:
            file.write(manifests.sealed(record))

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """By a lock on the folder."""
        (self.root / name).mkdir(parents=True, exist_ok=True)
        with locked(self.root / name):
            yield

    @contextlib.contextmanager
    def building(self, name: str) -> Iterator[Path]:
        """Beside the snapshots; a folder made for the first is taken away when nothing came of it."""
        folder = self.root / name
        made = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with building(folder) as fresh:
                yield fresh
        finally:
            if made:
                with contextlib.suppress(OSError):  # only an empty folder goes
                    folder.rmdir()

    def is_sound(self, name: str, id_: str, file: str, facts: Mapping[str, Any]) -> bool:
        """By its SHA-256: what is damaged must not spread."""
        path = self.folder(name, id_) / file
        is_plain = path.is_file() and not path.is_symlink() and path.stat().st_size == facts["bytes"]
        return is_plain and file_sha256(path) == facts["sha256"]

    def put_same(self, name: str, id_: str, file: str, target: Path) -> None:
        """A second name for the same file."""
        put_same(self.folder(name, id_) / file, target)

    def forget_gone(self, name: str, id_: str) -> None:
        """Its record goes."""
        (self.root / name / GONE / f"{id_}.json").unlink(missing_ok=True)

    def keep(
        self,
        name: str,
        id_: str,
        fresh: Path,
        files: list[str],
        same: Mapping[str, tuple[str, str]],  # noqa: ARG002 - they are there already
    ) -> bool:
        """By a rename: all of it is there, or none."""
        for file in {str(Path(file).parent) for file in files} - {"."}:
            sync(fresh / file)
        sync(fresh)
        try:
            fresh.rename(self.folder(name, id_))
        except OSError as error:
            if error.errno not in {errno.EEXIST, errno.ENOTEMPTY}:
                raise
            return False
        sync(self.root / name)
        return True

    def remove(self, name: str, id_: str) -> None:
        """By a rename first: nobody ever sees half of it."""
        folder = self.folder(name, id_)
        if not folder.exists():
            return
        doomed = folder.with_name(f"{NEW}gone-{id_[:16]}-{os.getpid()}")
        folder.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
        sync(self.root / name)

    def stray(self, name: str) -> dict[str, tuple[int, float]]:
        """Half-built folders nobody works in any more, and files that no manifest names."""
        folder = self.root / name
        with self.locked(name):  # what killed ones left half-made is swept by taking the lock
            pass
        found = {
            path.name: (_bytes(path), path.lstat().st_mtime)
            for path in folder.iterdir()
            if path.name not in {REFS, GONE} and not path.name.startswith(NEW) and not ID.fullmatch(path.name)
        }
        for id_ in self.ids(name):
            with contextlib.suppress(DamagedSnapshot):  # told by verify; nothing is thrown away on its word
                wanted = {*self.manifest(name, id_)["files"], manifests.FILE}
                found |= {
                    f"{id_}/{file}": (size, (folder / id_ / file).lstat().st_mtime)
                    for file, size in self.sizes(name, id_).items()
                    if file not in wanted
                }
        return found

    def remove_stray(self, name: str, file: str) -> None:
        """A file, a link or a folder."""
        path = self.root / name / file
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    def sizes(self, name: str, id_: str) -> dict[str, int]:
        """Of each file, also of those that do not belong there."""
        folder = self.folder(name, id_)
        return {
            str(path.relative_to(folder)): path.lstat().st_size
            for path in sorted(folder.rglob("*"))
            if path.is_symlink() or not path.is_dir()
        }

    def sha256(self, name: str, id_: str, file: str) -> str:
        """Read from the disk."""
        return file_sha256(self.folder(name, id_) / file)


def _bytes(path: Path) -> int:
    if path.is_dir() and not path.is_symlink():
        return sum(one.lstat().st_size for one in path.rglob("*") if not one.is_dir())
    return path.lstat().st_size


def open_shelf(root: Path | str, options: Mapping[str, Any] | None, cache: Path | None) -> Shelf:
    """The shelf in a folder, or at a URL. Raises UnusableParameter for a folder with options."""
    if isinstance(root, str) and "://" in root:
        from prep.shelf_url import Url

        return Url(root, options, cache)
    if options:
        raise UnusableParameter(f"{root} is a folder, which has no options. Leave them out, or give a URL.")
    return Folder(Path(root))


def nearest_workspace() -> Path:
    """The nearest folder upward from here that holds `snapshots/`. Raises UnknownSnapshot."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "snapshots").is_dir():
            return folder
    raise UnknownSnapshot(
        "workspace", str(here), cure="No folder from here upward holds snapshots/; give workspace=, or go into one."
    )
