"""What an audit hands back: everybody in columns, one annotator at a time, as a frame, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from labeling.audit.sequential import DECISIONS, Decision
from labeling.audit.shares import Floats, Ints
from labeling.audit.signals import Signal, Word
from labeling.errors import NotFound

if TYPE_CHECKING:
    from labeling.audit.facts import Facts


@dataclass(frozen=True, slots=True)
class UnderVersion:
    """One annotator's work under one guideline version; figures as in Standing."""

    version: Any
    answers: int
    gold_seen: int
    gold_right: int
    accuracy: float | None
    accuracy_low: float | None
    accuracy_high: float | None
    compared: int
    excess: float | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some answers one after the other: how often they are the majority of the others, with Wilson's interval, their
    mean excess over what the items allow, and the guideline versions they were given under.
    """

    answers: int
    agreement: float
    low: float
    high: float
    excess: float
    versions: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Copying:
    """A pair who agree more than two who work alone: the `other`, items they `shared` (those the other answered first,
    where that is known), equal answers (`same`) against those `expected`, the likeliest `share` copied, its false
    discovery rate `q`, and by what share (`haste`) the equal answers came quicker than others; None where not timed.
    """

    other: Any
    shared: int
    same: int
    expected: float
    share: float
    q: float
    haste: float | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One annotator's work. Rates are 0 to 1; None where nothing was seen, or too little to tell.

    - `answers` given, `skips`;
    - gold: `gold_right` of `gold_seen`, `accuracy` with Wilson's interval, `below`, the probability that the true
      accuracy is under the threshold (Jeffreys), `sequential`, Wald's decision, after `decided_after` gold answers;
    - the others: over `compared` answers, `agreement` is how often the answer is the majority of the *others* (a tie
      counts in part) with Wilson's interval; `excess` is the mean share of the others who said the same, less the
      share of them that agree among themselves: 0 is what the items allow;
    - the model of the crowd, without gold: `skill`, the expected accuracy, with its interval; `standing`, by which
      annotators are best ranked; `spammer`, 0 for answers that do not depend on the truth, 1 for perfect ones;
    - pace: `median_seconds` of `timed` answers, the median robust `z` against the items, answers that are `too_fast`
      for their item, and `hasty` ones, far faster than the annotator's own usual (shares);
    - order: `longest_run` of `run_label` with its `run_chance`; `period`, the lag at which answers come back;
    - lean: `divergence` of the labels from the others' (0 to 1 bit); of the `misses`, `favoured` fell on `favourite`
      where `favoured_expected` would;
    - place: of `placed` answers `place_picked` picked `place`;
    - self: `again_same` of `again` answers to an item they had before;
    - drift: `fall` after `drift_turn` answers, with its chance; `cusum`, Page's sum at its greatest, in standard
      deviations, and the answer at which it passed 5;
    - `copying`, pairs; `versions`, the work under each guideline version; `confusion[t][s]`, gold answers with truth
      `labels[t]` of which they said `labels[s]`;
    - `signals` that speak against them; `word` is "look" only for two or more of them.
    """

    annotator: Any
    answers: int
    skips: int
    gold_seen: int
    gold_right: int
    accuracy: float | None
    accuracy_low: float | None
    accuracy_high: float | None
    below: float | None
    sequential: Decision
    decided_after: int | None
    compared: int
    agreement: float | None
    agreement_low: float | None
    agreement_high: float | None
    excess: float | None
    excess_low: float | None
    excess_high: float | None
    skill: float | None
    skill_low: float | None
    skill_high: float | None
    standing: float | None
    spammer: float | None
    timed: int
    median_seconds: float | None
    pace_z: float | None
    too_fast: float | None
    hasty: float | None
    longest_run: int
    run_label: Any
    run_chance: float | None
    period: int | None
    period_chance: float | None
    divergence: float | None
    misses: int
    favourite: Any
    favoured: int
    favoured_expected: float | None
    placed: int
    place: Any
    place_picked: int
    again: int
    again_same: int
    fall: float | None
    drift_turn: int | None
    drift_chance: float | None
    cusum: float | None
    alarm: int | None
    word: Word
    signals: tuple[Signal, ...]
    labels: tuple[Any, ...] = ()
    confusion: tuple[tuple[int, ...], ...] = ()
    copying: tuple[Copying, ...] = ()
    versions: tuple[UnderVersion, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """All of it as plain JSON values."""
        return asdict(self)


NESTED = ("labels", "confusion", "copying", "versions", "signals")


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """The standings of all who answered, in order of their first answer; each is made when asked for.

    A sequence of Standing; `of(annotator)` finds one by id. `frame` is a row an annotator in the kind of frame that
    came in. `notes` say what could not be told, and why.
    """

    facts: Facts
    backend: Any = None
    columns: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        """How many annotators answered."""
        return len(self.facts.present)

    def __iter__(self) -> Iterator[Standing]:
        """Their standings."""
        return (self._standing(k) for k in range(len(self)))

    @overload
    def __getitem__(self, place: int) -> Standing: ...
    @overload
    def __getitem__(self, place: slice) -> list[Standing]: ...
    def __getitem__(self, place: int | slice) -> Standing | list[Standing]:
        """The standing of the annotator in this place, or of several."""
        if isinstance(place, slice):
            return [self._standing(k) for k in range(*place.indices(len(self)))]
        return self._standing(place)

    def _standing(self, place: int) -> Standing:
        row = {name: values[place] for name, values in self.columns.items()}
        nested: dict[str, Any] = self.facts.nested(int(self.facts.present[place]))
        return Standing(**row, **nested)

    def of(self, annotator: Any) -> Standing:
        """The standing of one annotator. Raises NotFound, with the nearest name there is."""
        names = self.columns["annotator"]
        if annotator not in names:
            raise NotFound("annotator", annotator, names)
        return self._standing(names.index(annotator))

    def course(self, annotator: Any, parts: int = 12) -> tuple[Stretch, ...]:
        """How one annotator's agreement went, in stretches of ten answers or more that others gave an answer beside.

        Raises NotFound.
        """
        names = self.columns["annotator"]
        if annotator not in names:
            raise NotFound("annotator", annotator, names)
        return self.facts.course(int(self.facts.present[names.index(annotator)]), parts)

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be told, and why."""
        return self.facts.notes

    @property
    def frame(self) -> Any:
        """A row an annotator: the figures of Standing, `word`, and `signals` as one text."""
        import narwhals as nw

        from labeling.audit.signals import EVIDENCE

        names = list(EVIDENCE)
        speaks = self.facts.verdicts.speaks[:, self.facts.present]
        texts = [", ".join(names[k] for k in np.flatnonzero(column)) for column in speaks.T]
        columns = {name: values for name, values in self.columns.items() if name not in NESTED}
        for name in ("run_label", "favourite", "place"):
            columns[name] = [None if value is None else str(value) for value in columns[name]]
        return nw.from_dict(columns | {"signals": texts}, backend=self.backend or "polars").to_native()

    def as_json(self) -> list[dict[str, Any]]:
        """The standings as plain JSON values."""
        return [one.as_json() for one in self]


def column(values: Floats) -> list[float | None]:
    """Numbers as Python's own, NaN as None."""
    listed: list[float | None] = values.tolist()
    for k in np.flatnonzero(np.isnan(values)):
        listed[k] = None
    return listed


def decisions(codes: Ints) -> list[Decision]:
    """The names of decisions."""
    return [DECISIONS[code] for code in codes.tolist()]
