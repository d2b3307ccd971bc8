"""The root of the command `assay` and its groups; the commands themselves stand in the modules beside."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperGroup

ORDER = (
    "demo", "init", "serve",
    "project", "guideline", "member",
    "import", "media", "import-answers", "gold", "prep",
    "agreement", "audit", "decide", "overlap", "consensus", "disagreements",
    "snapshot", "snapshots", "tag", "diff", "export",
    "verify", "log", "bench",
)  # fmt: skip
"""The commands as the help lists them: in the order in which a newcomer needs them."""
VERB = "VERB"


class InOrder(TyperGroup):
    """The group of all commands, listed in ORDER."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override] # typer's own context
        """The names; one that ORDER does not know comes last."""
        place = {name: number for number, name in enumerate(ORDER)}
        return sorted(super().list_commands(ctx), key=lambda name: place.get(name, len(place)))


def _refuse_misspelt(word: str, commands: list[str]) -> None:
    """Raises Unusable for a word that is no verb, and near a command."""
    from labeling.errors import Unusable
    from prep.errors import nearest
    from prep.steps import verbs

    near = nearest(word, [*verbs(), *commands])
    if near in commands and word not in verbs() and not word.startswith("-"):
        raise Unusable(f"There is no verb or command {word!r}", cure=f"Did you mean {near!r}?")


class OrVerb(TyperGroup):
    """The group `prep`: its own commands, and any other word is a verb, for the command VERB; no word too."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override] # typer's own context
        """The words as they are given, with VERB before those that name no command."""
        if not args or args[0] not in {*self.commands, "-h", "--help"}:
            _refuse_misspelt(args[0] if args else "", [name for name in self.commands if name != VERB])
            args = [VERB, *args]
        return super().parse_args(ctx, args)


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

media = typer.Typer(
    no_args_is_help=True, rich_markup_mode="rich", help="Media: images, sounds and films that items name."
)
prep = typer.Typer(
    cls=OrVerb, rich_markup_mode="rich", help="Prep: clean and merge tables, from files to a file. Needs no workspace."
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
app.add_typer(media, name="media", rich_help_panel=DATA)
app.add_typer(prep, name="prep", rich_help_panel=DATA)


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
