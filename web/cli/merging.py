"""`prep join`, `prep union`, `prep asof`, `prep coalesce`, `prep link`: tables brought together, from files to a file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from web.cli.merge_words import files_and_out, listed, number, pair, rule_of, rules_from, rules_in, timed
from web.cli.place import Json, Seed
from web.cli.root import example, prep
from web.cli.screen import count, emit
from web.cli.screen import link as line
from web.cli.tables import AsText, Out, Overwrite, check_targets, read, write

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

    from prep.change import Change

Left = Annotated[Path, typer.Argument(metavar="LEFT", help="csv, jsonl or parquet.", show_default=False)]
Right = Annotated[Path, typer.Argument(metavar="RIGHT", help="csv, jsonl or parquet.", show_default=False)]
Files = Annotated[
    list[str], typer.Argument(metavar="FILE... OUT", help="The files, then where to write.", show_default=False)
]
Also = Path | None
Asked: TypeAlias = "list[tuple[Also, Callable[[], pl.DataFrame]]]"
"""Files that may be asked for, each with what goes into it."""


class How(StrEnum):
    """The rows that a join keeps."""

    left, inner, right, full, semi, anti = "left", "inner", "right", "full", "semi", "anti"


class Promise(StrEnum):
    """How often a key may stand on either side."""

    one_to_one, many_to_one, one_to_many, many_to_many = "1:1", "m:1", "1:m", "m:m"


class Overlap(StrEnum):
    """What becomes of a column that both sides have."""

    refuse, suffix, left, right, fill = "refuse", "suffix", "left", "right", "fill"


class Direction(StrEnum):
    """Where the nearest time is sought."""

    backward, forward, nearest = "backward", "forward", "nearest"


class Method(StrEnum):
    """How pairs are judged."""

    rules, splink = "rules", "splink"


On = Annotated[str, typer.Option("--on", metavar="COLUMNS", help="The key: one column, or several with commas.")]
Overlapping = Annotated[Overlap, typer.Option("--overlap", help="What becomes of a column that both sides have.")]


@prep.command(
    epilog=example(
        "assay prep join orders.csv customers.csv joined.parquet --on customer",
        "assay prep join orders.csv customers.csv joined.csv --on customer --how inner --promise 1:1",
        "assay prep join a.csv b.csv both.csv --on id=person_id --overlap suffix --unmatched-left lost.csv",
    )
)
def join(
    left: Left,
    right: Right,
    out: Out,
    on: On,
    how: Annotated[How, typer.Option("--how", help="Which rows stay.")] = How.left,
    promise: Annotated[Promise, typer.Option("--promise", help="How often a key may stand on the left and right.")] = (
        Promise.many_to_one
    ),
    overlap: Overlapping = Overlap.refuse,
    unmatched_left: Annotated[
        Also, typer.Option("--unmatched-left", metavar="FILE", help="Write the left's rows without a partner here.")
    ] = None,
    unmatched_right: Annotated[
        Also, typer.Option("--unmatched-right", metavar="FILE", help="Write the right's rows without a partner here.")
    ] = None,
    most_rows: Annotated[
        int | None, typer.Option("--most-rows", help="Allow an m:m join to make this many rows.", show_default=False)
    ] = None,
    as_text: AsText = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Join two tables by a key, and hold them to a promise of how often it may stand on either side.

    Leaves with 1 when the promise is broken, and names the keys; nothing is written then. --on a=b joins two names.
    """
    from prep.merge.join import join as joined

    _check([out, unmatched_left, unmatched_right], [left, right], overwrite)
    keys = [(one.partition("=")[0], one.partition("=")[2] or one) for one in on.split(",")]
    done = joined.run(
        read(left, types=not as_text)[0], read(right, types=not as_text)[0],
        left_on=[one for one, _ in keys], right_on=[other for _, other in keys], how=how.value,
        promise=promise.value, overlap=overlap.value, most_rows=most_rows,
    )  # fmt: skip
    also: Asked = [
        (unmatched_left, lambda: done.unmatched_left),
        (unmatched_right, lambda: done.unmatched_right),
    ]
    _finish(done.change, out, done.frame, also, as_json=as_json)


