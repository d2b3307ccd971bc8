"""`overlap`: where the answers go, and a round of adaptive overlap."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from web.cli.place import Folder, Json, ProjectName, opened, project_named
from web.cli.projects import costs_in_words, costs_of
from web.cli.root import NUMBERS, app, example
from web.cli.screen import count, emit, facts, progress, say, share, table


@app.command(
    rich_help_panel=NUMBERS,
    epilog=example(
        "assay overlap intents", "assay overlap intents --look", "assay overlap intents --cost refund=5 --look"
    ),
)
def overlap(
    project: ProjectName,
    look: Annotated[
        bool, typer.Option("--look", help="Look now: settle what is sure, open what is in doubt for one more.")
    ] = False,
    cost: Annotated[
        list[str] | None,
        typer.Option("--cost", metavar="LABEL=NUMBER", help="What it costs to miss an item of a label; 1 is usual."),
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Show how many answers items have, and what adaptive overlap saved.

    The server looks by itself after every twentieth part of the answers; without a server, use --look. A cost above 1
    asks for more answers where an item may be of that label; labels not named keep theirs.
    """
    from labeling.services.overlap import route_items
    from labeling.services.projects import change_project
    from labeling.store import overlap as reads

    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, project)
        if cost:
            costs = {**(here.costs or {}), **costs_of(cost)}
            here = store.write(change_project, project=here.id, costs=costs, actor=None)
        done = None
        if look:
            with progress("Looking at what is in doubt"):
                done = route_items(store, project=here.id, actor=None)
        with store.read() as connection:
            found = reads.spread(connection, here.id, here.overlap_most or here.overlap)
    if as_json:
        emit({"overlap": asdict(found), "round": asdict(done) if done else None, "costs": here.costs or {}})
        return
    if done is not None:
        gold = f" Gold: {done.gold}." if done.gold else ""
        say(f"{count(done.settled, 'item')} settled, {done.opened:,} opened for one more answer.{gold}")
    table(
        [("answers", "right"), ("settled", "right"), ("open", "right")],
        [[str(answers), f"{full:,}", f"{rest:,}"] for answers, full, rest in found.rows],
        empty="There are no items yet. Import some with `assay import`.",
    )
    rule = f"{here.overlap} each"
    if here.is_adaptive:
        rule = f"at least {here.overlap}, in doubt up to {here.overlap_most}, until {share(here.target)} sure"
    facts(
        {
            "rule": rule,
            **costs_in_words(here),
            "answers": f"{found.answers:,} to {count(found.items, 'item')}, {found.done:,} settled",
            "saved": f"{found.saved:,} answers, {share(found.saved / found.of)}" if found.of else "nothing yet",
        }
    )
