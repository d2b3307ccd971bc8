"""A gathered dataset sent through a pipeline before it is frozen. Knows the tables, and neither gates nor snapshots."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.dataset.gather import Gathered
from labeling.errors import Unusable
from labeling.pipelines import pass_frame

if TYPE_CHECKING:
    from prep.pipeline.records import Run
    from prep.pipeline.running import Tell


def passed(
    gathered: Gathered, workspace: Path, pipeline: str, project: str, tell: Tell | None = None
) -> tuple[Gathered, Run]:
    """The dataset as it comes out of the pipeline, which gets the table of items; and the run.

    Items may be left out, columns changed; annotations and posteriors follow the items that stay. Raises Unusable for a
    result that has lost id or label, repeats an id, or holds an item that was not there; and what the pipeline raises.
    """
    import polars as pl

    run = pass_frame(workspace, pipeline, gathered.items, project=project, tell=tell)
    items = run.frame
    cure = f"Mend the pipeline {pipeline!r}: it may leave items out and change columns, and keeps id and label."
    for column in ("id", "label"):
        if column not in items.columns:
            raise Unusable(f"The pipeline {pipeline!r} gave a table without the column {column!r}", cure=cure)
    ids = items.get_column("id")
    if ids.dtype != pl.String or ids.null_count():
        raise Unusable(f"The pipeline {pipeline!r} changed the ids of items", cure=cure)
    if ids.n_unique() != len(ids):
        raise Unusable(f"The pipeline {pipeline!r} gave an item more than once", cure=cure)
    if len(strange := set(ids) - set(gathered.items["id"])):
        raise Unusable(f"The pipeline {pipeline!r} gave an item {min(strange)!r} that nobody labeled", cure=cure)
    return _following(gathered, items, pipeline), run


def _following(gathered: Gathered, items: Any, pipeline: str) -> Gathered:
    import polars as pl

    kept = items["id"]
    gone = gathered.items.filter(~pl.col("id").is_in(kept.implode()))["id"].to_list()
    excluded, examples = dict(gathered.excluded), dict(gathered.examples)
    if gone:
        reason = f"left out by the pipeline {pipeline}"
        excluded[reason], examples[reason] = len(gone), gone[:5]
    sources = Counter(items["source"].to_list()) if "source" in items.columns else Counter(gathered.sources)
    return replace(
        gathered,
        items=items,
        annotations=gathered.annotations.filter(pl.col("item").is_in(kept.implode())),
        posteriors=gathered.posteriors.filter(pl.col("item").is_in(kept.implode())),
        excluded=excluded,
        examples=examples,
        sources=dict(sources),
    )
