"""A schema in a file: pandera's own YAML, which pandera reads as well; what it has no word for stands under `metadata`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prep.errors import BrokenSchema
from prep.schema import Column, Schema, mapping_of_yaml

_ASSAY = "assay"
_CHECKS = {"isin": "isin", "ge": "greater_than_or_equal_to", "le": "less_than_or_equal_to", "matches": "str_matches"}
_SHORT = {"ge": "greater_than_or_equal_to", "le": "less_than_or_equal_to"}
_DTYPES = {"string": "string", "boolean": "bool"}
_OWN = {**_DTYPES, "str": "string", "boolean": "boolean", "bool": "boolean"}


def schema_to_yaml(schema: Schema) -> str:
    """The schema as pandera's YAML. `schema_from_yaml` undoes it.

    >>> print(schema_to_yaml(Schema([Column("age", "integer", ge=0)])))
    schema_type: polars_dataframe
    columns:
      age:
        nullable: false
        unique: false
        required: true
        checks:
          greater_than_or_equal_to: 0
        metadata:
          assay:
            dtype: integer
    metadata:
      assay:
        name: ''
        unique: []
        absent: []
        strict: false
    <BLANKLINE>
    """
    import yaml

    own = {"name": schema.name, "unique": [list(key) for key in schema.unique], "absent": list(schema.absent)}
    told = {
        "schema_type": "polars_dataframe",
        "columns": {column.name: _told(column) for column in schema.columns},
        "metadata": {_ASSAY: {**own, "strict": schema.strict}},
    }
    text: str = yaml.safe_dump(told, sort_keys=False, allow_unicode=True)
    return text


def save_schema(schema: Schema, path: Path | str) -> None:
    """Write the schema to a file, whole or not at all."""
    from prep.disk import replacing

    with replacing(Path(path)) as file:
        file.write(schema_to_yaml(schema).encode())


def load_schema(path: Path | str) -> Schema:
    """The schema in a file. Raises BrokenSchema for what is none, says what `validate` cannot hold, or contradicts itself."""
    return schema_from_yaml(Path(path))


def schema_from_yaml(source: str | Path) -> Schema:
    """The schema in YAML (its text, or a Path to it): ours, or pandera's own as far as Schema has words for it.

    What it has no words for is refused, never dropped: give such a file to `validate` as `extra_yaml`.
    Raises BrokenSchema.

    >>> schema_from_yaml("columns: {age: {nullable: true, checks: {ge: 0}}}").columns[0].ge
    0
    """
    found = mapping_of_yaml(source)
    where = str(source) if isinstance(source, Path) else "The schema"
    own = _own(found, where)
    for word in ("checks", "coerce", "ordered", "add_missing_columns"):
        if found.get(word):
            raise BrokenSchema(_beyond(where, word))
    keys = own.get("unique") or ([found["unique"]] if found.get("unique") else [])
    keys = [[key] if isinstance(key, str) else key for key in keys]
    absent = own.get("absent") or []
    if not _texts(absent) or not all(_texts(key) for key in keys):
        raise BrokenSchema(f"{where}: unique and absent must be lists of columns' names.")
    columns = [_column(str(name), column, where) for name, column in (found["columns"] or {}).items()]
    strict = own.get("strict", found.get("strict", False))
    return Schema(
        columns,
        unique=keys or (),
        name=str(own.get("name") or found.get("name") or ""),
        absent=absent or (),
        strict=bool(strict),
    )


def _texts(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _told(column: Column) -> dict[str, Any]:
    checks = {
        check: list(value) if name == "isin" else value
        for name, check in _CHECKS.items()
        if (value := getattr(column, name)) is not None
    }
    if column.min_length is not None or column.max_length is not None:
        checks["str_length"] = {"min_value": column.min_length, "max_value": column.max_length}
    told: dict[str, Any] = {"dtype": _DTYPES[column.dtype]} if column.dtype in _DTYPES else {}
    told |= {"nullable": column.nullable, "unique": column.unique, "required": column.required}
    return told | ({"checks": checks} if checks else {}) | {"metadata": {_ASSAY: {"dtype": column.dtype}}}


def _own(found: Mapping[str, Any], where: str) -> dict[str, Any]:
    metadata = found.get("metadata") or {}
    own = metadata.get(_ASSAY) if isinstance(metadata, dict) else None
    if own is not None and not isinstance(own, dict):
        raise BrokenSchema(f"{where}: 'metadata: assay:' must hold names and values.")
    return own or {}


def _column(name: str, found: Mapping[str, Any], where: str) -> Column:
    here = f"{where}, column {name!r}"
    for word in ("coerce", "regex", "default", "drop_invalid_rows"):
        if found.get(word):
            raise BrokenSchema(_beyond(here, word))
    dtype: Any = _own(found, here).get("dtype") or _dtype_of(found.get("dtype"), here)
    made: dict[str, Any] = {}
    for check, value in _checks(found.get("checks"), here):
        options = value if isinstance(value, dict) and "value" in value else {"value": value}
        given = options["value"]
        if check == "str_length":
            span = given if isinstance(given, dict) else options
            made |= {"min_length": span.get("min_value"), "max_length": span.get("max_value")}
            continue
        name_ = next((ours for ours, theirs in _CHECKS.items() if check in {theirs, ours}), None)
        if name_ is None or options.get("options", {}).get("raise_warning"):
            raise BrokenSchema(_beyond(here, check))
        if name_ == "matches" and isinstance(given, dict):
            given = given.get("pattern")
        if name_ == "isin" and isinstance(given, dict):
            given = given.get("allowed_values")
        made[name_] = given
    flags: dict[str, Any] = {
        flag: bool(found.get(flag, default))
        for flag, default in (("nullable", False), ("unique", False), ("required", True))
    }
    return Column(name, dtype, **flags, **made)


def _checks(found: Any, where: str) -> list[tuple[str, Any]]:
    if found is None:
        return []
    if isinstance(found, dict):
        return [(_SHORT.get(str(name), str(name)), value) for name, value in found.items()]
    made = []
    for one in found if isinstance(found, list) else [None]:
        if not isinstance(one, dict) or not isinstance(one.get("options"), dict):
            raise BrokenSchema(f"{where}: checks must be names with values.")
        rest = {key: value for key, value in one.items() if key != "options"}
        named = str(one["options"].get("check_name"))
        made.append((_SHORT.get(named, named), rest if rest.keys() != {"value"} else rest["value"]))
    return made


def _dtype_of(found: Any, where: str) -> str:
    if found is None:
        return "any"
    plain = str(found).lower()
    for begin, ours in (
        ("int", "integer"),
        ("uint", "integer"),
        ("float", "number"),
        ("datetime", "datetime"),
        ("date", "date"),
    ):
        if plain.startswith(begin):
            return ours
    if plain not in _OWN:
        raise BrokenSchema(_beyond(where, f"dtype: {found}"))
    return {"str": "string", "bool": "boolean"}.get(plain, plain)


def _beyond(where: str, word: str) -> str:
    return (
        f"{where}: {word!r} is pandera's own and no part of a Schema. Take it out, or validate with it as extra_yaml."
    )