@prep.command(
    epilog=example(
        "assay prep union january.csv february.csv year.parquet",
        "assay prep union jan=january.csv feb=february.csv year.csv --source month",
    )
)
def union(
    files: Files,
    source: Annotated[
        str | None, typer.Option("--source", metavar="COLUMN", help="Add a column with the file's name.")
    ] = None,
    refuse_missing: Annotated[
        bool, typer.Option("--refuse-missing", help="Refuse a column that a file lacks, instead of leaving gaps.")
    ] = False,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", help="Take names that differ only by case for one.")
    ] = False,
    as_text: AsText = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Put tables under one another: columns found by name, types widened, gaps where a file has none."""
    from prep.merge.union import union as united

    named, out = files_and_out(files)
    _check([out], list(named.values()), overwrite)
    tables = {name: read(path, types=not as_text)[0] for name, path in named.items()}
    done = united.run(tables, source=source, missing="refuse" if refuse_missing else "fill", ignore_case=ignore_case)
    _finish(done.change, out, done.frame, [], as_json=as_json)


@prep.command(
    epilog=example(
        "assay prep asof trades.csv quotes.csv priced.parquet --on at --by symbol --tolerance 5m",
        "assay prep asof trades.csv quotes.csv priced.csv --on at --direction nearest --matched quoted_at",
    )
)
def asof(
    left: Left,
    right: Right,
    out: Out,
    on: Annotated[str, typer.Option("--on", metavar="COLUMN", help="The column of times, or left=right.")],
    by: Annotated[
        str | None, typer.Option("--by", metavar="COLUMNS", help="Columns that must be equal as well, with commas.")
    ] = None,
    tolerance: Annotated[
        str | None, typer.Option("--tolerance", help="How far apart at most: 90s, 1h30m, 2d; a number for numbers.")
    ] = None,
    direction: Annotated[Direction, typer.Option("--direction", help="Where the nearest is sought.")] = (
        Direction.backward
    ),
    not_equal: Annotated[bool, typer.Option("--not-equal", help="Leave equal times out.")] = False,
    matched: Annotated[
        str | None, typer.Option("--matched", metavar="COLUMN", help="Add a column with the time that was met.")
    ] = None,
    overlap: Overlapping = Overlap.refuse,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Join each row of the left to the one row of the right that is nearest in time, or in number.

    Times in CSV files are read as ISO 8601: 2026-01-31, 2026-01-31 14:05, 2026-01-31T14:05:00.
    """
    from prep.merge.asof import asof as nearest

    _check([out], [left, right], overwrite)
    left_on, _, right_on = on.partition("=")
    tables = [timed(read(left)[0], [left_on]), timed(read(right)[0], [right_on or left_on])]
    is_number = left_on in tables[0].columns and tables[0].schema[left_on].is_numeric()
    done = nearest.run(
        *tables, left_on=left_on, right_on=right_on or left_on, by=listed(by), matched=matched,
        tolerance=number(tolerance) if is_number and tolerance else tolerance, exact=not not_equal,
        direction=direction.value, overlap=overlap.value,
    )  # fmt: skip
    _finish(done.change, out, done.frame, [], as_json=as_json)


