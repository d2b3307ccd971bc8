"""Made-up annotators: their mistakes, their pace and their faults, at a strength that is known because it was planted.

An answer depends only on the seed, the annotator, the item and how far the annotator is, so two runs in another
order of annotators give the same answers.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from labeling.errors import Unusable, nearest

Fault = Literal["none", "careless", "speeding", "copying", "drifting", "biased", "straight_lining"]
FAULTS: Mapping[Fault, str] = {
    "none": "works as their skill allows",
    "careless": "gives a random label, quickly, in that share of the items",
    "speeding": "gets faster and faster; towards the end that share of the answers is random",
    "copying": "gives the answer of another annotator in that share of the items, mistakes and all",
    "drifting": "starts well; that share of the answers is another label's by the end",
    "biased": "gives a favourite label in that share of the items that are not of it",
    "straight_lining": "spends that share of the items in runs of one and the same label",
}
_SPEEDING_STARTS, _SPEEDING_ENDS = 0.35, 0.2  # of the work; of the usual seconds
_RUN = 12


class Case(Protocol):
    """What an annotator meets: an item whose truth its maker knows."""

    @property
    def key(self) -> str:
        """The item's id."""

    @property
    def text(self) -> str:
        """What is read; longer texts take longer."""

    @property
    def truth(self) -> str:
        """The right label."""

    @property
    def also(self) -> str | None:
        """The other label that a reader may see in it."""


@dataclass(frozen=True, slots=True)
class Clarity:
    """What a guideline version leaves open: the chance (0 to 1) that a reader sees an item in between the other way.

    `settled` names pairs (truth, also) that the guideline speaks of, with their own chance.

    >>> Clarity(0.5, {("a", "b"): 0.1}).of("a", "b"), Clarity(0.5).of("a", "b"), Clarity(0.5).of("a", None)
    (0.1, 0.5, 0.0)
    """

    doubt: float = 0.45
    settled: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def of(self, truth: str, also: str | None) -> float:
        """The chance for one item; 0 where it is not in between."""
        return 0.0 if also is None else self.settled.get((truth, also), self.doubt)


@dataclass(frozen=True, slots=True)
class Given:
    """What an annotator did with one item: a label, or None and a reason to skip."""

    label: str | None
    seconds: float
    flagged: bool = False
    skip: str = ""
    is_fault: bool = False


