"""Whether snapshots are still what was frozen: every byte, every value, every tag."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prep import manifest as manifests
from prep.disk import NEW
from prep.errors import DamagedSnapshot, PrepError
from prep.frozen import Problem, file_problem
from prep.snapshot import REFS, is_snapshot, read_refs


def problems_of(folder: Path) -> list[Problem]:
    """What is wrong with the snapshot in a folder; [] when it is as it was frozen.

    Compared are the manifest with its seal, the files there are with those there should be, each file's size and
    SHA-256 and, where those are right, the id with the values read back.
    """
    ref = f"{folder.parent.name}@{folder.name[:12]}"
    try:
        manifest = manifests.read(folder)
    except DamagedSnapshot as error:
        return [Problem(ref, manifests.FILE, str(error))]
    found = [Problem(ref, file, what) for file, what in _wrong_files(folder, manifest)]
    return found or [Problem(ref, file, what) for file, what in _wrong_values(folder, manifest)]


def problems_of_refs(folder: Path) -> list[Problem]:
    """Tags that cannot be read, or stand for a snapshot that is not there; and what does not belong in the folder."""
    try:
        refs = read_refs(folder)
    except DamagedSnapshot as error:
        return [Problem(folder.name, REFS, str(error))]
    strays = [
        Problem(folder.name, path.name, "does not belong here: no snapshot and no tags")
        for path in sorted(folder.iterdir())
        if path.name != REFS and not path.name.startswith(NEW) and not is_snapshot(path)
    ]
    return strays + [
        Problem(folder.name, REFS, f"the tag {tag!r} stands for {id_[:12]}, which is not there")
        for tag, id_ in refs["tags"].items()
        if not (folder / id_).is_dir()
    ]


def _wrong_files(folder: Path, manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for file, facts in manifest["files"].items():
        if (wrong := file_problem(folder, file, facts)) is not None:
            yield file, wrong
    wanted = {*manifest["files"], manifests.FILE}
    for path in sorted(folder.rglob("*")):
        if str(path.relative_to(folder)) not in wanted:
            yield str(path.relative_to(folder)), "was not there when it was frozen"


def _wrong_values(folder: Path, manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    import polars as pl

    from prep.content import canonical, column_digests, content_id

    told = {}
    for table, facts in manifest["tables"].items():
        try:
            frame = canonical(pl.read_parquet(folder / facts["file"], glob=False), facts["keys"])
        except (PrepError, pl.exceptions.PolarsError, OSError) as error:
            yield facts["file"], f"cannot be read: {error}"
            return
        told[table] = {"keys": facts["keys"], "rows": frame.height, "digests": column_digests(frame)}
    if content_id(told) != manifest["id"]:
        yield manifests.FILE, "its values do not give its id"
