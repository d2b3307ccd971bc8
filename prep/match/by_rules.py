"""Linking by rules: pairs that share a block are compared column by column, and judged. Runs in memory, in polars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from prep.errors import UnusableFrame
from prep.match.normal import comparable
from prep.match.rules import Block, Comparison, LinkRule
from prep.match.scores import similarity

AT_ONCE = 500_000
"""Pairs whose texts are held at one time."""


@dataclass(frozen=True)
class Pairs:
    """Pairs of row numbers with their score, whether they are a match, and the number of their rule; and how many were
    compared.
    """

    table: pl.DataFrame
    compared: int


def pairs_by_rules(left: pl.DataFrame, right: pl.DataFrame, rules: Sequence[LinkRule], most_pairs: int) -> Pairs:
    """The pairs that reach the review score of a rule; for each, the rule that makes it a match, or scores it highest.

    Raises UnusableFrame where the blocks leave more than `most_pairs` to compare.
    """
    asked = [(rule, rule.blocks(left.columns), rule.comparisons()) for rule in rules]
    blocks = list(dict.fromkeys(block for _, own, _ in asked for block in own))
    comparisons = [one for _, _, one in asked]
    sides = [_prepared(frame, blocks, comparisons) for frame in (left, right)]
    sizes = [_size(sides[0], sides[1], own) for _, own, _ in asked]
    if sum(sizes) > most_pairs:
        raise _too_many(sides, asked[int(np.argmax(sizes))], max(sizes), sum(sizes), most_pairs)
    candidates = pl.concat(
        [
            _candidates(sides[0], sides[1], own).with_columns(pl.lit(n).alias("rule"))
            for n, (_, own, _) in enumerate(asked)
        ]
    )
    judged, compared = [], 0
    for spec in dict.fromkeys(tuple(sorted(one.items())) for one in comparisons):
        numbers = [n for n, one in enumerate(comparisons) if tuple(sorted(one.items())) == spec]
        own = candidates.filter(pl.col("rule").is_in(numbers))
        once = own.select("left", "right").unique(maintain_order=True)
        compared += once.height
        scored = once.with_columns(_scores(sides[0], sides[1], once, dict(spec)))
        judged.append(own.join(scored, on=["left", "right"], how="left", maintain_order="left"))
    match, review = (pl.Series([getattr(rule, name) for rule in rules]) for name in ("match", "review"))
    every = pl.concat(judged)
    number = every["rule"].cast(pl.Int64)
    every = every.with_columns(
        (pl.col("score") >= match.gather(number)).alias("is_match"),
        (pl.col("score") >= review.gather(number)).alias("is_kept"),
    ).filter("is_kept")
    best = every.sort("is_match", "score", "rule", descending=[True, True, False]).unique(
        ["left", "right"], keep="first", maintain_order=True
    )
    return Pairs(best.select("left", "right", "score", "is_match", "rule").sort("left", "right"), compared)


def _prepared(
    frame: pl.DataFrame, blocks: Sequence[Block], comparisons: Sequence[Mapping[str, Comparison]]
) -> pl.DataFrame:
    made: dict[str, pl.Expr] = {}
    for one in comparisons:
        made |= comparable(frame.schema, blocks, one)
    return frame.select(expression.alias(name) for name, expression in made.items()).with_row_index("#")


def _keys(own: Sequence[Block]) -> list[str]:
    return [f"block {block}" for block in own]


def _counts(side: pl.DataFrame, keys: list[str], name: str) -> pl.LazyFrame:
    return side.lazy().select(keys).drop_nulls().group_by(keys).len(name)


def _size(left: pl.DataFrame, right: pl.DataFrame, own: Sequence[Block]) -> int:
    keys = _keys(own)
    both = _counts(left, keys, "#l").join(_counts(right, keys, "#r"), on=keys)
    return int(both.select((pl.col("#l").cast(pl.Int64) * pl.col("#r")).sum()).collect().item())


def _candidates(left: pl.DataFrame, right: pl.DataFrame, own: Sequence[Block]) -> pl.DataFrame:
    keys = _keys(own)
    lefts, rights = left.select(pl.col("#").alias("left"), *keys), right.select(pl.col("#").alias("right"), *keys)
    return lefts.join(rights, on=keys, maintain_order="left_right").select("left", "right")


def _scores(left: pl.DataFrame, right: pl.DataFrame, pairs: pl.DataFrame, spec: Mapping[str, Comparison]) -> pl.Series:
    total = sum(one.weight for one in spec.values())
    parts = [np.empty(0)]
    for start in range(0, pairs.height, AT_ONCE):
        some = pairs.slice(start, AT_ONCE)
        score = np.zeros(some.height)
        for column, comparison in spec.items():
            name = f"{comparison.measure} {column}"
            values = similarity(left[name].gather(some["left"]), right[name].gather(some["right"]), comparison)
            score += comparison.weight * values
        parts.append(score / total)
    return pl.Series("score", np.round(np.concatenate(parts), 6))


def _too_many(
    sides: Sequence[pl.DataFrame],
    worst: tuple[LinkRule, tuple[Block, ...], dict[str, Comparison]],
    size: int,
    total: int,
    most: int,
) -> UnusableFrame:
    rule, own, _ = worst
    keys = _keys(own)
    both = _counts(sides[0], keys, "#l").join(_counts(sides[1], keys, "#r"), on=keys)
    product = (pl.col("#l").cast(pl.Int64) * pl.col("#r")).alias("#")
    largest = both.with_columns(product).sort("#", descending=True).head(1).collect().row(0, named=True)
    value = ", ".join(repr(largest[key]) for key in keys)
    return UnusableFrame(
        f"The rules would compare {total:,} pairs, and {most:,} are allowed. Most are of rule {rule.name!r} ({size:,}; "
        f"{value} alone makes {largest['#']:,}). Add a column to its block, or say most_pairs={total}."
    )
