"""Figures that pages show, computed once for each state of a project, and never while somebody waits for a large one.

Of a small project a figure is computed when it is first asked for, which takes a moment. Of a large one it is measured
by a job in a process of its own and kept in the store; a page shows what is kept, says what it stands for, and has it
measured anew behind its back where the project has moved on. Knows no page.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar, cast

from labeling.errors import AssayError
from labeling.store import figures as kept_figures
from labeling.store import now_ms
from prep.phrase import phrase
from web import keeping

if TYPE_CHECKING:
    from labeling.model import Project
    from labeling.store import Store
    from web.jobs import Job, Jobs

T = TypeVar("T")
KEPT = 128
REST = 4.0
"""A figure is not measured again before so many times the seconds it took are over, nor within a minute."""
REST_MS = 60_000


class Measuring(AssayError):
    """Nothing is kept yet of a large project; `job` measures it now."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__(phrase("%(what)s. Look again in a moment.", what=job.what))


class Numbers:
    """The figures of one server: a small memory of computed ones, with those of large projects kept in the store.

    >>> numbers = Numbers()
    >>> numbers.get(("alpha", 1, 812), lambda: 0.71)
    0.71
    >>> numbers.get(("alpha", 1, 812), lambda: 0.5)
    0.71
    """

    def __init__(self, jobs: Jobs | None = None, kept: int = KEPT) -> None:
        self._jobs = jobs
        self._kept = kept
        self._known: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._measured_by: dict[tuple[int, str], Job] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The figure of that key, which holds all it depends on; who asks first computes it, who asks meanwhile waits
        for it. An error is not kept.
        """
        with self._lock:
            future = self._known.get(key)
            mine = future is None
            if future is None:
                future = self._known[key] = Future()
                while len(self._known) > self._kept:
                    self._known.popitem(last=False)
            self._known.move_to_end(key)
        if mine:
            try:
                future.set_result(compute())
            except BaseException as error:
                with self._lock:
                    self._known.pop(key, None)
                future.set_exception(error)
                raise
        return cast("T", future.result())

    def of(self, store: Store, project: Project, name: str, compute: Callable[[], T], **asked: Any) -> T:
        """The figure of a project by its name in `web.measures`; `compute` gives it where the project is small.

        `asked` is what the measuring of that name takes; the name tells each choice apart. Raises Measuring
        where the project is large and nothing of it is kept yet.
        """
        with store.read() as connection:
            state = kept_figures.state(connection, project.id)
            large = self._jobs is not None and kept_figures.is_large(connection, project.id)
            kept = kept_figures.read(connection, project.id, name) if large else None
        if not large:
            return self.get((name, project.id, state, str(project.options)), compute)
        value = None if kept is None else self._loaded(project, name, kept)
        if kept is None or value is None:
            raise Measuring(self._measure(project, name, asked))
        if kept.state != state and now_ms() - kept.at > max(REST_MS, REST * kept.seconds * 1000):
            self._measure(project, name, asked)
        return cast("T", value)

    def behind(self, store: Store, project: Project, name: str) -> kept_figures.Kept | None:
        """What is kept under that name where a page shows it though the project has moved on; else None."""
        with store.read() as connection:
            if self._jobs is None or not kept_figures.is_large(connection, project.id):
                return None
            kept = kept_figures.read(connection, project.id, name)
            return kept if kept is not None and kept.state != kept_figures.state(connection, project.id) else None

    def _loaded(self, project: Project, name: str, kept: kept_figures.Kept) -> Any:
        try:
            return self.get((name, project.id, kept.state, kept.at, "kept"), lambda: keeping.load(kept.body))
        except keeping.NotReadable:
            return None

    def _measure(self, project: Project, name: str, asked: dict[str, Any]) -> Job:
        """The job that measures the figure, and those measured with it; begun now unless it runs already."""
        if self._jobs is None:
            raise AssayError("Figures of large projects are measured by a server's jobs, and here is no server.")
        alone = name if asked else ""  # all that is measured without a choice is measured together
        with self._lock:
            job = self._measured_by.get((project.id, alone))
            if job is None or job.over.is_set():
                job = self._measured_by[project.id, alone] = self._jobs.start(
                    "measure",
                    project=project.name,
                    member=0,
                    what=phrase("Measuring the figures of %(project)s", project=project.title or project.name),
                    number=project.id,
                    name=name,
                    asked=asked,
                )
            return job
