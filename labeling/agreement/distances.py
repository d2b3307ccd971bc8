"""How far two labels are apart: 0 for the same, 1 for the farthest. Knows nothing of items or annotators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from labeling.agreement.own import Apart
from labeling.agreement.votes import MOST_CLASSES_IN_PATTERNS
from labeling.errors import Unusable, UnusableAnswers, nearest

Floats = NDArray[np.float64]
Level = Literal["nominal", "ordinal", "interval", "ratio"]
LEVELS = ("nominal", "ordinal", "interval", "ratio")
WEIGHTS = ("identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar")

MOST_CLASSES_IN_A_MATRIX = 3_000
"""A matrix of weights grows with the square of the labels: 3,000 make 72 MB."""


class Distances(Protocol):
    """Distances between classes, whatever way they are stored."""

    def between(self, first: NDArray[Any], second: NDArray[Any]) -> Floats:
        """The distance of each pair of class codes, elementwise."""

    def margins(self, counts: Floats) -> Floats:
        """What `total` needs to know of rows of counts (rows × classes); additive over rows."""

    def total(self, margins: Floats) -> Floats:
        """Σₖₗ vₖ vₗ δₖₗ for the counts v behind each row of margins."""


@dataclass(frozen=True, slots=True, eq=False)
class Different:
    """0 for equal labels, else 1."""

    def between(self, first: NDArray[Any], second: NDArray[Any]) -> Floats:
        """1 where the codes differ."""
        return _floats(np.not_equal(first, second))

    def margins(self, counts: Floats) -> Floats:
        """The counts themselves."""
        return counts

    def total(self, margins: Floats) -> Floats:
        """n² − Σ v²."""
        return _floats(np.square(margins.sum(axis=1)) - np.einsum("rk,rk->r", margins, margins))


@dataclass(frozen=True, slots=True, eq=False)
class Squares:
    """(xₖ − xₗ)² of points in 0..1: three sums tell all of the margins, however many classes there are."""

    points: Floats

    def between(self, first: NDArray[Any], second: NDArray[Any]) -> Floats:
        """The square of how far the points are apart."""
        return _floats(np.square(self.points[first] - self.points[second]))

    def margins(self, counts: Floats) -> Floats:
        """n, Σ v x and Σ v x², each row."""
        return _floats(counts @ np.stack([np.ones_like(self.points), self.points, np.square(self.points)], axis=1))

    def total(self, margins: Floats) -> Floats:
        """2 (n Σ v x² − (Σ v x)²)."""
        n, sums, of_squares = margins.T
        return _floats(2.0 * (n * of_squares - sums * sums))


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Any symmetric distances, classes × classes."""

    values: Floats

    def between(self, first: NDArray[Any], second: NDArray[Any]) -> Floats:
        """Looked up."""
        return _floats(self.values[first, second])

    def margins(self, counts: Floats) -> Floats:
        """The counts themselves."""
        return counts

    def total(self, margins: Floats) -> Floats:
        """v'Δv."""
        return _floats(np.einsum("rk,rk->r", margins @ self.values, margins))


def matrix_of(distances: Distances, classes: int) -> Floats:
    """The distances as classes × classes."""
    codes = np.arange(classes)
    first, second = np.meshgrid(codes, codes, indexing="ij")
    return distances.between(first.ravel(), second.ravel()).reshape(classes, classes)


def points_of(labels: Sequence[Any], what: str) -> Floats:
    """The labels as numbers. Raises UnusableAnswers where one is none, or is infinite."""
    points = np.empty(len(labels))
    for k, label in enumerate(labels):
        if isinstance(label, bool) or not isinstance(label, int | float) or not np.isfinite(label):
            raise UnusableAnswers(
                f"{label!r} is no number, and {what} needs numbers",
                column="label",
                cure="Use level='ordinal' with labels= in order, or level='nominal'.",
            )
        points[k] = label
    return points


def for_level(level: str, labels: Sequence[Any], at: Floats | None = None) -> Distances:
    """Krippendorff's metric of a level, the farthest labels 1 apart; for "ordinal", `at` are the classes' midranks."""
    if level not in LEVELS:
        near = nearest(str(level), list(LEVELS))
        raise Unusable(
            f"There is no level {level!r}",
            cure=f"Did you mean {near!r}?" if near else f"Known are: {', '.join(LEVELS)}.",
        )
    if level == "nominal":
        return Different()
    if level == "ordinal":
        return squares(np.arange(len(labels), dtype=np.float64) if at is None else at)
    points = points_of(labels, f"level={level!r}")
    if level == "interval":
        return squares(points)
    _refuse_too_many(labels)
    return Matrix(_scaled(np.square(_ratio(points))))


