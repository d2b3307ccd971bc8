"""What a table must look like, and whether it does: every fault counted, some of them shown. Knows no engine's rows.

What a Schema asks is checked here; what the user's own pandera YAML asks, by pandera, run in full depth (on a lazy frame
pandera alone would look at the types only).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from prep.errors import BrokenSchema, nearest
from prep.frames import Frame, need_columns, to_polars

if TYPE_CHECKING:
    import polars as pl

Dtype = Literal["string", "integer", "number", "boolean", "date", "datetime", "any"]
DTYPES: tuple[Dtype, ...] = ("string", "integer", "number", "boolean", "date", "datetime", "any")
SHOWN = 100

_TYPES_OF_YAML = {
    "str": "String",
    "string": "String",
    "object": "String",
    "int": "Int64",
    "float": "Float64",
    "bool": "Boolean",
}
_KNOWN_IN_YAML = frozenset(
    [
        "schema_type",
        "api",
        "version",
        "columns",
        "checks",
        "index",
        "dtype",
        "coerce",
        "strict",
        "name",
        "ordered",
        "unique",
        "report_duplicates",
        "unique_column_names",
        "add_missing_columns",
        "title",
        "description",
        "metadata",
    ]
)
_KNOWN_IN_COLUMN = frozenset(
    [
        "title",
        "description",
        "dtype",
        "nullable",
        "checks",
        "unique",
        "coerce",
        "required",
        "regex",
        "default",
        "report_duplicates",
        "drop_invalid_rows",
        "name",
        "metadata",
    ]
)


@dataclass(frozen=True)
class Column:
    """What a column must look like. `isin`, `ge` and `le` speak of the values there are; `nullable` of those missing.

    "integer" and "number" are of any width, "number" takes whole ones too; "any" is anything. Of text, `matches` is a
    regular expression that must match from the start, and lengths are in Unicode code points.
    """

    name: str
    dtype: Dtype = "any"
    nullable: bool = False
    unique: bool = False
    isin: Sequence[Any] | None = None
    ge: float | None = None
    le: float | None = None
    required: bool = True
    matches: str | None = None
    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True)
class Schema:
    """What a table must look like: its columns, and the sets of columns whose values together name a row.

    `absent` are columns that must not be there; a `strict` schema takes none that it does not name.
    Raises BrokenSchema when it contradicts itself, in words that say how.

    >>> frame = {"id": ["a", "a"], "label": ["x", "z"]}
    >>> schema = Schema([Column("id", "string"), Column("label", "string", isin=["x", "y"])], unique=[["id"]])
    >>> print(validate(frame, schema))
    3 faults in 2 of 2 rows:
      label: must be one of 'x', 'y': 1 row, such as row 2 ('z')
      id: must not repeat: 2 rows, such as row 1 ('a'), row 2 ('a')
    """

    columns: Sequence[Column]
    unique: Sequence[Sequence[str]] = ()
    name: str = ""
    absent: Sequence[str] = ()
    strict: bool = False

    def __post_init__(self) -> None:
        from prep.schema_sense import refuse_contradictions

        refuse_contradictions(self)


@dataclass(frozen=True)
class Fault:
    """One check that failed: in which column ("" for the whole table), what must be, how many rows break it.

    `rows` are the first of them, counted from 1 (none where the fault is the table's), with their `values`; `ids` are those
    rows' values of the column that names a row, where one was named.
    """

    column: str
    must: str
    count: int
    rows: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    ids: list[Any] = field(default_factory=list)

    def __str__(self) -> str:
        place = f"{self.column}: " if self.column else ""
        if not self.rows:
            return f"{place}{self.must}"
        shown = ", ".join(
            f"{_said(name) if self.ids else f'row {name}'} ({_said(value)})"
            for name, value in zip((self.ids or self.rows)[:3], self.values[:3], strict=True)
        )
        return f"{place}{self.must}: {self.count:,} row{'s' if self.count != 1 else ''}, such as {shown}"


@dataclass(frozen=True)
class Report:
    """What `validate` found. `bad_rows` are the numbers (from 1) of all rows with a fault, each once."""

    rows: int
    faults: list[Fault]
    bad_rows: list[int]

    @property
    def is_valid(self) -> bool:
        """Whether there is no fault."""
        return not self.faults

    @property
    def count(self) -> int:
        """How many faults there are; one that is the table's counts once."""
        return sum(fault.count for fault in self.faults)

    @property
    def headline(self) -> str:
        """The report in one line."""
        if self.is_valid:
            return f"All {self.rows:,} rows are as they should be."
        head = f"{self.count:,} fault{'s' if self.count != 1 else ''}"
        return f"{head} in {len(self.bad_rows):,} of {self.rows:,} rows" if self.bad_rows else head

    @property
    def shown(self) -> dict[str, list[dict[str, Any]]]:
        """The faults' first rows, by what must be: each with its `row` (from 1; None for the table) and `value`."""
        return {
            f"{fault.column}: {fault.must}": [
                {"row": row, "column": fault.column, "value": _plain(value), "must": fault.must}
                for row, value in zip(fault.rows, fault.values, strict=True)
            ]
            or [{"row": None, "column": fault.column, "value": None, "must": fault.must}]
            for fault in self.faults
        }

    def quarantine(self, frame: Frame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows without a fault, and those with one, with a column `faults` that says which and one `row`."""
        import polars as pl

        table = to_polars(frame)
        is_bad = pl.Series([False] * table.height, dtype=pl.Boolean)
        at = [row - 1 for row in self.bad_rows]
        is_bad = is_bad.scatter(at, True) if at else is_bad
        told: dict[int, list[str]] = {}
        for fault in self.faults:
            for row in fault.rows:
                told.setdefault(row, []).append(f"{fault.column}: {fault.must}" if fault.column else fault.must)
        bad = table.filter(is_bad).with_columns(
            pl.Series("row", self.bad_rows, dtype=pl.Int64),
            pl.Series("faults", [told.get(row, []) for row in self.bad_rows], dtype=pl.List(pl.String)),
        )
        return table.filter(~is_bad), bad

    def as_dict(self) -> dict[str, Any]:
        """The report for JSON."""
        told = [
            {
                "column": f.column,
                "must": f.must,
                "count": f.count,
                "rows": f.rows,
                "values": [_plain(v) for v in f.values],
                **({"ids": [_plain(one) for one in f.ids]} if f.ids else {}),
            }
            for f in self.faults
        ]
        return {"valid": self.is_valid, "rows": self.rows, "bad_rows": len(self.bad_rows), "faults": told}

    def __str__(self) -> str:
        return "\n".join([self.headline + (":" if self.faults else ""), *(f"  {fault}" for fault in self.faults)])


def validate(
    frame: Frame, schema: Schema, extra_yaml: str | Path | None = None, *, shown: int = SHOWN, row_id: str | None = None
) -> Report:
    """Whether every row of any frame is as the schema, and the user's own pandera YAML, say. Alters nothing.

    `extra_yaml` is a pandera schema in YAML (its text, or a Path to it), as `pandera.io` writes it for polars or for
    pandas; it can only ask for more. Each check that fails is one Fault with its full count and the first `shown` rows.
    `row_id` is a column that names a row (an engine such as DuckDB or Spark keeps no order, so that a row's number says
    little there): faults tell its values too.
    Raises BrokenSchema (also for YAML that is none, or asks for what there is not), UnusableFrame, UnknownColumn (row_id).
    """
    from prep.schema_checks import faults_of_schema

    table = to_polars(frame)
    if row_id is not None:
        need_columns([row_id], table.columns)
    faults, bad = faults_of_schema(table, schema, shown)
    alone = {column.name for column in schema.columns if column.unique}
    for key in schema.unique:
        if len(key) == 1 and key[0] in alone:
            continue
        _add_repeats(table, key, shown, faults, bad)
    if extra_yaml is not None:
        from prep.pandera_checks import faults_of, pandera_of_yaml

        more, more_bad = faults_of(table, pandera_of_yaml(mapping_of_yaml(extra_yaml)), shown)
        seen = {(fault.column, fault.must) for fault in faults}
        faults += [fault for fault in more if (fault.column, fault.must) not in seen]
        bad |= more_bad
    faults += _unwanted(table, schema)
    if row_id is not None:
        ids = table.get_column(row_id)
        faults = [replace(fault, ids=[ids[row - 1] for row in fault.rows]) for fault in faults]
    return Report(table.height, faults, sorted(row + 1 for row in bad))


def _unwanted(table: pl.DataFrame, schema: Schema) -> list[Fault]:
    named = {column.name for column in schema.columns}
    more = [name for name in table.columns if schema.strict and name not in named]
    return [
        Fault(name, "must not be there", 1) for name in dict.fromkeys([*schema.absent, *more]) if name in table.columns
    ]


def check_yaml(extra_yaml: str | Path) -> None:
    """Raises BrokenSchema when the pandera YAML cannot be used; for saying so before there are rows."""
    from prep.pandera_checks import pandera_of_yaml

    pandera_of_yaml(mapping_of_yaml(extra_yaml))


def _add_repeats(table: pl.DataFrame, key: Sequence[str], shown: int, faults: list[Fault], bad: set[int]) -> None:
    import polars as pl

    if any(name not in table.columns for name in key):
        return  # told already: the column is missing
    rows = table.select(pl.struct(key).is_duplicated()).to_series().arg_true().to_list()
    if rows:
        bad.update(rows)
        first = [row + 1 for row in rows[:shown]]
        values = [table.select(key).row(row - 1) for row in first]
        told = [value[0] if len(key) == 1 else value for value in values]
        faults.append(Fault(" + ".join(key), "must not repeat", len(rows), first, told))


def mapping_of_yaml(source: str | Path) -> Mapping[str, Any]:
    """The YAML as pandera's polars reader takes it: names of types as pandas spells them are turned into its own."""
    import yaml

    where = str(source) if isinstance(source, Path) else "The schema"
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
        found = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise BrokenSchema(f"{where} cannot be read as YAML: {error}") from error
    if not isinstance(found, dict):
        raise BrokenSchema(f"{where} is no pandera schema: it must begin with 'columns:'.")
    _refuse_unknown(found, _KNOWN_IN_YAML, where)
    columns = found.get("columns")
    if not isinstance(columns, dict | None):
        raise BrokenSchema(f"{where}: 'columns:' must hold names of columns, each with what it must be.")
    made = {}
    for name, column in (columns or {}).items():
        if not isinstance(column, dict | None):
            raise BrokenSchema(f"{where}: the column {name!r} must hold what it must be, such as 'nullable: true'.")
        made[str(name)] = _column_of_yaml(dict(column or {}), f"{where}, column {name!r}")
    return {**found, "schema_type": "polars_dataframe", "columns": made, "index": None}


def _column_of_yaml(column: dict[str, Any], where: str) -> dict[str, Any]:
    from prep.pandera_checks import check_names

    _refuse_unknown(column, _KNOWN_IN_COLUMN | check_names(), where)
    checks = column.get("checks")
    named = set(checks) if isinstance(checks, dict) else set()
    if isinstance(checks, list):
        named = {str((one.get("options") or {}).get("check_name")) for one in checks if isinstance(one, dict)}
    _refuse_unknown(named, check_names(), where)
    dtype = column.get("dtype")
    if isinstance(dtype, str):
        plain = dtype.split("[", 1)[0].lower()
        if plain.startswith("datetime64"):
            dtype = "Datetime"
        column["dtype"] = _TYPES_OF_YAML.get(plain, dtype)
    return column


def _refuse_unknown(there: Iterable[str], known: AbstractSet[str], where: str) -> None:
    for name in there:
        if name not in known:
            near = nearest(name, known)
            raise BrokenSchema(
                f"{where}: there is no {name!r} in a pandera schema." + (f" Did you mean {near!r}?" if near else "")
            )


def _said(value: Any) -> str:
    text = "empty" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
