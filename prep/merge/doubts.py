"""Whether a value would be lost on its way to a common type: looked for before, and refused by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from prep.errors import UnusableFrame
from prep.merge.keys import Doubt
from prep.merge.native import fetched


def refuse_doubts(frame: nw.LazyFrame[Any], doubts: Sequence[Doubt], what: str = "The keys do not meet") -> None:
    """Raises UnusableFrame when a value would be lost; names one, and what to do. Reads the columns in doubt."""
    if not doubts:
        return
    asked = []
    for number, doubt in enumerate(doubts):
        is_lost = doubt.is_lost(nw.col(doubt.column))
        asked.append(is_lost.cast(nw.Int64).sum().alias(f"lost{number}"))
        asked.append(nw.when(is_lost).then(nw.col(doubt.column)).max().alias(f"such{number}"))
    answer = fetched(frame.select(*asked)).row(0, named=True)
    for number, doubt in enumerate(doubts):
        lost = answer[f"lost{number}"]
        if lost:
            where = f"on the {doubt.side}" if doubt.side in {"left", "right"} else f"in {doubt.side!r}"
            values = "1 value" if lost == 1 else f"{lost:,} values"
            raise UnusableFrame(
                f"{what}: {values} of {doubt.column!r} {where} {'is' if lost == 1 else 'are'} {doubt.why}, "
                f"such as {answer[f'such{number}']}. {doubt.cure}"
            )
