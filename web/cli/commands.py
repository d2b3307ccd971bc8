"""All commands; importing a module adds its own."""

from __future__ import annotations

from web.cli import (
    audit,
    care,
    checking,
    cleaning,
    data,
    datasets,
    demo,
    guidelines,
    keeping,
    media,
    members,
    merging,
    numbers,
    orders,
    overlap,
    pipelines,
    projects,
    workspace,
)
from web.cli.root import app

MODULES = (
    audit, care, checking, cleaning, data, datasets, demo, guidelines, keeping, media, members, merging, numbers, orders, overlap,
    pipelines, projects, workspace
)  # fmt: skip

__all__ = ["MODULES", "app"]
