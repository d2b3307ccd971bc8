"""Joins that keep a promise: which keys may repeat is said beforehand, and held to. Knows no engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, get_args

from prep.change import Change
from prep.engines import is_lazy, rows_of
from prep.errors import UnusableParameter
from prep.frames import Frame, columns_of
from prep.merge.columns import Output, Overlap, laid_out
from prep.merge.counts import Promise
from prep.merge.join_eager import Joined as Done
from prep.merge.join_eager import join_eager
from prep.merge.join_lazy import join_lazy
from prep.merge.keys import named_keys
from prep.merge.merged import Merge, Merged, given, one_of
from prep.merge.native import beside, usable
from prep.merge.pairing import How


class Joined(Merged):
    """A join: `.frame`, `.change`, and the rows of either side that found no partner."""

    def __init__(self, done: Done, change: Any) -> None:
        super().__init__(done.frame, change)
        self._done = done

    @cached_property
    def unmatched_left(self) -> Frame:
        """The rows of the left without a partner, in their order, as the kind of frame that the left is."""
        return self._done.unmatched("left")

    @cached_property
    def unmatched_right(self) -> Frame:
        """The rows of the right without a partner, in their order, as the kind of frame that the left is."""
        return self._done.unmatched("right")


@Merge
def join(
    left: Frame,
    right: Frame,
    *,
    on: str | Sequence[str] | None = None,
    left_on: str | Sequence[str] | None = None,
    right_on: str | Sequence[str] | None = None,
    how: How = "left",
    promise: Promise = "m:1",
    overlap: Overlap = "refuse",
    suffixes: tuple[str, str] = ("_left", "_right"),
    most_rows: int | None = None,
) -> Joined:
    """Join two tables by their keys, and hold them to a promise of how often a key may stand on either side.

    `promise` is "m:1" (each key at most once on the right, so that no row of the left is multiplied), "1:m", "1:1" or
    "m:m". A broken one raises BrokenPromise, which names the keys with their counts. An m:m join that would make more
    than ten times the rows that went in (and over a million) is refused, with the number; `most_rows` allows more.

    `how` is "left", "inner", "right", "full", "semi" or "anti". Rows come in the order of the left, then of the right
    (in a right join: of the right, then of the left; what only the right has comes last in a full join), on every engine.

    A key with a gap in it (null, or NaN) matches nothing. Keys of different types meet where no value is lost (whole
    floats and whole numbers, text and categories, dates and midnights), else UnusableFrame says what to cast. The
    result has each key once, under the left's name and (but in right and full joins) with the left's values.

    A column that both sides have, in names that may differ by case, is refused unless `overlap` says what to do:
    "suffix" keeps both, "left" or "right" keeps one, "fill" fills the left's gaps from the right.

    The kind of the left comes out. A lazy frame stays lazy, but the keys of both are read at once to hold the promise.
    `join.run(...)` gives `.change` (counts of rows without a partner), `.unmatched_left` and `.unmatched_right`.

    Raises UnknownColumn, UnusableParameter, UnusableFrame, BrokenPromise.

    >>> import polars as pl
    >>> orders = pl.DataFrame({"id": [1, 2, 3], "customer": [7, 8, None]})
    >>> customers = pl.DataFrame({"customer": [7, 9], "city": ["Bonn", "Ulm"]})
    >>> join(orders, customers, on="customer").rows()
    [(1, 7, 'Bonn'), (2, 8, None), (3, None, None)]
    >>> print(join.run(orders, customers, on="customer").change)
    join: 3 rows
      city: new
      left: 2 of 3 rows found no partner (1 has a gap in the key)
      right: 1 of 2 rows found no partner
    """
    one_of("how", how, get_args(How))
    one_of("promise", promise, get_args(Promise))
    one_of("overlap", overlap, get_args(Overlap))
    if most_rows is not None and (isinstance(most_rows, bool) or not isinstance(most_rows, int) or most_rows < 0):
        raise UnusableParameter(f"most_rows={most_rows!r} is no number of rows.")
    lefts = usable(left)
    rights = beside(usable(right), lefts, "The right")
    left_columns, right_columns = columns_of(lefts), columns_of(rights)
    keys = named_keys(on, left_on, right_on, left_columns, right_columns)
    if how in {"semi", "anti"}:
        outputs = [Output(name, "left", left=name) for name in left_columns]
    else:
        outputs = laid_out(left_columns, right_columns, keys, overlap, suffixes)
    work = join_lazy if is_lazy(lefts) else join_eager
    done = work(lefts, rights, keys, how, promise, outputs, most_rows)
    parameters = given(
        {
            "on": on, "left_on": left_on, "right_on": right_on, "how": how, "promise": promise, "overlap": overlap,
            "suffixes": list(suffixes), "most_rows": most_rows,
        },
        {"how": "left", "promise": "m:1", "overlap": "refuse", "suffixes": ["_left", "_right"]},
    )  # fmt: skip

    def change() -> Change:
        names = [one.name for one in outputs]
        return Change(
            "join",
            parameters,
            rows_in=done.counts.left,
            rows_out=rows_of(done.frame),
            added=tuple(name for name in names if name not in left_columns),
            notes=(*done.counts.notes(), *done.notes),
            facts=done.counts.facts(),
        )

    return Joined(done, change)
