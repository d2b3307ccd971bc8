"""Tables as a command of `assay prep` takes and leaves them: files in, one file out, what was done said."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from labeling.errors import NotFound, Unusable
from web.cli.screen import count, emit, say

if TYPE_CHECKING:
    import polars as pl

    from prep.change import Change

SUFFIXES = (".parquet", ".csv", ".jsonl")
Out = Annotated[
    Path, typer.Argument(metavar="OUT", help="Where to write: .parquet, .csv or .jsonl.", show_default=False)
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Write over what is there.")]
AsText = Annotated[bool, typer.Option("--as-text", help="Leave numbers in CSV files as the text they are.")]


def read(path: Path, *, as_text: bool = False) -> pl.DataFrame:
    """The table in a file. Raises NotFound, naming the nearest file, Unusable, UnreadableFile."""
    from prep.read import read_table

    if not path.exists():
        raise NotFound("file", str(path), [str(one) for one in path.parent.glob("*")])
    if path.is_dir():
        raise Unusable(f"{path} is a folder", cure="Name a file: csv, jsonl or parquet.")
    table: pl.DataFrame = read_table(path, types=not as_text)
    return table


def named_files(files: list[str]) -> dict[str, Path]:
    """Files by name: `crm=customers.csv` names one, else its own name does. Raises Unusable for a name given twice.

    >>> named_files(["crm=a/customers.csv", "web.csv"])
    {'crm': PosixPath('a/customers.csv'), 'web': PosixPath('web.csv')}
    """
    found: dict[str, Path] = {}
    for file in files:
        name, sign, path = file.partition("=")
        if not sign or Path(file).exists():
            name, path = Path(file).stem, file
        if name in found:
            raise Unusable(f"Two files are named {name!r}", cure="Name them: one=a/x.csv other=b/x.csv.")
        found[name] = Path(path)
    return found


def may_write(path: Path, *, overwrite: bool) -> None:
    """Raises Unusable, before any work is done, for a place that cannot be written to."""
    if path.suffix.lower() not in SUFFIXES:
        raise Unusable(f"{path}: the name must end in {', '.join(SUFFIXES)}", cure="That says the format.")
    if path.exists() and not overwrite:
        raise Unusable(f"{path} is there already", cure="Say --overwrite, or name another.")
    if not path.parent.is_dir():
        raise Unusable(f"There is no folder {path.parent}", cure="Make it first.")


def write(frame: pl.DataFrame, path: Path) -> None:
    """The frame as a file, whole or not at all. Raises Unusable for lists and structs in CSV."""
    import polars as pl

    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    if path.suffix.lower() == ".csv" and nested:
        raise Unusable(
            f"Column {nested[0]!r} holds {frame.schema[nested[0]]}, which CSV cannot", cure="Write .parquet."
        )
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        if path.suffix.lower() == ".parquet":
            frame.write_parquet(beside)
        elif path.suffix.lower() == ".csv":
            frame.write_csv(beside)
        else:
            frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)).write_ndjson(beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def tell(change: Change, written: dict[Path, pl.DataFrame], *, as_json: bool) -> None:
    """What was done, and which files it left."""
    if as_json:
        files: dict[str, Any] = {str(path): frame.height for path, frame in written.items()}
        emit({**change.as_json(), "written": files})
        return
    say(str(change))
    for path, frame in written.items():
        say(f"Wrote {path}: {count(frame.height, 'row')}.")
