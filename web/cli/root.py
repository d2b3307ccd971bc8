"""The root of the command `assay` and its groups; the commands themselves stand in the modules beside."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperGroup

ORDER = (
    "demo", "init", "serve",
    "project", "guideline", "member",
    "import", "import-answers", "gold",
    "agreement", "audit", "decide", "overlap", "consensus", "disagreements",
    "snapshot", "snapshots", "tag", "diff", "export",
    "verify", "log", "bench",
)  # fmt: skip
"""The commands as the help lists them: in the order in which a newcomer needs them."""


class InOrder(TyperGroup):
    """The group of all commands, listed in ORDER."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # typer's own context
        """The names; one that ORDER does not know comes last."""
        place = {name: number for number, name in enumerate(ORDER)}
        return sorted(super().list_commands(ctx), key=lambda name: place.get(name, len(place)))


app = typer.Typer(
    name="assay",
    cls=InOrder,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Begin with: assay demo",
)
project = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="Projects: one question put to annotators.")
member = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help="Members: people who can sign in.")
guideline = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help="Guidelines: the instructions, in immutable versions."
)

BEGIN, PEOPLE, DATA, NUMBERS, DATASETS, CARE = (
    "Begin",
    "Set up",
    "Data in",
    "What the answers are worth",
    "Datasets",
    "Care",
)

app.add_typer(project, name="project", rich_help_panel=PEOPLE)
app.add_typer(member, name="member", rich_help_panel=PEOPLE)
app.add_typer(guideline, name="guideline", rich_help_panel=PEOPLE)


def example(*lines: str) -> str:
    """The end of a command's help: how it is used.

    >>> example("assay init team")
    'Example: assay init team'
    """
    return "\n\n".join(f"Example: {line}" for line in lines)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"assay {version('assay')}")
        raise typer.Exit


@app.callback()
def assay(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """A workbench in which a team labels data, finds out how good the labels are, and freezes a dataset."""
