"""The database behind one workspace: one writer with group commit, readers beside it."""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from labeling.errors import AssayError, StorageFull, Unusable
from labeling.store import chain
from labeling.store.migrate import migrate

if TYPE_CHECKING:
    import asyncio

    from sqlalchemy.engine import Connection

P = ParamSpec("P")
T = TypeVar("T")
Clock = Callable[[], int]

MOST_IN_ONE_COMMIT = 256
BUSY_SECONDS = 60
GATHER_SECONDS = 0.004
"""Longest wait for as many actions as the last commit held: fewer, larger commits cost far less. One annotator waits never."""
GATHER_STEPS = 8
READERS = 8


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


@dataclass(slots=True)
class Writing:
    """One transaction as a service sees it: the connection, the time, and the log to append to."""

    connection: Connection
    now: int
    tail: chain.Tail
    kept: dict[Any, Any] = field(default_factory=dict)
    """What this process keeps between transactions: only what can never change, or may be missed without harm."""

    def log(  # one line of the audit log is one change of state
        self, actor: int | None, action: str, project: int | None, subject: object, **detail: Any
    ) -> None:
        """Append a line to the audit log, chained to the one before."""
        chain.append(self.connection, self.tail, self.now, actor, action, project, str(subject), detail)


@dataclass(slots=True)
class _Job:
    action: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    loop: asyncio.AbstractEventLoop | None
    future: Future[Any] | asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = field(default=None)


