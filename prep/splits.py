"""Train, validation and test, or k folds, by a seeded hash of each row's id or by time: growing the data moves nothing."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from prep.draws import SHARES, Draw, bounds_of, fractions, parts_of, said, salt_of, texts
from prep.engines import Work, collected, gathered, lazily, map_rows, schema_of
from prep.errors import UnusableFrame, UnusableParameter
from prep.frames import Frame, need_columns, to_polars

if TYPE_CHECKING:
    import polars as pl

__all__ = ["SHARES", "MovedRows", "UnevenSplit", "folds", "part_of", "split", "split_by_time"]

Moment = str | date | datetime
NEAR = "__assay_near"


class UnevenSplit(UserWarning):
    """A stratum is missing from a split that should hold part of it."""


class MovedRows(UserWarning):
    """New rows link groups that were in several parts: they had to come together."""


def split(
    frame: Frame,
    *,
    key: str | Sequence[str],
    shares: Mapping[str, float] = SHARES,
    stratify: str | Sequence[str] | None = None,
    group: str | Sequence[str] | None = None,
    linked: Sequence[str] = (),
    near: str | None = None,
    exact: bool = False,
    before: Frame | None = None,
    seed: int = 0,
    column: str = "split",
) -> Frame:
    """The frame with one more column, `split`, that says to which part each row belongs; the same kind of frame.

    A row's part follows from its `key` (or its `group`, where rows that belong together must stay together), the
    `seed` and the `shares`, and from nothing else: not from the other rows, their order, the engine, or the row's
    label. So rows that are added move no row that was there, and a group is never in two parts. 1 and "1" are one key.

    `shares` are fractions that add up to 1, in order. They hold in expectation, overall and in each stratum, since
    every key draws alone: of n keys, a share s comes out as s ± sqrt(s(1-s)/n). `stratify` names the columns (a label)
    whose strata are checked: a stratum of which a part should hold ten rows or more and holds none (groups can do that)
    is said by an UnevenSplit warning. With `exact`, each stratum is dealt by quota instead, to within one row. A quota
    and rows that never move exclude each other, unless it is known where rows were: give `before`.

    `before` is the table as it was split the last time (its key and `column`): every row in it keeps its part, and new
    rows fill the quotas up. `linked` names columns that tie rows together when they share a value in any of them,
    directly or by way of others (a customer, a household); `near` a text column whose nearly equal texts (Jaccard's
    likeness of 0.8) are tied. Such a group moves only when a new row brings a new value into it; with `before`, only
    when it ties groups of several parts together (then all come into the first of these, and MovedRows is warned).

    Raises UnknownColumn; UnusableFrame where a key is missing, or is no text, whole number, boolean or time;
    UnusableParameter for shares that do not add up and parameters that exclude each other.

    The draw: the first 8 bytes of BLAKE2b (RFC 7693), keyed with the seed, of the key's text, as a fraction of 2^64.

    >>> import polars as pl
    >>> parts = split(pl.DataFrame({"id": ["a", "b", "c", "d"]}), key="id", shares={"train": 0.5, "test": 0.5})
    >>> parts["split"].to_list()
    ['train', 'test', 'train', 'test']
    """
    bounds = bounds_of(shares)
    salt_of(seed)
    schema = schema_of(frame)
    keys, names, strata = _listed(key), _listed(group if group is not None else key), _listed(stratify)
    ties = [*linked, *([near] if near is not None else [])]
    need_columns([*keys, *names, *strata, *ties], list(schema))
    _refuse(schema, column, group=group, ties=ties, exact=exact, strata=strata)
    table = _read(frame, list(dict.fromkeys([*keys, *names, *strata, *ties])))
    held = _held(before, keys, column, list(shares))
    known: dict[bytes, str] = {}
    by_value: dict[str, dict[str, str]] = {}
    if ties:
        by_value = _by_ties(table, keys, linked, near, bounds, seed, held)
    elif exact:
        known = _dealt(table, keys, strata, shares, seed, held)
    elif held:
        known = held if group is None else _of_groups(table, keys, names, held, list(shares))
    draw = Draw(names, bounds, seed, by_value, known)
    return _with_parts(frame, draw, schema, column, near, table, strata, shares)


def folds(
    frame: Frame,
    *,
    key: str | Sequence[str],
    k: int = 5,
    stratify: str | Sequence[str] | None = None,
    group: str | Sequence[str] | None = None,
    linked: Sequence[str] = (),
    near: str | None = None,
    exact: bool = False,
    before: Frame | None = None,
    seed: int = 0,
    column: str = "fold",
) -> Frame:
    """The frame with one more column, `fold`, from "0" to k-1 as text: each row is tested on in its fold and no other.

    It is `split` with k equal shares, and what it says of growth, strata and groups holds.

    >>> import polars as pl
    >>> folds(pl.DataFrame({"id": ["a", "b", "c", "d"]}), key="id", k=2)["fold"].to_list()
    ['0', '1', '0', '1']
    """
    if isinstance(k, bool) or not isinstance(k, int) or not 2 <= k <= 1000:
        raise UnusableParameter(f"k={k!r}: give a whole number of folds from 2 to 1000.")
    shares = {str(fold): 1 / k for fold in range(k)}
    return split(
        frame, key=key, shares=shares, stratify=stratify, group=group, linked=linked, near=near, exact=exact,
        before=before, seed=seed, column=column,
    )  # fmt: skip


def split_by_time(
    frame: Frame,
    *,
    time: str,
    until: Mapping[str, Moment],
    rest: str = "test",
    gap: timedelta = timedelta(0),
    column: str = "split",
) -> Frame:
    """The frame with one more column, `split`, by when a row happened; the same kind of frame.

    `until` gives for each part, from the earliest to the latest, the moment before which its rows lie; later rows are
    in `rest`. Rows less than `gap` before such a moment are in no part (missing): what they know of the next part is
    too fresh. A moment is a date, a time, or ISO 8601 text, in UTC where the column has a zone. Rows without a time are
    in no part. New rows never move old ones, since the moments stand.

    Raises UnknownColumn, UnusableFrame (the column holds no times: `prep.parse_dates` makes some), UnusableParameter.

    >>> import polars as pl, datetime as dt
    >>> frame = pl.DataFrame({"day": [dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1)]})
    >>> split_by_time(frame, time="day", until={"train": "2026-01-15", "validation": "2026-02-15"})["split"].to_list()
    ['train', 'validation', 'test']
    """
    schema = schema_of(frame)
    need_columns([time], list(schema))
    _refuse(schema, column)
    kind = schema[time]
    if kind.base_type().__name__ not in {"Date", "Datetime"}:
        raise UnusableFrame(
            f"Column {time!r} is of type {kind}, and no times. Make them: prep.parse_dates(frame, {time!r})."
        )
    moments = [(name, _moment(moment, kind)) for name, moment in until.items()]
    if not moments or any(one >= other for (_, one), (_, other) in pairwise(moments)):
        raise UnusableParameter(
            "until: give the parts in the order of time, each with a later moment than the one before."
        )
    if rest in until:
        raise UnusableParameter(f"rest={rest!r} is a part of until already. Name another.")
    work = partial(_by_time_work, list(schema), time, moments, rest, gap, column)
    return map_rows(frame, _again(work))


def part_of(key: Sequence[Any], *, shares: Mapping[str, float] = SHARES, seed: int = 0) -> str:
    """The part to which one key (or group) belongs; what `split` says of the row.

    >>> part_of(["d"], shares={"train": 0.5, "test": 0.5})
    'test'
    """
    import polars as pl

    named = pl.DataFrame([pl.Series(f"k{place}", [value]) for place, value in enumerate(key)])
    return parts_of(said(named), bounds_of(shares), seed)[0]


def _refuse(
    schema: Mapping[str, Any],
    column: str,
    *,
    group: str | Sequence[str] | None = None,
    ties: Sequence[str] = (),
    exact: bool = False,
    strata: Sequence[str] = (),
) -> None:
    if column in schema:
        raise UnusableFrame(f"There is a column {column!r} already. Drop it, or name another one with column=.")
    if group is not None and ties:
        raise UnusableParameter("group= and linked= or near= exclude each other. Name the group's column in linked=.")
    if exact and (group is not None or ties):
        raise UnusableParameter("exact= deals rows one by one, so groups would be torn. Leave it out, or the groups.")
    if exact and not strata:
        raise UnusableParameter("exact= deals each stratum by quota. Say stratify=, such as stratify='label'.")


def _read(frame: Frame, columns: list[str]) -> pl.DataFrame:
    """The columns that decide, in polars."""
    import polars as pl

    table = gathered(lazily(frame, columns)) if not isinstance(frame, pl.DataFrame) else frame.select(columns)
    return table if isinstance(table, pl.DataFrame) else to_polars(table)


def _held(before: Frame | None, keys: Sequence[str], column: str, parts: Sequence[str]) -> dict[bytes, str]:
    """The part that each key had."""
    if before is None:
        return {}
    table = collected(before)
    need_columns([*keys, column], table.columns)
    there = table.select(*keys, column).drop_nulls(column)
    if unknown := sorted(set(there.get_column(column).cast(str).to_list()) - set(parts)):
        raise UnusableParameter(f"before: there is a part {unknown[0]!r} that the shares do not name. Name it, with 0.")
    return dict(zip(said(there.select(keys)), there.get_column(column).to_list(), strict=True))


def _by_ties(
    table: pl.DataFrame,
    keys: Sequence[str],
    linked: Sequence[str],
    near: str | None,
    bounds: Sequence[tuple[float, str]],
    seed: int,
    held: Mapping[bytes, str],
) -> dict[str, dict[str, str]]:
    import polars as pl

    from prep.links import bare, near_names, parts_by_value

    ties = list(linked)
    names: Mapping[str, str] = {}
    if near is not None:
        names = near_names(table.get_column(near), 0.8)
        ties.append(NEAR)
        first = bare(pl.col(near).cast(pl.String)).replace_strict(
            list(names), list(names.values()), default=None, return_dtype=pl.String
        )
        table = table.with_columns(first.alias(NEAR))
    told = said(table.select(keys))
    found, torn = parts_by_value(table, ties, bounds, seed, [held.get(key) for key in told] if held else None)
    if torn:
        warnings.warn(
            f"{torn:,} groups tie rows together that were in several parts before; each is in one part now.",
            MovedRows,
            stacklevel=4,
        )
    if near is not None:
        of_first = found.pop(NEAR)
        found[NEAR] = {text: of_first[first] for text, first in names.items()}
    return found


def _dealt(
    table: pl.DataFrame,
    keys: Sequence[str],
    strata: Sequence[str],
    shares: Mapping[str, float],
    seed: int,
    held: Mapping[bytes, str],
) -> dict[bytes, str]:
    """Each stratum by quota: in the order of their draws, rows that are new go where most are wanting."""
    told = said(table.select(keys))
    stratum = list(zip(*(texts(table.get_column(name)).to_list() for name in strata), strict=True))
    dealt: dict[bytes, str] = {}
    by_stratum: dict[Any, list[tuple[float, bytes]]] = {}
    for key, draw, place in zip(told, fractions(told, salt_of(seed)).tolist(), stratum, strict=True):
        by_stratum.setdefault(place, []).append((draw, key))
    for rows in by_stratum.values():
        wanted = {name: share * len({key for _, key in rows}) for name, share in shares.items() if share > 0}
        for _, key in rows:
            if key in held:
                dealt[key] = held[key]
                wanted[held[key]] = wanted.get(held[key], 0.0) - 1
        for _, key in sorted(rows):
            if key not in dealt:
                part = max(wanted, key=lambda name: wanted[name])
                dealt[key] = part
                wanted[part] -= 1
    return dealt


def _of_groups(
    table: pl.DataFrame, keys: Sequence[str], names: Sequence[str], held: Mapping[bytes, str], order: Sequence[str]
) -> dict[bytes, str]:
    """The part of each group some of whose rows had one before."""
    found: dict[bytes, str] = {}
    for key, group in zip(said(table.select(keys)), said(table.select(names)), strict=True):
        part = held.get(key)
        if part is not None and order.index(part) < order.index(found.get(group, order[-1])) + (group not in found):
            found[group] = part
    return found


def _with_parts(
    frame: Frame,
    draw: Draw,
    schema: Mapping[str, Any],
    column: str,
    near: str | None,
    table: pl.DataFrame,
    strata: Sequence[str],
    shares: Mapping[str, float],
) -> Frame:
    work = partial(_work, list(schema), draw, column, near)
    said(table.select(draw.keys))  # what is wrong is said here, with its row, and not when a lazy frame is run
    if strata:
        parts = _work(table.columns, draw, column, near).on(table.lazy()).collect()
        _report_gaps(parts, strata, column, shares)
    return map_rows(frame, _again(work))


def _again(work: partial[Work]) -> Work:
    from dataclasses import replace

    return replace(work(), again=work)


def _work(columns: Sequence[str], draw: Draw, column: str, near: str | None) -> Work:
    import polars as pl

    from prep.links import bare

    needed = [pl.col(name) for name in dict.fromkeys([*draw.keys, *(one for one in draw.by_value if one != NEAR)])]
    if near is not None:
        needed.append(bare(pl.col(near).cast(pl.String)).alias(NEAR))
    value = pl.struct(needed).map_batches(draw, return_dtype=pl.String, is_elementwise=True)
    return Work({**{name: name for name in columns}, column: value})


def _by_time_work(
    columns: Sequence[str], time: str, moments: Sequence[tuple[str, Any]], rest: str, gap: timedelta, column: str
) -> Work:
    import polars as pl

    when = pl.col(time)
    value = pl.when(when.is_not_null()).then(pl.lit(rest))
    for name, moment in reversed(moments):
        inside = pl.when(when < moment - gap).then(pl.lit(name)).otherwise(pl.lit(None, pl.String))
        value = pl.when(when < moment).then(inside).otherwise(value)  # type: ignore[assignment]
    return Work({**{name: name for name in columns}, column: value})


def _moment(moment: Moment, kind: Any) -> Any:
    import polars as pl

    try:
        told = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    except ValueError as error:
        raise UnusableParameter(f"until: {moment!r} is no time. Write it as 2026-01-31 or 2026-01-31T12:00.") from error
    if isinstance(kind, pl.Date) or kind == pl.Date:
        return told.date() if isinstance(told, datetime) else told
    if not isinstance(told, datetime):
        told = datetime(told.year, told.month, told.day)  # noqa: DTZ001 - the zone follows
    zone = getattr(kind, "time_zone", None)
    if zone is None:
        return told.replace(tzinfo=None)
    return (told if told.tzinfo is not None else told.replace(tzinfo=UTC)).astimezone(ZoneInfo(zone))


def _report_gaps(divided: pl.DataFrame, strata: Sequence[str], column: str, shares: Mapping[str, float]) -> None:
    counts = divided.group_by(*strata, column).len()
    for stratum, rows in counts.group_by(strata, maintain_order=True):
        there = dict(zip(rows[column], rows["len"], strict=True))
        total = sum(there.values())
        for part, share in shares.items():
            if share * total >= 10 and part not in there:
                named = ", ".join(f"{name}={value!r}" for name, value in zip(strata, stratum, strict=True))
                warnings.warn(
                    f"None of the {total} rows with {named} is in {part!r}; about {share * total:.0f} should be. "
                    "Look whether few groups hold them all; another seed may do.",
                    UnevenSplit,
                    stacklevel=4,
                )


def _listed(names: str | Sequence[str] | None) -> list[str]:
    if names is None:
        return []
    return [names] if isinstance(names, str) else list(names)
