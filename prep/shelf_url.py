"""Where snapshots lie elsewhere: any address that fsspec knows (s3://, memory://, file://). Knows no frame.

An object store has no rename and no lock. So the manifest is sent last: before it is there, there is no snapshot, and
whoever is killed meanwhile leaves what was there before (and files that `gc` takes away). What is read is kept in a
folder of this machine and compared with the manifest, so that every reader reads plain files.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from prep import manifest as manifests
from prep.disk import NEW, file_sha256
from prep.errors import DamagedSnapshot, Unreachable, UnusableParameter
from prep.shelf import GONE, ID, NAME, REFS, Refs, parsed_gone, parsed_refs, safe

_BLOCK = 1 << 22


class Url:
    """A shelf at an address. `options` are fsspec's own (keys, endpoint); they are never shown."""

    def __init__(self, url: str, options: Mapping[str, Any] | None = None, cache: Path | None = None) -> None:
        import fsspec

        self.url = url.rstrip("/")
        try:
            self._fs, self._root = fsspec.core.url_to_fs(self.url, **(options or {}))
        except (ValueError, ImportError) as error:
            raise UnusableParameter(
                f"{self.url!r} cannot be used: {error}. Name a folder, or a URL such as s3://bucket/folder "
                "(it needs `pip install 'assay[s3]'`)."
            ) from error
        self._root = self._root.rstrip("/")
        place = hashlib.sha256(f"{self.url}{self._fs.to_json()}".encode()).hexdigest()[:16]
        self._cache = (cache or Path.home() / ".cache" / "assay" / "snapshots") / place

    @property
    def place(self) -> str:
        """The URL."""
        return self.url

    def names(self) -> list[str]:
        """Folders that lie there."""
        return [
            name
            for name in self._listed("")
            if NAME.fullmatch(name) and (self.ids(name) or self._listed(f"{name}/{GONE}"))
        ]

    def ids(self, name: str) -> list[str]:
        """Those with a manifest: what has none was never finished."""
        with self._said():
            return [
                id_
                for id_ in self._listed(name)
                if ID.fullmatch(id_) and self._fs.exists(self._at(name, id_, manifests.FILE))
            ]

    def folder(self, name: str, id_: str) -> Path:
        """Where files are kept that were fetched."""
        return self._cache / name / id_

    def manifest(self, name: str, id_: str) -> dict[str, Any]:
        """Fetched anew each time: it is small."""
        folder = self.folder(name, id_)
        folder.mkdir(parents=True, exist_ok=True)
        raw = self._read(name, id_, manifests.FILE)
        if raw is None:
            raise DamagedSnapshot(f"The snapshot {name}@{id_[:12]} has no {manifests.FILE} at {self.url}.")
        found = manifests.parsed(raw, id_)
        safe(found, f"{name}@{id_[:12]}")
        _put(folder / manifests.FILE, raw)
        return found

    def fetch(self, name: str, id_: str, file: str) -> None:
        """Copied here, unless it is here already with its right bytes; what comes with other bytes is refused."""
        path = self.folder(name, id_) / file
        folder = self.folder(name, id_)
        held = manifests.read(folder) if (folder / manifests.FILE).is_file() else self.manifest(name, id_)
        facts = held["files"][file]
        if path.is_file() and path.stat().st_size == facts["bytes"] and file_sha256(path) == facts["sha256"]:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{NEW}{path.name}-{tempfile.gettempprefix()}{id(path):x}")
        try:
            with self._said():
                try:
                    self._fs.get_file(self._at(name, id_, file), str(fresh))
                except FileNotFoundError:
                    raise DamagedSnapshot(f"{name}@{id_[:12]}: {file} is missing at {self.url}.") from None
            if fresh.stat().st_size != facts["bytes"] or file_sha256(fresh) != facts["sha256"]:
                raise DamagedSnapshot(
                    f"{name}@{id_[:12]}: {file} has other bytes at {self.url} than were frozen. Freeze the dataset again."
                )
            fresh.rename(path)
        finally:
            fresh.unlink(missing_ok=True)

    def refs(self, name: str) -> Refs:
        """From refs.json."""
        raw = self._read(name, REFS)
        return {"tags": {}, "again": {}} if raw is None else parsed_refs(raw, name)

    def write_refs(self, name: str, refs: Mapping[str, Any]) -> None:
        """One object, put at once; of two that put at the same time the later one stays."""
        self._send((json.dumps(refs, indent=2, sort_keys=True) + "\n").encode(), name, REFS)

    def gone(self, name: str) -> dict[str, dict[str, Any]]:
        """From the objects in gone/."""
        found = {}
        for file in self._listed(f"{name}/{GONE}"):
            id_ = file.removesuffix(".json")
            raw = self._read(name, GONE, file)
            if ID.fullmatch(id_) and raw is not None:
                found[id_] = parsed_gone(raw, name, id_)
        return found

    def write_gone(self, name: str, id_: str, record: Mapping[str, Any]) -> None:
        """An object of its own for each."""
        self._send(manifests.sealed(record), name, GONE, f"{id_}.json")

    def forget_gone(self, name: str, id_: str) -> None:
        """Its record goes."""
        with self._said():
            if self._fs.exists(self._at(name, GONE, f"{id_}.json")):
                self._fs.rm_file(self._at(name, GONE, f"{id_}.json"))

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[None]:  # noqa: ARG002 - there is nothing to lock
        """An object store has no lock; every object is put at once, and snapshots never change."""
        yield

    @contextlib.contextmanager
    def building(self, name: str) -> Iterator[Path]:  # noqa: ARG002 - built on this machine
        """On this machine."""
        with tempfile.TemporaryDirectory(prefix="assay-snapshot-") as folder:
            fresh = Path(folder) / "fresh"
            fresh.mkdir()
            yield fresh

    def is_sound(self, name: str, id_: str, file: str, facts: Mapping[str, Any]) -> bool:
        """By its size: an object store keeps its own sums, and copies within itself."""
        with self._said():
            try:
                return int(self._fs.info(self._at(name, id_, file))["size"]) == int(facts["bytes"])
            except FileNotFoundError:
                return False

    def put_same(self, name: str, id_: str, file: str, target: Path) -> None:
        """Nothing here: `keep` lets the other side copy it."""

    def keep(self, name: str, id_: str, fresh: Path, files: list[str], same: Mapping[str, tuple[str, str]]) -> bool:
        """Every file, then the manifest. What an earlier snapshot has is copied by the other side and not sent."""
        with self._said():
            if self._fs.exists(self._at(name, id_, manifests.FILE)):
                return False
            for file in files:
                self._make_folder(name, id_, file)
                if file in same:
                    held, source = same[file]
                    self._fs.cp_file(self._at(name, held, *source.split("/")), self._at(name, id_, file))
                    continue
                self._fs.put_file(str(fresh / file), self._at(name, id_, file))
            self._fs.put_file(str(fresh / manifests.FILE), self._at(name, id_, manifests.FILE))
            self._fs.invalidate_cache()
        return True

    def remove(self, name: str, id_: str) -> None:
        """The manifest first: nobody ever sees half of it."""
        with self._said():
            if self._fs.exists(self._at(name, id_, manifests.FILE)):
                self._fs.rm_file(self._at(name, id_, manifests.FILE))
            if self._fs.exists(self._at(name, id_)):
                self._fs.rm(self._at(name, id_), recursive=True)
            self._fs.invalidate_cache()
        shutil.rmtree(self.folder(name, id_), ignore_errors=True)

    def stray(self, name: str) -> dict[str, tuple[int, float]]:
        """Files that no manifest names: those of an upload that was cut off."""
        found = {}
        with self._said():
            self._fs.invalidate_cache()
            there = self._fs.find(self._at(name), detail=True) if self._fs.exists(self._at(name)) else {}
            wanted = {self._at(name, REFS)}
            for id_ in self.ids(name):
                with contextlib.suppress(DamagedSnapshot):
                    wanted |= {
                        self._at(name, id_, file) for file in [*self.manifest(name, id_)["files"], manifests.FILE]
                    }
            for path, facts in there.items():
                short = str(path).removeprefix(self._at(name) + "/")
                if path not in wanted and not short.startswith(f"{GONE}/"):
                    found[short] = (int(facts.get("size") or 0), _written(facts))
        return found

    def remove_stray(self, name: str, file: str) -> None:
        """One object."""
        with self._said():
            self._fs.rm_file(self._at(name, *file.split("/")))

    def sizes(self, name: str, id_: str) -> dict[str, int]:
        """Of each file, also of those that do not belong there."""
        with self._said():
            self._fs.invalidate_cache()
            there = self._fs.find(self._at(name, id_), detail=True)
        return {
            str(path).removeprefix(self._at(name, id_) + "/"): int(facts["size"])
            for path, facts in sorted(there.items())
        }

    def sha256(self, name: str, id_: str, file: str) -> str:
        """Every byte comes over the wire."""
        digest = hashlib.sha256()
        with self._said(), self._fs.open(self._at(name, id_, file), "rb") as source:
            while block := source.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()

    def _at(self, *parts: str) -> str:
        return "/".join([self._root, *parts])

    def _listed(self, folder: str) -> list[str]:
        with self._said():
            self._fs.invalidate_cache()
            try:
                there = self._fs.ls(self._at(*filter(None, folder.split("/"))), detail=False)
            except FileNotFoundError:
                return []
        return sorted({str(path).rstrip("/").rsplit("/", 1)[-1] for path in there})

    def _read(self, *parts: str) -> bytes | None:
        with self._said():
            try:
                raw: bytes = self._fs.cat_file(self._at(*parts))
            except FileNotFoundError:
                return None
        return raw

    def _send(self, raw: bytes, *parts: str) -> None:
        with self._said():
            self._make_folder(*parts)
            self._fs.pipe_file(self._at(*parts), raw)

    def _make_folder(self, *parts: str) -> None:
        """Where the address has folders, that of a file; an object store has none."""
        above = "/".join(["/".join(parts)]).rpartition("/")[0]
        with contextlib.suppress(FileExistsError):
            if "s3" not in self._protocols():
                self._fs.makedirs(self._at(above), exist_ok=True)

    def _protocols(self) -> tuple[str, ...]:
        protocol = self._fs.protocol
        return (protocol,) if isinstance(protocol, str) else tuple(protocol)

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """Raises Unreachable for what the other side, or the way there, does wrong."""
        try:
            yield
        except _failures() as error:
            raise Unreachable(self.url, f"{type(error).__name__}: {error}") from error


def _failures() -> tuple[type[Exception], ...]:
    """What file systems raise: OSError, and what the client of S3 has of its own where it is loaded."""
    found: list[type[Exception]] = [OSError]
    if (client := sys.modules.get("botocore.exceptions")) is not None:
        found += [client.BotoCoreError, client.ClientError]
    return tuple(found)


def _written(facts: Mapping[str, Any]) -> float:
    """When a file was written, in seconds since 1970; 0 where the address does not say."""
    told = facts.get("LastModified") or facts.get("mtime") or facts.get("created") or 0.0
    return float(told.timestamp() if hasattr(told, "timestamp") else told)


def _put(path: Path, raw: bytes) -> None:
    fresh = path.with_name(f"{NEW}{path.name}-{id(raw):x}")
    fresh.write_bytes(raw)
    fresh.replace(path)
