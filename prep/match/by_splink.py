"""Linking by learned weights: the Fellegi-Sunter model of splink, trained without labels, on DuckDB or on Spark."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from prep.engines import Work, engine_of, map_rows, rows_of, schema_of
from prep.errors import UnusableParameter
from prep.frames import Frame, to_polars
from prep.match.normal import days, number, plain_text
from prep.match.rules import Block, Comparison, LinkRule

ROW = "__assay_row"
SAMPLED_PAIRS = 800_000
TRAINED_BLOCKS = 3


def pairs_by_splink(
    left: Frame, right: Frame, rules: Sequence[LinkRule], *, seed: int, expected: int | None
) -> pl.DataFrame:
    """The pairs that reach the review probability of the rule that proposed them: left, right, score, is_match, rule.

    Both frames name their rows in the column ROW, and the pairs by it. Training needs no labels: how often values agree by chance is
    seen on random pairs, how often among matches by expectation maximisation within blocks (Fellegi & Sunter 1969).
    `expected` is how many true pairs there are, about; by default half the rows of the smaller table.

    Raises UnusableParameter where splink is not installed or a weight could not be learned.
    """
    api = _backend(left)
    from splink import Linker, SettingsCreator

    columns = list(schema_of(left))
    comparisons = _shared(rules)
    blocks = [rule.blocks(columns) for rule in rules]
    trained = _training(blocks, comparisons)
    needed = [*comparisons, *(block.column for own in blocks for block in own)]
    names = {column: f"c{place}" for place, column in enumerate(dict.fromkeys(needed))}
    tables = [_normal(frame, names, comparisons) for frame in (left, right)]
    rows = rows_of(left), rows_of(right)
    if not all(rows):
        return _no_pairs()
    prior = (expected if expected is not None else min(rows) / 2) / (rows[0] * rows[1])
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(names[column], one) for column, one in comparisons.items()],
        blocking_rules_to_generate_predictions=[_block(own, names) for own in blocks],
        probability_two_random_records_match=min(max(prior, 1e-12), 0.5),
        unique_id_column_name=ROW,
        retain_matching_columns=False,
    )
    registered = [
        api.register(table, dataset_display_name=f"assay_{side}")
        for table, side in zip(tables, ("l", "r"), strict=True)
    ]
    logging.getLogger("splink").setLevel(logging.ERROR)
    try:
        linker = Linker(registered, settings, log_level=None)
        chunks = 1 if engine_of(left) == "spark" else 10  # each costs Spark a job of its own, whatever its size
        linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=seed, num_chunks=chunks)
        for own in trained:
            linker.training.estimate_parameters_using_expectation_maximisation(_block(own, names))
        predicted: Any = linker.inference.predict(threshold_match_probability=min(rule.review for rule in rules))
        found = pl.DataFrame(pl.from_arrow(predicted.as_pyarrow_table()))
    finally:
        api.delete_tables_created_by_splink_from_db()
    return _judged(found, rules)


def _backend(frame: Frame) -> Any:
    try:
        import splink  # noqa: F401 # is it there?
    except ImportError as error:
        raise UnusableParameter(
            "method='splink' needs splink: install assay[linkage], or say method='rules'."
        ) from error
    if engine_of(frame) == "spark":
        from splink import SparkAPI

        on_spark: Any = SparkAPI
        # Between its steps splink would write to the checkpoint folder; where the session has none, rows are kept instead.
        has_folder = frame.sparkSession.sparkContext.getCheckpointDir() is not None
        return on_spark(spark_session=frame.sparkSession, break_lineage_method=None if has_folder else "persist")
    import duckdb
    from splink import DuckDBAPI

    return DuckDBAPI(connection=duckdb.connect())


def _shared(rules: Sequence[LinkRule]) -> dict[str, Comparison]:
    """The comparisons of all rules: one model weighs them all."""
    found: dict[str, Comparison] = {}
    for rule in rules:
        for column, comparison in rule.comparisons().items():
            if found.setdefault(column, comparison).measure != comparison.measure:
                raise UnusableParameter(
                    f"Rules compare {column!r} in two ways. With method='splink' one model holds for all: say one."
                )
            if comparison.measure == "tokens":
                raise UnusableParameter(
                    f"{column!r}: 'tokens' has no form in splink. Say 'jaro_winkler' or 'edit', or method='rules'."
                )
    return found


def _training(blocks: Sequence[tuple[Block, ...]], comparisons: Mapping[str, Comparison]) -> list[tuple[Block, ...]]:
    """The blocks within which the weights are learned: each column in one that leaves it out."""
    chosen: list[tuple[Block, ...]] = []
    left = set(comparisons)
    for own in sorted(blocks, key=len):
        learned = left - {block.column for block in own}
        if learned or len(chosen) < TRAINED_BLOCKS:
            chosen.append(own)
            left -= learned
    if left:
        raise UnusableParameter(
            f"How much {min(left)!r} weighs cannot be learned: every rule has it in its block. Add a rule whose block "
            "leaves it out."
        )
    return chosen


def _normal(frame: Frame, names: Mapping[str, str], comparisons: Mapping[str, Comparison]) -> Any:
    """The columns made comparable, under names that need no quotes in SQL: on Spark a Spark table, else an arrow one."""
    schema = schema_of(frame)
    ways = {"number": number, "days": days}
    output: dict[str, str | pl.Expr] = {ROW: ROW}
    for column, name in names.items():
        measure = comparisons[column].measure if column in comparisons else "exact"
        output[name] = ways.get(measure, plain_text)(column, schema[column])
    made = map_rows(frame, Work(output))
    return made if engine_of(made) == "spark" else to_polars(made).to_arrow()


def _block(own: Sequence[Block], names: Mapping[str, str]) -> Any:
    from splink import block_on

    spelt = [(names[block.column], block.length) for block in own]
    return block_on(*(name if length is None else f"substr({name}, 1, {length})" for name, length in spelt))


def _comparison(column: str, comparison: Comparison) -> Any:
    import splink.comparison_level_library as levels
    import splink.comparison_library as library

    if comparison.measure == "exact":
        return library.ExactMatch(column)
    if comparison.measure == "jaro_winkler":
        return library.JaroWinklerAtThresholds(column, [0.92, 0.8])
    if comparison.measure == "edit":
        return library.DamerauLevenshteinAtThresholds(column, [1, 2])
    within = comparison.within
    return library.CustomComparison(
        [
            levels.NullLevel(column),
            levels.ExactMatchLevel(column),
            levels.AbsoluteDifferenceLevel(column, difference_threshold=within / 4),
            levels.AbsoluteDifferenceLevel(column, difference_threshold=within),
            levels.ElseLevel(),
        ],
        output_column_name=column,
    )


def _no_pairs() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"left": pl.UInt32, "right": pl.UInt32, "score": pl.Float64, "is_match": pl.Boolean, "rule": pl.Int32}
    )


def _judged(found: pl.DataFrame, rules: Sequence[LinkRule]) -> pl.DataFrame:
    if not found.height:
        return _no_pairs()
    turned = pl.col("source_dataset_l") == "assay_r"
    first, second = pl.col(f"{ROW}_l"), pl.col(f"{ROW}_r")
    pairs = found.select(
        pl.when(turned).then(second).otherwise(first).alias("left"),
        pl.when(turned).then(first).otherwise(second).alias("right"),
        pl.col("match_probability").alias("score"),
        pl.col("match_key").cast(pl.Int32).alias("rule"),
    )
    match, review = (pl.Series([getattr(rule, name) for rule in rules]) for name in ("match", "review"))
    number = pairs["rule"].cast(pl.Int64)
    judged = pairs.with_columns((pl.col("score") >= match.gather(number)).alias("is_match"))
    kept = judged.filter(pl.col("score") >= review.gather(number))
    return kept.select("left", "right", "score", "is_match", "rule").sort("left", "right")
