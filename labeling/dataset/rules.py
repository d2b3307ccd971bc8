"""What a project's dataset must look like: label set, uniqueness, ranges, nulls. The user's own rules stand beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from labeling.dataset.gather import SOURCES
from labeling.kinds import kind

if TYPE_CHECKING:
    from labeling.model import Project
    from prep.schema import Dtype, Schema

OWN_RULES = "projects/{name}.schema.yml"
"""Where a workspace keeps the user's own pandera rules for a project's items."""


def own_rules(workspace: Path, project: Project) -> Path | None:
    """The user's own pandera YAML for the project's items, where the workspace has one."""
    path = workspace / OWN_RULES.format(name=project.name)
    return path if path.is_file() else None


def covered(own: Path | None) -> list[str]:
    """The columns of which the user's own pandera YAML says something."""
    import yaml

    if own is None:
        return []
    told = yaml.safe_load(own.read_text(encoding="utf-8"))
    return [str(name) for name in (told or {}).get("columns") or {}]


def item_schema(project: Project) -> Schema:
    """The rules of the table `items`: one row an item, a label of the project in each, figures in their ranges."""
    from prep.schema import Column, Schema

    labels, of_labels = _labels(project), _type(project)
    return Schema(
        [
            Column("id", "string", unique=True),
            Column("label", of_labels, isin=labels),
            Column("confidence", "number", nullable=True, ge=0, le=1),
            Column("source", "string", isin=SOURCES),
            Column("votes", "integer", ge=0),
            Column("majority", of_labels, nullable=True, isin=labels),
            Column("runner_up", of_labels, nullable=True, isin=labels),
            Column("margin", "number", nullable=True, ge=-1, le=1),
        ],
        name="items",
    )


def annotation_schema(project: Project) -> Schema:
    """The rules of the table `annotations`: one row a revision, made by somebody, under a version, at a time."""
    from prep.schema import Column, Schema

    return Schema(
        [
            Column("item", "string"),
            Column("annotator", "string"),
            Column("label", _type(project), isin=_labels(project)),
            Column("revision", "integer", ge=1),
            Column("guideline_version", "integer", ge=0),
            Column("seconds", "number", nullable=True, ge=0),
            Column("submitted_at", "datetime"),
        ],
        unique=[["item", "annotator", "revision"]],
        name="annotations",
    )


def _labels(project: Project) -> list[Any] | None:
    return [category.value for category in kind(project.kind).categories(project.options)] or None


def _type(project: Project) -> Dtype:
    held = kind(project.kind).columns(project.options)["label"]
    return cast("Dtype", {"strings": "any", "json": "string"}.get(held, held))
