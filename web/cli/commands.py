"""All commands; importing a module adds its own."""

from __future__ import annotations

from web.cli import (
    audit,
    care,
    cleaning,
    data,
    datasets,
    demo,
    guidelines,
    members,
    merging,
    numbers,
    projects,
    workspace,
)
from web.cli.root import app

MODULES = (audit, care, cleaning, data, datasets, demo, guidelines, members, merging, numbers, projects, workspace)

__all__ = ["MODULES", "app"]
