"""The columns of a join: what each is taken from, and what becomes of a name that both sides have. Knows no rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from prep.errors import UnusableFrame, UnusableParameter

Overlap = Literal["refuse", "suffix", "left", "right", "fill"]
Source = Literal["key", "left", "right", "fill"]


@dataclass(frozen=True)
class Output:
    """One column of the result. A key and one that is filled have a column on either side; others on their own."""

    name: str
    source: Source
    left: str = ""
    right: str = ""


def laid_out(
    left: Sequence[str],
    right: Sequence[str],
    keys: Sequence[tuple[str, str]],
    overlap: Overlap,
    suffixes: tuple[str, str],
) -> list[Output]:
    """The columns of the result: those of the left in their order, then those of the right that are no key.

    Names that differ only by case are one name here, since DuckDB and Spark cannot hold both.
    Raises UnusableFrame for names of both sides, unless `overlap` says what to do, and UnusableParameter for suffixes
    that do not help.

    >>> [one.name for one in laid_out(["id", "name"], ["id", "Name"], [("id", "id")], "suffix", ("_left", "_right"))]
    ['id', 'name_left', 'Name_right']
    """
    partner = dict(keys)
    values = [name for name in right if name not in partner.values()]
    on_left = {name.casefold(): name for name in left}
    shared = [name for name in values if name.casefold() in on_left]
    if shared and overlap == "refuse":
        raise UnusableFrame(_said(shared, on_left))
    keys_hit = [name for name in shared if on_left[name.casefold()] in partner]
    if keys_hit and overlap in {"right", "fill"}:
        raise UnusableFrame(
            f"The right's column {keys_hit[0]!r} has the name of a key. Rename it, or say overlap='suffix' or 'left'."
        )
    taken = {on_left[name.casefold()]: name for name in shared}
    outputs = [_of_the_left(name, partner, taken, overlap, suffixes[0]) for name in left]
    for name in values:
        if name in shared and overlap != "suffix":
            continue
        outputs.append(Output(name + suffixes[1] if name in shared else name, "right", right=name))
    names = [one.name.casefold() for one in outputs]
    twice = next((one.name for one in outputs if names.count(one.name.casefold()) > 1), None)
    if twice is not None and shared:
        raise UnusableParameter(f"suffixes={suffixes!r} would make two columns named {twice!r}. Give others.")
    return outputs


def _of_the_left(name: str, partner: dict[str, str], taken: dict[str, str], overlap: Overlap, suffix: str) -> Output:
    if name in partner:
        return Output(name, "key", left=name, right=partner[name])
    if name in taken and overlap == "suffix":
        return Output(name + suffix, "left", left=name)
    if name in taken and overlap == "right":
        return Output(taken[name], "right", right=taken[name])
    if name in taken and overlap == "fill":
        return Output(name, "fill", left=name, right=taken[name])
    return Output(name, "left", left=name)


def _said(shared: Sequence[str], on_left: dict[str, str]) -> str:
    pairs = [(on_left[name.casefold()], name) for name in shared]
    words = ", ".join(repr(one) if one == other else f"{one!r} and {other!r}" for one, other in pairs)
    many = "a column" if len(pairs) == 1 else "columns"
    case = " (names that differ only by case are one name to DuckDB and Spark)" if any(a != b for a, b in pairs) else ""
    return (
        f"Both sides have {many} {words}{case}. Say overlap='suffix' to keep both, 'left' or 'right' to keep one, "
        "or 'fill' to fill the left's gaps from the right; or put it into on=."
    )
