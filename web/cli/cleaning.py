"""`prep`: a cleaning verb on a file. What the verbs are and take is read off the verbs."""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from labeling.errors import NotFound, Unusable
from web.cli.place import Json
from web.cli.root import VERB, example, prep
from web.cli.screen import emit, link, note, say, table
from web.cli.tables import check_targets, read, write

if TYPE_CHECKING:
    from prep.verb import Result, Step


@prep.command(
    VERB,
    epilog=example(
        "assay prep",
        "assay prep cast",
        "assay prep clean_names raw.csv clean.csv",
        "assay prep cast raw.csv clean.parquet --param to.age=integer --param to.price=currency --bad bad.csv",
        'assay prep filter_rows raw.csv adults.parquet --param where="age >= 18"',
        "assay prep scale train.parquet scaled.parquet --param columns=age --param fit_where=null --keep scale.json",
        "assay prep scale new.parquet scaled-new.parquet --step scale.json",
    ),
)
def clean(
    verb: Annotated[
        str | None, typer.Argument(help="Which; without it the verbs are listed.", show_default=False)
    ] = None,
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="IN", help="csv, jsonl or parquet; without it the verb is explained.", show_default=False
        ),
    ] = None,
    to: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="csv, jsonl or parquet, by its ending.", show_default=False)
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param", "-p", metavar="NAME=VALUE", help="A parameter; lists as a,b or JSON, mappings as name.key=value."
        ),
    ] = None,
    step: Annotated[
        Path | None, typer.Option(help="A step kept by --keep, instead of parameters.", show_default=False)
    ] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the step here, with what it learned.", show_default=False)
    ] = None,
    bad: Annotated[Path | None, typer.Option(help="Write the values set aside here.", show_default=False)] = None,
    row_id: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Name rows by this column in the report.", show_default=False)
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Take every cell of a CSV as text, as it stands.")] = False,
    encoding: Annotated[
        str | None, typer.Option(metavar="NAME", help="The file's encoding, such as cp1252.", show_default="found")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over what is there.")] = False,
    as_json: Json = False,
) -> None:
    """Clean a file with one verb, and say what was done. Works anywhere; needs no workspace.

    Leaves with 0 also when values were set aside; they are listed, and written where --bad says.
    """
    if verb is None:
        _list_verbs(as_json)
    elif source is None:
        _explain(verb, as_json)
    elif to is None:
        raise Unusable("There is no file to write to", cure=f"Say it: assay prep {verb} {source} clean.csv")
    else:
        made = _step(verb, param or [], step)
        targets = _Targets(to, bad, keep)
        targets.check(source, overwrite=overwrite)
        frame, read_as = read(source, encoding, types=not text)
        result = made.run(frame, row_id=row_id)
        targets.write(result)
        if as_json:
            emit(result.change.as_json())
            return
        note(read_as)
        for line in [*str(result.change).splitlines(), targets.told()]:
            link(line)
        if result.change.bad and bad is None:
            note("The values set aside are missing in it; --bad bad.csv writes them all.")


@dataclass(frozen=True)
class _Targets:
    """The files that are written."""

    to: Path
    bad: Path | None
    keep: Path | None

    def check(self, source: Path, *, overwrite: bool) -> None:
        """Raises Unusable, Conflict, NotFound before anything is done."""
        tables = [path for path in (self.to, self.bad) if path is not None]
        check_targets(tables, [source], overwrite=overwrite)
        if self.keep is not None:
            check_targets([self.keep], [source], overwrite=overwrite, is_table=False)

    def write(self, result: Result) -> None:
        """Write the frame, the values set aside, the step."""
        write(result.frame, self.to)
        if self.bad is not None:
            write(result.change.quarantine, self.bad)
        if self.keep is not None:
            self.keep.write_text(json.dumps(result.step.as_json(), ensure_ascii=False, indent=2) + "\n")

    def told(self) -> str:
        """The files in a sentence."""
        others = [
            f"values set aside to {self.bad}" if self.bad else "",
            f"the step to {self.keep}" if self.keep else "",
        ]
        return f"Written to {self.to}{''.join(f'; {one}' for one in others if one)}."


def _list_verbs(as_json: bool) -> None:
    from prep.steps import verbs

    told = {name: (importlib.import_module(f"prep.steps.{name}").__doc__ or "").strip() for name in verbs()}
    if as_json:
        emit(told)
        return
    table(["verb", "what it does"], list(told.items()))
    say("More on one: assay prep VERB")


def _explain(verb: str, as_json: bool) -> None:
    from prep.parameters import said
    from prep.steps import verb_named

    found = verb_named(verb)
    hints = get_type_hints(found.step)
    about = inspect.cleandoc(found.__doc__ or "")
    rows = []
    for name, one in inspect.signature(found.step).parameters.items():
        default = "must be given" if one.default is inspect.Parameter.empty else _shown(one.default)
        rows.append((name, said(hints[name]), default))
    if as_json:
        told = [dict(zip(("name", "type", "default"), row, strict=True)) for row in rows]
        emit({"verb": verb, "about": about, "parameters": told})
        return
    for line in about.split(">>>")[0].rstrip().splitlines():
        link(line)
    table(["parameter", "type", "else"], rows)


def _shown(value: Any) -> str:
    return "null" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _step(verb: str, given: list[str], kept: Path | None) -> Step:
    from prep.steps import step, step_from_json, verb_named

    found = verb_named(verb)
    if kept is None:
        return step(verb, **parameters(given, get_type_hints(found.step), verb))
    try:
        entry = json.loads(kept.read_text())
    except FileNotFoundError:
        raise NotFound("file", str(kept), [str(one) for one in kept.parent.glob("*.json")]) from None
    except ValueError as error:
        raise Unusable(f"{kept} is no step: {error}", cure="Make one with --keep.") from error
    if given:
        raise Unusable("--step and --param were both given", cure="The parameters are in the step; leave out --param.")
    made = step_from_json(entry)
    if made.verb != verb:
        raise Unusable(f"The step in {kept} is {made.verb}, not {verb}", cure=f"Say assay prep {made.verb}.")
    return made


def parameters(given: list[str], hints: Mapping[str, Any], verb: str) -> dict[str, Any]:
    """NAME=VALUE words as parameters of the types that the verb's fields have.

    >>> from collections.abc import Sequence
    >>> parameters(["columns=a,b", "to.age=integer"], {"columns": str | Sequence[str], "to": Mapping[str, str]}, "cast")
    {'columns': ['a', 'b'], 'to': {'age': 'integer'}}
    """
    from prep.errors import UnusableParameter
    from prep.parameters import fits
    from prep.verb import unknown_parameter

    found: dict[str, Any] = {}
    for word in given:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise Unusable(f"{word!r} is no parameter", cure="Write it --param name=value.")
        name, _, key = name.partition(".")
        if name not in hints:
            raise UnusableParameter(unknown_parameter(verb, name, list(hints)))
        if not key:
            found[name] = next((one for one in _meanings(value) if fits(one, hints[name])), value)
            continue
        inner = found.setdefault(name, {})
        if not isinstance(inner, dict):
            raise Unusable(f"{name} is given twice", cure=f"Write each as {name}.KEY=value.")
        inner[key] = next((one for one in _meanings(value) if fits({key: one}, hints[name])), value)
    return found


def _meanings(value: str) -> list[Any]:
    """What a word may mean: JSON, a list of words, itself."""
    found: list[Any] = []
    with contextlib.suppress(ValueError):
        found.append(json.loads(value))
    if "," in value:
        found.append([part.strip() for part in value.split(",")])
    return [*found, value, [value]]