@prep.command(
    epilog=example(
        "assay prep coalesce crm.csv web.csv people.parquet --key id",
        "assay prep coalesce crm.csv web.csv people.csv --key id --default newest:updated --rule phone=web,crm",
        "assay prep coalesce crm.csv web.csv people.csv --key id --sources from.csv --conflicts conflicts.csv",
    )
)
def coalesce(
    files: Files,
    key: Annotated[str, typer.Option("--key", metavar="COLUMNS", help="The key: one column, or several with commas.")],
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="COLUMN=RULE", help="first, newest:COLUMN, most_complete, majority, or files."),
    ] = None,
    default: Annotated[str, typer.Option("--default", metavar="RULE", help="The rule of all other columns.")] = "first",
    sources: Annotated[
        Also, typer.Option("--sources", metavar="FILE", help="Write which file each cell is from here.")
    ] = None,
    conflicts: Annotated[
        Also, typer.Option("--conflicts", metavar="FILE", help="Write the cells on which files differ here.")
    ] = None,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", help="Take names that differ only by case for one.")
    ] = False,
    as_text: AsText = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Make one table of several that speak of the same things: a row for each key, each cell from one of them.

    A rule says which file a cell is taken from, among those that have a value. crm=customers.csv names a file.
    """
    from prep.merge.sources import coalesce_sources

    named, out = files_and_out(files)
    _check([out, sources, conflicts], list(named.values()), overwrite)
    pairs = [pair(one, "--rule", "phone=web,crm") for one in rule or []]
    rules = {column: rule_of(written, named) for column, written in pairs}
    fresh = [one.split(":", 1)[1] for one in (default, *(w for _, w in pairs)) if one.startswith("newest:")]
    tables = {name: timed(read(path, types=not as_text)[0], fresh) for name, path in named.items()}
    done = coalesce_sources.run(
        tables, key=listed(key) or [], rules=rules, default=rule_of(default, named), ignore_case=ignore_case
    )
    also: Asked = [(sources, lambda: done.sources), (conflicts, lambda: done.conflicts)]
    _finish(done.change, out, done.frame, also, as_json=as_json)


@prep.command(
    epilog=example(
        "assay prep link crm.csv web.csv pairs.csv --block zip --compare name=jaro_winkler --id id",
        "assay prep link crm.csv web.csv pairs.csv --block zip --block name[:4],born --compare name=jaro_winkler*2 --compare born=edit",
        "assay prep link crm.csv web.csv pairs.csv --rules rules.yml --method splink --compared look.csv",
    )
)
def link(
    left: Left,
    right: Right,
    out: Out,
    block: Annotated[
        list[str] | None,
        typer.Option("--block", metavar="COLUMNS", help="Compare rows equal in these; several --block add up."),
    ] = None,
    compare: Annotated[
        list[str] | None,
        typer.Option(
            "--compare", metavar="COLUMN=HOW", help="exact, jaro_winkler, edit, tokens, number:5 or days:30; *2 weighs."
        ),
    ] = None,
    match: Annotated[float, typer.Option("--match", help="The score, 0 to 1, from which on it is a match.")] = 0.85,
    review: Annotated[float, typer.Option("--review", help="The score from which on a person should look.")] = 0.7,
    rules: Annotated[
        Also, typer.Option("--rules", metavar="FILE", help="Rules in YAML or JSON, instead of --block and --compare.")
    ] = None,
    id_column: Annotated[
        str | None,
        typer.Option("--id", metavar="COLUMN", help="The column that names a row.", show_default="its number"),
    ] = None,
    method: Annotated[
        Method, typer.Option("--method", help="Judge by the rules, or by weights learned.")
    ] = Method.rules,
    many: Annotated[bool, typer.Option("--many", help="Let a row have several partners.")] = False,
    most_pairs: Annotated[
        int, typer.Option("--most-pairs", help="Refuse to compare more pairs than this.")
    ] = 20_000_000,
    compared: Annotated[
        Also, typer.Option("--compared", metavar="FILE", help="Write the pairs with their values side by side here.")
    ] = None,
    seed: Seed = 0,
    as_text: AsText = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Find the rows of two tables that speak of the same thing, where no key says so.

    Writes pairs: left, right, score, decision (match or review), rule.
    """
    from prep.match.link import link as linked

    _check([out, compared], [left, right], overwrite)
    written_rules = rules_in(rules) if rules is not None else rules_from(block, compare, match, review)
    dated = [
        str(column)
        for one in written_rules
        if isinstance(one, dict)
        for column, how in dict(one.get("compare") or {}).items()
        if str(how).startswith("days")
    ]
    tables = [timed(read(path, types=not as_text)[0], dated) for path in (left, right)]
    done = linked.run(
        *tables, rules=written_rules, id=id_column, method=method.value,
        one_to_one=not many, most_pairs=most_pairs, seed=seed,
    )  # fmt: skip
    _finish(done.change, out, done.frame, [(compared, lambda: done.compared)], as_json=as_json)


def _check(targets: list[Also], sources: list[Path], overwrite: bool) -> None:
    check_targets([path for path in targets if path is not None], sources, overwrite=overwrite)


def _finish(change: Change, out: Path, made: pl.DataFrame, also: Asked, *, as_json: bool) -> None:
    """Write the file, and those that were asked for beside it; say what was done, and which they are."""
    written = {out: made, **{path: frame() for path, frame in also if path is not None}}
    for path, frame in written.items():
        write(frame, path)
    if as_json:
        emit({**change.as_json(), "written": {str(path): frame.height for path, frame in written.items()}})
        return
    for text in str(change).splitlines():
        line(text)
    for path, frame in written.items():
        line(f"Written to {path}: {count(frame.height, 'row')}.")
