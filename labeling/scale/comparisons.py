"""Comparisons of things two by two, as integer codes, and which of the things they tie together. Knows no model."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeling.errors import Unusable

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One annotator's answer to one pair of things.

    `step` says who won: above 0 the first thing, below 0 the second, 0 a tie; 2 is "much better" where 1 is "better".
    `first_shown` is whether the first thing stood first on the screen; None where that is not known.
    """

    first: Hashable
    second: Hashable
    step: int
    annotator: Hashable
    item: Hashable = None
    first_shown: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Comparisons:
    """Comparisons as columns: in row r `annotators[annotator[r]]` set `things[first[r]]` against `things[second[r]]`.

    `step` is as in Comparison; `place` is 1 where the first thing stood first on the screen, −1 where the second did, 0
    where that is not known. `group` is each thing's connected group (by number, the one with most things first);
    things of different groups were never compared, not even by way of others. `same` rows set a thing against itself
    and are left out.
    """

    things: tuple[Hashable, ...]
    annotators: tuple[Hashable, ...]
    first: Ints
    second: Ints
    step: Ints
    annotator: Ints
    item: Ints
    place: Ints
    group: Ints
    same: int = 0

    @classmethod
    def of(cls, rows: Iterable[Comparison], *, things: Iterable[Hashable] = ()) -> Comparisons:
        """The comparisons of rows; `things` names further ones that may have none.

        Raises Unusable where a step is no whole number.

        >>> found = Comparisons.of([Comparison("x", "y", 1, "ann"), Comparison("z", "x", 0, "bob")], things=["w"])
        >>> found.things, found.group.tolist()
        (('w', 'x', 'y', 'z'), [1, 0, 0, 0])
        """
        given = list(rows)
        known: dict[Hashable, int] = {}
        for thing in things:
            known.setdefault(thing, len(known))
        people: dict[Hashable, int] = {}
        items: dict[Hashable, int] = {}
        table: list[tuple[int, int, int, int, int, int]] = []
        same = 0
        for place, row in enumerate(given, 1):
            if isinstance(row.step, bool) or not isinstance(row.step, int):
                raise Unusable(f"{row.step!r} is no step", row=place, cure="Give a whole number, 0 for a tie.")
            first, second = (known.setdefault(thing, len(known)) for thing in (row.first, row.second))
            if first == second:
                same += 1
                continue
            item = items.setdefault(place if row.item is None else row.item, len(items))
            who = people.setdefault(row.annotator, len(people))
            shown = 0 if row.first_shown is None else 1 if row.first_shown else -1
            table.append((first, second, row.step, who, item, shown))
        columns = np.array(table, dtype=np.int64).reshape(len(table), 6).T
        group = _groups(len(known), columns[0], columns[1])
        a, b, step, who_gave, of_item, shown_at = columns
        return cls(tuple(known), tuple(people), a, b, step, who_gave, of_item, shown_at, group, same)

    def __len__(self) -> int:
        return len(self.first)

    def taken(self, keep: NDArray[np.bool_]) -> Comparisons:
        """The things of which `keep` is true, with their comparisons; annotators stay as they are."""
        number = np.cumsum(keep) - 1
        rows = keep[self.first] & keep[self.second]
        things = tuple(thing for thing, is_kept in zip(self.things, keep, strict=True) if is_kept)
        return Comparisons(
            things,
            self.annotators,
            number[self.first[rows]],
            number[self.second[rows]],
            self.step[rows],
            self.annotator[rows],
            self.item[rows],
            self.place[rows],
            self.group[keep],
        )


def _groups(things: int, first: Ints, second: Ints) -> Ints:
    """Connected components, the largest first; of two as large, the one whose first thing comes first."""
    parent = list(range(things))

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for a, b in {*zip(first.tolist(), second.tolist(), strict=True)}:
        parent[root(a)] = root(b)
    members: dict[int, list[int]] = {}
    for one in range(things):
        members.setdefault(root(one), []).append(one)
    group = np.zeros(things, dtype=np.int64)
    for number, part in enumerate(sorted(members.values(), key=lambda found: (-len(found), found[0]))):
        group[part] = number
    return group
