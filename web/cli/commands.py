"""All commands; importing a module adds its own."""

from __future__ import annotations

from web.cli import audit, care, data, datasets, demo, guidelines, members, numbers, overlap, projects, workspace
from web.cli.root import app

MODULES = (audit, care, data, datasets, demo, guidelines, members, numbers, overlap, projects, workspace)

__all__ = ["MODULES", "app"]
