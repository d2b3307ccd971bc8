"""Labels as whole numbers from 0, learned from the training rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from prep.columns import Columns, chosen, text, with_columns
from prep.engines import Schema, gathered, lazily
from prep.errors import UnusableFrame
from prep.frames import Frame
from prep.stats import rows_to_learn_from
from prep.verb import Failure, LearningStep, OnError, Plan, after, verb

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class EncodeLabels(LearningStep):
    """Number the labels of a column from 0, in sorted order, as learned from the rows for training only.

    A label that training did not hold is set aside (`on_error`). `change.facts["labels"]` lists the labels: the place
    of one is its number. `decode=True` turns numbers into labels again (needs `fitted`). `fit_where`, `fitted` as in
    `scale`: keep `step.as_json()` with the model.

    Looks at the rows, unless fitted. Raises UnknownColumn, UnusableFrame, BadValues.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"label": ["no", "yes", "no"], "split": ["train", "train", "test"]})
    >>> encode_labels(rows, "label")["label"].to_list()
    [0, 1, 0]
    """

    looks: ClassVar[str] = "it learns the labels from the training rows, unless fitted is given"

    columns: Columns = None
    decode: bool = False
    fit_where: str | None = "split == 'train'"
    on_error: OnError = "quarantine"
    fitted: Mapping[str, Any] | None = None

    def learn(self, frame: Frame, schema: Schema) -> Mapping[str, Any]:
        """For each column its labels as text, in order."""
        import narwhals as nw
        import polars as pl

        if self.decode:
            raise UnusableFrame("encode_labels: decode=True needs fitted=..., the labels of each column.")
        rows, found = rows_to_learn_from(frame, self.fit_where, schema), {}
        for name in self._names(schema):
            seen = lazily(rows, [name]).filter(~nw.col(name).is_null()).unique()
            values = gathered(seen)
            found[name] = values.select(pl.col(name).sort().cast(pl.String)).to_series().to_list()
        return found

    def plan(self, schema: Schema) -> Plan:
        """Each label's number."""
        import polars as pl

        computed: dict[str, pl.Expr] = {}
        failures = {}
        for name in self._names(schema):
            labels = pl.Series((self.fitted or {}).get(name, []), dtype=pl.String)
            numbers = pl.Series(range(len(labels)), dtype=pl.Int64)
            if self.decode:
                computed[name] = (
                    pl.col(name).cast(pl.Int64).replace_strict(numbers, labels, default=None, return_dtype=pl.String)
                )
            elif len(labels):
                computed[name] = text(name, schema).replace_strict(labels, numbers, default=None, return_dtype=pl.Int64)
            else:
                computed[name] = pl.lit(None, pl.Int64)
            reason = "is the number of no label" if self.decode else "is no label of the training rows"
            failures[name] = Failure(pl.col(name).is_not_null() & after(name).is_null(), name, reason)
        return Plan(with_columns(schema, computed), failures, facts={"labels": dict(self.fitted or {})})

    def _names(self, schema: Schema) -> list[str]:
        if self.columns is None and self.fitted:
            return chosen(schema, list(self.fitted), "any", "encode_labels")
        names = [] if self.columns is None else chosen(schema, self.columns, "any", "encode_labels")
        if not names:
            raise UnusableFrame("encode_labels: say which columns, such as columns='label'.")
        for name in names:
            if schema[name].is_nested() or schema[name].is_float():
                raise UnusableFrame(f"encode_labels takes labels; column {name!r} holds {schema[name]}.")
        return names


encode_labels = verb(EncodeLabels)
