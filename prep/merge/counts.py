"""What a join found out about its keys, and the promise they were to keep. Knows neither engine nor column types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from prep.errors import BrokenPromise, UnusableFrame

Promise = Literal["1:1", "m:1", "1:m", "m:m"]
Side = Literal["left", "right"]
SHOWN_KEYS = 20
ROWS_ALWAYS_ALLOWED = 1_000_000
TIMES_THE_INPUT = 10


@dataclass(frozen=True)
class Counts:
    """Rows of either side: all, those without a partner, and, among these, those with a gap in their key."""

    left: int
    right: int
    unmatched_left: int
    unmatched_right: int
    gaps_left: int
    gaps_right: int

    def facts(self) -> dict[str, int]:
        """As JSON values."""
        return {
            "rows_left": self.left,
            "rows_right": self.right,
            "unmatched_left": self.unmatched_left,
            "unmatched_right": self.unmatched_right,
            "gaps_left": self.gaps_left,
            "gaps_right": self.gaps_right,
        }

    def notes(self) -> tuple[str, ...]:
        """As sentences.

        >>> Counts(10, 4, 2, 0, 1, 0).notes()
        ('left: 2 of 10 rows found no partner (1 has a gap in the key)', 'right: all 4 rows found a partner')
        """
        return (
            _sentence("left", self.left, self.unmatched_left, self.gaps_left),
            _sentence("right", self.right, self.unmatched_right, self.gaps_right),
        )


def _sentence(side: str, rows: int, unmatched: int, gaps: int) -> str:
    if not rows:
        return f"{side}: no rows"
    if not unmatched:
        return f"{side}: all {rows:,} rows found a partner" if rows > 1 else f"{side}: the row found a partner"
    gap = f" ({gaps:,} {'has' if gaps == 1 else 'have'} a gap in the key)" if gaps else ""
    return f"{side}: {unmatched:,} of {rows:,} rows found no partner{gap}"


def unique_sides(promise: Promise) -> tuple[Side, ...]:
    """The sides on which no key may repeat.

    >>> unique_sides("m:1"), unique_sides("1:1"), unique_sides("m:m")
    (('right',), ('left', 'right'), ())
    """
    left: tuple[Side, ...] = ("left",) if promise[0] == "1" else ()
    right: tuple[Side, ...] = ("right",) if promise[2] == "1" else ()
    return left + right


def broken(
    promise: Promise, side: Side, columns: Sequence[str], offenders: Callable[[], tuple[int, list[dict[str, Any]]]]
) -> BrokenPromise:
    """The error for keys that repeat on a side; `offenders` gives how many there are, and the worst of them."""
    total, keys = offenders()
    weaker = {"m:1": "m:m", "1:m": "m:m", "1:1": "m:1" if side == "left" else "1:m"}[promise]
    return BrokenPromise(
        f"The promise {promise}", f"on the {side}", list(columns), keys, repeated=total,
        cure=f", or promise {weaker!r} if they are meant to repeat",
    )  # fmt: skip


def refuse_explosion(pairs: int, left: int, right: int, most_rows: int | None) -> None:
    """Raises UnusableFrame when a join would make far more rows than went in, unless that many were asked for.

    >>> refuse_explosion(10**12, 10**6, 10**6, None)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    prep.errors.UnusableFrame: This join would make 1,000,000,000,000 rows of 1,000,000 and 1,000,000...
    """
    most = most_rows if most_rows is not None else max(ROWS_ALWAYS_ALLOWED, TIMES_THE_INPUT * (left + right))
    if pairs > most:
        raise UnusableFrame(
            f"This join would make {pairs:,} rows of {left:,} and {right:,}, and {most:,} are allowed. Join by more "
            f"columns, or keep one row of each key on one side; if it is meant, say most_rows={pairs}."
        )
