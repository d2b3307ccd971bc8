"""A distance of one's own between labels, measured once for each pair. Knows nothing of items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeling.errors import Unusable

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


@dataclass(slots=True, eq=False)
class Apart:
    """A distance between labels, measured once for each pair of them. It is taken as symmetric and 0 for equal ones.

    Where the distance has a method `read`, it is given what that makes of a label.
    """

    distance: Callable[[Any, Any], float]
    labels: tuple[Any, ...] = ()
    known: dict[int, float] = field(default_factory=dict)
    read: dict[int, Any] = field(default_factory=dict)

    def __call__(self, first: Any, second: Any) -> float:
        """The distance of two labels."""
        return float(self.distance(first, second))

    def between(self, labels: tuple[Any, ...], first: Codes, second: Codes) -> Floats:
        """The distance of each pair of codes of `labels`. Raises Unusable where one is negative or no number."""
        if labels is not self.labels:
            if labels != self.labels:
                self.known.clear()
                self.read.clear()
            self.labels = labels
        classes = len(labels)
        pair = np.minimum(first, second) * classes + np.maximum(first, second)
        distinct, place = np.unique(pair, return_inverse=True)
        values = np.array([self._of(code, classes) for code in distinct.tolist()], dtype=np.float64)
        return values[place] if len(values) else np.empty(0)

    def _of(self, pair: int, classes: int) -> float:
        found = self.known.get(pair)
        if found is None:
            first, second = divmod(pair, classes)
            found = 0.0 if first == second else self._measured(first, second)
            self.known[pair] = found
        return found

    def _measured(self, first: int, second: int) -> float:
        reading = getattr(self.distance, "read", None)
        if reading is None:
            value = float(self.distance(self.labels[first], self.labels[second]))
        else:
            for code in (first, second):
                if code not in self.read:
                    self.read[code] = reading(self.labels[code])
            value = float(self.distance.apart(self.read[first], self.read[second]))  # type: ignore[attr-defined]
        if not 0 <= value < float("inf"):
            raise Unusable(
                f"The distance between {self.labels[first]!r} and {self.labels[second]!r} is {value}",
                cure="It must be 0 or more.",
            )
        return value
