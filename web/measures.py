"""Measuring the figures of a large project and keeping them: what a job does, and an import behind its last row."""

from __future__ import annotations

import time

from labeling.services.figures import keep_figures
from labeling.store import Store, projects
from labeling.store import figures as kept_figures
from web import figures, keeping


def measure(store: Store, number: int, name: str = "") -> None:
    """Measure all that one reading of the answers gives, and keep it with the state it was read in.

    `name` is the figure that was asked for. What is known of a state already is not measured again.
    """
    with store.read() as connection:
        project = projects.by_id(connection, number)
        state = kept_figures.state(connection, number)
        answers = kept_figures.answers_in(connection, number)
        before = kept_figures.read(connection, number, name)
    if before is not None and before.state == state:
        return
    begun, source = time.perf_counter(), figures.Source(store, project)
    bodies = {each: keeping.dump(compute(source)) for each, compute in figures.TOGETHER.items()}
    seconds = time.perf_counter() - begun

    store.write(keep_figures, project=number, state=state, answers=answers, seconds=seconds, bodies=bodies)


def measure_if_large(store: Store, number: int) -> None:
    """Measure behind an import, so that the pages of a large project open at once from the first time on."""
    with store.read() as connection:
        large = kept_figures.is_large(connection, number)
    if large:
        measure(store, number)
