"""`prep schema`, `prep validate`, `prep profile`, `prep drift`: what a table must be, what it is, what changed in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeling.errors import NotFound, Unusable
from web.cli.outcome import Problems
from web.cli.place import Folder, Json
from web.cli.root import example, prep
from web.cli.screen import count, emit, link, note, say, table
from web.cli.tables import check_targets, read, write

if TYPE_CHECKING:
    import polars as pl

    from prep.drift import Drift
    from prep.profile import Profile

Html = Annotated[
    Path | None, typer.Option("--html", metavar="FILE", help="Write a page of its own here.", show_default=False)
]
Encoding = Annotated[str | None, typer.Option(metavar="NAME", help="The files' encoding.", show_default="found")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Write over what is there.")]
Table = Annotated[str, typer.Option("--table", help="Of a snapshot, which of its tables.")]


@prep.command(epilog=example("assay prep schema good.csv schema.yaml"))
def schema(
    source: Annotated[Path, typer.Argument(metavar="IN", help="csv, jsonl or parquet that is known to be good.")],
    to: Annotated[
        Path | None,
        typer.Argument(metavar="OUT", help="The schema, as YAML; without it, it is printed.", show_default=False),
    ] = None,
    encoding: Encoding = None,
    overwrite: Overwrite = False,
    as_json: Json = False,
) -> None:
    """Learn from a good file what the next must look like: a schema, to be read, edited and kept.

    It is pandera's YAML, and pandera reads it as well. Hold files to it with `assay prep validate`.
    """
    from prep.schema_file import save_schema, schema_to_yaml
    from prep.schema_infer import infer_schema

    if to is not None:
        check_targets([to], [source], overwrite=overwrite, is_table=False)
    frame, read_as = read(source, encoding)
    found = infer_schema(frame, name=source.name)
    if to is not None:
        save_schema(found, to)
    if as_json:
        import yaml

        emit(yaml.safe_load(schema_to_yaml(found)))
        return
    note(read_as)
    if to is None:
        link(schema_to_yaml(found).rstrip())
    else:
        say(
            f"{count(len(found.columns), 'column')} described in {to}. Read it, and loosen or tighten what chance made so."
        )


@prep.command(
    epilog=example(
        "assay prep validate new.csv schema.yaml",
        "assay prep validate new.csv schema.yaml --row-id id --good good.parquet --bad bad.jsonl --html report.html",
    )
)
def validate(
    source: Annotated[str, typer.Argument(metavar="IN", help="csv, jsonl or parquet, or a snapshot: name@tag.")],
    held_to: Annotated[Path, typer.Argument(metavar="SCHEMA", help="The schema's YAML, or pandera's own.")],
    row_id: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Name rows by this column.", show_default=False)
    ] = None,
    good: Annotated[Path | None, typer.Option(help="Write the rows without a fault here.", show_default=False)] = None,
    bad: Annotated[
        Path | None, typer.Option(help="Write the rows with one here, and which.", show_default=False)
    ] = None,
    html: Html = None,
    name: Table = "items",
    encoding: Encoding = None,
    overwrite: Overwrite = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Hold a table to a schema: every fault counted, the first of each shown. Leaves with 1 when there is one."""
    from prep.errors import BrokenSchema
    from prep.schema import Schema, check_yaml
    from prep.schema import validate as check
    from prep.schema_file import load_schema
    from prep.schema_page import report_page

    _refuse_targets([one for one in (good, bad) if one], html, [source, str(held_to)], overwrite=overwrite)
    if not held_to.is_file():
        raise NotFound("schema", str(held_to), [str(one) for one in held_to.parent.glob("*.y*ml")])
    own: Path | None = None
    try:
        wanted = load_schema(held_to)
    except BrokenSchema as error:
        if "extra_yaml" not in str(error):
            raise
        check_yaml(held_to)  # pandera's own words, which only pandera can hold a table to
        wanted, own = Schema([]), held_to
    frame, read_as = _frame(source, name, encoding, folder)
    report = check(frame, wanted, own, row_id=row_id)
    if good is not None or bad is not None:
        sound, faulty = report.quarantine(frame)
        if good is not None:
            write(sound, good)
        if bad is not None:
            write(faulty if bad.suffix.lower() != ".csv" else _flat(faulty), bad)
    _write_page(html, lambda: report_page(report, Path(source).name))
    if as_json:
        emit(report.as_dict())
    else:
        note(read_as)
        for line in str(report).splitlines():
            link(line)
        _tell_written(good, bad, html)
    if not report.is_valid:
        raise Problems


