"""What was done and what to think of it, in numbers and in words. Knows the arrays, not how they were made."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from labeling.consensus.confidence import ENOUGH_GOLD, Calibration, calibration, sharpen
from labeling.consensus.sums import Floats, Ints
from prep.phrase import numeral, phrase

if TYPE_CHECKING:
    from labeling.consensus.engine import ConsensusArrays


@dataclass(frozen=True, slots=True)
class GoldCheck:
    """How confidence did on gold items, by a fit that was not told their answers: before and after the fitted
    `power`.
    """

    power: float
    before: Calibration
    after: Calibration


def gold_check(posterior: Floats, truth: Ints, power: float) -> GoldCheck:
    """The reliability of posteriors (gold items × classes) against the truth, as they are and raised to `power`.

    Reliability after is on the items that the power was fitted on, so it flatters a little.
    """
    right = (posterior.argmax(axis=1) == truth).astype(np.float64)
    after = sharpen(posterior, power)
    return GoldCheck(power, calibration(posterior.max(axis=1), right), calibration(after.max(axis=1), right))


@dataclass(frozen=True, slots=True)
class MemberDiagnostics:
    """How one model went: iterations, the objective after each, why it stopped, its parameters, labels unlike the
    consensus.
    """

    method: str
    title: str
    iterations: int
    objective: tuple[float, ...]
    stopped: str
    parameters: dict[str, Any]
    differs: int


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """What was done: counts are of items unless their name says else.

    `objective` is empty for a method that climbs nothing or has several `members`. `calibration` says in words what
    the confidence rests on; `why_hidden` is empty unless confidence is hidden. `agreement` is Krippendorff's nominal
    alpha as the confidence gate sees it, None where undefined. `gold_check` is there with 20 gold items or more.
    """

    method: str
    title: str
    words: str
    source: str
    parameters: dict[str, Any]
    seed: int
    warm: bool
    iterations: int
    objective: tuple[float, ...]
    stopped: str
    members: tuple[MemberDiagnostics, ...]
    items: int
    annotators: int
    answers: int
    labels: tuple[Any, ...]
    gold_items: int
    ties: int
    majority_ties: int
    differs_from_majority: int
    disputed: int
    contested: int
    agreement: float | None
    shared_items: float
    confidence_shown: bool
    why_hidden: str
    calibration: str
    gold_check: GoldCheck | None
    summary: str

    def as_dict(self) -> dict[str, Any]:
        """All of it as plain values for JSON."""
        return asdict(self)


def diagnose(result: ConsensusArrays) -> Diagnostics:
    """The diagnostics of a consensus."""
    from labeling.consensus.families import methods

    votes, fit, method = result.votes_in, result.fit, result.method
    members = tuple(
        MemberDiagnostics(
            name,
            methods()[name].title,
            member.iterations,
            member.objective,
            member.stopped,
            member.parameters,
            int(np.sum(member.posterior.max(axis=1) > member.posterior[np.arange(votes.items), result.label] + 1e-9)),
        )
        for name, member in fit.members.items()
    )
    differs = int(np.sum((result.label != result.majority) & ~result.majority_tie))
    hidden = result.ground.why_not if result.hidden else ""
    return Diagnostics(
        method=method.name,
        title=method.title,
        words=method.words,
        source=method.source,
        parameters=fit.parameters,
        seed=result.seed,
        warm=result.began_warm,
        iterations=max((member.iterations for member in members), default=fit.iterations),
        objective=fit.objective,
        stopped=fit.stopped,
        members=members,
        items=votes.items,
        annotators=votes.annotators,
        answers=votes.answers,
        labels=result.answers.labels,
        gold_items=len(votes.clamped),
        ties=int(result.tie.sum()),
        majority_ties=int(result.majority_tie.sum()),
        differs_from_majority=differs,
        disputed=int(np.sum(result.disagree > 0)),
        contested=int(result.contested.sum()),
        agreement=result.ground.alpha,
        shared_items=result.ground.shared_items,
        confidence_shown=not result.hidden,
        why_hidden=hidden,
        calibration=_calibration_words(result),
        gold_check=result.gold_check,
        summary=" ".join(_summary(result, members, differs, hidden)),
    )


def _summary(result: ConsensusArrays, members: tuple[MemberDiagnostics, ...], differs: int, hidden: str) -> list[str]:
    votes = result.votes_in
    said = [
        f"{result.method.title}: {votes.answers:,} answers, {votes.annotators:,} annotators, {votes.items:,} items.",
        f"It differs from the majority on {differs:,} of the items where the majority is clear.",
    ]
    if members:
        disputed = int(np.sum(result.disagree > 0))
        each = ", ".join(f"{member.title} {member.differs:,}" for member in members)
        said.append(f"Its models do not all agree on {disputed:,} items (unlike the consensus: {each}).")
    if result.tie.any():
        said.append(f"{int(result.tie.sum()):,} items were ties, drawn by seed {result.seed}.")
    if len(votes.clamped):
        said.append(f"{len(votes.clamped):,} items were held at their known answer.")
    if hidden:
        said.append(f"No confidence is shown: {hidden}.")
    else:
        mean = float(np.mean(result.confidence))
        said.append(f"Mean confidence {mean:.2f}; {_calibration_words(result)}.")
        if len(votes.clamped) < ENOUGH_GOLD:
            said.append(f"With {ENOUGH_GOLD} gold items or more it would be checked against them.")
    return said


def _calibration_words(result: ConsensusArrays) -> str:
    """What the confidence rests on."""
    if result.hidden:
        return phrase("none")
    if result.gold_check is not None:
        check = result.gold_check
        return phrase(
            "fitted on %(n)s gold items (power %(power)s; calibration error there %(before)s before, %(after)s after)",
            n=check.before.count,
            power=numeral(check.power, ".2f"),
            before=numeral(check.before.ece, ".3f"),
            after=numeral(check.after.ece, ".3f"),
        )
    if result.method.confidence == "share":
        return phrase("the share of the votes, which is no probability of being right")
    return phrase("tempered for answers that go together (correlation 0.2), without gold")
