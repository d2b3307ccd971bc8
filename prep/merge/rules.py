"""Which of several sources a cell is taken from: the rules, read from their written form. Knows no rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import narwhals as nw

from prep.errors import UnknownColumn, UnusableFrame, UnusableParameter, nearest
from prep.merge.keys import FAMILIES
from prep.merge.widen import family_of

Written: TypeAlias = str | Sequence[str]
Method = Literal["first", "newest", "most_complete", "majority"]
METHODS = ("first", "newest:COLUMN", "most_complete", "majority")
ORDERED = {"date", "moment", "whole", "float", "fixed"}


@dataclass(frozen=True)
class Rule:
    """How a cell is chosen among the sources that have a value: by `method`, ties by the `order` of the sources.

    `by` is the column whose latest value wins, for "newest".
    """

    method: Method
    order: tuple[str, ...]
    by: str = ""


def read_rule(written: Written, sources: Sequence[str], columns: Mapping[str, Any]) -> Rule:
    """A rule from its written form: "first", "newest:updated_at", "most_complete", "majority", or a list of sources in
    the order in which they are believed (those not named come after them, in their own).

    Raises UnusableParameter, UnknownColumn, UnusableFrame.

    >>> read_rule(["web", "crm"], ["crm", "web", "erp"], {}).order
    ('web', 'crm', 'erp')
    >>> read_rule("newset:at", ["crm"], {})
    Traceback (most recent call last):
    prep.errors.UnusableParameter: There is no rule 'newset:at'. Did you mean 'newest:at'?
    """
    if not isinstance(written, str):
        named = [str(one) for one in written]
        for name in named:
            if name not in sources:
                near = nearest(name, sources)
                cure = f"Did you mean {near!r}?" if near else f"The sources are: {', '.join(sources)}."
                raise UnusableParameter(f"There is no source {name!r}. {cure}")
        return Rule("first", tuple(dict.fromkeys([*named, *sources])))
    method, _, by = written.partition(":")
    if method == "newest" and by:
        if by not in columns:
            raise UnknownColumn(by, columns)
        if family_of(columns[by]) not in ORDERED:
            raise UnusableFrame(
                f"Column {by!r} holds {FAMILIES.get(family_of(columns[by]), 'values')}, and what is newest cannot be "
                "told by it. Parse it into dates or times first."
            )
        return Rule("newest", tuple(sources), by)
    if not by and method in {"first", "most_complete", "majority"}:
        return Rule(method, tuple(sources))  # type: ignore[arg-type] # one of Method
    near = nearest(method, ["first", "newest", "most_complete", "majority"])
    meant = f"newest:{by or 'COLUMN'}" if near == "newest" else near
    cure = f"Did you mean {meant!r}?" if near else f"Say one of: {', '.join(METHODS)}; or a list of sources."
    raise UnusableParameter(f"There is no rule {written!r}. {cure}")


def picked(rule: Rule, values: Mapping[str, nw.Expr], scores: Mapping[str, nw.Expr]) -> nw.Expr:
    """The number (in `values`) of the source a cell is taken from; a gap where none has a value.

    `values` are the cells of the sources that have the column; `scores` what "newest" and "most_complete" compare.
    """
    numbers = {name: number for number, name in enumerate(values)}
    order = [name for name in rule.order if name in values]
    has_value = {name: ~values[name].is_null() for name in order}
    fallback = _first_where({name: has_value[name] for name in order}, numbers)
    if rule.method == "first" or len(order) == 1:
        return fallback
    if rule.method == "majority":
        scores = {name: _votes(values, name) for name in order}
    scored = {name: nw.when(has_value[name]).then(scores[name]) for name in order if name in scores}
    if not scored:
        return fallback
    best = nw.max_horizontal(*scored.values())
    return nw.coalesce(_first_where({name: one == best for name, one in scored.items()}, numbers), fallback)


def _first_where(conditions: Mapping[str, nw.Expr], numbers: Mapping[str, int]) -> nw.Expr:
    return nw.coalesce(
        *(nw.when(condition).then(nw.lit(numbers[name])) for name, condition in conditions.items()),
        nw.lit(None).cast(nw.Int32),
    )


def _votes(values: Mapping[str, nw.Expr], name: str) -> nw.Expr:
    return nw.sum_horizontal(*((values[name] == other).cast(nw.Int32) for other in values.values()))