@prep.command(
    epilog=example(
        "assay prep profile messages.csv",
        "assay prep profile messages.csv --target label --html profile.html",
        "assay prep profile intents@v1 --json > profile.json",
    )
)
def profile(
    source: Annotated[str, typer.Argument(metavar="IN", help="csv, jsonl or parquet, or a snapshot: name@tag.")],
    target: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="The column to be predicted: who tells it?", show_default=False)
    ] = None,
    html: Html = None,
    name: Table = "items",
    encoding: Encoding = None,
    overwrite: Overwrite = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Say what is in a table: types, gaps, ranges, frequent values, correlations, and what looks suspicious.

    Kept with --json, a profile can be compared with later: `assay prep drift profile.json new.csv`.
    """
    from prep.profile.page import how, profile_page

    _refuse_targets([], html, [source], overwrite=overwrite)
    frame, read_as = _frame(source, name, encoding, folder)
    found = _profile(frame, Path(source).name, target)
    _write_page(html, lambda: profile_page(found))
    if as_json:
        emit(found.as_json())
        return
    note(read_as)
    say(f"{found.headline}. {how(found)}")
    table(
        ["column", "type", ("missing", "right"), ("distinct", "right"), "values"], [_row(one) for one in found.columns]
    )
    for one in found.suspicions:
        link(f"  {one}")
    _tell_written(None, None, html)


@prep.command(
    epilog=example(
        "assay prep drift train.parquet today.csv",
        "assay prep drift intents@v1 intents@v2 --html drift.html",
        "assay prep drift profile.json today.csv --psi 0.1 --fail-on label --fail-on schema",
        "assay prep drift train.parquet today.csv --alert https://hooks.example.org/drift",
    )
)
def drift(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="A file, a snapshot (name@tag), or a profile kept as JSON.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, of later.")],
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            "--fail-on",
            metavar="WHAT",
            show_default="drift",
            help="Leave with 1 on: drift (anything), schema (columns came, went or changed type), a column's name; or never.",
        ),
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="COLUMN", help="Compare these only.", show_default="all")
    ] = None,
    alpha: Annotated[float, typer.Option(help="The greatest false discovery rate.")] = 0.05,
    psi: Annotated[float, typer.Option(help="From which PSI on a change counts.")] = 0.2,
    ks: Annotated[float, typer.Option(help="From which KS distance on, of numbers and times.")] = 0.1,
    js: Annotated[float, typer.Option(help="From which Jensen–Shannon distance on, of few values.")] = 0.1,
    words: Annotated[float, typer.Option(help="From which change of a word's share of the texts on.")] = 0.1,
    missing: Annotated[float, typer.Option(help="From which change of the missing share on.")] = 0.05,
    html: Html = None,
    alert: Annotated[
        str | None, typer.Option(metavar="URL", help="POST what was found there when it fails.", show_default=False)
    ] = None,
    alert_seconds: Annotated[float, typer.Option(help="How long to wait for that address.")] = 10.0,
    name: Table = "items",
    encoding: Encoding = None,
    overwrite: Overwrite = False,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Say what changed between two tables, and whether it matters: unlikely by chance, and large. For CI, by exit code."""
    from prep.drift import Thresholds, drift_between
    from prep.drift.page import drift_page
    from web import alerts

    limits = Thresholds(alpha=alpha, psi=psi, ks=ks, js=js, words=words, missing=missing)
    _refuse_targets([], html, [old, new], overwrite=overwrite)
    if alert is not None:
        alerts.check(alert, alert_seconds)
    sides = [_side(one, name, encoding, folder) for one in (old, new)]
    names = (Path(old).name, Path(new).name) if Path(old).name != Path(new).name else (old, new)
    found = drift_between(*sides, columns=column, thresholds=limits, names=names)
    fails = found.fails(fail_on or ["drift"])
    _write_page(html, lambda: drift_page(found))
    if as_json:
        emit(found.as_json())
    else:
        _tell_drift(found)
        _tell_written(None, None, html)
    if fails and alert is not None:
        alerts.send(alert, found.as_json(), seconds=alert_seconds)
        note("The alert was sent.")
    if fails:
        raise Problems