class Store:
    """The tables of one workspace.

    Writes go through `write`: one action is one transaction, done in the one writer thread and answered when it is
    on disk; what has queued up meanwhile is committed together. Reads have connections of their own and never wait.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Use `Store.open`."""
        self.path = path
        self.clock = clock
        self._writer_engine = _engine(path, readers=1)
        self._reader_engine = _engine(path, readers=READERS, query_only=True)
        self._kept: dict[Any, Any] = {}
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._glance: Connection | None = None
        self._closed = False
        self._is_in_memory = False
        self._closing = threading.Lock()  # nothing may queue up behind the end
        self._thread = threading.Thread(target=self._run, name="assay-writer", daemon=True)

    @classmethod
    def open(cls, path: Path | str, *, clock: Clock = now_ms) -> Store:
        """The store in that file, made or brought up to date first. Raises StorageFull where it cannot be written."""
        path = Path(path)
        store = cls(path, clock)
        try:
            migrate(store._writer_engine)
        except BaseException as error:
            store.close()
            if isinstance(error, DBAPIError | sqlite3.Error):
                raise _as_assay(error) from error
            raise
        store._thread.start()
        return store

    def close(self) -> None:
        """Finish what is queued and let go of the file."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._jobs.put(None)
        if self._thread.is_alive():
            self._thread.join()
        if self._glance is not None:
            self._glance.close()
        self._reader_engine.dispose()
        self._writer_engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, action: Callable[Concatenate[Writing, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do one action as one transaction; returns when it is on disk, raises with nothing changed."""
        future: Future[T] = Future()
        self._put(_Job(action, args, kwargs, None, future))
        return future.result()

    async def write_async(
        self, action: Callable[Concatenate[Writing, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """The same from the event loop, without a thread of its own."""
        import asyncio

        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Job(action, args, kwargs, loop, future))
        return await future

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one unchanging state until the block ends."""
        with self._reader_engine.connect() as connection:
            raw = _raw(connection)
            raw.execute("BEGIN")
            try:
                yield connection
            except OverflowError as error:  # a number that somebody asked for, beyond what a column can hold
                raise _as_assay(error) from error
            finally:
                raw.rollback()

    def glance(self) -> Connection:
        """A standing connection for single quick SELECTs, for one thread only (the event loop's)."""
        if self._glance is None:
            self._glance = self._reader_engine.connect()
        return self._glance

    def _put(self, job: _Job) -> None:
        if threading.current_thread() is self._thread:
            raise AssayError("A write was asked for inside a write; it would wait for itself for ever.")
        with self._closing:
            if self._closed:
                raise AssayError("The store is closed. Open it again.")
            self._jobs.put(job)

    def _run(self) -> None:
        try:
            self._write_on()
        finally:
            self._give_up()

    def _give_up(self) -> None:
        """The writer is going: nothing more is taken, and what still waits is told so. Else it would wait for ever."""
        with self._closing:
            self._closed = True
        left: list[_Job] = []
        while not self._jobs.empty():
            job = self._jobs.get()
            if job is not None:
                job.error = AssayError("The store was closed before this was written. Open it again.")
                left.append(job)
        _answer(left)

    def _write_on(self) -> None:
        with self._writer_engine.connect() as connection:
            batch: list[_Job] = []
            last = False
            while not last:
                batch, last = self._next_batch(len(batch))
                if batch:
                    self._commit_together(connection, batch)
                    _answer(batch)

    def _next_batch(self, expected: int) -> tuple[list[_Job], bool]:
        """All that has queued up, at most so many, with a moment's wait for `expected`; and whether this was the last."""
        job = self._jobs.get()
        for _ in range(GATHER_STEPS):
            if job is None or self._jobs.qsize() + 1 >= expected:
                break
            time.sleep(GATHER_SECONDS / GATHER_STEPS)
        batch: list[_Job] = []
        while True:
            if job is None:
                return batch, True
            batch.append(job)
            if len(batch) == MOST_IN_ONE_COMMIT:
                return batch, False
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return batch, False

    def _commit_together(self, connection: Connection, batch: list[_Job]) -> None:
        raw = _raw(connection)
        tail = chain.Tail()
        self._keep_savepoints(raw, in_memory=all(job.loop is not None for job in batch))
        try:
            raw.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._do(connection, raw, job, tail)
                if not raw.in_transaction:  # SQLite gave the whole transaction up (a full disk)
                    raise job.error or AssayError("The transaction was lost.")  # noqa: TRY301 - one way out for the batch
            chain.keep_head(connection, tail)
            raw.execute("COMMIT")
        except BaseException as error:  # noqa: BLE001 - every caller of the batch is told
            if raw.in_transaction:
                with suppress(sqlite3.Error):
                    raw.execute("ROLLBACK")
            self._kept.clear()  # it may hold what was rolled back
            for job in batch:
                job.result, job.error = None, _as_assay(error)

    def _keep_savepoints(self, raw: sqlite3.Connection, *, in_memory: bool) -> None:
        """Where pages go that a savepoint may want back. What an event loop waits for is small, and a file for it costs
        more than the answer, at one page too many: then time would tell which items an annotator had.
        """
        if in_memory != self._is_in_memory:
            raw.execute(f"PRAGMA temp_store = {'MEMORY' if in_memory else 'DEFAULT'}")
            self._is_in_memory = in_memory

    def _do(self, connection: Connection, raw: sqlite3.Connection, job: _Job, tail: chain.Tail) -> None:
        """One job under a savepoint of its own, so that its failure takes nothing else with it."""
        before = tail.copy()
        raw.execute("SAVEPOINT job")
        try:
            job.result = job.action(Writing(connection, self.clock(), tail, self._kept), *job.args, **job.kwargs)
        except BaseException as error:  # noqa: BLE001 - it is handed to the caller, whoever that is
            job.error = _as_assay(error)
            tail.restore(before)
            self._kept.clear()  # it may hold what is rolled back now
            if raw.in_transaction:
                raw.execute("ROLLBACK TO job")
                raw.execute("RELEASE job")
        else:
            raw.execute("RELEASE job")


def _answer(batch: list[_Job]) -> None:
    """Hand the results over: threads at once, each event loop with one wake-up."""
    loops: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in batch:
        if job.loop is not None:
            loops.setdefault(job.loop, []).append(job)
        elif job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
    for loop, jobs in loops.items():
        with suppress(RuntimeError):  # a loop that closed meanwhile; nobody waits there any more
            loop.call_soon_threadsafe(_resolve, jobs)


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():  # the client went away; the work stands all the same
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)


def _raw(connection: Connection) -> sqlite3.Connection:
    raw = connection.connection.dbapi_connection
    if not isinstance(raw, sqlite3.Connection):
        raise AssayError("This store speaks to SQLite.")
    return raw


def _engine(path: Path, *, readers: int, query_only: bool = False) -> Engine:
    # AUTOCOMMIT: the driver opens no transaction of its own; the store says BEGIN and COMMIT itself.
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=readers,
        max_overflow=READERS,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False, "cached_statements": 256},
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _record: object) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            # A page that changes with every answer is copied back once in so many, not once in a thousand.
            "wal_autocheckpoint=8000",
            # Items are handed out in a shuffled order, so their pages come from all over the file.
            "cache_size=-16000",
            "foreign_keys=ON",
            f"query_only={'ON' if query_only else 'OFF'}",
        ):
            raw.execute(f"PRAGMA {pragma}")

    return engine


def _as_assay(error: BaseException) -> BaseException:
    """A database's error as ours, where a person can do something about it."""
    if isinstance(error, UnicodeEncodeError):
        return Unusable("A text holds half a character (a lone surrogate)", cure="Take it out, or write it anew.")
    if isinstance(error, OverflowError):
        return Unusable("A number is too large to be kept", cure="Use whole numbers of at most 18 digits.")
    if isinstance(error, StopIteration):  # a future cannot hold one
        return AssayError("The action ran out of what it was reading.")
    if isinstance(error, DBAPIError):
        error = error.orig or error
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(code, int):
        primary = code & 0xFF
        if primary == sqlite3.SQLITE_FULL:
            return StorageFull("The disk is full, and nothing of this was saved. Free some space and try again.")
        if primary in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}:
            return StorageFull(f"The workspace cannot be written ({error}). Nothing of this was saved.")
        if primary in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            return StorageFull("The file assay.db is damaged or no database. Put back a copy of it.")
        if primary == sqlite3.SQLITE_BUSY:
            return AssayError("Another program holds the workspace's database. Try again in a moment.")
    return error
