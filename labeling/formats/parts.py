"""A table of a snapshot divided into train, validation and test, and looked at for leaks. Knows no file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from prep.frozen import Snapshot

TEXT = "__assay_text"


def divided(
    snapshot: Snapshot, frame: pl.DataFrame, table: str, how: Mapping[str, Any], *, together: bool, allow_leak: str
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The frame with a column `split`, and what is to be said of the split where it is written.

    The items are divided, and rows of another table go where their item goes. (Where the groups are told only by that
    table, its own rows are divided, and no leak is looked for.) Raises Leak, unless a reason to allow it is given.
    """
    import polars as pl

    from prep.leakage import leaks
    from prep.splits import split

    first = snapshot.tables[0]
    keys = snapshot.keys(first)
    key = snapshot.keys(table)[: len(keys)]
    options = {name: value for name, value in how.items() if value is not None}
    named = [one for name in ("group", "stratify") for one in _listed(how[name])]
    items = frame if table == first else snapshot.load(first)
    told: dict[str, Any] = {**how, "shares": dict(how["shares"]), "together": together, "leaks": []}
    if set(named) - set(items.columns):
        return split(frame, key=key, **options), told
    fields = fields_of(snapshot)
    texts = [name for name in fields if items.schema[name] == pl.String]
    if together and texts:
        joined = pl.concat_str(texts, separator=" ", ignore_nulls=True).alias(TEXT)
        options |= {"near": TEXT, "linked": _listed(options.pop("group", None))}
        parts = split(items.with_columns(joined), key=keys, **options)
    else:
        parts = split(items, key=keys, **options)
    report = leaks(parts, key=keys, content=fields, text=texts, group=_listed(how["group"]))
    told["leaks"] = [one.words for one in report.findings]
    if not allow_leak:
        report.raise_if_any()
    elif report.findings:
        told["allowed"] = allow_leak
    of_key = parts.select(*(pl.col(name).alias(mine) for name, mine in zip(keys, key, strict=True)), "split")
    return frame.join(of_key, on=key, how="left", maintain_order="left"), told


def fields_of(snapshot: Snapshot) -> list[str]:
    """The columns of the items that hold what was labeled; of a snapshot that does not say, all texts but the keys."""
    table = snapshot.tables[0]
    columns = {name: str(about["type"]) for name, about in snapshot.manifest["tables"][table]["columns"].items()}
    told = snapshot.about.get("fields")
    if told is None:
        own = {*snapshot.keys(table), "label", "source", "majority", "runner_up"}
        return [name for name, kind in columns.items() if kind == "String" and name not in own]
    return [name for name in told if name in columns]


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())
