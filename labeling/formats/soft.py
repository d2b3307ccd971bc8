"""Soft labels: how sure the consensus is of each label, as columns beside the items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from labeling.errors import Unusable

if TYPE_CHECKING:
    import polars as pl

    from prep.frozen import Snapshot

PREFIX = "probability_"
TABLE = "posteriors"


def with_probabilities(snapshot: Snapshot, frame: pl.DataFrame, table: str = "items") -> pl.DataFrame:
    """The items with a column `probability_<label>` (0 to 1) for each label, from the snapshot's table `posteriors`.

    A label that the consensus gave no probability to has 0. An item without any (a ruling, a known answer) has 1 for
    its label. Raises Unusable where the snapshot has no posteriors, or the table has no row an item.
    """
    import polars as pl

    if TABLE not in snapshot.tables or not snapshot.load(TABLE).height:
        raise Unusable(
            f"The snapshot {snapshot.ref} holds no probabilities",
            cure="Compute the consensus with a method that gives them, freeze again, or export without soft labels.",
        )
    main = snapshot.tables[0]
    if table != main or len(snapshot.keys(main)) != 1:
        raise Unusable("Only the table of items has soft labels", cure=f"Export the table {main!r}.")
    key = snapshot.keys(main)[0]
    long = snapshot.load(TABLE)
    labels = _labels(snapshot, frame, long)
    long = long.with_columns(pl.col("label").cast(pl.String))
    wide = long.pivot(on="label", on_columns=labels, index="item", values="probability", aggregate_function="first")
    wide = wide.rename({label: PREFIX + label for label in labels}).rename({"item": key})
    joined = frame.join(wide, on=key, how="left", maintain_order="left")
    is_known = joined.get_column(key).is_in(wide.get_column(key).implode())
    return joined.with_columns(
        pl.when(is_known)
        .then(pl.col(PREFIX + label).fill_null(0.0))
        .otherwise(_says(frame, label).cast(pl.Float64))
        .alias(PREFIX + label)
        for label in labels
    )


def _says(frame: pl.DataFrame, label: str) -> pl.Expr:
    """Whether a row says the label, alone or among several."""
    import polars as pl

    if isinstance(frame.schema["label"], pl.List):
        return pl.col("label").list.contains(label)
    return pl.col("label").cast(pl.String) == label


def _labels(snapshot: Snapshot, frame: pl.DataFrame, long: pl.DataFrame) -> Sequence[str]:
    """Every label there is, in the project's order where it is known, else in alphabetical order."""
    import polars as pl

    seen = {*long.get_column("label").cast(pl.String).drop_nulls().to_list()}
    if "label" in frame.columns:
        label = frame.get_column("label")
        # A column of lists holds several labels in each row, and an empty one none.
        values = label.explode() if isinstance(label.dtype, pl.List) else label
        seen |= {*values.cast(pl.String).drop_nulls().to_list()}
    listed = snapshot.about.get("labels") or (snapshot.about.get("options") or {}).get("labels") or []
    named = [str(one["name"] if isinstance(one, dict) else one) for one in listed]
    return [*named, *sorted(seen - set(named))]
