"""Computing the consensus of a project and putting it on record."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from labeling.errors import Unusable, UnusableAnswers
from labeling.kinds import Kind, Verdict, Vote, kind
from labeling.model import Agreed, ConsensusRun, Project
from labeling.store import Store, Writing, answers, consensus, figures, gold, projects
from prep.phrase import phrase

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
        raise Unusable(
            phrase("There are no answers yet to find a consensus in"), cure=phrase("Label some items first.")
        )
    if kind(here.kind).consensus_labels(here.options):
        made = _of_classes(here, given, known, asked, start)
    else:
        made = _of_kind(here, given, known, asked)
    run = store.write(_record, project=project, made=made, answered=len(given), asked=asked, actor=actor)
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


@dataclass(frozen=True, slots=True)
class _Made:
    """A consensus ready to be recorded: by which method, what is to be said of it, and what each item came to."""

    method: str
    facts: dict[str, Any]
    agreed: Iterable[Agreed]
    items: int
    learned: bytes | None = None


def _of_classes(
    here: Project, given: AnswerColumns, known: dict[str, Any], asked: _Asked, start: tuple[int, bytes] | None
) -> _Made:
    """Of answers that are classes, by the models of the house."""
    found = _compute(here, given, known, asked, start[1] if start else None)
    skip = {number for number, is_gold in zip(given.number, given.is_gold, strict=True) if is_gold}
    began_from = start[0] if start and found.began_warm else None
    learned = found.warm
    keeps = learned.starts and not (began_from is not None and learned.is_anchor)
    return _Made(
        method=found.diagnostics.method,
        facts=_plain(asdict(found.diagnostics)) | {"began_from": began_from},
        agreed=_agreed(found, skip),
        items=len(found.label) - len(skip),
        learned=learned.dump() if keeps else None,
    )


def _of_kind(here: Project, given: AnswerColumns, known: dict[str, Any], asked: _Asked) -> _Made:
    """Of answers that are no classes, as their kind says. Raises Unusable for another method than "auto"."""
    one = kind(here.kind)
    if asked.method != "auto":
        raise Unusable(
            phrase(
                "There is no method %(method)r for answers of the kind %(kind)s",
                method=asked.method[:40],
                kind=here.kind,
            ),
            cure=phrase("Say auto: the kind has one way of its own."),
        )
    verdicts = own_verdicts(here, given, seed=asked.seed)
    golden = {number: known[key] for key, number in zip(given.item, given.number, strict=True) if key in known}
    work = [verdict for verdict in verdicts if verdict.item not in golden]
    sure = [verdict.confidence for verdict in work if verdict.confidence is not None]
    checked = [verdict for verdict in verdicts if verdict.item in golden]
    right = sum(
        one.is_right(verdict.answer, one.parse(golden[verdict.item], here.options), here.options)  # type: ignore[index]
        for verdict in checked
    )
    facts = {
        "method": one.name,
        "title": f"The consensus of the kind {one.title.lower()}",
        "words": one.settles_by,
        "annotators": len(set(given.annotator)),
        "items": len(work),
        "ties": sum(verdict.is_tie for verdict in work),
        "confidence_shown": bool(sure),
        "why_hidden": "" if sure else f"a consensus of the kind {one.title.lower()} gives none here",
        "own_gold": {"seen": len(checked), "right": right},
        "began_from": None,
    }
    return _Made(one.name, facts, (_agreed_of(one, verdict) for verdict in work), len(work))


def own_verdicts(here: Project, given: AnswerColumns, *, seed: int = 0) -> list[Verdict]:
    """The verdict on every item with an answer, gold items too, of a kind that aggregates its answers itself."""
    one = kind(here.kind)
    read: dict[int, Any] = {}
    votes = []
    # Equal answers are one object (store.answers.columns), so each is read once.
    for number, annotator, label, shown in zip(given.number, given.annotator, given.label, given.shown, strict=True):
        if id(label) not in read:
            read[id(label)] = one.parse(label, here.options)
        votes.append(Vote(number, annotator, read[id(label)], shown))
    return one.consensus(votes, here.options, seed=seed)


def _agreed_of(one: Kind, verdict: Verdict) -> Agreed:
    """A verdict as it is kept; how far the answers differ takes the place of what one more would tell."""

    def text(piece: Any) -> str:
        return json.dumps(piece, ensure_ascii=False, default=asdict)

    return Agreed(
        item=verdict.item,  # type: ignore[arg-type]
        answer=one.dump(verdict.answer),
        confidence=None if verdict.confidence is None else round(verdict.confidence, 6),
        runner_up=None,
        margin=None,
        votes=verdict.votes,
        majority=None if verdict.majority is None else one.dump(verdict.majority),
        is_tie=verdict.is_tie,
        disagreement=round(verdict.disagreement, 6),
        posterior={text(piece): round(sure, 6) for piece, sure in verdict.parts},
        information=round(verdict.disagreement, 6),
        is_majority_tie=verdict.is_tie,
    )


def _record(tx: Writing, *, project: int, made: _Made, answered: int, asked: _Asked, actor: int | None) -> int:
    run = consensus.add(
        tx.connection,
        project=project,
        method=made.method,
        parameters={"asked": asked.method, **made.facts.get("parameters", {})},
        seed=asked.seed,
        diagnostics=made.facts | {"digest": asked.digest},
        answers=answered,
        items=made.items,
        last_annotation=asked.last,
        agreed=made.agreed,
        member=actor,
        now=tx.now,
    )
    if made.learned is not None:
        figures.keep_start(tx.connection, project, run, made.learned)
    tx.log(actor, "run_consensus", project, run, method=made.method, seed=asked.seed, answers=answered)
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
