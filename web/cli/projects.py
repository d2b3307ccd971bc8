"""`project create`, `project list`, `project show`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeling.errors import NotFound, Unusable
from web.cli.place import Folder, Json, ProjectName, opened, project_named
from web.cli.root import example, project
from web.cli.screen import count, date, emit, facts, heading, iso, say, share, short, table

if TYPE_CHECKING:
    from labeling.model import Counts, Project


@project.command(
    epilog=example(
        "assay project create intents --labels refund,delivery,praise --question 'What is it about?'",
        "assay project create stars --kind rating --options scale.json --question 'How friendly is it?' --overlap 5",
    )
)
def create(
    name: Annotated[str, typer.Argument(help="A short name, as in addresses: a-z, 0-9, - and _.", show_default=False)],
    question: Annotated[str, typer.Option("--question", "-q", help="What annotators are asked.", show_default=False)],
    kind: Annotated[str, typer.Option("--kind", "-k", help="The kind of answer: choice, rating, …")] = "choice",
    labels: Annotated[
        str | None, typer.Option("--labels", metavar="A,B,C", help="The labels of a choice, in order.")
    ] = None,
    options: Annotated[
        Path | None, typer.Option("--options", metavar="FILE", help="A JSON file with the options of the kind.")
    ] = None,
    title: Annotated[str, typer.Option(help="The name people see.", show_default="the name")] = "",
    show: Annotated[
        str | None, typer.Option(metavar="A,B", help="The fields annotators see.", show_default="all")
    ] = None,
    shows: Annotated[
        list[str] | None,
        typer.Option("--shows", metavar="FIELD=WAY", help="How a field is shown: image, audio, video, markdown, …"),
    ] = None,
    overlap: Annotated[int, typer.Option("--overlap", "-n", help="How many annotators an item should get.")] = 3,
    gold_rate: Annotated[float, typer.Option(help="The share of gold items mixed in, 0 to 1.")] = 0.0,
    overlap_most: Annotated[
        int | None, typer.Option(help="How many at most, where the label is in doubt.", show_default="the same for all")
    ] = None,
    target: Annotated[float, typer.Option(help="The confidence at which an item asks for no more.")] = 0.9,
    cost: Annotated[
        list[str] | None,
        typer.Option("--cost", metavar="LABEL=NUMBER", help="What it costs to miss an item of a label; 1 is usual."),
    ] = None,
    again_rate: Annotated[float, typer.Option(help="The share shown to the same annotator again, 0 to 0.2.")] = 0.0,
    lease_minutes: Annotated[int, typer.Option(help="How long an item is kept for an annotator.")] = 15,
    seed: Annotated[int | None, typer.Option(help="Fixes the order of hand-out.", show_default="random")] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Put a question to annotators."""
    from labeling.services.projects import create_project

    given = _options(labels, options, kind)
    with opened(folder) as (store, _):
        made = store.write(
            create_project,
            name=name,
            title=title,
            question=question,
            kind=kind,
            options=given,
            show=None if show is None else _parts(show),
            shows=_pairs(shows or [], "--shows"),
            overlap=overlap,
            gold_rate=gold_rate,
            lease_minutes=lease_minutes,
            overlap_most=overlap_most,
            target=target,
            costs=costs_of(cost or []),
            again_rate=again_rate,
            seed=seed,
            actor=None,
        )
    if as_json:
        emit(_as_data(made))
        return
    say(f"The project {made.name!r} is there: {_kind_in_words(made)}, {count(made.overlap, 'annotator')} an item.")
    say(f"Next: assay import {made.name} FILE, assay guideline publish {made.name} FILE, assay member add NAME.")


def _options(labels: str | None, file: Path | None, kind_name: str) -> Any:
    if (labels is None) == (file is None):
        from labeling.kinds import kind

        sample = next(iter(kind(kind_name).examples()))[0]
        if "labels" in sample:
            raise Unusable(
                "A project needs its labels", cure="Give either --labels a,b,c or --options FILE with JSON; not both."
            )
        raise Unusable(
            f"A project of the kind {kind_name} needs its options",
            cure=f"Give --options FILE, a file with JSON such as {json.dumps(sample)}.",
        )
    if labels is not None:
        return {"labels": _parts(labels)}
    return _json_file(file or Path())


