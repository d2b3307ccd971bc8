"""Any frame of answers in, a consensus in frames of the same kind out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from labeling.answers import Answers, Duplicates
from labeling.columns import as_objects
from labeling.consensus.diagnostics import Diagnostics
from labeling.consensus.engine import ConsensusArrays, consensus
from labeling.consensus.warm import Warm
from labeling.errors import UnusableAnswers

Level = Literal["nominal", "ordinal"]


@dataclass(frozen=True)
class Consensus:
    """A consensus in frames of the kind that came in (polars where Answers or a mapping came); `arrays` is the same
    as arrays.

    The frames are made when first asked for.
    """

    arrays: ConsensusArrays
    backend: Any
    is_lazy: bool
    ordinal: bool

    @cached_property
    def labels(self) -> Any:
        """A row an item: item, label, confidence (null where hidden), runner_up (null with one class), margin, votes,
        votes_for, majority, majority_tie, tie, contested, disagree, gold; with labels in an order also within_one.
        """
        got = self.arrays
        columns = {
            "item": _column(got.answers.items),
            "label": self._named(got.label),
            "confidence": _or_null(got.confidence),
            "runner_up": self._named(got.runner_up),
            "margin": _or_null(np.where(np.isnan(got.confidence), np.nan, got.margin)),
            "votes": got.votes,
            "votes_for": got.votes_for,
            "majority": self._named(got.majority),
            "majority_tie": got.majority_tie,
            "tie": got.tie,
            "contested": got.contested,
            "disagree": got.disagree,
            "gold": got.is_gold,
        }
        if self.ordinal:
            columns["within_one"] = _or_null(got.within_one)
        return self._frame(columns)

    @cached_property
    def posteriors(self) -> Any:
        """Soft labels, a row an item and label: item, label, probability (vote shares where confidence is hidden)."""
        got = self.arrays
        items, classes = got.posterior.shape
        columns = {
            "item": _column(np.repeat(got.answers.items, classes)),
            "label": self._named(np.tile(np.arange(classes), items)),
            "probability": got.posterior.ravel(),
        }
        return self._frame(columns)

    @cached_property
    def annotators(self) -> Any:
        """A row an annotator: annotator, answers, skill (expected share of right answers under the consensus),
        skill_low and skill_high (95 %), and confusion (truth × said, rows that sum to one, labels in the order of
        `diagnostics.labels`).
        """
        got = self.arrays
        answers = np.zeros(got.votes_in.all_annotators, dtype=np.int64)
        answers[got.votes_in.annotators_present] = got.votes_in.answers_of
        columns = {
            "annotator": got.answers.annotators.tolist(),
            "answers": answers,
            "skill": _or_null(got.skill[:, 0]),
            "skill_low": _or_null(got.skill[:, 1]),
            "skill_high": _or_null(got.skill[:, 2]),
            "confusion": [got.confusion(number).tolist() for number in range(len(answers))],
        }
        return self._frame(columns)

    @property
    def diagnostics(self) -> Diagnostics:
        """Method, parameters, seed, iterations, objective, why it stopped, calibration, and a summary in words."""
        return self.arrays.diagnostics

    @property
    def warm(self) -> Warm:
        """What was learned; hand it to the next `aggregate(..., warm=)` when answers have come in."""
        return self.arrays.warm

    def _named(self, codes: npt.NDArray[np.int64]) -> Any:
        labels = self.arrays.answers.labels
        if set(map(type, labels)) <= {int} and codes.min(initial=0) >= 0:
            return _column(as_objects(labels))[codes]
        names = [*labels, None]
        return [names[code] for code in codes.tolist()]

    def _frame(self, columns: Mapping[str, Any]) -> Any:
        import narwhals as nw

        frame = nw.from_dict(columns, backend=self.backend)
        return (frame.lazy() if self.is_lazy else frame).to_native()


def aggregate(
    answers: Any,
    method: str = "auto",
    *,
    seed: int = 0,
    labels: Sequence[Any] | None = None,
    gold: Mapping[Any, Any] | None = None,
    ordinal: bool = False,
    level: Level | None = None,
    max_iterations: int | None = None,
    tolerance: float | None = None,
    warm: Consensus | ConsensusArrays | Warm | bytes | None = None,
    duplicates: Duplicates = "last",
) -> Consensus:
    """The consensus of a long table of answers (columns item, annotator, label; see `Answers.of`), or of Answers.

    `method`: "auto" needs no gold and is safe where single methods are not; `methods()` lists the others. `seed`
    breaks ties. `labels` are the classes in order (else those that occur); with `ordinal` (or level="ordinal") their
    order counts. `gold` maps item ids to known labels: the model is held there, and from 20 items on confidence is
    fitted on them. Of two answers of one annotator to one item the latest counts (`duplicates`). `warm` is an earlier
    consensus, its `.warm` or its dump. Raises UnusableAnswers and NotFound, each saying what to do; see `consensus`.

    >>> table = {"item": [1, 1, 1, 2, 2, 2], "annotator": list("abcabc"), "label": ["x", "x", "x", "y", "y", "x"]}
    >>> aggregate(table, method="majority").labels["label"].to_list()
    ['x', 'y']
    """
    if level not in {None, "nominal", "ordinal"}:
        raise UnusableAnswers(f"level={level!r} is not known to consensus", cure="Say 'nominal' or 'ordinal'.")
    coded = Answers.of(answers, labels=labels, duplicates=duplicates)
    in_order = ordinal or level == "ordinal"
    arrays = consensus(
        coded,
        method,
        seed=seed,
        gold=gold,
        ordinal=in_order,
        max_iterations=max_iterations,
        tolerance=tolerance,
        warm=_warm(warm),
    )
    backend, is_lazy = _kind_of(answers)
    return Consensus(arrays, backend, is_lazy, in_order or arrays.method.ordinal)


def _warm(given: Consensus | ConsensusArrays | Warm | bytes | None) -> Warm | None:
    if given is None or isinstance(given, Warm):
        return given
    return Warm.load(given) if isinstance(given, bytes) else given.warm


def _kind_of(answers: Any) -> tuple[Any, bool]:
    """The library the frame came from and whether it was lazy; polars for what is no frame, or for SQL engines'
    tables.
    """
    if isinstance(answers, Answers | Mapping):
        return "polars", False
    import narwhals as nw

    frame = nw.from_native(answers)
    eager = {"pandas", "polars", "pyarrow", "modin", "cudf"}
    backend = frame.implementation.value
    return (backend, isinstance(frame, nw.LazyFrame)) if backend in eager else ("polars", False)


def _column(values: npt.NDArray[np.object_]) -> Any:
    """The values as a frame takes them quickest: whole numbers as numpy has them, all else as a list."""
    listed = values.tolist()
    if set(map(type, listed)) != {int}:
        return listed
    numbers = np.array(listed)
    return numbers if numbers.dtype.kind == "i" else listed


def _or_null(values: npt.NDArray[np.float64]) -> Any:
    """The values, with None for NaN where there are any, so that every library shows them as missing."""
    hidden = np.isnan(values)
    return (
        [None if gone else value for gone, value in zip(hidden, values.tolist(), strict=True)]
        if hidden.any()
        else values
    )
