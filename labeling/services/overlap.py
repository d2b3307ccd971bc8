"""Adaptive overlap at work: after some answers have come, items in doubt get one more and the rest are let be."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import Any

from labeling.costs import by_label
from labeling.errors import Unusable
from labeling.kinds import kind
from labeling.model import Project, Routed
from labeling.services.projects import MOST_OVERLAP
from labeling.store import Store, Writing, answers, gold, handout, items, overlap, projects
from prep.phrase import phrase

FEWEST_GOLD = 20
"""With fewer gold items answered nothing is said of whether the confidence may be believed."""


def route_items(store: Store, *, project: int, actor: int | None) -> Routed:
    """Look at every item that has its answers: settle those whose label is sure, ask one more for those in doubt.

    The hand-out goes on meanwhile; what it costs does not change, as only open items are ever looked at. Raises
    Unusable for a project without adaptive overlap.
    """
    with store.read() as connection:
        here = projects.by_id(connection, project)
        given = answers.columns(connection, project)
        known = gold.answers(connection, project)
        last = answers.last_number(connection, project)
    if not here.is_adaptive:
        raise Unusable(
            phrase("%(title)r gives every item %(overlap)s answers", title=here.title, overlap=here.overlap),
            cure=phrase("Set the most answers an item may get above that, then items in doubt get more."),
        )
    wanted, facts = _route(here, given, known)
    done: Routed = store.write(_apply, project=project, wanted=wanted, facts=facts, last=last, actor=actor)
    return done


def _route(here: Project, given: Any, known: dict[str, Any]) -> tuple[dict[int, int], dict[str, Any]]:
    """How many more answers each item to be labeled should get (0 or more), and what was found."""
    work = [number for number, is_gold in zip(given.number, given.is_gold, strict=True) if not is_gold]
    if not work:
        return {}, {"settled": 0, "unsure": 0, "gold": "", "may_stop": True}
    # numpy and scipy come with these; a server never loads them for it: this runs in a job.
    from labeling.answers import Answers
    from labeling.consensus.engine import consensus
    from labeling.routing import Policy, route

    one = kind(here.kind)
    if not one.consensus_labels(here.options):
        return _route_own(here, given, known)
    numbers = dict(zip(given.item, given.number, strict=True))
    truth = {numbers[key]: answer for key, answer in known.items() if key in numbers}
    labels = list(one.consensus_labels(here.options))
    table = Answers.from_columns(given.number, given.annotator, given.label, labels=labels)
    found = consensus(table, "auto", seed=0, gold=truth or None, ordinal=one.level == "ordinal")
    policy = Policy(
        floor=here.overlap,
        ceiling=here.overlap_most or here.overlap,
        target=here.target,
        costs=by_label(here.costs, labels),
    )
    chosen = route(found, policy)
    is_work = set(work)
    more: dict[int, int] = {}
    settled = unsure = 0
    rows = zip(
        table.items.tolist(), chosen.wanted.tolist(), found.votes.tolist(), chosen.settled.tolist(),
        chosen.cost.tolist(), strict=True,
    )  # fmt: skip
    for item, wanted, votes, is_settled, cost in rows:
        if item in is_work:
            more[item] = wanted - votes
            settled += is_settled
            unsure += is_settled and cost > 1 - policy.target + 1e-9
    words = "" if chosen.guard is None else chosen.guard.why
    may_stop = chosen.guard is None or chosen.guard.may_stop
    return more, {"settled": settled, "unsure": unsure, "gold": words, "may_stop": may_stop}


def _route_own(here: Project, given: Any, known: dict[str, Any]) -> tuple[dict[int, int], dict[str, Any]]:
    """The same for a kind that aggregates its answers itself: by the confidence of its verdicts. Raises Unusable where
    a verdict has none.
    """
    import numpy as np

    from labeling.routing import guard
    from labeling.services.consensus import own_verdicts

    one = kind(here.kind)
    golden: dict[Hashable, Any] = {
        number: known[key] for key, number in zip(given.item, given.number, strict=True) if key in known
    }
    if not one.gives_confidence(here.options):
        raise Unusable(
            phrase(
                "Overlap cannot follow a confidence that a consensus of the kind %(kind)s does not have", kind=here.kind
            ),
            cure=phrase("Give every item the same number of answers."),
        )
    verdicts = own_verdicts(here, given)
    held = [verdict for verdict in verdicts if verdict.item in golden]
    checked = None
    if len(held) >= FEWEST_GOLD:
        right = [one.is_right(v.answer, one.parse(golden[v.item], here.options), here.options) for v in held]
        sure = np.array([v.confidence or 0.0 for v in held])
        checked = guard(sure, np.array(right), here.target)
    may_stop = checked is None or checked.may_stop
    ceiling = here.overlap_most or here.overlap
    more: dict[Any, int] = {}
    settled = unsure = 0
    for verdict in verdicts:
        if verdict.item in golden:
            continue
        is_sure = may_stop and verdict.confidence is not None and verdict.confidence >= here.target
        is_settled = verdict.votes >= ceiling or (is_sure and verdict.votes >= here.overlap)
        wanted = verdict.votes if is_settled else min(max(verdict.votes + 1, here.overlap), ceiling)
        more[verdict.item] = wanted - verdict.votes
        settled += is_settled
        unsure += is_settled and not is_sure
    words = "" if checked is None else checked.why
    return more, {"settled": settled, "unsure": unsure, "gold": words, "may_stop": may_stop}


def _apply(
    tx: Writing, *, project: int, wanted: dict[int, int], facts: dict[str, Any], last: int, actor: int | None
) -> Routed:
    """Open and settle items. What came in meanwhile is not overruled: an item keeps what it has and has leased."""
    here = projects.by_id(tx.connection, project)
    now = overlap.slots(tx.connection, project)
    change: dict[int, int] = {}
    opened = []
    for item, more in wanted.items():
        if item not in now:
            continue
        wants, taken, answered = now[item]
        to = min(max(answered + more, taken, min(here.overlap, wants)), MOST_OVERLAP)
        if to != wants:
            change[item] = to
        if to > taken and to > wants:
            opened.append(item)
    overlap.want(tx.connection, change)
    for item in opened:
        handout.see_again(tx.connection, project, item)
    if change:
        items.recount(tx.connection, project)
    done = Routed(opened=len(opened), last_annotation=last, **facts)
    tx.log(actor, "route_overlap", project, here.name, opened=len(opened), last=last, **json.loads(json.dumps(facts)))
    return done
