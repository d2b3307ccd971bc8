"""Keeping figures that took long to measure. No line in the log: they say nothing that the answers do not."""

from __future__ import annotations

from collections.abc import Mapping

from labeling.store import Writing, figures, projects
from labeling.store.figures import Kept


def keep_figures(
    tx: Writing, *, project: int, state: int, answers: int, seconds: float, bodies: Mapping[str, str]
) -> None:
    """Keep figures by name, as text, with the state of the project they were measured in. Raises NotFound.

    Of a figure that is asked in many ways (`name:…`), those of earlier states go.
    """
    projects.by_id(tx.connection, project)
    for name, body in bodies.items():
        what, asked, _ = name.partition(":")
        if asked:
            figures.forget_others(tx.connection, project, what, state)
        figures.keep(tx.connection, project, name, Kept(state, body, answers, seconds, tx.now))
