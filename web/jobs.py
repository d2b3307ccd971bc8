"""Heavy work in a process of its own, so that the server stays quick and small: imports, snapshots, exports.

A job is a function of `web.work` named by its name, with arguments as JSON. Its process is started for it, talks in
lines of JSON (progress, then the result or the error) and ends with it.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from labeling.errors import AssayError, NotFound
from labeling.store import now_ms
from prep.phrase import numeral, phrase, unpack
from web import wire

if TYPE_CHECKING:
    from web.settings import Workspace

KEPT = 200
AT_ONCE = 2
START = "import json,sys; sys.path[:]=json.loads(sys.argv[1]); from web.work import main; main()"


class JobFailed(AssayError):
    """A job ended in an error; `status` and `body` are what the error says of itself."""

    def __init__(self, body: dict[str, Any], status: int) -> None:
        self.body, self.status = body, status
        super().__init__(body["message"])


@dataclass(slots=True)
class Job:
    """One piece of work: whose it is, how far it is, what came of it (`told` says it in words, where there are some).

    `what` is what it does in words, `then` the address of the page that shows its result; `done` of `total` counts
    `unit`s, and `total` is None while nobody knows it.
    """

    id: str
    project: str
    member: int
    what: str
    then: str
    state: Literal["waiting", "running", "done", "failed"] = "waiting"
    done: int = 0
    total: int | None = None
    unit: str = "rows"
    result: Any = None
    told: str = ""
    error: dict[str, Any] | None = None
    status: int = 200
    started_at: int = field(default_factory=now_ms)
    ended_at: int | None = None
    over: threading.Event = field(default_factory=threading.Event, repr=False)

    def as_json(self) -> dict[str, Any]:
        """What a page or a script is told."""
        names = ("id", "project", "what", "then", "state", "done", "total", "unit", "result", "told", "error")
        return {name: getattr(self, name) for name in (*names, "started_at", "ended_at")}


class Jobs:
    """The jobs of one server, at most two at a time; the last 200 are remembered while it runs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._pool: ThreadPoolExecutor | None = None
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._is_closed = False

    def start(self, function: str, *, project: str, member: int, what: str, then: str = "", **arguments: Any) -> Job:
        """Begin `web.work.<function>(work, **arguments)`; returns at once."""
        job = Job(secrets.token_urlsafe(12), project, member, what, then)
        with self._lock:
            self._jobs[job.id] = job
            while len(self._jobs) > KEPT:
                self._jobs.popitem(last=False)
        self._begin(job, function, arguments)
        return job

    def get(self, number: str, *, project: str | None = None) -> Job:
        """The job of that id, if it belongs to the project. Raises NotFound."""
        job = self._jobs.get(number)
        if job is None or (project is not None and job.project != project):
            raise NotFound("job", number)
        return job

    def of_project(self, project: str) -> list[Job]:
        """The jobs of a project, the newest first."""
        return [job for job in reversed(self._jobs.values()) if job.project == project]

    def wait(self, job: Job, seconds: float = 600) -> Any:
        """The result, when it is there; call this in a thread. Raises JobFailed with the job's own error."""
        if not job.over.wait(seconds):
            raise AssayError(
                phrase(
                    "%(what)s still runs after %(n)s seconds. Look again later.",
                    what=job.what,
                    n=numeral(seconds, "g"),
                )
            )
        if job.error is not None:
            raise JobFailed(job.error, job.status)
        return job.result

    def call(self, function: str, *, seconds: float = 120, **arguments: Any) -> Any:
        """Run one function and give its result; for short work that a page waits for, in a thread."""
        job = Job("", "", 0, phrase("This"), "")
        self._begin(job, function, arguments)
        return self.wait(job, seconds)

    def _begin(self, job: Job, function: str, arguments: dict[str, Any]) -> None:
        with self._lock:
            if self._is_closed:
                raise AssayError(phrase("The server is stopping. Try again when it is back."))
            self._pool = self._pool or ThreadPoolExecutor(AT_ONCE, "assay-job")
            self._pool.submit(self._run, job, function, arguments)

    def close(self) -> None:
        """Stop what runs; a half-done import or snapshot leaves nothing behind that is seen."""
        with self._lock:
            self._is_closed = True
            for process in self._running:
                process.terminate()
            pool = self._pool
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, job: Job, function: str, arguments: dict[str, Any]) -> None:
        job.state = "running"
        try:
            self._follow(job, function, arguments)
        except OSError as error:
            words = phrase("The work could not be started: %(error)s.", error=str(error))
            _fail(job, {"type": "Fault", "message": words}, 500)
        finally:
            if job.state == "running":
                words = phrase(
                    "%(what)s was stopped before it was done. Nothing of it was kept; start it again.", what=job.what
                )
                _fail(job, {"type": "Fault", "message": words}, 500)
            job.ended_at = now_ms()
            job.over.set()

    def _follow(self, job: Job, function: str, arguments: dict[str, Any]) -> None:
        command = [sys.executable, "-c", START, json.dumps(sys.path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - own words only
            with self._lock:
                self._running.add(process)
                if self._is_closed:
                    process.terminate()
            try:
                order = {"function": function, "workspace": str(self._workspace.path), "arguments": arguments}
                if process.stdin and process.stdout:
                    process.stdin.write(json.dumps(order).encode())
                    process.stdin.close()
                    for line in process.stdout:
                        _take(job, json.loads(line))
            except BrokenPipeError:
                pass  # it died before it read; said by the caller
            finally:
                with self._lock:
                    self._running.discard(process)


def _take(job: Job, line: dict[str, Any]) -> None:
    if "error" in line:
        _fail(job, {**line["error"], "message": unpack(line["error"]["message"])}, line["status"])
    elif "told" in line:
        job.told = unpack(line["told"])
    elif "result" in line:
        job.result, job.state = wire.carried(line["result"]), "done"
    else:
        job.done, job.total, job.unit = line["done"], line["total"], line["unit"]


def _fail(job: Job, error: dict[str, Any], status: int) -> None:
    job.error, job.status, job.state = error, status, "failed"
