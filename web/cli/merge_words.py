"""What is written on the command line of a merge, as the merges of `prep` take it: names, rules, times. Knows no command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable

if TYPE_CHECKING:
    import polars as pl

TIMES = (
    "%Y-%m-%d",
    *(f"%Y-%m-%d{sign}{clock}" for clock in ("%H:%M", "%H:%M:%S%.f", "%H:%M:%S%.f%#z") for sign in (" ", "T")),
)
"""ISO 8601, as times are read from CSV files."""


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


def files_and_out(files: list[str]) -> tuple[dict[str, Path], Path]:
    """The files by name, and the last: where to write. Raises Unusable for fewer than two."""
    if len(files) < 2:
        raise Unusable(
            "Name the files, and then where to write", cure="Such as: january.csv february.csv year.parquet."
        )
    return named_files(files[:-1]), Path(files[-1])


def listed(names: str | None) -> list[str] | None:
    """Names with commas between them as a list; None stays None."""
    return None if names is None else [name.strip() for name in names.split(",") if name.strip()]


def pair(written: str, option: str, such_as: str) -> tuple[str, str]:
    """The two sides of `column=value`. Raises Unusable, saying how to write the option."""
    column, sign, value = written.partition("=")
    if not sign or not column or not value:
        raise Unusable(f"{option} {written!r} is not understood", cure=f"Write it as {option} {such_as}.")
    return column, value


def rule_of(written: str, named: dict[str, Path]) -> str | list[str]:
    """A rule by its name, or the files in the order in which they are believed."""
    parts = [part.strip() for part in written.split(",")]
    return parts if len(parts) > 1 or written in named else written


def number(text: str) -> float | str:
    """The number that is written, or the text if it is none."""
    try:
        return float(text)
    except ValueError:
        return text


def rules_in(path: Path) -> Any:
    """The rules of linking in a file of YAML or JSON. Raises NotFound, Unusable."""
    import yaml

    from labeling.errors import NotFound

    if not path.is_file():
        raise NotFound("file", str(path), [str(one) for one in path.parent.glob("*")])
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Unusable(
            f"{path} is no YAML: {error}", cure="Write a list of rules, each with block and compare."
        ) from error


def rules_from(block: list[str] | None, compare: list[str] | None, match: float, review: float) -> list[dict[str, Any]]:
    """A rule of linking for each --block, all with the same comparisons. Raises Unusable where one is missing."""
    if not block or not compare:
        raise Unusable(
            "It is not said which rows are compared, nor how",
            cure="Say --block zip --compare name=jaro_winkler, or --rules FILE.",
        )
    how = dict(pair(one, "--compare", "name=jaro_winkler") for one in compare)
    return [{"block": listed(one) or [], "compare": how, "match": match, "review": review} for one in block]


def timed(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The frame with these columns, where they are text, as dates or times, if all of a column's values are such."""
    import polars as pl

    made = frame
    for name in columns:
        if name not in frame.columns or frame.schema[name] != pl.String:
            continue
        text = frame.get_column(name).str.strip_chars().replace("", None)
        for form in TIMES:
            kind = pl.Datetime("us") if "%H" in form else pl.Date
            found = text.str.strptime(kind, form, strict=False)
            if found.null_count() == text.null_count():
                made = made.with_columns(found.alias(name))
                break
    return made
