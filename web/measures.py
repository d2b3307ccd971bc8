"""Measuring the figures of a large project and keeping them: what a job does, and an import behind its last row."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.services.figures import keep_figures
from labeling.store import Store, projects
from labeling.store import figures as kept_figures
from web import figures, keeping, wire

if TYPE_CHECKING:
    from labeling.model import Project


def measure(store: Store, number: int, name: str = "agreement") -> None:
    """Measure all that one reading of the answers gives, and keep it; `name` is the figure that was asked for."""

    def all_of_it(project: Project) -> Mapping[str, Any]:
        source = figures.Source(store, project)
        return {each: compute(source) for each, compute in figures.TOGETHER.items()}

    _keep(store, number, name, all_of_it)


def check(store: Store, workspace: Path, number: int, name: str, choices: dict[str, Any]) -> None:
    """Check what would be in a dataset under these choices, and keep what was found."""
    from labeling import dataset

    def found(_: Project) -> Mapping[str, Any]:
        asked = dataset.Choices(**choices)
        return {name: wire.plain(dataset.check(store, workspace=workspace, project=number, choices=asked))}

    _keep(store, number, name, found)


def measure_if_large(store: Store, number: int) -> None:
    """Measure behind an import, so that the pages of a large project open at once from the first time on."""
    with store.read() as connection:
        large = kept_figures.is_large(connection, number)
    if large:
        measure(store, number)


def _keep(store: Store, number: int, name: str, compute: Callable[[Project], Mapping[str, Any]]) -> None:
    """Keep what `compute` gives, with the state of the project it was asked in; unless that state is kept already."""
    with store.read() as connection:
        project = projects.by_id(connection, number)
        state = kept_figures.state(connection, number)
        answers = kept_figures.answers_in(connection, number)
        before = kept_figures.read(connection, number, name)
    if before is not None and before.state == state and keeping.is_readable(before.body):
        return
    begun = time.perf_counter()
    bodies = {each: keeping.dump(value) for each, value in compute(project).items()}
    seconds = time.perf_counter() - begun
    store.write(keep_figures, project=number, state=state, answers=answers, seconds=seconds, bodies=bodies)