@dataclass(frozen=True, slots=True)
class Annotator:
    """A made-up annotator.

    `skill` is the chance (0 to 1) of the right label on a clear item; `pace` the median seconds on a text of 100
    characters, log-normal with `spread` (of the logarithm); `fault` is planted at `strength` (0 to 1) over `work`
    items. A copier copies `model`; the biased one favours `favourite`. Raises Unusable for what makes no sense.

    >>> Annotator("ann", fault="hasty")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    labeling.errors.Unusable: 'hasty' is not a fault. Known are: none, careless, speeding, ...
    """

    name: str
    skill: float = 0.93
    pace: float = 9.0
    spread: float = 0.35
    fault: Fault = "none"
    strength: float = 0.0
    work: int = 200
    model: str = ""
    favourite: str = ""
    skips: float = 0.0
    flags: float = 0.5

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.fault not in FAULTS:
            near = nearest(self.fault, list(FAULTS))
            cure = f"Did you mean {near!r}?" if near else "Known are: " + ", ".join(FAULTS) + "."
            raise Unusable(f"{self.fault!r} is not a fault", cure=cure)
        for name in ("skill", "strength", "skips", "flags"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise Unusable(f"{name}={value} of annotator {self.name!r} is not a share", cure="Give 0 to 1.")
        if self.pace <= 0 or self.spread < 0 or self.work < 1:
            raise Unusable(f"The pace, spread or work of annotator {self.name!r} is not positive", cure="Give more.")
        if self.fault == "copying" and self.model in {"", self.name}:
            raise Unusable(f"Annotator {self.name!r} copies nobody", cure="Say model=, the name of another.")
        if self.fault == "biased" and not self.favourite:
            raise Unusable(f"Annotator {self.name!r} favours nothing", cure="Say favourite=, a label.")

    def answer(
        self,
        case: Case,
        labels: Sequence[str],
        *,
        place: int,
        seed: int,
        clarity: Clarity | None = None,
        model_says: str | None = None,
    ) -> Given:
        """The answer to one item, the `place`-th (from 0) of this annotator; the same arguments, the same answer.

        `model_says` is what the copied annotator answered, None where there is no answer yet.

        >>> from labeling.simulator import messages
        >>> [one] = messages(1, seed=3)
        >>> Annotator("ann", skill=1.0).answer(one, ["refund", one.truth], place=0, seed=1).label == one.truth
        True
        """
        chance = random.Random(f"{seed}/{self.name}/{case.key}")  # noqa: S311 - made-up data, not a secret
        seconds = self._seconds(chance, case, place)
        doubt = (clarity or Clarity()).of(case.truth, case.also)
        if chance.random() < self.skips * (4.0 if doubt > 0.2 else 1.0):
            return Given(None, seconds, skip="unclear_guideline" if doubt > 0.2 else "cannot_decide")
        honest, is_unsure = self._honest(chance, case, labels, doubt)
        planted = self._planted(chance, case, labels, place, seed, honest, model_says)
        if planted is not None:
            label, factor = planted
            return Given(label, max(0.7, seconds * factor), is_fault=True)
        flagged = is_unsure and chance.random() < self.flags * 0.5
        return Given(honest, seconds, flagged=flagged)

    def _seconds(self, chance: random.Random, case: Case, place: int) -> float:
        length = 0.4 + 0.6 * len(case.text) / 100
        seconds = self.pace * length * math.exp(chance.gauss(0.0, self.spread))
        if self.fault == "speeding":
            seconds *= 1 - (1 - _SPEEDING_ENDS) * self._far(place)
        return max(0.7, seconds)

    def _far(self, place: int) -> float:
        """0 before the fault sets in, 1 at the end of the work."""
        done = place / self.work
        start = _SPEEDING_STARTS if self.fault == "speeding" else 0.0
        return min(1.0, max(0.0, (done - start) / (1 - start)))

    def _honest(self, chance: random.Random, case: Case, labels: Sequence[str], doubt: float) -> tuple[str, bool]:
        """The label by skill alone, and whether the reader had reason to be unsure."""
        if case.also in labels and chance.random() < doubt:
            return str(case.also), True
        if chance.random() < self.skill:
            return case.truth, doubt > 0.2
        return _other(chance, labels, case.truth), True

    def _planted(
        self,
        chance: random.Random,
        case: Case,
        labels: Sequence[str],
        place: int,
        seed: int,
        honest: str,
        model_says: str | None,
    ) -> tuple[str, float] | None:
        """The label by the fault, and by how much the fault changes the seconds; None where it does not act."""
        strikes = chance.random()
        if self.fault == "careless" and strikes < self.strength:
            return chance.choice(labels), 0.35
        if self.fault == "speeding" and strikes < self.strength * self._far(place):
            return chance.choice(labels), 1.0
        if self.fault == "drifting" and strikes < self.strength * self._far(place):
            return _other(chance, labels, case.truth), 1.0
        if self.fault == "copying" and strikes < self.strength and model_says is not None:
            return model_says, 0.4
        if self.fault == "biased" and strikes < self.strength and honest != self.favourite:
            return self.favourite, 1.0
        if self.fault == "straight_lining":
            run = random.Random(f"{seed}/{self.name}/run/{place // _RUN}")  # noqa: S311 - made-up data
            if run.random() < self.strength:
                return run.choice(labels), 0.4
        return None


def _other(chance: random.Random, labels: Sequence[str], not_this: str) -> str:
    others = [label for label in labels if label != not_this]
    return chance.choice(others) if others else not_this
