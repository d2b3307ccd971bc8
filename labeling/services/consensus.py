"""Computing the consensus of a project and putting it on record."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable
from labeling.kinds import kind
from labeling.model import Agreed, ConsensusRun, Project
from labeling.store import Store, Writing, answers, consensus, gold, projects

if TYPE_CHECKING:
    from labeling.consensus.engine import ConsensusArrays

LEAST_PROBABILITY = 0.0005
"""Posteriors below it are not kept: they round to nothing in every place that shows them."""


def run_consensus(
    store: Store, *, project: int, method: str = "auto", seed: int = 0, actor: int | None
) -> ConsensusRun:
    """Compute the consensus over all answers that stand and record it with what made it; the newest run is shown.

    Gold items hold the model at what is known and are not agreed on themselves. The same answers, method and seed
    give the same run. Raises Unusable where there are no answers, NotFound for a method there is not.
    """
    with store.read() as connection:
        here = projects.by_id(connection, project)
        given = answers.columns(connection, project)
        known = gold.answers(connection, project)
        last = answers.last_number(connection, project)
    work = sum(not is_gold for is_gold in given.is_gold)
    if work == 0:
        raise Unusable("There are no answers yet to find a consensus in", cure="Label some items first.")
    found = _compute(here, given, known, method, seed)
    skip = {number for number, is_gold in zip(given.number, given.is_gold, strict=True) if is_gold}
    run = store.write(
        _record,
        project=project,
        found=found,
        skip=skip,
        answered=len(given),
        last=last,
        method=method,
        seed=seed,
        actor=actor,
    )
    with store.read() as connection:
        return next(one for one in consensus.listing(connection, project) if one.id == run)


def _compute(here: Project, given: Any, known: dict[str, Any], method: str, seed: int) -> ConsensusArrays:
    # numpy and scipy come with these; a server that never computes a consensus never loads them.
    from labeling.answers import Answers
    from labeling.consensus.engine import consensus as compute

    one = kind(here.kind)
    numbers = dict(zip(given.item, given.number, strict=True))
    truth = {numbers[key]: answer for key, answer in known.items() if key in numbers}
    table = Answers.from_columns(
        given.number, given.annotator, given.label, labels=list(one.consensus_labels(here.options))
    )
    return compute(table, method, seed=seed, gold=truth or None, ordinal=one.level == "ordinal")


def _record(
    tx: Writing,
    *,
    project: int,
    found: ConsensusArrays,
    skip: set[int],
    answered: int,
    last: int,
    method: str,
    seed: int,
    actor: int | None,
) -> int:
    facts = _plain(asdict(found.diagnostics))
    run = consensus.add(
        tx.connection,
        project=project,
        method=found.diagnostics.method,
        parameters={"asked": method, **facts.get("parameters", {})},
        seed=seed,
        diagnostics=facts,
        answers=answered,
        items=len(found.label) - len(skip),
        last_annotation=last,
        agreed=_agreed(found, skip),
        member=actor,
        now=tx.now,
    )
    tx.log(actor, "run_consensus", project, run, method=found.diagnostics.method, seed=seed, answers=answered)
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
