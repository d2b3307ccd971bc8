"""Every command says what it does, with an example, in the help and in the handbook; and says it at once."""

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from web.cli.commands import app
from web.cli.outcome import MEANINGS
from web.cli.root import ORDER

HANDBOOK = (Path(__file__).parents[3] / "web" / "handbook" / "80-commands.md").read_text()
HEAVY = {"sqlalchemy", "numpy", "polars", "pandas", "pyarrow", "fastapi", "pandera", "uvicorn", "scipy", "alembic"}


def commands(group=None, path=()):
    """Every command with its words."""
    group = group or typer.main.get_command(app)
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, (*path, name))
        else:
            yield " ".join((*path, name)), one


COMMANDS = dict(commands())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_its_section_in_the_handbook_with_its_examples(name):
    assert f"\n## assay {name}\n" in HANDBOOK
    examples = [line.removeprefix("Example: ") for line in COMMANDS[name].epilog.split("\n\n")]
    assert [line for line in examples if f"\n    {line}\n" not in HANDBOOK] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_in_its_section(name):
    section = HANDBOOK.split(f"\n## assay {name}\n")[1].split("\n## ")[0]
    shared = {"--workspace", "--json", "--help"}
    options = {flag for one in COMMANDS[name].params for flag in one.opts if flag.startswith("--")} - shared
    assert [flag for flag in options if f"`{flag}`" not in section] == []


def test_the_handbook_names_no_command_that_there_is_not():
    named = [line.removeprefix("## assay ") for line in HANDBOOK.splitlines() if line.startswith("## assay ")]
    assert sorted(named) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_works_on_a_workspace_has_json(name):
    options = {flag for one in COMMANDS[name].params for flag in one.opts}
    assert "--json" in options or name in {"init", "serve"}


def test_every_exit_code_is_in_the_handbook():
    assert [code for code, words in MEANINGS.items() if f"| {code} | {words} |" not in HANDBOOK] == []


def test_the_help_lists_commands_in_the_order_a_newcomer_needs_them(assay):
    text = assay("--help", here=False).out
    places = [text.index(f"│ {name} ") for name in ORDER]
    assert places == sorted(places)


def test_the_help_loads_nothing_heavy():
    code = "import sys; from web.cli import run; run(['--help']); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {name.split(".")[0] for name in done.stderr.split()} & HEAVY == set()


def test_no_command_at_all_shows_the_help(assay):
    ended = assay(here=False)
    assert "assay demo" in ended.out
    assert ended.code in {0, 2}