def _tell_drift(found: Drift) -> None:
    from prep.drift.page import TESTS, chance, distance, how

    say(f"{found.headline}. {how(found)}")
    rows = [
        (
            one.name,
            TESTS.get(one.test, one.note or "–"),
            distance(one),
            "–" if one.psi is None else f"{one.psi:.3f}",
            chance(one.p_adjusted),
            f"{100 * one.missing_old:.1f} → {100 * one.missing_new:.1f} %",
            "yes" if one.has_drifted else "no",
        )
        for one in found.columns
    ]
    heads = ["column", "compared by", "distance", ("PSI", "right"), ("p, adjusted", "right"), "missing", "drift"]
    table(heads, rows)  # type: ignore[arg-type] # names and pairs
    for line in str(found).splitlines()[1:]:
        link(line)


def _row(one: Any) -> tuple[str, ...]:
    from prep.profile.page import number, share

    distinct = "–" if one.distinct is None else f"{'' if one.distinct_is_exact else '~'}{one.distinct:,}"
    if one.kind in {"number", "time"} and one.least is not None and one.greatest is not None:
        values = f"{number(one.least, one)} to {number(one.greatest, one)}"
    else:
        values = ", ".join(f"{value[:24]} ({n:,})" for value, n in one.top[:3])
    return one.name, one.type, share(one.rows - one.values, one.rows), distinct, values


def _frame(source: str, name: str, encoding: str | None, folder: Path | None) -> tuple[pl.DataFrame, str]:
    """The table in a file, or of a snapshot. Raises NotFound, UnknownSnapshot, UnreadableFile, Unusable."""
    if not _is_snapshot(source):
        return read(Path(source), encoding)
    from prep.snapshot import SnapshotStore
    from web.cli.place import find

    found = SnapshotStore(find(folder).snapshots).get(source)
    return found.load(name), f"{source} is {found.ref}, its table {name}."


def _is_snapshot(source: str) -> bool:
    path = Path(source)
    return not path.exists() and path.parent == Path() and ("@" in source or not path.suffix)


def _side(source: str, name: str, encoding: str | None, folder: Path | None) -> Any:
    """A frame, or the profile that is kept in a file."""
    from prep.profile import Profile

    path = Path(source)
    if path.suffix.lower() == ".json" and path.is_file():
        try:
            kept = json.loads(path.read_bytes())
        except ValueError:
            kept = None  # not one JSON value: rows, or nothing; the reader says what is wrong
        if isinstance(kept, dict) and str(kept.get("format", "")).startswith("assay-profile"):
            return Profile.from_json(kept)
    return _frame(source, name, encoding, folder)[0]


def _profile(frame: Any, name: str, target: str | None) -> Profile:
    from prep.profile import profile_of

    return profile_of(frame, name=name, target=target)


def _refuse_targets(tables: list[Path], html: Path | None, sources: list[str], *, overwrite: bool) -> None:
    given = [Path(one) for one in sources]
    check_targets(tables, given, overwrite=overwrite)
    if html is not None:
        if html.suffix.lower() not in {".html", ".htm"}:
            raise Unusable(f"{html} does not say that it is a page", cure="End its name in .html.")
        check_targets([html], given, overwrite=overwrite, is_table=False)


def _write_page(path: Path | None, made: Any) -> None:
    from prep.disk import replacing

    if path is not None:
        with replacing(path) as file:
            file.write(made().encode())


def _flat(faulty: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    return faulty.with_columns(pl.col("faults").list.join("; "))


def _tell_written(good: Path | None, bad: Path | None, html: Path | None) -> None:
    told = [f"{what} to {path}" for what, path in (("good rows", good), ("bad rows", bad), ("the page", html)) if path]
    if told:
        say(f"Written: {', '.join(told)}.")
