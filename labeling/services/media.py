"""Media of a project: brought in by what they contain, and taken away."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from labeling.errors import Closed, Conflict, NotFound, Unusable
from labeling.media import Limits
from labeling.media.names import clean_name
from labeling.media.shelf import Laid, Shelf
from labeling.model import AddedMedia
from labeling.store import Store, Writing, media, projects
from labeling.store.rows import batched
from prep.phrase import numeral, phrase

MOST_FILES = 100_000
"""Of one call."""
AT_ONCE = 2_000
"""Names written in one go, so that no desk waits."""
MOST_TIMES = 10
"""So many times the size of a zip may come out of it: pictures and sounds are packed already, a bomb is not."""
LEAST_OUT = 100_000_000
JUNK = {".ds_store", "thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that is sent: what it is called, and how it is opened; or why it cannot be."""

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]


def add_media(
    store: Store,
    *,
    workspace: Path,
    project: int,
    files: Iterable[Sent],
    actor: int | None,
    limits: Limits | None = None,
    strip: bool = False,
    progress: Callable[[int], None] | None = None,
) -> AddedMedia:
    """Take in files, each by what it contains. What cannot be used is refused by name with the reason; the rest is in.

    A name that is taken keeps its content for ever: items name it, and answers were given to it. `strip` takes out of
    photos where they were taken. Raises Closed, and Unusable where nothing was sent or it is too much.
    """
    here = store.write(_open, project=project)
    shelf = Shelf(workspace, here)
    laid: dict[str, Laid] = {}
    refused: list[tuple[str, str]] = []
    added, stay = 0, set[str]()
    try:
        for name, came in _laid(files, shelf, limits or Limits(), strip=strip, progress=progress):
            if isinstance(came, str):
                refused.append((name, came))
            elif laid.setdefault(name, came).hash != came.hash:
                refused.append((name, _TWICE))
        if not laid and not refused:
            raise Unusable(
                phrase("No file was sent"), cure=phrase("Choose pictures, sounds or films, or one zip of them.")
            )
        shelf.sync()
        for some in batched(list(laid), AT_ONCE):
            done, clashes = store.write(
                _add, project=project, shelf=shelf, laid=[(n, laid[n]) for n in some], actor=actor
            )
            added += done
            refused += clashes.items()
    finally:
        store.write(_sweep, project=project, shelf=shelf, files=[one.file for one in laid.values()])
    stay = laid.keys() - dict(refused).keys()
    return AddedMedia(
        added,
        len(stay) - added,
        sum(laid[name].bytes for name in stay),
        tuple(refused),
        tuple(name for name in laid if name in stay and laid[name].facts.has_place),
    )


def _laid(
    files: Iterable[Sent], shelf: Shelf, limits: Limits, *, strip: bool, progress: Callable[[int], None] | None
) -> Iterator[tuple[str, Laid | str]]:
    """Each file's name with what was laid on the shelf, or why it was not."""
    for number, one in enumerate(files, 1):
        if number > MOST_FILES:
            raise Unusable(
                phrase("More than %(MOST_FILES)s files were sent at once", MOST_FILES=numeral(MOST_FILES)),
                cure=phrase("Send them in several goes."),
            )
        try:
            name = clean_name(one.name)
            with one.open() as source:
                yield name, shelf.lay(source, most_bytes=limits.bytes, megapixels=limits.megapixels, strip=strip)
        except Flood:
            raise
        except Unusable as error:
            yield one.name[:200], str(error)
        if progress is not None:
            progress(number)


_TAKEN = str(
    Unusable(
        phrase("There is another file of that name, and items may name it"), cure=phrase("Give this one another name.")
    )
)
_TWICE = str(
    Unusable(
        phrase("Two files of that name were sent, and the second is another one"), cure=phrase("Give it another name.")
    )
)
_LOST = str(Unusable(phrase("It was taken away again while it came in"), cure=phrase("Send it once more.")))


def _open(tx: Writing, *, project: int) -> str:
    here = projects.by_id(tx.connection, project)
    if here.closed_at is not None:
        raise Closed(phrase("The project %(title)r is closed and takes no media. Reopen it first.", title=here.title))
    return here.name


def _add(
    tx: Writing, *, project: int, shelf: Shelf, laid: list[tuple[str, Laid]], actor: int | None
) -> tuple[int, dict[str, str]]:
    """How many names are new, and which could not be had, with the reason."""
    there = media.exact(tx.connection, project, [name for name, _ in laid])
    clashes = {name: _TAKEN for name, one in laid if name in there and there[name].hash != one.hash}
    # Who takes media away does it here too, one after the other: what is on the shelf now stays there.
    clashes |= {name: _LOST for name, one in laid if name not in clashes and not shelf.path(one.file).is_file()}
    rows = [_row(name, one) for name, one in laid if name not in there and name not in clashes]
    if rows:
        media.add(tx.connection, project, rows, member=actor, now=tx.now)
        name = projects.by_id(tx.connection, project).name
        total = sum(row["bytes"] for row in rows)
        tx.log(actor, "add_media", project, name, added=len(rows), bytes=total, content=_digest(rows))
    return len(rows), clashes


def _row(name: str, one: Laid) -> dict[str, Any]:
    facts = one.facts
    return {
        "name": name,
        "hash": one.hash,
        "type": facts.type,
        "bytes": one.bytes,
        "width": facts.width,
        "height": facts.height,
        "seconds": facts.seconds,
        "has_place": facts.has_place,
    }