def for_distance(distance: Callable[[Any, Any], float], labels: Sequence[Any]) -> Distances:
    """A distance between labels, taken as symmetric and 0 for equal ones; scaled to 1 where it goes beyond.

    Raises Unusable where it is negative.
    """
    _refuse_too_many(labels)
    measured = distance if isinstance(distance, Apart) else Apart(distance)
    first, second = np.triu_indices(len(labels), 1)
    values = np.zeros((len(labels), len(labels)))
    values[first, second] = values[second, first] = measured.between(tuple(labels), first, second)
    return Matrix(_scaled(values) if values.max(initial=0.0) > 1 else values)


def named(weights: str | Any, labels: Sequence[Any]) -> Distances:
    """Distances (1 − weight) of Gwet's weights by name (Gwet 2014, ch. 3), or of a symmetric matrix, 1 on its diagonal.

    They lie on the labels' values where all are numbers, else on their places 1, 2, 3, ...
    """
    classes = len(labels)
    if not isinstance(weights, str):
        values = np.asarray(weights, dtype=np.float64)
        if (
            values.shape != (classes, classes)
            or not np.allclose(values, values.T)
            or not np.allclose(values.diagonal(), 1)
        ):
            raise Unusable(
                f"weights= is no symmetric matrix of {classes} × {classes} with 1 on its diagonal",
                cure=f"Or name one: {', '.join(WEIGHTS)}.",
            )
        return Matrix(1.0 - values)
    if weights not in WEIGHTS:
        near = nearest(weights, list(WEIGHTS))
        raise Unusable(
            f"There are no weights {weights!r}",
            cure=f"Did you mean {near!r}?" if near else f"Known are: {', '.join(WEIGHTS)}.",
        )
    if weights == "identity":
        return Different()
    _refuse_too_many(labels)
    is_number = all(isinstance(label, int | float) and not isinstance(label, bool) for label in labels)
    points = points_of(labels, "a weight") if is_number else np.arange(1.0, classes + 1)
    return Matrix(_scaled(_named_distance(weights, points)))


def squares(points: Floats) -> Distances:
    """The square of how far points are apart; as a matrix, which loses no digits, where classes are few."""
    if len(points) <= MOST_CLASSES_IN_PATTERNS:
        return Matrix(_scaled(np.square(points[:, None] - points[None, :])))
    return Squares((points - points.min()) / (float(np.ptp(points)) or 1.0))


def _named_distance(name: str, points: Floats) -> Floats:
    apart = np.abs(points[:, None] - points[None, :])
    if name == "ordinal":
        places = np.arange(len(points))
        steps = np.abs(places[:, None] - places[None, :]) + 1.0
        return _floats(steps * (steps - 1) / 2)
    if name == "ratio":
        return _floats(np.square(_ratio(points)))
    if name == "circular":
        return _floats(np.square(np.sin(np.pi * apart / (np.ptp(points) + 1))))
    if name == "bipolar":
        total = points[:, None] + points[None, :]
        room = (total - 2 * points.min()) * (2 * points.max() - total)
        return _floats(np.divide(np.square(apart), room, out=np.zeros_like(apart), where=(apart > 0) & (room > 0)))
    return _floats(apart ** {"linear": 1.0, "quadratic": 2.0, "radical": 0.5}[name])


def _ratio(points: Floats) -> Floats:
    total = points[:, None] + points[None, :]
    return _floats(np.divide(points[:, None] - points[None, :], total, out=np.zeros_like(total), where=total != 0))


def _scaled(distances: Floats) -> Floats:
    farthest = float(distances.max(initial=0.0))
    return distances / farthest if farthest else distances


def _refuse_too_many(labels: Sequence[Any]) -> None:
    if len(labels) > MOST_CLASSES_IN_A_MATRIX:
        raise UnusableAnswers(
            f"{len(labels)} different labels are too many for this distance (at most {MOST_CLASSES_IN_A_MATRIX})",
            cure="Take a sample of items, round the numbers, or use level='interval'.",
        )


def _floats(values: Any) -> Floats:
    """What numpy's own types lose sight of: an array of floats."""
    return np.asarray(values, dtype=np.float64)
