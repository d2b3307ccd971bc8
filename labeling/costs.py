"""What it costs to miss an item of each class: how a project says it, and what that asks of an item. No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from labeling.errors import Unusable, nearest

LEAST, MOST = 0.01, 1000.0
USUAL = 1.0


def name_of(label: Any) -> str:
    """What a label is called in a mapping of costs: a text is itself, a point of a scale its digits.

    >>> name_of("spam"), name_of(5)
    ('spam', '5')
    """
    return label if isinstance(label, str) else json.dumps(label, ensure_ascii=False)


def check(value: Any) -> dict[str, float]:
    """Costs by the name of a label, each from LEAST to MOST; None and {} are none. Raises Unusable with the cure.

    >>> check({"spam": 5})
    {'spam': 5.0}
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Unusable("The costs of an error cannot be read", cure='Give labels with numbers, such as {"spam": 5}.')
    for label, cost in value.items():
        # NaN is in no range.
        if not isinstance(cost, int | float) or isinstance(cost, bool) or not LEAST <= cost <= MOST:
            raise Unusable(
                f"The cost of missing {str(label)[:80]!r} is {str(cost)[:40]}",
                cure=f"Give a number from {LEAST:g} to {MOST:,.0f}; 1 is usual, 5 is five times as bad.",
            )
    return {str(label): float(cost) for label, cost in value.items()}


def of_classes(costs: Mapping[str, float], labels: Sequence[Any], kind: str) -> dict[str, float] | None:
    """The costs that are not the usual one, in the order of the labels; None for none.

    Raises Unusable for a cost of no label, naming the nearest, and for a kind whose answers are no classes.
    """
    if costs and not labels:
        raise Unusable(
            f"An error cannot cost more in one class than in another here: answers of the kind {kind} are no classes",
            cure="Leave the costs out.",
        )
    names = [name_of(label) for label in labels]
    for label in costs:
        if label not in names:
            near = nearest(label, names)
            cure = f"Did you mean {near!r}?" if near else f"The labels are {', '.join(names[:20])}."
            raise Unusable(f"There is a cost for {label[:80]!r}, which is no label", cure=cure)
    return {name: costs[name] for name in names if costs.get(name, USUAL) != USUAL} or None


def by_label(costs: Mapping[str, float] | None, labels: Sequence[Any]) -> dict[Any, float]:
    """The same by the labels themselves, as labeling.routing.Policy takes them.

    >>> by_label({"5": 3.0}, [1, 2, 3, 4, 5])
    {5: 3.0}
    """
    return {label: costs[name_of(label)] for label in labels if name_of(label) in costs} if costs else {}


def chance_left(cost: float, target: float) -> float:
    """How likely an item may be of a class and yet be settled as another, 0 to 1.

    >>> round(chance_left(5, 0.9), 3)
    0.02
    """
    return min(1.0, (1 - target) / cost)
