"""Links between two tables that have no key in common. Knows neither how scores are made nor how they are learned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import narwhals as nw
import polars as pl

from prep.change import Change
from prep.engines import collected, engine_of, lazily, rows_of
from prep.errors import BrokenPromise, UnusableFrame, UnusableParameter
from prep.frames import Frame, columns_of, need_columns
from prep.match.assign import one_to_one as kept_one_to_one
from prep.match.by_rules import pairs_by_rules
from prep.match.by_splink import ROW, pairs_by_splink
from prep.match.rules import LinkRule, read_rules
from prep.merge.counts import SHOWN_KEYS
from prep.merge.merged import Merge, Merged, counted, given, one_of
from prep.merge.native import beside, fetched, from_polars, numbered, usable
from prep.merge.pairing import is_unique, repeated
from prep.merge.sources import refuse_repeats

Method = Literal["rules", "splink"]
MOST_PAIRS = 20_000_000


class Linked(Merged):
    """Links: `.frame` (the pairs), `.change`, and the pairs with their values side by side."""

    def __init__(self, frame: Frame, tell: Any, compared: Any) -> None:
        super().__init__(frame, tell)
        self._compared = compared

    @cached_property
    def compared(self) -> Frame:
        """The pairs, and for each column that was compared the value of the left and of the right beside it: `city_left`,
        `city_right`. Those to be looked at by a person have the decision "review".
        """
        return self._compared()


@Merge
def link(
    left: Frame,
    right: Frame,
    *,
    rules: Any,
    id: str | None = None,  # noqa: A002 # the word of the field
    method: Method = "rules",
    one_to_one: bool = True,
    most_pairs: int = MOST_PAIRS,
    expected: int | None = None,
    seed: int = 0,
) -> Linked:
    """Find the rows of two tables that speak of the same thing, where no key says so.

    `rules` (LinkRule, or mappings of its fields) say which rows are compared, how, and from which score on they are a
    match, or to be looked at. `method="rules"` scores by similarity, as the rules say. `method="splink"` (the extra
    `linkage`) learns from the two tables how much each agreement weighs, and scores by the probability of a match;
    the blocks, measures and thresholds are those of the rules, weights are not used.

    Gives a frame of pairs, the kind of the left: `left` and `right` (the values of the column `id`, or row numbers from
    0; with splink on Spark, its own numbers), `score`, `decision` ("match" or "review") and `rule`, in the order of the left, then of the right. With
    `one_to_one` no row comes twice: of pairs that compete, those stay whose scores add up to the most, matches first.

    Rules run in memory on the columns they need, in polars, whatever the engine. splink runs on DuckDB, or for Spark
    tables on Spark (whose session needs splink's jar: `spark.jars` = `splink.backends.spark.similarity_jar_location()`);
    the pairs alone come back. More than `most_pairs` comparisons are refused, naming the block that makes them.
    For splink, `expected` is about how many pairs are true (half the smaller table, if not said); `seed` fixes its sample.

    `link.run(...)` gives `.change` (how many were compared, matched, left without) and `.compared` (values side by side).

    Raises UnknownColumn, UnusableParameter, UnusableFrame, BrokenPromise (an id that repeats).

    >>> import polars as pl
    >>> crm = pl.DataFrame({"id": ["c1", "c2"], "name": ["Anna Müller", "Bo Li"], "zip": ["53111", "89073"]})
    >>> web = pl.DataFrame({"id": ["w7", "w8"], "name": ["anna  muller", "Carl Ott"], "zip": ["53111", "89073"]})
    >>> link(crm, web, rules=[LinkRule(block="zip", compare={"name": "jaro_winkler"})], id="id").rows()
    [('c1', 'w7', 1.0, 'match', 'zip')]
    """
    one_of("method", method, get_args(Method))
    asked = read_rules(rules)
    if isinstance(most_pairs, bool) or not isinstance(most_pairs, int) or most_pairs < 1:
        raise UnusableParameter(f"most_pairs={most_pairs!r} is no number of pairs.")
    if expected is not None and (isinstance(expected, bool) or not isinstance(expected, int) or expected < 1):
        raise UnusableParameter(f"expected={expected!r} is no number of pairs; leave it out if it is not known.")
    lefts = usable(left)
    rights = beside(usable(right), lefts, "The right")
    for frame in (lefts, rights):
        need_columns([*([] if id is None else [id]), *_needed(asked, columns_of(frame))], columns_of(frame))
    names = _needed(asked, columns_of(lefts))
    if method == "splink" and engine_of(lefts) == "spark":
        found = _on_spark(lefts, rights, names, id, asked, seed, expected)
    else:
        found = _here(lefts, rights, names, id, asked, most_pairs if method == "rules" else None, seed, expected)
    pairs = found.pairs
    if one_to_one:
        weights = pairs.select(pl.col("score") + pl.col("is_match").cast(pl.Float64)).to_series().to_numpy()
        codes = [pairs[side].rank("dense").to_numpy() for side in ("left", "right")]
        pairs = pairs.filter(pl.Series(kept_one_to_one(codes[0], codes[1], weights), dtype=pl.Boolean))
    gave_way = found.pairs.height - pairs.height
    table = pairs.select(
        found.ids[0](pairs["left"]).alias("left"),
        found.ids[1](pairs["right"]).alias("right"),
        "score",
        pl.when("is_match").then(pl.lit("match")).otherwise(pl.lit("review")).alias("decision"),
        pl.Series([rule.name for rule in asked], dtype=pl.String).gather(pairs["rule"].cast(pl.Int64)).alias("rule"),
    )
    parameters = given(
        {
            "rules": [rule.as_json() for rule in asked], "id": id, "method": method, "one_to_one": one_to_one,
            "most_pairs": most_pairs, "expected": expected, "seed": seed,
        },
        {"method": "rules", "one_to_one": True, "most_pairs": MOST_PAIRS, "seed": 0},
    )  # fmt: skip

    def change() -> Change:
        return _change(parameters, found.rows(), table, found.compared, gave_way)

    return Linked(from_polars(table, lefts), change, lambda: found.beside(table, pairs))


@dataclass(frozen=True)
class _Found:
    """Pairs, by whatever names the rows of either side; how those become ids; how many were compared (if known), how many
    rows there are, and how the values of both sides are laid beside the pairs.
    """

    pairs: pl.DataFrame
    ids: tuple[Callable[[pl.Series], pl.Series], Callable[[pl.Series], pl.Series]]
    compared: int | None
    rows: Callable[[], tuple[int, int]]
    beside: Callable[[pl.DataFrame, pl.DataFrame], Frame]


def _here(
    left: Frame,
    right: Frame,
    names: Sequence[str],
    id_column: str | None,
    rules: Sequence[LinkRule],
    most_pairs: int | None,
    seed: int,
    expected: int | None,
) -> _Found:
    """Link in memory (splink: on a DuckDB of its own), rows named by their numbers."""
    held = [_held(frame, names, id_column) for frame in (left, right)]
    _same_kinds(held[0], held[1], names)
    ids = [_ids(frame, id_column, side) for frame, side in zip(held, ("left", "right"), strict=True)]
    if most_pairs is not None:
        by_rules = pairs_by_rules(held[0], held[1], rules, most_pairs)
        pairs, compared = by_rules.table, by_rules.compared
    else:
        counted_rows = [frame.with_row_index(ROW) for frame in held]
        pairs = pairs_by_splink(counted_rows[0], counted_rows[1], rules, seed=seed, expected=expected)
        compared = None

    def beside_pairs(table: pl.DataFrame, kept: pl.DataFrame) -> Frame:
        columns = [
            held[place].get_column(name).gather(kept[side]).alias(f"{name}_{side}")
            for name in names
            for place, side in enumerate(("left", "right"))
        ]
        return from_polars(pl.concat([table, pl.DataFrame(columns)], how="horizontal"), left)

    return _Found(
        pairs, (ids[0].gather, ids[1].gather), compared, lambda: (held[0].height, held[1].height), beside_pairs
    )


def _on_spark(
    left: Frame,
    right: Frame,
    names: Sequence[str],
    id_column: str | None,
    rules: Sequence[LinkRule],
    seed: int,
    expected: int | None,
) -> _Found:
    """Link on Spark: the pairs alone come here. Without an id, rows are named by Spark's own numbers."""
    named = []
    for side, frame in (("left", left), ("right", right)):
        rows = numbered(frame, ROW) if id_column is None else lazily(frame).with_columns(nw.col(id_column).alias(ROW))
        refuse_repeats(rows, [ROW], side, {ROW: id_column or ROW})
        named.append(rows.select(ROW, *names).to_native())
    pairs = pairs_by_splink(named[0], named[1], rules, seed=seed, expected=expected)

    def beside_pairs(table: pl.DataFrame, kept: pl.DataFrame) -> Frame:
        del kept
        laid = nw.from_native(from_polars(table, left))
        for side, rows in zip(("left", "right"), named, strict=True):
            own = nw.from_native(rows).rename({ROW: f"{ROW}_{side}", **{name: f"{name}_{side}" for name in names}})
            laid = laid.join(own, left_on=side, right_on=f"{ROW}_{side}", how="left")
        columns = [f"{name}_{side}" for name in names for side in ("left", "right")]
        return laid.select(*table.columns, *columns).sort("left", "right").to_native()

    def as_they_are(values: pl.Series) -> pl.Series:
        return values

    return _Found(pairs, (as_they_are, as_they_are), None, lambda: (rows_of(left), rows_of(right)), beside_pairs)


def _needed(rules: Sequence[LinkRule], columns: Sequence[str]) -> list[str]:
    named = [
        name for rule in rules for name in [*(block.column for block in rule.blocks(columns)), *rule.comparisons()]
    ]
    return list(dict.fromkeys(named))


def _held(frame: Frame, names: Sequence[str], id_column: str | None) -> pl.DataFrame:
    wanted = list(dict.fromkeys([*([] if id_column is None else [id_column]), *names]))
    if engine_of(frame) in {"duckdb", "spark"}:
        place = "__assay_place"
        rows = fetched(numbered(frame, place).select(*wanted, place))
        return rows.sort(place).drop(place)
    return collected(nw.from_native(frame).select(*wanted).to_native())


def _same_kinds(left: pl.DataFrame, right: pl.DataFrame, names: Sequence[str]) -> None:
    for name in names:
        kinds = left.schema[name], right.schema[name]
        if kinds[0].is_temporal() != kinds[1].is_temporal() and pl.Null() not in kinds:
            raise UnusableFrame(
                f"Column {name!r} holds {kinds[0]} on the left and {kinds[1]} on the right. Give both one type."
            )


def _ids(frame: pl.DataFrame, id_column: str | None, side: str) -> pl.Series:
    """The values by which the rows of a side are named. Raises BrokenPromise, UnusableFrame."""
    if id_column is None:
        return pl.Series(range(frame.height), dtype=pl.Int64)
    ids = frame.select(id_column)
    if ids.to_series().null_count():
        raise UnusableFrame(f"A row on the {side} has no {id_column!r}. Give each row an id, or leave id= out.")
    if not is_unique(ids):
        found = repeated(ids)
        raise BrokenPromise(
            "The promise of an id for each row", f"on the {side}", [id_column],
            found.head(SHOWN_KEYS).to_dicts(), repeated=found.height, cure=", or leave id= out",
        )  # fmt: skip
    return ids.to_series()


def _change(
    parameters: Mapping[str, Any], rows: tuple[int, int], table: pl.DataFrame, compared: int | None, gave_way: int
) -> Change:
    matches = table.filter(pl.col("decision") == "match")
    review = table.height - matches.height
    alone = [rows[0] - table["left"].n_unique(), rows[1] - table["right"].n_unique()]
    by_rule = dict(matches.group_by("rule", maintain_order=True).len().sort("rule").iter_rows())
    of_all = "" if compared is None else f" of {counted(compared, 'pair')} compared"
    notes = [f"matches: {matches.height:,}; to review: {review:,}{of_all}"]
    notes += [f"rule {name!r}: {count:,} of the matches" for name, count in by_rule.items()]
    notes += [f"{counted(gave_way, 'pair')} gave way to a better one (one to one)"] if gave_way else []
    for side, one, every in zip(("left", "right"), alone, rows, strict=True):
        notes.append(f"{side}: {one:,} of {counted(every, 'row')} without a link")
    return Change(
        "link",
        parameters,
        rows_in=rows[0],
        rows_out=table.height,
        notes=tuple(notes),
        facts={
            "rows_left": rows[0], "rows_right": rows[1], "matches": matches.height, "review": review,
            "gave_way": gave_way, "alone_left": alone[0], "alone_right": alone[1], "by_rule": by_rule,
            **({} if compared is None else {"compared": compared}),
        },
    )  # fmt: skip
