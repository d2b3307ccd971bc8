"""Files that are wholly there or not there at all. Knows nothing of what is in them."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from prep.errors import DiskFull

if TYPE_CHECKING:
    from typing_extensions import Buffer

NEW = ".new-"
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Hashing(io.RawIOBase):
    """A binary file being written, that knows its SHA-256, its size, and what went wrong in writing.

    (Writers of Parquet raise their own errors; the cause stays in `failure`.)
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self.size = 0
        self.failure: OSError | None = None

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Buffer, /) -> int:
        """Write all of `data`; the number of bytes."""
        try:
            self._file.write(data)
        except OSError as error:
            self.failure = error
            raise
        self._digest.update(data)
        size = memoryview(data).nbytes
        self.size += size
        return size

    def hexdigest(self) -> str:
        """The SHA-256 of what was written."""
        return self._digest.hexdigest()


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def put_same(source: Path, target: Path) -> None:
    """The same file once more under another name: a second name for it, or a copy where the disk knows no such thing."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}:
            raise
        put_copy(source, target)


def put_copy(source: Path, target: Path) -> None:
    """A copy of a file, on disk when this returns; what happens to one of the two happens not to the other."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with full_disk_is_said(target):
        shutil.copy2(source, target)
        descriptor = os.open(target, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextlib.contextmanager
def writing(path: Path, *, read_only: bool = True) -> Iterator[Hashing]:
    """A new file, on disk when the block ends. Raises DiskFull when there is no room.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, writing(Path(folder) / "a") as file:
    ...     file.write(b"ab")
    2
    """
    with full_disk_is_said(path), path.open("xb") as file:
        sink = Hashing(file)
        yield sink
        file.flush()
        os.fsync(file.fileno())
        if read_only:
            os.fchmod(file.fileno(), 0o444)


@contextlib.contextmanager
def full_disk_is_said(path: Path) -> Iterator[None]:
    """Turns the system's "no room" into DiskFull, which says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise DiskFull(
                f"There is no room left on the disk to write {path.name}. Nothing was saved. "
                "Free some space and try again."
            ) from error
        raise


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Hashing]:
    """What the block writes becomes the file when it ends well; till then the old one stands. Raises DiskFull.

    In a folder that others use `locked`, call it in such a block too, lest their sweep take the new file.
    """
    fresh = path.with_name(f"{NEW}{secrets.token_hex(8)}")
    try:
        with writing(fresh, read_only=False) as file:
            yield file
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)
    sync(path.parent)


@contextlib.contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """What the block puts into the folder it is given takes the place of the folder `path` when it ends well."""
    fresh = path.with_name(f"{NEW}{secrets.token_hex(8)}")
    fresh.mkdir()
    try:
        yield fresh
        sync(fresh)
        old = path.with_name(f"{NEW}{secrets.token_hex(8)}")
        if path.exists():
            path.rename(old)
        fresh.rename(path)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    sync(path.parent)


def sync(folder: Path) -> None:
    """The names in a folder are on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Only one process (and thread) at a time is in the block; a killed one lets go.

    What killed ones left half-made in the folder is taken away; what living ones are `building` is not: they hold a
    lock on it.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _sweep(folder)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def building(parent: Path) -> Iterator[Path]:
    """A new folder inside `parent` to build in; gone when the block ends, unless it was renamed meanwhile."""
    with locked(parent):
        folder = parent / f"{NEW}{secrets.token_hex(8)}"
        folder.mkdir()
        descriptor = os.open(folder, os.O_RDONLY)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _sweep(parent: Path) -> None:
    for left in parent.glob(f"{NEW}*"):
        if left.is_file():
            left.unlink(missing_ok=True)
            continue
        try:
            descriptor = os.open(left, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(left, ignore_errors=True)
        finally:
            os.close(descriptor)
