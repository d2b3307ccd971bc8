"""The rows of a snapshot one by one or in batches, as PyTorch's map-style dataset asks for them. Knows no torch.

Source of the protocol: torch.utils.data.Dataset (`__len__`, `__getitem__`, and `__getitems__` for batches).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from prep.frames import need_columns

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from prep.frozen import Snapshot

HELD = 4
"""Parts (of some 130,000 rows each) that are in memory at most."""


class Rows:
    """The rows of one table by their place, each a dictionary. Made by `Snapshot.dataset`.

    Every byte of a part is compared with the manifest when the part is first read. Pickling takes along where the rows
    lie, and none of them.
    """

    def __init__(
        self, snapshot: Snapshot, table: str, columns: Sequence[str], places: NDArray[np.int64] | None
    ) -> None:
        self._snapshot, self._table, self._columns = snapshot, table, list(columns)
        self._places = places
        parts = snapshot.manifest["tables"][table]["parts"]
        self._ends = list(accumulate(int(part["rows"]) for part in parts))
        self._held: OrderedDict[int, pl.DataFrame] = OrderedDict()

    def __len__(self) -> int:
        return len(self._places) if self._places is not None else (self._ends[-1] if self._ends else 0)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self.__getitems__([index])[0]

    def __getitems__(self, indices: Sequence[int]) -> list[dict[str, Any]]:
        """The rows at these places, in this order; negative ones count from the end. Raises IndexError."""
        wanted: dict[int, list[tuple[int, int]]] = {}
        for at, index in enumerate(indices):
            row = self._row(int(index))
            part = bisect_right(self._ends, row)
            wanted.setdefault(part, []).append((at, row - (self._ends[part - 1] if part else 0)))
        made: list[dict[str, Any]] = [{} for _ in indices]
        for part, pairs in wanted.items():
            taken = self._part(part)[[inside for _, inside in pairs]]
            for (at, _), row_ in zip(pairs, taken.iter_rows(named=True), strict=True):
                made[at] = row_
        return made

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (self[index] for index in range(len(self)))

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_held": OrderedDict()}

    def __repr__(self) -> str:
        return f"<{len(self):,} rows of {self._table} of {self._snapshot.ref}>"

    def _row(self, index: int) -> int:
        size = len(self)
        if not -size <= index < size:
            raise IndexError(f"There is no row {index}; there are {size:,}.")
        place = index % size
        return place if self._places is None else int(self._places[place])

    def _part(self, number: int) -> pl.DataFrame:
        if number in self._held:
            self._held.move_to_end(number)
            return self._held[number]
        frame = self._snapshot.read(self._table, [number], self._columns).select(self._columns)
        self._held[number] = frame
        while len(self._held) > HELD:
            self._held.popitem(last=False)
        return frame


def rows_of(snapshot: Snapshot, table: str, columns: Sequence[str] | None, split: str | None) -> Rows:
    """What `Snapshot.dataset` gives."""
    named = snapshot.columns(table)
    if columns is not None:
        need_columns(columns, named)
    places = None
    if split is not None:
        import polars as pl

        keys = snapshot.keys(table)
        kept = snapshot.load(table, split=split, columns=keys).with_columns(is_kept=True)
        every = snapshot.load(table, columns=keys).join(kept, on=keys, how="left", maintain_order="left")
        places = every.get_column("is_kept").is_not_null().arg_true().cast(pl.Int64).to_numpy()
    return Rows(snapshot, table, named if columns is None else columns, places)
