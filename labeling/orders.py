"""The order of labels on the screen, drawn for one assignment or one annotator. Knows nothing of kinds or the store."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from labeling.errors import Unusable

SHUFFLES = ("assignment", "annotator")
"""A new order for every item, or one of their own for every annotator, so that keys keep their meaning."""
MOST_SHUFFLED = 60
"""With more labels nobody finds one by its place."""


def checked_shuffle(raw: Any, labels: int) -> dict[str, str]:
    """The option `shuffle` of a kind with so many labels: nothing, or one of SHUFFLES. Raises Unusable.

    >>> checked_shuffle({"shuffle": "annotator"}, 3), checked_shuffle({"shuffle": ""}, 3)
    ({'shuffle': 'annotator'}, {})
    """
    given = raw.get("shuffle", "")
    if given is None or given == "":
        return {}
    if not isinstance(given, str) or given not in SHUFFLES:
        raise Unusable(f"Labels cannot be shuffled by {str(given)[:40]!r}", cure='Give "assignment" or "annotator".')
    if labels > MOST_SHUFFLED:
        raise Unusable(
            f"{labels} labels are too many to shuffle",
            cure=f"Leave 'shuffle' out, or keep to {MOST_SHUFFLED} labels.",
        )
    return {"shuffle": given}


def draw_order(labels: Sequence[Any], options: Mapping[str, Any], seed: int) -> dict[str, Any] | None:
    """What the desk changes: `order`, and `by` where it is not drawn for this one answer; None without shuffling.

    >>> draw_order("abcd", {"shuffle": "assignment"}, 3)
    {'order': ['d', 'a', 'c', 'b']}
    """
    by = options.get("shuffle", "")
    if not by:
        return None
    order = list(labels)
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    return {"order": order} if by == "assignment" else {"order": order, "by": by}


def place_in(value: Any, shown: Mapping[str, Any] | None) -> int | None:
    """Where a label stood, from 0, in an order drawn for this one answer; None where there was none.

    An order that is the annotator's own tells nothing: there each place has its one label, which they may well prefer.

    >>> place_in("b", {"order": ["d", "b"]}), place_in("b", {"order": ["d", "b"], "by": "annotator"})
    (1, None)
    """
    if shown is None or "by" in shown or value not in shown.get("order", ()):
        return None
    return list(shown["order"]).index(value)


def places_in(
    values: Iterable[Any], labels: Sequence[Any], shown: Mapping[str, Any] | None
) -> list[tuple[tuple[int, ...], int]]:
    """As `Kind.picks` has it: where these of so many labels stood, in an order drawn for this one answer.

    >>> places_in(["b", "c"], "bcd", {"order": ["d", "b", "c"]}), places_in(["b"], "bcd", None)
    ([((1, 2), 3)], [])
    """
    found = [place_in(value, shown) for value in values]
    places = tuple(place for place in found if place is not None)
    return [(places, len(labels))] if places else []
