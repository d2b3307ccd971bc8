"""When a project with adaptive overlap is looked at anew: after so many answers, in a job beside the desk."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from prep.phrase import phrase

if TYPE_CHECKING:
    from labeling.model import Desk, Project
    from web.jobs import Jobs

FEWEST = 25
SHARE = 20
"""A round for every twentieth part of the items, so that a project of any size has some twenty of them a pass."""


class Routing:
    """Counts answers by project; cheap enough for every submit. One round at a time for each project."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._since: dict[int, int] = {}
        self._lock = threading.Lock()

    def answered(self, project: Project, desk: Desk, member: int) -> None:
        """An answer was saved: start a round when enough have come, or when somebody finds nothing left to do."""
        if not project.is_adaptive or desk.saved is None:
            return
        with self._lock:
            since = self._since.get(project.id, 0) + 1
            enough = max(FEWEST, desk.items // SHARE)
            is_due = since >= enough or desk.state == "finished"
            if is_due and any(
                job.what == WORDS and job.state in {"waiting", "running"} for job in self._jobs.of_project(project.name)
            ):
                is_due = False
            self._since[project.id] = 0 if is_due else since
        if is_due:
            self._jobs.start(
                "route_items", project=project.name, member=member, what=WORDS, number=project.id, actor=None
            )


WORDS = phrase("Looking at what is still in doubt")
