"""The chapter on datasets is true: its Python is run in order, and every command line is one that the command takes."""

import re
import shlex
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
import polars as pl
import typer.main

from prep.snapshot import SnapshotStore
from web.cli.commands import app

CHAPTER = (Path(__file__).parents[2] / "web" / "handbook" / "50-datasets.md").read_text()
BLOCKS = [
    "\n".join(line[4:] for line in block.splitlines()) for block in re.findall(r"(?:^ {4}.*\n)+", CHAPTER, re.MULTILINE)
]


def test_its_python_runs_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    items = pl.DataFrame(
        {
            "id": [f"t-{n}" for n in range(40)],
            "text": [" ".join(f"{(n + 3) * prime % 99991:x}" for prime in (7919, 6007, 5303, 4099)) for n in range(40)],
            "label": ["refund", "praise"] * 20,
            "customer": [n % 13 for n in range(40)],
            "household": [n % 9 for n in range(40)],
            "sent": [date(2026, 1, 1) + timedelta(days=2 * n) for n in range(40)],
        }
    )
    store = SnapshotStore(tmp_path / "snapshots")
    store.commit("intents", {"items": items}, keys={"items": ["id"]}, about={}, created_at=datetime.now(UTC))
    store.tag("intents", "v1")
    names = {}
    for block in BLOCKS:
        if not block.startswith("assay "):
            exec(block, names)
    assert names["train"].height > 20
    assert names["fold"]["fold"].n_unique() == 5
    assert store.get("intents").rows() == 41


def test_its_command_lines_are_ones_that_the_command_takes():
    group = typer.main.get_command(app)
    lines = [line for block in BLOCKS for line in block.splitlines() if line.startswith("assay ")]
    assert len(lines) > 12
    for line in lines:
        _, name, *words = shlex.split(line)
        command = group.commands[name]
        with click.Context(command, info_name=name) as context:
            command.parse_args(context, words)
