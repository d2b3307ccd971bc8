"""Computing the consensus of a project and putting it on record."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable, UnusableAnswers
from labeling.kinds import kind
from labeling.model import Agreed, ConsensusRun, Project
from labeling.store import Store, Writing, answers, consensus, figures, gold, projects

if TYPE_CHECKING:
    from labeling.consensus.engine import ConsensusArrays
    from labeling.store import Connection
    from labeling.store.answers import AnswerColumns

REVISION = 1
"""Raised when a release computes otherwise than the one before, so that no older run is taken for a new one."""
GROWN = 1.5
"""With so many times the answers a run had, the next begins from nothing: what it knew would hold it back."""
LEAST_PROBABILITY = 0.0005
"""Posteriors below it are not kept: they round to nothing in every place that shows them."""


def run_consensus(
    store: Store, *, project: int, method: str = "auto", seed: int = 0, fresh: bool = False, actor: int | None
) -> ConsensusRun:
    """The consensus over all answers that stand, recorded with what made it; the newest run is shown.

    Gold items hold the model at what is known and are not agreed on themselves. Where nothing has changed since the
    newest run, and it was of this method and seed, that run stands and is given back. Else the models begin from what
    the last run learned of the annotators, and the run says from which (`diagnostics["began_from"]`): labels are those
    of a run from nothing but for items on the edge. `fresh` computes from nothing; so does a run for which half as many
    answers have come as that one had. Raises Unusable where there are no answers, NotFound for a method there is not.
    """
    with store.read() as connection:
        here = projects.by_id(connection, project)
        known = gold.answers(connection, project)
        last = answers.last_number(connection, project)
        newest = consensus.latest(connection, project)
        asked = _Asked(method, seed, last, _digest(here, known))
        if newest is not None and not fresh and asked.is_answered_by(newest):
            return newest
        given = answers.columns(connection, project)
        start = None if fresh else _start(connection, project, len(given))
    work = sum(not is_gold for is_gold in given.is_gold)
    if work == 0:
        raise Unusable("There are no answers yet to find a consensus in", cure="Label some items first.")
    found = _compute(here, given, known, asked, start[1] if start else None)
    skip = {number for number, is_gold in zip(given.number, given.is_gold, strict=True) if is_gold}
    began_from = start[0] if start and found.began_warm else None
    run = store.write(
        _record,
        project=project,
        found=found,
        skip=skip,
        answered=len(given),
        asked=asked,
        began_from=began_from,
        actor=actor,
    )
    with store.read() as connection:
        return next(one for one in consensus.listing(connection, project) if one.id == run)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, and a digest of all it depends on beside the answers, whose newest number is `last`."""

    method: str
    seed: int
    last: int
    digest: str

    def is_answered_by(self, run: ConsensusRun) -> bool:
        """Whether the run is of the same answers, method, seed, labels and gold."""
        same = (run.parameters.get("asked"), run.seed, run.last_annotation) == (self.method, self.seed, self.last)
        return same and run.diagnostics.get("digest") == self.digest


def _digest(here: Project, known: dict[str, Any]) -> str:
    """What a consensus depends on beside its answers: this release's methods, the labels, and the gold that is set."""
    told = json.dumps([REVISION, here.kind, here.options, sorted(known.items())], sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _start(connection: Connection, project: int, now: int) -> tuple[int, bytes] | None:
    """The run to begin from and what it learned; None where there is none, or it knew too few of the answers."""
    start = figures.start(connection, project)
    if start is None:
        return None
    knew = next((run.answers for run in consensus.listing(connection, project) if run.id == start[0]), 0)
    return start if now <= GROWN * knew else None


def _compute(
    here: Project, given: AnswerColumns, known: dict[str, Any], asked: _Asked, learned: bytes | None
) -> ConsensusArrays:
    # numpy and scipy come with these; a server that never computes a consensus never loads them.
    from labeling.answers import Answers
    from labeling.consensus.engine import consensus as compute
    from labeling.consensus.warm import Warm

    one = kind(here.kind)
    numbers = dict(zip(given.item, given.number, strict=True))
    truth = {numbers[key]: answer for key, answer in known.items() if key in numbers}
    table = Answers.from_columns(
        given.number, given.annotator, given.label, labels=list(one.consensus_labels(here.options))
    )
    try:
        warm = Warm.load(learned) if learned else None
    except UnusableAnswers:  # of another release: then from nothing
        warm = None
    ordinal = one.level == "ordinal"
    return compute(table, asked.method, seed=asked.seed, gold=truth or None, ordinal=ordinal, warm=warm)


def _record(
    tx: Writing,
    *,
    project: int,
    found: ConsensusArrays,
    skip: set[int],
    answered: int,
    asked: _Asked,
    began_from: int | None,
    actor: int | None,
) -> int:
    facts = _plain(asdict(found.diagnostics))
    method, seed = found.diagnostics.method, asked.seed
    run = consensus.add(
        tx.connection,
        project=project,
        method=method,
        parameters={"asked": asked.method, **facts.get("parameters", {})},
        seed=seed,
        diagnostics=facts | {"began_from": began_from, "digest": asked.digest},
        answers=answered,
        items=len(found.label) - len(skip),
        last_annotation=asked.last,
        agreed=_agreed(found, skip),
        member=actor,
        now=tx.now,
    )
    learned = found.warm
    if learned.starts and not (began_from is not None and learned.is_anchor):
        figures.keep_start(tx.connection, project, run, learned.dump())
    tx.log(actor, "run_consensus", project, run, method=method, seed=seed, answers=answered)
    return run


def _agreed(found: ConsensusArrays, skip: set[int]) -> Iterator[Agreed]:
    labels = found.answers.labels
    items = found.answers.items.tolist()
    second, margin = found.runner_up.tolist(), found.margin.tolist()
    rows = zip(
        items,
        found.label.tolist(),
        found.confidence.tolist(),
        found.votes.tolist(),
        found.votes_for.tolist(),
        found.majority.tolist(),
        found.tie.tolist(),
        found.posterior.tolist(),
        strict=True,
    )
    information, unlike, drawn = found.information.tolist(), found.disagree.tolist(), found.majority_tie.tolist()
    for place, (item, label, confidence, votes, votes_for, majority, tie, posterior) in enumerate(rows):
        if item in skip:
            continue
        yield Agreed(
            item=item,
            answer=labels[label],
            confidence=None if math.isnan(confidence) else round(confidence, 6),
            runner_up=labels[second[place]] if second[place] >= 0 else None,
            margin=round(margin[place], 6),
            votes=votes,
            majority=labels[majority],
            is_tie=tie,
            disagreement=round(1 - votes_for / votes, 6) if votes else 0.0,
            posterior={
                json.dumps(labels[k], ensure_ascii=False): round(p, 6)
                for k, p in enumerate(posterior)
                if p >= LEAST_PROBABILITY
            },
            information=round(information[place], 6),
            models_unlike=unlike[place],
            is_majority_tie=drawn[place],
        )


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: no NaN, no infinity, no arrays."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
