"""Whether a split lets the test be seen in training: the same row, the same or nearly the same content, a group, the future.

Looked for between every two parts, since a leak from validation into training spoils the choice of a model as one from
the test spoils its grade.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from prep.engines import collected
from prep.errors import Leak, UnusableParameter
from prep.frames import Frame, need_columns

if TYPE_CHECKING:
    import polars as pl

SHOWN = 5


@dataclass(frozen=True)
class Finding:
    """One way in which the split leaks.

    `kind` is "key", "content", "near", "group" or "future"; `rows` counts the rows concerned, `sets` the keys, contents,
    clusters or groups that lie in several parts; `examples` are up to five, each with its parts and some of its keys.
    """

    kind: str
    rows: int
    sets: int
    words: str
    examples: list[dict[str, Any]]


@dataclass(frozen=True)
class LeakReport:
    """What was looked at, and what leaks; `print` it. `checked` names the checks that were made."""

    rows: int
    parts: dict[str, int]
    checked: list[str]
    findings: list[Finding]

    @property
    def is_clean(self) -> bool:
        """Whether nothing leaks, of what was looked at."""
        return not self.findings

    def as_dict(self) -> dict[str, Any]:
        """All of it for JSON."""
        return {**asdict(self), "is_clean": self.is_clean}

    def raise_if_any(self) -> None:
        """Raises Leak when something leaks."""
        if self.findings:
            raise Leak(self)

    def __str__(self) -> str:
        told = ", ".join(f"{name} {rows:,}" for name, rows in self.parts.items())
        checked = ", ".join(self.checked)
        if self.is_clean:
            return f"No leak among {self.rows:,} rows ({told}). Looked for: {checked}."
        lines = [f"The split of {self.rows:,} rows ({told}) leaks. Looked for: {checked}."]
        for one in self.findings:
            lines.append(f"  {one.words}")
            lines += [f"    {_shown(example)}" for example in one.examples]
        return "\n".join(lines)


def leaks(
    frame: Frame,
    *,
    split: str = "split",
    key: str | Sequence[str] = "id",
    content: Sequence[str] | None = None,
    text: str | Sequence[str] | None = None,
    group: str | Sequence[str] = (),
    time: str | None = None,
    train: str = "train",
    threshold: float = 0.8,
) -> LeakReport:
    """Whether rows of one part can be seen in another. `split` names the column that says each row's part.

    Looked for are a `key` in several parts; the same `content` (the values of these columns; all others than key, split
    and time unless named) under other keys; `text` that is nearly the same (character 3-grams, Jaccard's likeness of
    `threshold` or more; several columns are joined by a space); a value of a `group` column in several parts; and, with
    `time`, rows of the part `train` that are not before the earliest row of another part. Missing values leak nothing.

    Raises UnknownColumn, UnusableParameter.

    >>> import polars as pl
    >>> frame = pl.DataFrame({"id": [1, 2], "text": ["Where is my parcel?", "where is my  parcel"], "split": ["train", "test"]})
    >>> [one.kind for one in leaks(frame, text="text").findings]
    ['near']
    """
    table = collected(frame)
    keys, texts, groups = _listed(key), _listed(text), _listed(group)
    told = list(content) if content is not None else [
        name for name in table.columns if name not in {*keys, split, time} and not _is_object(table, name)
    ]  # fmt: skip
    need_columns([split, *keys, *texts, *groups, *told, *([time] if time else [])], table.columns)
    if not 0.3 <= threshold <= 1:
        raise UnusableParameter("threshold is a likeness from 0.3 to 1; texts less alike are not near.")
    rows = table.drop_nulls(split)
    parts = {str(name): count for name, count in rows.group_by(split, maintain_order=True).len().iter_rows()}
    checked, found = ["repeated keys"], [_keys(rows, split, keys)]
    if told:
        checked.append(f"the same {', '.join(told)}" if len(told) <= 3 else "the same content")
        found.append(_contents(rows, split, keys, told))
    if texts:
        checked.append(f"nearly the same {', '.join(texts)} (likeness {threshold:g})")
        found.append(_near(rows, split, keys, texts, threshold))
    for name in groups:
        checked.append(f"{name} in several parts")
        found.append(_group(rows, split, keys, name))
    if time is not None:
        checked.append(f"{time} of {train} after that of another part")
        found.append(_future(rows, split, keys, time, train))
    return LeakReport(rows.height, parts, checked, [one for one in found if one is not None])


def _keys(rows: pl.DataFrame, split: str, keys: list[str]) -> Finding | None:
    torn = _torn(rows, split, keys, keys)
    if torn is None:
        return None
    sets, count, examples = torn
    return Finding("key", count, sets, f"{_many(sets, 'key')} in several parts ({count:,} rows).", examples)


def _contents(rows: pl.DataFrame, split: str, keys: list[str], told: list[str]) -> Finding | None:
    import polars as pl

    given = rows.filter(~pl.all_horizontal(pl.col(name).is_null() for name in told))
    torn = _torn(given, split, keys, told)
    if torn is None:
        return None
    sets, count, examples = torn
    return Finding("content", count, sets, f"{count:,} rows have the same content as a row of another part.", examples)


def _near(rows: pl.DataFrame, split: str, keys: list[str], texts: list[str], threshold: float) -> Finding | None:
    import polars as pl

    from prep.links import bare, near_names

    joined = rows.with_columns(
        pl.concat_str([pl.col(name).cast(pl.String) for name in texts], separator=" ", ignore_nulls=True).alias(
            "__text"
        )
    ).filter(pl.col("__text").str.strip_chars() != "")
    names = near_names(joined.get_column("__text"), threshold)
    first = bare(pl.col("__text")).replace_strict(
        list(names), list(names.values()), default=None, return_dtype=pl.String
    )
    torn = _torn(joined.with_columns(first.alias("__near")), split, keys, ["__near"], shown="__text")
    if torn is None:
        return None
    sets, count, examples = torn
    words = f"{count:,} rows have nearly the same {' and '.join(texts)} as a row of another part."
    return Finding("near", count, sets, words, examples)


def _group(rows: pl.DataFrame, split: str, keys: list[str], name: str) -> Finding | None:
    torn = _torn(rows.drop_nulls(name), split, keys, [name])
    if torn is None:
        return None
    sets, count, examples = torn
    return Finding(
        "group",
        count,
        sets,
        f"{_many(sets, f'value of {name}', f'values of {name}')} in several parts ({count:,} rows).",
        examples,
    )


def _future(rows: pl.DataFrame, split: str, keys: list[str], time: str, train: str) -> Finding | None:
    import polars as pl

    others = rows.filter(pl.col(split).cast(pl.String) != train).get_column(time)
    first: Any = others.min()
    if first is None:
        return None
    late = rows.filter((pl.col(split).cast(pl.String) == train) & (pl.col(time) >= first)).sort(time, descending=True)
    if not late.height:
        return None
    examples = [dict(row) for row in late.select(*keys, time).head(SHOWN).iter_rows(named=True)]
    words = f"{late.height:,} rows of {train} are not before {first}, when another part begins."
    return Finding("future", late.height, 1, words, examples)


def _torn(
    rows: pl.DataFrame, split: str, keys: list[str], by: list[str], shown: str | None = None
) -> tuple[int, int, list[dict[str, Any]]] | None:
    """How many sets of rows with the same values in `by` lie in several parts, how many rows they have, and some."""
    import polars as pl

    sets = (
        rows.group_by(by, maintain_order=True)
        .agg(
            pl.col(split).cast(pl.String).unique().sort().alias("__parts"),
            pl.len().alias("__rows"),
            pl.struct(keys).head(SHOWN).alias("__keys"),
            *([pl.col(shown).first()] if shown else []),
        )
        .filter(pl.col("__parts").list.len() > 1)
    )
    if not sets.height:
        return None
    examples = []
    for row in sets.sort("__rows", descending=True, maintain_order=True).head(SHOWN).iter_rows(named=True):
        named = [next(iter(one.values())) if len(one) == 1 else one for one in row["__keys"]]
        value = {shown.strip("_"): row[shown]} if shown else {name: row[name] for name in by}
        examples.append({"parts": row["__parts"], "keys": named, **value})
    return sets.height, int(sets.get_column("__rows").sum()), examples


def _is_object(table: pl.DataFrame, name: str) -> bool:
    import polars as pl

    return table.schema[name] == pl.Object()


def _many(count: int, one: str, more: str = "") -> str:
    return f"1 {one} is" if count == 1 else f"{count:,} {more or one + 's'} are"


def _shown(example: dict[str, Any]) -> str:
    told = ", ".join(f"{name}={str(value)[:60]!r}" for name, value in example.items() if name not in {"parts", "keys"})
    if "parts" not in example:
        return told
    return f"{' and '.join(example['parts'])}: {', '.join(map(str, example['keys']))} ({told})"


def _listed(names: str | Sequence[str] | None) -> list[str]:
    return [names] if isinstance(names, str) else list(names or ())
