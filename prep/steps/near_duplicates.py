"""Texts that are nearly the same, in clusters."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from prep.columns import chosen, need_free, text, with_columns
from prep.engines import Schema, engine_of, gathered, lazily
from prep.errors import UnusableParameter
from prep.frames import Frame
from prep.verb import LearningStep, Plan, Result, verb

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class NearDuplicates(LearningStep):
    """Find texts that are nearly the same: a new column names the cluster of each, equal for texts that belong together.

    Two texts belong together when the character 3-grams (`gram`) they share are `threshold` or more of all they have
    (Jaccard), case and spaces aside, or when others link them. Pairs are found by MinHash and locality-sensitive hashing
    (999 in 1,000 of those at the threshold, more of the likelier ones) and each is verified, so that no pair is wrong.
    To keep one of each: `drop_duplicates(frame, "cluster")`. Missing text has no cluster.

    Looks at the texts, and holds each different one in memory. **On Spark they all come to the
    driver**, which must have room for them (spark.driver.memory, spark.driver.maxResultSize); the report says so.

    Raises UnknownColumn, UnusableFrame, UnusableParameter.

    >>> import polars as pl
    >>> frame = pl.DataFrame({"t": ["Where is my parcel?", "where is my  parcel", "Cancel the order"]})
    >>> near_duplicates(frame, "t", threshold=0.8)["cluster"].n_unique()
    2
    """

    looks: ClassVar[str] = "it compares the texts of all rows"

    column: str
    threshold: float = 0.8
    gram: int = 3
    name: str = "cluster"
    fitted: Mapping[str, Any] | None = None

    def check(self) -> None:
        """A likeness between 0.3 and 1, grams of 1 to 10 characters."""
        if not 0.3 <= self.threshold <= 1:
            raise UnusableParameter(
                "near_duplicates: threshold is a likeness from 0.3 to 1; texts less alike are not near."
            )
        if not 1 <= self.gram <= 10:
            raise UnusableParameter("near_duplicates: gram is a number of characters from 1 to 10.")

    def learn(self, frame: Frame, schema: Schema) -> Mapping[str, Any]:
        """Each text that is not its cluster's first, with the one that is; texts without case and spaces."""
        import polars as pl

        from prep.minhash import alike

        chosen(schema, self.column, "text", "near_duplicates")
        rows = gathered(lazily(frame, [self.column]))
        bare = rows.select(_bare(text(self.column, schema)).alias("text")).drop_nulls().unique()
        texts = bare.sort("text").to_series()  # in an order of their own, so that each engine finds the same
        cluster = pl.Series(alike(texts.to_list(), self.threshold, self.gram))
        table = pl.DataFrame({"text": texts, "cluster": cluster})
        table = table.with_columns(pl.col("text").first().over("cluster").alias("first")).filter(
            pl.col("text") != pl.col("first")
        )
        return dict(zip(table["text"].to_list(), table["first"].to_list(), strict=True))

    def run(self, frame: Frame, *, row_id: str | None = None) -> Result:
        """See `Step.run`."""
        result = super().run(frame, row_id=row_id)
        if self.fitted is not None or engine_of(frame) != "spark":
            return result
        note = "the texts of all rows came to Spark's driver to be compared"
        return Result(result.frame, result.step, lambda: replace(result.change, notes=(*result.change.notes, note)))

    def plan(self, schema: Schema) -> Plan:
        """The cluster's name: a hash of its first text."""
        chosen(schema, self.column, "text", "near_duplicates")
        need_free([self.name], schema, "near_duplicates", "Say name=.")
        first = dict(self.fitted or {})
        value = _bare(text(self.column, schema)).map_batches(_Names(first), is_elementwise=True)
        clusters = len(set(first.values()))
        what = f"{len(first):,} texts are nearly the same as another, in {clusters:,} clusters"
        return Plan(
            with_columns(schema, {self.name: value}),
            sources={self.name: self.column},
            notes=(what if first else "no two texts are nearly the same",),
            facts={"near": len(first), "clusters": clusters},
        )


@dataclass(frozen=True)
class _Names:
    """The names of the clusters of texts."""

    first: Mapping[str, str]

    def __call__(self, values: pl.Series) -> pl.Series:
        import polars as pl

        if not self.first:
            return _hashes(values)
        return _hashes(values.replace(pl.Series(list(self.first)), pl.Series(list(self.first.values()))))


def _hashes(values: pl.Series) -> pl.Series:
    import polars as pl

    different = values.drop_nulls().unique()
    names = [hashlib.blake2b(one.encode(), digest_size=8).hexdigest() for one in different.to_list()]
    if not names:
        return pl.Series(values.name, [None] * len(values), dtype=pl.String)
    return values.replace_strict(different, pl.Series(names), default=None, return_dtype=pl.String)


def _bare(value: pl.Expr) -> pl.Expr:
    return value.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()


near_duplicates = verb(NearDuplicates)