def _digest(rows: Iterable[dict[str, Any]]) -> str:
    """The SHA-256 of "hash name" lines by name: what came in can be proved by it."""
    lines = sorted(f"{row['hash']} {row['name']}\n" for row in rows)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _sweep(tx: Writing, *, project: int, shelf: Shelf, files: Iterable[str]) -> None:
    """Take away what was laid and nothing names."""
    for file in files:
        if media.by_hash(tx.connection, project, file[:64]) is None:
            shelf.take(file)


def remove_media(
    tx: Writing, *, workspace: Path, project: int, names: Sequence[str], reason: str, actor: int | None
) -> int:
    """Take media away for good, with their files; how many. Not those that items name.

    Raises NotFound, Conflict naming one that is in use, and Unusable without a reason.
    """
    if not reason.strip():
        raise Unusable(
            phrase("There is no reason"), cure=phrase("Say why they are taken away: the reason is kept in the log.")
        )
    here = projects.by_id(tx.connection, project)
    there = media.exact(tx.connection, project, names)
    for name in names:
        if name not in there:
            raise NotFound("medium", name, list(there))
    used = media.named_by(tx.connection, project) & there.keys()
    if used:
        raise Conflict(phrase("An item names %(used)r. Erase the item first: its media go with it.", used=min(used)))
    rows = [{"name": one.name, "hash": one.hash} for one in there.values()]
    files = media.remove(tx.connection, project, names)
    tx.log(actor, "remove_media", project, here.name, count=len(there), reason=reason.strip(), content=_digest(rows))
    shelf = Shelf(workspace, here.name)
    for file in files:
        shelf.take(file)
    return len(there)


def verify_media(store: Store, *, workspace: Path) -> tuple[int, list[str]]:
    """How many media there are in all projects, and what is wrong with them: gone, or not what came in."""
    problems, number = [], 0
    with store.read() as connection:
        for project in projects.listing(connection):
            shelf = Shelf(workspace, project.name)
            whole: dict[str, bool] = {}
            for one in media.each(connection, project.id):
                number += 1
                if not whole.setdefault(one.file, shelf.is_whole(one.file)):
                    what = "has another content" if shelf.path(one.file).exists() else "is gone"
                    problems.append(f"{project.name}: {one.name} ({one.file}) {what}")
    return number, problems


def in_folder(folder: Path) -> Iterator[Sent]:
    """The files below a folder, under their names within it. Links are not followed; hidden files are passed over."""
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or any(part.startswith(".") for part in inner.parts):
            continue
        if path.name.casefold() not in JUNK:
            yield Sent(inner.as_posix(), lambda path=path: path.open("rb"))  # type: ignore[misc] # bound now


def in_zip(source: Path | BinaryIO, *, limits: Limits | None = None) -> Iterator[Sent]:
    """The files in a zip. Folders and the litter that systems leave are passed over.

    Raises Unusable for a file that is no zip, and where more comes out than a zip of media can hold: what its own table
    says is not believed, it is counted. A link, a locked file or one that is damaged is refused when opened.
    """
    most_each = (limits or Limits()).bytes
    if isinstance(source, Path):
        weight = source.stat().st_size
    else:
        weight = source.seek(0, io.SEEK_END)
    left = _Left(max(LEAST_OUT, MOST_TIMES * weight))
    try:
        with zipfile.ZipFile(source) as packed:
            entries = [one for one in packed.infolist() if not one.is_dir() and not _is_litter(one.filename)]
            if len(entries) > MOST_FILES:
                raise Unusable(
                    phrase("The zip holds %(entries)s files", entries=numeral(len(entries))),
                    cure=phrase("Send at most %(MOST_FILES)s at once.", MOST_FILES=numeral(MOST_FILES)),
                )
            for entry in entries:
                yield Sent(entry.filename, lambda entry=entry: _unpacked(packed, entry, left, most_each))  # type: ignore[misc]
    except zipfile.BadZipFile as error:
        raise Unusable(phrase("The zip is damaged (%(error)s)", error=error), cure=phrase("Pack it anew.")) from error


def _is_litter(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1].casefold() in JUNK


@dataclass(slots=True)
class _Left:
    """How many bytes may still come out of a zip."""

    bytes: int


class Flood(Unusable):
    """More comes out of a zip than went in; the whole of it is refused."""


@contextmanager
def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, left: _Left, most_each: int) -> Iterator[BinaryIO]:
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Unusable(phrase("It is a link, not a file"), cure=phrase("Pack the file itself."))
    if entry.flag_bits & 1:
        raise Unusable(phrase("It is locked with a password"), cure=phrase("Pack it without one."))
    try:
        with packed.open(entry) as stream:
            yield _Counted(stream, left, most_each)  # type: ignore[misc] # it reads, which is all that is asked of it
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Unusable(
            phrase("It cannot be unpacked, or is damaged"), cure=phrase("Pack it anew, as a plain zip.")
        ) from error


class _Counted:
    """A stream out of a zip; what comes out is counted."""

    def __init__(self, stream: object, left: _Left, most: int) -> None:
        self._stream, self._left, self._most = stream, left, most

    def read(self, size: int) -> bytes:
        piece: bytes = self._stream.read(size)  # type: ignore[attr-defined]
        self._left.bytes -= len(piece)
        if self._left.bytes < 0:
            raise Flood(
                f"The zip holds more than {MOST_TIMES} times what it weighs, so it is no zip of media",
                cure="Pack pictures and sounds as they are, in several zips if need be.",
            )
        return piece