def _json_file(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise NotFound("file", str(path)) from None
    except json.JSONDecodeError as error:
        raise Unusable(
            f"{path} is not JSON: {error.msg}", row=error.lineno, cure=f"Mend it at character {error.colno}."
        ) from None
    except UnicodeDecodeError:
        raise Unusable(f"{path} is not UTF-8 text", cure="Save it as UTF-8.") from None


def costs_of(given: list[str]) -> dict[str, float]:
    """LABEL=NUMBER words as costs. Raises Unusable for one that is no number."""
    costs = {}
    for label, number in _pairs(given, "--cost", "refund=5", "LABEL=NUMBER").items():
        try:
            costs[label] = float(number)
        except ValueError:
            raise Unusable(
                f"The cost of missing {label!r} is {number!r}", cure="Give a number such as 5; 1 is usual."
            ) from None
    return costs


def costs_in_words(one: Project) -> dict[str, str]:
    """What errors cost in a project, as a fact for the screen; nothing where all cost the same."""
    if not one.costs:
        return {}
    words = ", ".join(f"{label} {cost:g} times" for label, cost in one.costs.items())
    return {"an error costs": words if one.is_adaptive else f"{words}; it changes nothing while all get the same"}


def _pairs(given: list[str], option: str, such_as: str = "photo=image", form: str = "FIELD=VALUE") -> dict[str, str]:
    """FIELD=VALUE words as a mapping. Raises Unusable for one without the =."""
    pairs = {}
    for one in given:
        field, equals, value = one.rpartition("=")
        if not equals or not field:
            raise Unusable(f"{option} is {one!r}", cure=f"Give {form}, such as {such_as}.")
        pairs[field] = value
    return pairs


@project.command(
    epilog=example(
        "assay project fields birds photo=image story=markdown",
        "assay project fields birds photo=image --title photo=Picture --caption photo=place",
        "assay project fields answers first=text second=text --beside first=second",
    )
)
def fields(
    name: ProjectName,
    ways: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FIELD=WAY]…", help="How fields are shown; without any, it is told.", show_default=False
        ),
    ] = None,
    title: Annotated[
        list[str] | None,
        typer.Option("--title", metavar="FIELD=TEXT", help="What annotators read instead of its name."),
    ] = None,
    beside: Annotated[
        list[str] | None, typer.Option("--beside", metavar="FIELD=FIELD", help="Two fields side by side.")
    ] = None,
    caption: Annotated[
        list[str] | None, typer.Option("--caption", metavar="FIELD=FIELD", help="The text that stands below a medium.")
    ] = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Say how the fields of items are shown: text, markdown, dialogue, image, audio, video, table, code, link or hidden.

    Fields not named stay as they are; `FIELD=text` is the plain way again.
    """
    from labeling.services.projects import change_project
    from labeling.store import items

    parts = {"as": ways, "title": title, "beside": beside, "caption": caption}
    with opened(folder) as (store, _):
        with store.read() as connection:
            here = project_named(connection, name)
            known = items.payload_fields(connection, here.id)
        if any(parts.values()):
            shows: dict[str, dict[str, str]] = {field: dict(said) for field, said in (here.shows or {}).items()}
            for part, given in parts.items():
                for field, value in _pairs(given or [], part if part == "as" else f"--{part}").items():
                    if known and field not in known:
                        raise NotFound("field", field, known)
                    shows.setdefault(field, {"as": "text"})[part] = value
            here = store.write(change_project, project=here.id, shows=shows, actor=None)
    told = {
        field: (here.shows or {}).get(field, {"as": "text"}) for field in dict.fromkeys([*known, *(here.shows or {})])
    }
    if as_json:
        emit(told)
        return
    table(
        ["field", "shown as", "title", "beside", "caption"],
        [
            [field, said["as"], said.get("title", ""), said.get("beside", ""), said.get("caption", "")]
            for field, said in told.items()
        ],
        empty=f"No field is known yet. Import items with `assay import {name} FILE`.",
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


@project.command("list", epilog=example("assay project list"))
def list_projects(folder: Folder = None, as_json: Json = False) -> None:
    """List the projects and how far they are."""
    from labeling.store import items, projects

    with opened(folder) as (store, _), store.read() as connection:
        found = [(one, items.counts(connection, one.id)) for one in projects.listing(connection)]
    if as_json:
        emit([_as_data(one) | {"counts": asdict(counts)} for one, counts in found])
        return
    table(
        ["project", "question", "kind", ("items", "right"), ("done", "right"), ("answers", "right"), "state"],
        [
            [one.name, short(one.question, 40), one.kind, f"{counts.items:,}", _done(counts), f"{counts.answers:,}",
             "closed" if one.closed_at else "open"]
            for one, counts in found
        ],
        empty="There is no project yet. Make one with `assay project create NAME --labels a,b --question '…'`.",
    )  # fmt: skip


@project.command("show", epilog=example("assay project show intents"))
def show_project(name: ProjectName, folder: Folder = None, as_json: Json = False) -> None:
    """Show one project: its question and labels, its people, how far it is."""
    from labeling.store import guidelines, items, projects

    with opened(folder) as (store, _), store.read() as connection:
        one = project_named(connection, name)
        counts = items.counts(connection, one.id)
        people = projects.roles(connection, one.id)
        standing = guidelines.current(connection, one.id)
        fields = items.payload_fields(connection, one.id)
    if as_json:
        emit(
            _as_data(one)
            | {"counts": asdict(counts), "guideline_version": standing.version if standing else None, "fields": fields}
            | {"members": [{"name": who.name, "role": role} for who, role in people]}
        )
        return
    facts(
        {
            "project": one.name + (" (closed)" if one.closed_at else ""),
            "title": one.title,
            "question": one.question,
            "kind": _kind_in_words(one),
            "overlap": _overlap_in_words(one),
            **costs_in_words(one),
            "shown": ", ".join(one.show or fields) or "nothing yet",
            "guideline": _guideline_in_words(standing),
            "made": date(one.created_at),
        }
    )
    heading("How far it is")
    facts(
        {
            "items": f"{counts.items:,}: {counts.done:,} done, {counts.in_progress:,} begun, {counts.untouched:,} new",
            "gold items": f"{counts.gold:,}",
            "answers": f"{counts.answers:,}, {counts.flagged:,} flagged, {counts.skipped:,} skipped",
            "ruled on": f"{counts.adjudicated:,}",
        }
    )
    heading("People")
    table(
        ["member", "role"],
        [[who.name, role] for who, role in people],
        empty=f"Nobody yet. Invite an annotator with `assay member add NAME --project {one.name}`.",
    )


def _guideline_in_words(standing: Any) -> str:
    if standing is None:
        return "none yet"
    return f"v{standing.version}, {date(standing.published_at)}"


def _done(counts: Counts) -> str:
    return share(counts.done / counts.items) if counts.items else "–"


def _kind_in_words(one: Project) -> str:
    from labeling.kinds import kind

    labels = [category.text for category in kind(one.kind).categories(one.options)]
    return f"{one.kind} of {', '.join(labels)}" if labels else one.kind


def _as_data(one: Project) -> dict[str, Any]:
    data = {name: getattr(one, name) for name in one.__slots__ if name not in {"id", "created_at", "closed_at"}}
    return data | {"created_at": iso(one.created_at), "closed_at": iso(one.closed_at)}


def _overlap_in_words(one: Project) -> str:
    more = f", up to {one.overlap_most} until {share(one.target)} sure" if one.is_adaptive else ""
    again = f", {share(one.again_rate)} shown again" if one.again_rate else ""
    return f"{count(one.overlap, 'annotator')} an item{more}, {share(one.gold_rate)} gold mixed in{again}"
